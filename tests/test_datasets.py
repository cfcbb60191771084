import pandas as pd
import pytest

import frameumap
from frameumap import datasets
from frameumap.datasets import make_customers


def test_the_same_seed_gives_the_same_table():
    pd.testing.assert_frame_equal(make_customers(300, 5), make_customers(300, 5))
    assert not make_customers(300, 5).equals(make_customers(300, 6))


def test_the_table_has_what_business_tables_have():
    df = make_customers(3000)
    assert df["segment"].nunique() == 5
    assert df["revenue"].skew() > 5  # heavy tails
    assert df.drop(columns="tags").duplicated().sum() >= 40
    assert 0.2 < df["nps"].isna().mean() < 0.5
    assert df["company"].str.lower().nunique() < df["company"].nunique()  # spelling variants
    assert df["rating"].cat.ordered
    assert df["tags"].map(type).eq(list).all()
    assert (df["tags"].map(len) == 0).any()


@pytest.mark.parametrize("n", [1, 2, 49, 50])
def test_any_size(n):
    assert len(make_customers(n)) == n


def test_less_than_one_row_is_refused():
    with pytest.raises(frameumap.ParameterError, match="at least 1"):
        make_customers(0)


def test_the_columns_are_understood():
    schema = frameumap.infer_schema(make_customers(1000).drop(columns="segment"))
    kinds = {c: g.kind for g in schema.groups.values() for c in g.columns}
    assert kinds == {
        "company": "text", "revenue": "numeric", "employees": "numeric", "orders": "numeric", "visits": "numeric",
        "tickets": "numeric", "discount": "numeric", "plan": "categorical", "payment": "categorical",
        "industry_code": "categorical", "account_manager": "categorical", "rating": "ordinal",
        "newsletter": "boolean", "latitude": "geo", "longitude": "geo", "city": "categorical", "signed_up": "datetime",
        "last_order": "datetime", "tags": "set", "nps": "numeric",
    }  # fmt: skip


@pytest.mark.parametrize("name", datasets.__all__)
def test_every_generator_gives_the_same_table_for_the_same_seed_and_any_size(name):
    make = getattr(datasets, name)
    for n in (1, 2, 60):
        assert len(make(n)) == n
    pd.testing.assert_frame_equal(make(60, 5), make(60, 5))
    assert not make(60, 5).equals(make(60, 6))
    with pytest.raises(frameumap.ParameterError, match="at least 1"):
        make(0)


@pytest.mark.parametrize("name", [n for n in datasets.__all__ if n != "make_records"])
def test_the_groups_of_a_table_are_there_and_its_columns_tell_them(name):
    df = getattr(datasets, name)(400, 0)
    truth = df.iloc[:, 0]
    assert truth.notna().all()
    schema = frameumap.infer_schema(df.iloc[:, 1:])
    assert not [c for g in schema.groups.values() if g.kind == "ignored" for c in g.columns]
    graph = frameumap.KNeighborsTransformer(n_neighbors=5, mode="connectivity").fit_transform(
        df.iloc[:, 1:]
    )
    own = truth.cat.codes.to_numpy()
    rows, others = graph.nonzero()
    held = rows != others
    assert (own[rows] == own[others])[held].mean() > 0.7

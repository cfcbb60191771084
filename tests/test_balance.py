"""What each column counts: alike, whatever its kind, however it is declared."""

import numpy as np
import pandas as pd
import pytest

import frameumap
from frameumap import FrameUMAPWarning


def frame(n=500):
    rng = np.random.default_rng(0)
    segment = rng.integers(0, 3, n)
    return pd.DataFrame(
        {
            "age": segment * 2 + rng.normal(size=n),
            "spend": rng.gamma(1 + segment, size=n),
            "plan": np.array(list("pqrs"))[np.minimum(3, segment + (rng.random(n) < 0.2))],
        }
    )


def one_hot(n=500, levels=40):
    which = np.random.default_rng(1).integers(0, levels, n)
    return which, pd.get_dummies(pd.Series(which), prefix="k")


def fit(df, schema=None, **options):
    return frameumap.FrameUMAP(schema, n_epochs=5, **options).fit(df)


def shares(df, schema=None, **options):
    return fit(df, schema, **options).column_influence_["share"]


@pytest.mark.parametrize(
    "schema",
    [
        {...: ..., "age": "numeric"},
        {...: ..., "plan": "categorical"},
        {...: ..., "spend": frameumap.group(metric="manhattan", name="own")},
        {"age": "numeric", "spend": "numeric", "plan": "categorical"},
        {("age", "spend"): "manhattan", "plan": "categorical"},
    ],
)
def test_saying_what_was_inferred_changes_nothing(schema):
    df = frame()
    inferred, declared = fit(df), fit(df, schema)
    apart = abs(inferred.graph_ - declared.graph_)
    assert apart.max() < 1e-2  # sums of float32 in another order
    pd.testing.assert_series_equal(
        declared.column_influence_["share"].sort_index(),
        inferred.column_influence_["share"].sort_index(),
        atol=1e-3,
    )


def test_a_random_pair_adds_a_mean_square_of_1_for_every_column():
    df = frame().assign(flag=lambda d: np.arange(len(d)) % 50 == 0)
    for column in df:
        packed = fit(
            df[[column]],
            {
                column: "numeric"
                if column in ("age", "spend")
                else "boolean"
                if column == "flag"
                else "categorical"
            },
        )._model.packed
        rng = np.random.default_rng(0)
        left, right = rng.integers(0, len(df), (2, 200_000))
        from frameumap.engine.pairs import dissimilarities

        D = dissimilarities(packed.rows, packed.metrics, left, right)
        assert np.sqrt((D[left != right] ** 2).mean()) == pytest.approx(1, abs=0.03), column


def test_a_weight_is_a_factor_on_what_a_column_counts():
    df = frame()
    alone = fit(df, {...: ..., "age": frameumap.group(metric="manhattan", weight=3)})
    by_weight = shares(df, weights={"age": 3})
    pd.testing.assert_series_equal(
        by_weight.sort_index(), alone.column_influence_["share"].sort_index(), atol=1e-3
    )
    assert by_weight["age"] > 1.5 * shares(df)["age"]


# The commonest surprises ---------------------------------------------------------------------


def test_an_id_column_changes_nothing():
    df = frame()
    with pytest.warns(FrameUMAPWarning, match="id"):
        model = fit(df.assign(id=np.arange(len(df)) + 1000))
    np.testing.assert_array_equal(model.embedding_, fit(df).embedding_)


def test_a_constant_changes_nothing():
    df = frame()
    with pytest.warns(FrameUMAPWarning, match="one"):
        model = fit(df.assign(one=1))
    np.testing.assert_array_equal(model.embedding_, fit(df).embedding_)


def test_forty_one_hot_flags_count_as_the_one_category_that_they_are():
    df = frame()
    which, flags = one_hot()
    as_flags = fit(pd.concat([df, flags], axis=1))
    as_category = fit(df.assign(k=[f"level {w}" for w in which]))
    table = as_flags.column_influence_["share"]
    together = table[table.index.str.startswith("k_")].sum()
    assert together == pytest.approx(as_category.column_influence_["share"]["k"], abs=0.02)
    assert together < 0.3
    assert "40 flags that count as one" in as_flags.schema_.notes["k_3"].warnings[-1]


def test_two_copies_of_a_column_count_as_one():
    df = frame()
    copied = df.assign(
        euros=-0.93 * df["age"] + 7,  # another unit, the other way round
        tariff=df["plan"].map({"p": "basic", "q": "plus", "r": "pro", "s": "max"}),
    )
    before = shares(df)
    model = fit(copied)
    after = model.column_influence_["share"]
    assert after["age"] + after["euros"] == pytest.approx(before["age"], abs=0.01)
    assert after["plan"] + after["tariff"] == pytest.approx(before["plan"], abs=0.01)
    told = model.schema_.notes["tariff"].warnings
    assert any("says the same as 'plan'" in warning for warning in told)


def test_a_column_of_noise_takes_no_more_than_its_part():
    df = frame()
    rng = np.random.default_rng(3)
    noisy = df.assign(
        noise=rng.normal(size=len(df)),
        code=[f"{a}-{b}x" for a, b in rng.integers(0, 10**6, (len(df), 2))],
    )
    table = shares(noisy, {...: ..., "code": "text"})
    assert table["code"] < 0.1
    assert table["noise"] < 1.1 * table["age"]


# What the map is made of ---------------------------------------------------------------------


def test_the_model_says_what_its_map_is_made_of():
    model = fit(frame(), weights={"age": 5})
    first = model.column_influence_.index[0]
    assert first == "age"
    assert "of the edges come from age" in repr(model)
    assert "of the edges come from age" in model._repr_html_()
    assert "edges" not in repr(frameumap.FrameUMAP())


def test_a_column_that_takes_over_is_warned_of_with_the_mend():
    rng = np.random.default_rng(0)
    names = ["".join(letters) for letters in rng.choice(list("abcdefghij"), (900, 12))]
    df = pd.DataFrame(np.reshape(names, (300, 3)), columns=["first", "middle", "last"])
    df["group"] = np.array(list("xyz"))[np.arange(300) % 3]
    message = r"edges come from 'group'.*weights=\{'group': 0.3\}"
    with pytest.warns(FrameUMAPWarning, match=message):
        fit(df)
    fit(df, weights={"group": 1})  # who gives a weight has asked for it


def test_column_shares_sum_to_their_group():
    model = fit(frame())
    by_column = model.column_influence_.groupby("group")["share"].sum()
    by_group = model.influence_["share"]
    pd.testing.assert_series_equal(
        by_column.sort_index(), by_group.sort_index(), check_names=False, atol=0.02
    )


def test_leaving_out_a_column_changes_the_neighbourhoods_that_it_alone_decides():
    df = frame().assign(same=1.0)
    df.loc[0, "same"] = 2.0
    table = fit(df, {"age": "numeric", "spend": "numeric", "same": "numeric"}).column_influence_
    assert table["change_without"]["age"] > 0.5
    assert table["change_without"]["same"] < 0.1


def test_coordinates_count_as_one():
    rng = np.random.default_rng(0)
    df = frame().assign(lat=rng.uniform(45, 50, 500), lon=rng.uniform(5, 10, 500))
    table = shares(df)
    assert "lat+lon" in table.index
    assert "lat" not in table.index


# Likeness of levels --------------------------------------------------------------------------


def alike_levels(n=900):
    rng = np.random.default_rng(0)
    which = rng.integers(0, 6, n)
    level = np.array(list("abcdef"))[which]
    return pd.DataFrame({"level": level, "x": which // 2 * 3 + rng.normal(size=n) * 0.3})


def test_levels_whose_rows_look_alike_are_near():
    df = alike_levels()
    model = fit(df, {"level": "hamming_likeness", "x": "numeric"})
    kind = next(k for k in model._model.encoders if k.group.columns == ("level",))
    a, b, c, d, e, f, _ = kind.positions[0]
    assert max(abs(a - b), abs(c - d), abs(e - f)) < 0.1
    assert min(abs(a - c), abs(c - e)) > 0.3


def test_positions_do_not_depend_on_the_order_of_rows_and_columns():
    df = alike_levels().assign(k=lambda d: d["x"].round().astype(str))
    schema = {"level": "hamming_likeness", "x": "numeric", "k": "categorical"}
    order = np.random.default_rng(0).permutation(len(df))
    one, other = fit(df, schema), fit(df.iloc[order][["k", "x", "level"]], schema)

    def positions(model):
        return next(k for k in model._model.encoders if k.group.columns == ("level",)).positions[0]

    np.testing.assert_allclose(positions(one), positions(other), atol=2e-4)


def test_likeness_is_stored_and_an_unseen_level_differs_from_all(tmp_path):
    df = alike_levels()
    model = fit(df, {"level": "hamming_likeness", "x": "numeric"})
    model.save(tmp_path / "model")
    loaded = frameumap.FrameUMAP.load(tmp_path / "model")
    new = pd.DataFrame({"level": ["a", "new"], "x": [0.1, 3.2]})
    with pytest.warns(FrameUMAPWarning, match="has not seen"):
        here = model.transform(new)
    with pytest.warns(FrameUMAPWarning, match="has not seen"):
        np.testing.assert_array_equal(here, loaded.transform(new))
    kind = next(k for k in model._model.encoders if k.group.columns == ("level",))
    places = kind.encode([pd.Series(["new", "a"])]).cells[:, 1].view(np.float32)
    assert abs(places[0] - places[1]) > 1
    assert set(model.inverse_transform(model.embedding_[:5])["level"]) <= set("abcdef")
    model.update(df.iloc[:3])


def test_one_group_is_said_to_be_all_there_is():
    df = pd.DataFrame(np.random.default_rng(0).random((60, 40))).rename(columns="pixel {}".format)
    model = frameumap.FrameUMAP({tuple(df.columns): "euclidean"}).fit(df)
    told = repr(model).splitlines()[-1]
    assert told.startswith("All edges come from pixel 0+pixel 1+")
    assert "…" in told
    assert len(told) < 90

"""Real tables, if the folder exists: every one is inferred and embedded without preparation."""

import sys

import pytest
from frames import TABLES

import frameumap

pytestmark = pytest.mark.skipif(
    not (TABLES / "tables.py").exists(), reason="no folder of real tables (FRAMEUMAP_TABLES)"
)

if (TABLES / "tables.py").exists():
    sys.path.insert(0, str(TABLES))
    import tables

    NAMES = sorted(tables.TABLES)
else:
    NAMES = []


@pytest.mark.filterwarnings(
    "ignore::pandas.errors.DtypeWarning", "ignore::frameumap.FrameUMAPWarning"
)
@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_embedded_as_it_is(name):
    df, _ = tables.frame(name, 400)
    xy = df.pipe(frameumap.embed, n_epochs=50)
    assert xy.index.equals(df.index)
    schema = frameumap.infer_schema(df)
    assert set(schema.columns) | set(schema.ignored) == set(df.columns)
    assert frameumap.Schema.from_toml(schema.to_toml()) == schema


@pytest.mark.parametrize(
    "combine", ["intersection", "union", "(size & grade)", "(size & grade) | shape"]
)
def test_diamonds_whole(combine):
    df, _ = tables.frame("diamonds")
    schema = {
        "size": frameumap.group(["carat", "x", "y", "z"], "euclidean"),
        "shape": frameumap.group(["depth", "table"], "manhattan"),
        "cut": frameumap.ordinal(["Fair", "Good", "Very Good", "Premium", "Ideal"], name="grade"),
        "colour": frameumap.group(["color", "clarity"], "hamming"),
    }
    model = frameumap.FrameUMAP(schema, combine=combine, n_epochs=10).fit(df)
    assert model.graph_.nnz > 10 * len(df)

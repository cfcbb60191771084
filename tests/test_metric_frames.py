"""Every metric from a frame to a file: packed distances equal naive ones, and fit, transform, save
and inverse work on gaps."""

import naive_metrics as twin
import numpy as np
import pandas as pd
import pytest

import frameumap
from frameumap import FrameUMAP, metrics
from frameumap.engine.distance import pair_group_distances
from frameumap.engine.threads import parallel_for
from frameumap.errors import FrameUMAPWarning, SchemaError
from frameumap.kinds.encode import encode_frame

N = 60
STRINGS = [
    "new york",
    "york new",
    "new  york mets",
    "boston",
    "böston",
    "chicago bulls",
    "la",
    "",
    "x",
]
GRADES = ["lo", "mid", "hi", "top"]


def table():
    rng = np.random.default_rng(0)
    letters = list("abcdef")
    return pd.DataFrame(
        {
            **{f"v{i}": np.abs(rng.normal(size=N)) * 0.1 for i in range(4)},
            **{f"b{i}": rng.random(N) < 0.5 for i in range(5)},
            **{f"h{i}": rng.integers(0, 9, N) for i in range(6)},
            "c1": rng.choice(list("abc"), N),
            "c2": rng.choice(list("uvwxyz"), N),
            "g": pd.Categorical(
                rng.choice(GRADES, N, p=[0.5, 0.3, 0.1, 0.1]), GRADES, ordered=True
            ),
            "t": rng.choice(STRINGS, N),
            "s": [list(rng.choice(letters, rng.integers(0, 4), replace=False)) for _ in range(N)],
            "p": ["/".join(rng.choice(list("ab"), rng.integers(1, 4))) for _ in range(N)],
            "lat": rng.uniform(-60, 60, N),
            "lon": rng.uniform(-170, 170, N),
            "alt": rng.uniform(0, 4000, N),
            "when": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 10**6, N), unit="min"),
        }
    )


def with_gaps(df):
    df, rng = df.copy(), np.random.default_rng(1)
    for column in df.columns:
        if df[column].dtype == bool:
            df[column] = df[column].astype("boolean")
        if column != "s":
            df.loc[rng.random(N) < 0.2, column] = None
    df["s"] = [None if i == 3 else v for i, v in enumerate(df["s"])]
    return df


SCHEMAS = {
    **{
        name: {tuple(f"v{i}" for i in range(4)): name}
        for name in twin.built_in()
        # Matrices of their own: test_sparse, test_precomputed.
        if metrics.get(name).accepts not in ("sparse", "distances")
    },
    **{name: {tuple(f"b{i}" for i in range(5)): name} for name in twin.BINARY},
    **{
        name: {tuple(f"h{i}" for i in range(6)): name}
        for name in ("hellinger", "jensen_shannon", "symmetric_kl", "wasserstein", "wasserstein_circular", "dirichlet", "poisson")
    },
    **{name: {("c1", "c2"): name} for name in (
        "hamming", "hamming_balanced", "hamming_rate", "hamming_likeness", "eskin", "goodall", "entropy"
    )},
    **{name: {"g": name} for name in ("levels", "ranks", "ordinal_entropy")},
    **{name: {("lat", "lon"): name} for name in ("haversine", "haversine_root")},
    "haversine_altitude": {("lat", "lon", "alt"): frameumap.group(metric="haversine_altitude", params={"vertical": 50})},
    "gower": {("v0", "c1", "g", "when", "b1"): "gower"},
    "cyclic": {"v0": frameumap.cyclic(1.0)}, "calendar": {"when": "calendar"},
    **{name: {"t": name} for name in twin.built_in() if metrics.get(name).accepts in ("text", "bag")},
    **{name: {"s": name} for name in twin.built_in() if metrics.get(name).accepts == "set"},
    **{name: {"p": name} for name in twin.built_in() if metrics.get(name).accepts == "path"},
}  # fmt: skip
OTHERS = [
    {"t": frameumap.text("jaccard")}, {"t": frameumap.text("jaccard_rarity", prepare="accents case spaces")},
    {("c1", "c2", "p"): frameumap.hierarchy()}, {("v0", "v1"): frameumap.numeric("whiten")},
    {("c1", "c2"): frameumap.group(metric="hamming", column_weights=[1, 5])},
    {"t": frameumap.text("qgram_cosine", params={"q": 3})}, {"when": frameumap.datetime("calendar", "linear")},
    {("v0", "v1"): frameumap.group(metric="minkowski", params={"p": 1.5}, column_weights=(1, 2))},
]  # fmt: skip


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("schema", [*SCHEMAS.values(), *OTHERS], ids=str)
def test_fit_transform_save_and_inverse(schema, gaps, tmp_path):
    df = with_gaps(table()) if gaps else table()
    model = FrameUMAP(schema, n_epochs=3, n_neighbors=8).fit(df)
    placed = model.transform(df.iloc[:20])
    model.save(tmp_path / "model")
    assert np.array_equal(FrameUMAP.load(tmp_path / "model").transform(df.iloc[:20]), placed)
    rows = model.inverse_transform(model.embedding_[:5])
    assert list(rows.columns) == [c for c in df.columns if c in model.schema_.columns]
    model.update(df.iloc[5:9])
    written = frameumap.Schema.from_mapping(schema)
    assert frameumap.Schema.from_toml(written.to_toml()).to_dict() == written.to_dict()


def distances(df, schema):
    """d_g of all pairs, not divided by s_g."""
    groups = list(frameumap.Schema.from_mapping(schema).groups.values())
    _, packed = encode_frame(df, groups)
    n = len(df)
    left, right = (a.ravel().astype(np.int64) for a in np.divmod(np.arange(n * n), n))
    out = np.empty(n * n)
    parallel_for(pair_group_distances, n * n, packed.rows, 0, left, right, out)
    return out.reshape(n, n) * packed.scales[0]


@pytest.mark.parametrize("name", ["goodall", "entropy", "eskin"])
def test_categories_by_their_shares(name):
    df = table()
    rows = list(df[["c1", "c2"]].itertuples(index=False, name=None))
    shares = [df[c].value_counts(normalize=True).to_dict() for c in ("c1", "c2")]
    expected = [[getattr(twin, name)(x, y, shares) for y in rows] for x in rows]
    np.testing.assert_allclose(distances(df, {("c1", "c2"): name}), expected, atol=1e-5)


def test_grades_by_the_entropy_of_the_levels_between():
    df = table()
    codes = df["g"].cat.codes
    shares = [codes.value_counts(normalize=True).to_dict()]
    expected = [[twin.ordinal_entropy((x,), (y,), shares) for y in codes] for x in codes]
    np.testing.assert_allclose(distances(df, {"g": "ordinal_entropy"}), expected, atol=1e-5)


def test_mahalanobis_is_scipys_and_knows_no_units():
    from scipy.spatial.distance import cdist

    columns = ["v0", "v1", "v2"]
    df = table()[columns] @ np.array([[1, 2, 0], [0, 1, 3], [5, 0, 1]])
    df.columns = columns
    inverse = np.linalg.inv(np.cov(df.to_numpy().T, bias=True))
    found = distances(df, {tuple(columns): "mahalanobis"})
    np.testing.assert_allclose(
        found, cdist(df, df, "mahalanobis", VI=inverse), rtol=1e-3, atol=1e-4
    )
    np.testing.assert_allclose(
        distances(df * [1000, 1, 0.01], {tuple(columns): "mahalanobis"}),
        found,
        rtol=1e-3,
        atol=1e-4,
    )


@pytest.mark.parametrize("gaps", [False, True])
def test_gower_is_the_papers(gaps):
    df = with_gaps(table()) if gaps else table()
    columns = ("v0", "c1", "g", "when", "b1")
    found = distances(df, {columns: "gower"})
    number = {
        "v0": df["v0"],
        "g": df["g"].cat.codes.where(df["g"].notna()).astype(float),
        "b1": df["b1"].astype("Float64"),
    }
    number["when"] = (df["when"] - pd.Timestamp(0)) / pd.Timedelta(days=1)
    number = {name: s.astype("Float64") for name, s in number.items()}
    for i in range(0, N, 7):
        for j in range(N):
            parts = [
                abs(s[i] - s[j]) / (s.max() - s.min())
                for s in number.values()
                if pd.notna(s[i]) and pd.notna(s[j])
            ]
            if pd.notna(df["c1"][i]) and pd.notna(df["c1"][j]):
                parts.append(float(df["c1"][i] != df["c1"][j]))
            if parts:
                assert found[i, j] == pytest.approx(float(np.mean(parts)), abs=1e-5)


def test_rare_members_and_words_count_more():
    df = pd.DataFrame({"t": ["acme inc", "zebra inc", "acme ltd", *["foo inc"] * 17]})
    found = distances(df, {"t": frameumap.text("jaccard_rarity")})
    # acme inc and acme ltd share a rare word, acme inc and zebra inc a common one.
    assert found[0, 2] < found[0, 1]
    plain = distances(df, {"t": frameumap.text("jaccard")})
    assert plain[0, 2] == pytest.approx(plain[0, 1])


def test_paths_may_lie_in_several_columns():
    df = pd.DataFrame(
        {"a": ["x", "x", "x", "y"], "b": ["m", "m", "n", "m"], "c": ["p", None, "p", "p"]}
    )
    found = distances(df, {("a", "b", "c"): frameumap.hierarchy()})
    joined = distances(
        pd.DataFrame({"p": ["x/m/p", "x/m", "x/n/p", "y/m/p"]}), {"p": "hierarchical"}
    )
    np.testing.assert_allclose(found, joined)
    np.testing.assert_allclose(found[0], [0, 1 / 5, 2 / 3, 1], atol=1e-6)


def test_a_calendar_brings_the_same_hour_weekday_and_season_together():
    when = pd.to_datetime(["2024-07-01 12:00", "2025-06-30 12:00", "2024-01-03 00:00"])
    found = distances(pd.DataFrame({"when": when}), {"when": "calendar"})
    assert found[0, 1] < 0.02 < 0.5 < found[0, 2]


def test_text_is_prepared_as_the_schema_says():
    df = pd.DataFrame(
        {"t": ["Café  Noir", "cafe noir", "CAFE\u0301 NOIR", "Cafe\u0301  Noir", "tea"]}
    )
    plain = distances(df, {"t": "levenshtein"})
    assert plain[0, 3] == 0  # one letter, however it was typed
    assert plain[0, 1] > 0
    assert distances(df, {"t": frameumap.text("levenshtein", prepare="none")})[0, 3] > 0
    bare = distances(
        df, {"t": frameumap.text("levenshtein", prepare=["accents", "case", "spaces"])}
    )
    assert (bare[:4, :4] == 0).all()
    assert bare[0, 4] > 0


@pytest.mark.parametrize(
    ("schema", "what"),
    [
        ({"v0": "haversine"}, "two columns"),
        ({("lat", "lon"): "haversine_altitude"}, "three columns"),
        ({"v0": frameumap.group(kind="numeric", metric="gower")}, "kind 'mixed'"),
        (
            {"t": frameumap.text("jaro_winkler", params={"q": 3})},
            "no parameter 'q'; it has 'prefix'",
        ),
        ({"t": frameumap.text("jaro_winkler", params={"prefix": float("nan")})}, "finite number"),
        ({"v0": frameumap.group(metric="cosine", column_weights=[2])}, "does not weigh columns"),
        ({"c1": frameumap.group(metric="hamming", column_weights=[2, 3])}, "1 finite numbers"),
        ({"t": frameumap.text(prepare="upper")}, "prepare of group"),
        ({"t": "hamming"}, None),
        ({"c1": frameumap.text("hamming")}, "takes rows of codes"),
        ({"when": frameumap.group(metric="cyclic", part="calendar")}, "needs the metric"),
    ],
)
def test_what_does_not_fit_is_named(schema, what):
    df = table()
    if what is None:
        FrameUMAP(schema, n_epochs=1).fit(df)
        return
    with pytest.raises(SchemaError, match=what):
        FrameUMAP(schema, n_epochs=1).fit(df)


def test_members_of_new_rows_that_the_fit_has_not_seen():
    df = table()
    for schema in (
        {"s": "jaccard_rarity"},
        {"t": "qgram_cosine"},
        {"p": "hierarchical"},
        {("c1", "c2"): "goodall"},
    ):
        model = FrameUMAP(schema, n_epochs=3, n_neighbors=8).fit(df)
        new = pd.DataFrame(
            {"s": [["a", "new"]], "t": ["qwertz"], "p": ["a/z/z"], "c1": ["a"], "c2": ["new"]}
        )
        if "goodall" in schema.values():
            with pytest.warns(FrameUMAPWarning, match="'c2' .1 rows"):
                assert np.isfinite(model.transform(new)).all()
        elif "qgram_cosine" in schema.values():
            with pytest.warns(FrameUMAPWarning, match="nothing in common with the rows of the fit"):
                assert np.isfinite(model.transform(new)).all()
        else:
            assert np.isfinite(model.transform(new)).all()

"""Landmarks and streams: one result for any order, partition and storage of the same rows."""

import itertools
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap import DataError, FrameUMAP, ParameterError
from frameumap.stream.canonical import canonical
from frameumap.stream.digests import name_digests, row_digests, value_digests
from frameumap.stream.fit import default_rows
from frameumap.stream.hidden import tell
from frameumap.stream.landmarks import choose_landmarks, repeated, sample_schema
from frameumap.stream.report import lost_skill
from frameumap.stream.sketch import Sketch
from frameumap.stream.summary import LEVELS, Summary

OPTIONS = {"n_epochs": 10, "n_neighbors": 8}


def customers(n=1500, seed=0):
    df = frameumap.datasets.make_customers(n, random_state=seed).drop(columns="segment")
    return pa.Table.from_pandas(df, preserve_index=False)


TABLE = customers()


def pieces(table, parts, seed=None):
    """The rows of a table in so many parts; shuffled unless `seed` is None."""
    if seed is not None:
        table = table.take(np.random.default_rng(seed).permutation(len(table)))
    borders = np.linspace(0, len(table), parts + 1).astype(int)
    return [table.slice(a, b - a) for a, b in itertools.pairwise(borders)]


def sketch(parts, size=200, **options):
    made = Sketch(size, **options)
    for part in parts:
        made.add(part)
    return made


def facts(made):
    """All that a sketch knows, as plain values."""
    made.compact()
    summaries = {
        name: (s.rows, s.gaps, s.low, s.high, s.total, s.overflowed, s.distinct,
               s.levels.tolist(), s.counts.tolist())
        for name, s in made.summaries.items()
    }  # fmt: skip
    return made.rows, made.pool.keys.tolist(), made.pool.counts.tolist(), summaries


# One result for any order, partition and storage -----------------------------------------------


@pytest.mark.parametrize("parts", [7, 64])
def test_a_sketch_is_the_same_for_any_partition_and_order(parts, monkeypatch):
    monkeypatch.setattr("frameumap.stream.sketch.WAIT", 300)  # rows are dropped on the way
    table = pa.concat_tables([TABLE, TABLE.slice(0, 200), TABLE.slice(0, 50)])
    one = sketch([table], aside=30)
    other = sketch(pieces(table, parts, seed=parts), aside=30)
    assert facts(one) == facts(other)
    assert one.frame(one.pool).equals(other.frame(other.pool))
    merged = Sketch(200, aside=30)
    shuffled = pieces(table, parts, seed=1)
    for first in range(0, parts, 3):
        merged.merge(sketch(shuffled[first : first + 3], aside=30))
    assert facts(one) == facts(merged)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from([None, "a", "b", "c"])), min_size=1),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_a_sketch_of_few_rows_is_all_of_them_with_their_copies(rows, parts, random):
    table = pa.table({"x": [r[0] for r in rows], "y": pa.array([r[1] for r in rows], pa.string())})
    random.shuffle(order := list(range(len(rows))))
    made = sketch(pieces(table.take(order), parts), size=1000)
    made.compact()
    found = made.frame(made.pool).assign(n=made.pool.counts)
    wanted = table.to_pandas().groupby(["x", "y"], dropna=False).size().reset_index(name="n")
    key = ["x", "y"]
    pd.testing.assert_frame_equal(
        found.sort_values(key, ignore_index=True), wanted.sort_values(key, ignore_index=True),
        check_dtype=False,
    )  # fmt: skip


def test_the_smallest_digests_are_kept_against_sorting_all():
    made = sketch(pieces(TABLE, 5), size=100, floor=0, aside=10)
    made.compact()
    table = canonical(TABLE)
    names = sorted(TABLE.column_names)
    values = np.stack([value_digests(table.column(n).chunk(0)) for n in names])
    keys = np.unique(row_digests(values, name_digests(names)))
    assert set(keys[:100].tolist()) <= set(made.pool.keys.tolist())
    assert len(made.pool.keys) < 100 + 2 * 10 + 2 * len(names) + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([1, 2, None], pa.int32()), pa.array([1, 2, None], pa.int64())),
        (pa.array([1, 2, None], pa.int8()), pa.array([1.0, 2.0, None], pa.float64())),
        (pa.array([0.0, 0.5, None], pa.float32()), pa.array([-0.0, 0.5, np.nan], pa.float64())),
        (pa.array(["a", "ü", None]), pa.array(["a", "ü", None]).dictionary_encode()),
        (pa.array(["a", "", None]), pa.array(["a", "", None], pa.large_string())),
        (pa.array([["a", "b"], [], None]),
         pa.array([["a", "b"], [], None], pa.large_list(pa.large_string()))),
        (pa.array([0, 10**6, None], pa.timestamp("us")), pa.array([0, 10**3, None], pa.timestamp("ms"))),
        (pa.array([0, 1, None], pa.date32()), pa.array([0, 86400, None], pa.timestamp("s"))),
    ],
)  # fmt: skip
def test_digests_are_of_values_not_of_their_storage(one, other):
    digests = [value_digests(canonical(pa.table({"x": a}))["x"].chunk(0)) for a in (one, other)]
    np.testing.assert_array_equal(*digests)
    assert len(set(digests[0].tolist())) == 3
    sliced = canonical(pa.table({"x": pa.chunked_array([one, one]).slice(1, 3)}))["x"].chunk(0)
    np.testing.assert_array_equal(value_digests(sliced), digests[0][[1, 2, 0]])


def test_strings_of_any_length_have_different_digests():
    texts = ["", "a", "b", "ab", "ba", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghj", "a" * 99]
    found = value_digests(pa.array(texts, pa.large_string()))
    assert len(set(found.tolist())) == len(texts)
    lists = [[], ["a"], ["a", "b"], ["b", "a"], ["ab"], [""]]
    found = value_digests(pa.array(lists, pa.large_list(pa.large_string())))
    assert len(set(found.tolist())) == len(lists)
    large = value_digests(pa.array([2**53, 2**53 + 1, 2**53 + 2, 2**60, 2**60 + 1], pa.int64()))
    assert len(set(large.tolist())) >= 4


@pytest.fixture(scope="module")
def model():
    return frameumap.fit_sample(TABLE, rows=400, **OPTIONS)


def test_what_the_sample_costs_is_judged_on_rows_aside_and_kept_in_files(model, tmp_path):
    report = model.sample_
    assert report.landmarks >= 400
    assert 0 < report.aside <= 300
    assert 0.95 < report.recall <= 1
    assert 0.1 < report.skill < 1
    assert 0 <= report.loss < 0.3
    assert f"{report.skill:.3f}" in str(report)
    model.save(tmp_path / "m.frameumap")
    loaded = frameumap.FrameUMAP.load(tmp_path / "m.frameumap")
    assert loaded.sample_ == report
    assert pickle.loads(pickle.dumps(model)).sample_ == report
    plain = frameumap.fit_sample(TABLE[:300], rows=400, **OPTIONS)
    assert plain.sample_.skill is None
    assert "skill" not in str(plain.sample_)
    assert not hasattr(plain.fit(TABLE[:100].to_pandas()), "sample_")


def test_skill_is_one_minus_the_error_over_that_of_the_average():
    known, true = pd.Series(np.arange(40.0)), pd.Series([3.0, 20.0, 37.0])
    ranks = pd.concat([known, true]).rank(pct=True).to_numpy()
    lists = np.array([[2, 3, -1], [19, 20, 21], [36, 37, 38]])
    mean = ranks[:40].mean()
    told = [(ranks[rows[rows >= 0]].sum() + mean) / ((rows >= 0).sum() + 1) for rows in lists]
    skill = 1 - ((told - ranks[40:]) ** 2).sum() / ((mean - ranks[40:]) ** 2).sum()
    assert tell(known, true, [lists])[0] == pytest.approx(skill)
    letters = pd.Series(list("aabbb"), dtype=object)
    found = tell(letters, pd.Series(["a", "b", None]), [np.array([[0, 1], [2, 3], [0, 1]])])[0]
    assert found == pytest.approx(1 - (0.2**2 + (0.4 / 3) ** 2) / (0.6**2 + 0.4**2))
    assert tell(pd.Series(["a", "b"]), pd.Series([None, None]), [lists[:2]]) is None


def test_what_a_doubling_adds_falls_by_a_factor():
    assert lost_skill(np.array([0.5, 0.4, 0.2]), 1 / 4) == pytest.approx(0.05 + 0.025)
    assert lost_skill(np.array([0.5, 0.5, 0.2]), 0.1) == 0
    assert lost_skill(np.array([0.5, 0.4, 0.2]), 1.0) == 0
    assert lost_skill(np.array([0.5, 0.4, 0.4]), 0.5) == pytest.approx(0.09)


@pytest.mark.parametrize("parts", [33])
def test_fit_and_transform_are_the_same_bytes_for_any_partition(model, parts):
    shuffled = pieces(TABLE, parts, seed=3)
    other = frameumap.fit_sample(iter(shuffled), rows=400, **OPTIONS)
    np.testing.assert_array_equal(model.embedding_, other.embedding_)
    assert str(model.sample_) == str(other.sample_)
    made = pa.Table.from_batches(list(other.transform_batches(shuffled)))
    whole = pa.concat_tables(shuffled)
    np.testing.assert_array_equal(
        np.column_stack([made["umap_0"], made["umap_1"]]), model.transform(whole.to_pandas())
    )
    assert made.schema.types == [pa.float32()] * 2


def test_a_row_alone_has_the_place_it_has_in_a_batch(model):
    one = pa.Table.from_batches(list(model.transform_batches(TABLE.slice(700, 40))))
    singles = [next(model.transform_batches(TABLE.slice(700 + i, 1))) for i in range(40)]
    assert one.equals(pa.Table.from_batches(singles).combine_chunks()) or np.array_equal(
        one.to_pandas(), pa.Table.from_batches(singles).to_pandas()
    )


# What the sample holds -------------------------------------------------------------------------


def test_rare_levels_gaps_ends_and_places_are_in_the_sample():
    rng = np.random.default_rng(0)
    n = 5000
    df = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "plan": rng.choice(["a", "b"], n),
            "lat": rng.normal(48, 0.5, n),
            "lon": rng.normal(10, 0.5, n),
        }
    )
    df.loc[17, "plan"] = "rare"
    df.loc[18, "x"] = 99.0
    df.loc[19, ["lat", "lon"]] = (-33.9, 151.2)
    df.loc[20, "x"] = None
    made = sketch(pieces(pa.Table.from_pandas(df), 3), size=100, aside=10)
    marks = choose_landmarks(made)
    assert (marks.frame["plan"] == "rare").sum() == 1
    assert marks.frame["x"].max() == 99
    assert marks.frame["x"].min() == df["x"].min()
    assert marks.frame["x"].isna().sum() == 1
    assert (marks.frame["lat"] < 0).sum() == 1
    assert 100 < len(marks.frame) <= 120  # floors add a tenth at most, or one row a level
    assert len(marks.aside) <= 10
    assert not marks.aside["x"].isin(marks.frame["x"]).any()
    assert marks.share == pytest.approx(100 / n, rel=0.5)


def test_weights_are_copies_and_a_rare_level_weighs_what_it_is():
    df = pd.DataFrame({"x": np.repeat(np.arange(10.0), np.arange(1, 11)), "y": "a"})
    marks = choose_landmarks(sketch([pa.Table.from_pandas(df)], size=1000))
    assert dict(zip(marks.frame["x"], marks.weights, strict=True)) == {
        float(i): i + 1 for i in range(10)
    }
    assert repeated(marks, 1000)["x"].value_counts().to_dict() == {
        float(i): i + 1 for i in range(10)
    }
    assert len(repeated(marks, 25)) < 32
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"x": rng.normal(size=20_000), "plan": "a"})
    df.loc[:199, "plan"] = "b"
    marks = choose_landmarks(sketch([pa.Table.from_pandas(df)], size=500))
    rare = (marks.frame["plan"] == "b").to_numpy()
    assert rare.sum() >= 20
    share = marks.weights[rare].sum() / marks.weights.sum()
    assert share == pytest.approx(0.01, rel=0.3)  # 20 rows tell the share to a fifth
    assert (marks.weights[~rare] <= 1).all()
    assert (marks.weights[~rare] == 1).mean() > 0.9


def test_a_sample_of_rows_is_a_fair_one():
    rng = np.random.default_rng(1)
    df = pd.DataFrame({"x": rng.normal(size=20_000), "k": rng.integers(0, 2000, 20_000)})
    frame = choose_landmarks(sketch([pa.Table.from_pandas(df)], size=2000, floor=0)).frame
    quantiles = np.linspace(0.1, 0.9, 9)
    np.testing.assert_allclose(
        frame["x"].quantile(quantiles), df["x"].quantile(quantiles), atol=0.1
    )


def test_numbers_in_a_row_are_left_out_though_the_sample_has_gaps_between_them():
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"id": rng.permutation(3000) + 5, "x": rng.normal(size=3000)})
    made = sketch(pieces(pa.Table.from_pandas(df), 4), size=100)
    frame = choose_landmarks(made).frame
    assert "consecutive" in sample_schema(made, frame).ignored["id"]
    assert "consecutive" not in frameumap.infer_schema(frame).ignored.get("id", "")
    df.loc[0, "id"] = df.loc[1, "id"]  # one twice
    made = sketch([pa.Table.from_pandas(df)], size=100)
    assert "consecutive" not in str(sample_schema(made, choose_landmarks(made).frame).ignored)
    schema = sample_schema(made, frame)
    assert schema.notes["x"].reason == frameumap.infer_schema(df).notes["x"].reason  # the range


def test_numbers_of_different_values_are_near():
    for count in (10, 900, 1100, 60_000):
        summary = Summary()
        keys = value_digests(pa.array(np.arange(count) * 7))
        for part in np.array_split(np.concatenate([keys, keys[::2]]), 5):
            summary.add(part, None, part)
        assert summary.distinct == pytest.approx(count, rel=0 if count < 1000 else 0.12)
        assert summary.overflowed == (count > LEVELS)


# Sources ---------------------------------------------------------------------------------------


def sources(folder):
    """The rows of TABLE in every form."""
    pq.write_table(TABLE.slice(0, 700), folder / "a.parquet", row_group_size=300)
    pq.write_table(TABLE.slice(700), folder / "b.parquet")
    yield str(folder)
    yield folder / "*.parquet"
    yield [folder / "a.parquet", str(folder / "b.parquet")]
    import pyarrow.dataset

    yield pyarrow.dataset.dataset(folder)
    yield TABLE.to_reader(max_chunksize=100)
    yield TABLE.to_batches(max_chunksize=333)
    yield (part.to_pandas() for part in pieces(TABLE, 3))
    polars = pytest.importorskip("polars")
    yield polars.scan_parquet(folder / "*.parquet")
    duckdb = pytest.importorskip("duckdb")
    yield duckdb.sql(f"select * from '{folder}/*.parquet'")


def test_sources_of_every_form_give_the_same_rows(tmp_path):
    from frameumap.stream.source import read_parts

    wanted = facts(sketch([TABLE], aside=30))
    for source in sources(tmp_path):
        made = sketch((part.data for part in read_parts(source)), aside=30)
        assert facts(made) == wanted, type(source)


def test_csv_and_arrow_files_are_read(tmp_path):
    import pyarrow.csv
    import pyarrow.feather

    table = pa.table({"x": [1.5, None, 3.0], "y": ["a", "b", None]})
    pyarrow.csv.write_csv(table, tmp_path / "a.csv")
    pyarrow.feather.write_feather(table, tmp_path / "b.feather")
    wanted = facts(sketch([table]))
    for name in ("a.csv", "b.feather"):
        from frameumap.stream.source import read_parts

        assert facts(sketch(p.data for p in read_parts(tmp_path / name))) == wanted


# Results and errors ----------------------------------------------------------------------------


def test_segments_stream_too(model):
    segments = model.cluster()
    made = pa.Table.from_batches(list(model.transform_batches(pieces(TABLE, 5), segments=segments)))
    df = TABLE.to_pandas()
    np.testing.assert_array_equal(made["segment"], segments.predict(df))
    np.testing.assert_array_equal(made["membership"], segments.predict_memberships(df).max(axis=1))
    with pytest.raises(ParameterError, match=r"model.cluster\(\) of the same model"):
        model.transform_batches(TABLE, segments="plan")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    for at, part in enumerate(pieces(TABLE, 3)):
        pq.write_table(part, tmp_path / "in" / f"{at}.parquet", row_group_size=200)
    return tmp_path


def test_files_go_to_files_and_a_second_run_skips_what_is_done(model, folder):
    out = folder / "out"
    done = model.transform_batches(folder / "in", out=out)
    assert (done.rows, done.files, done.skipped) == (len(TABLE), 3, 0)
    table = pq.read_table(out)
    np.testing.assert_array_equal(
        np.column_stack([table["umap_0"], table["umap_1"]]), model.transform(TABLE.to_pandas())
    )
    assert table.drop_columns(["umap_0", "umap_1"]).equals(
        TABLE.cast(table.schema.remove(21).remove(20))
    )
    before = {p.name: p.stat().st_mtime_ns for p in out.iterdir()}
    (out / "1.parquet").unlink()
    pq.write_table(pieces(TABLE, 3)[2].slice(0, 10), folder / "in" / "2.parquet")  # another source
    done = model.transform_batches(f"{folder}/in/*.parquet", out=out)
    assert done.skipped == 1
    after = {p.name: p.stat().st_mtime_ns for p in out.iterdir()}
    assert before.keys() == after.keys()
    assert before["0.parquet"] == after["0.parquet"]
    assert len(pq.read_table(out / "2.parquet")) == 10
    other = FrameUMAP(**OPTIONS).fit(TABLE.slice(0, 100))
    with pytest.raises(DataError, match="another model"):
        other.transform_batches(folder / "in", out=out)
    with pytest.raises(DataError, match="another model or with other columns"):
        model.transform_batches(folder / "in", out=out, keep=["plan"])
    model.transform_batches(folder / "in", out=folder / "keys", keep=["plan"])
    assert pq.read_schema(folder / "keys" / "0.parquet").names == ["plan", "umap_0", "umap_1"]


def test_a_saved_model_goes_on_where_the_one_before_stopped(model, folder):
    model.transform_batches(folder / "in" / "0.parquet", out=folder / "out")
    model.save(folder / "m")
    again = FrameUMAP.load(folder / "m").transform_batches(folder / "in", out=folder / "out")
    assert (again.files, again.skipped) == (3, 1)


def spoil(folder, how):
    path = folder / "in" / "1.parquet"
    table = pq.read_table(path)
    if how == "lacks":
        pq.write_table(table.drop_columns("plan"), path, row_group_size=200)
    elif how == "type":
        text = pa.array(["x"] * len(table))
        at = table.column_names.index("revenue")
        pq.write_table(table.set_column(at, "revenue", text), path, row_group_size=200)
    elif how == "corrupt":
        held = bytearray(path.read_bytes())
        start = pq.ParquetFile(path).metadata.row_group(1).column(0).dictionary_page_offset
        held[start : start + 400] = b"\xff" * 400
        path.write_bytes(held)
    else:
        path.write_bytes(path.read_bytes()[:1000])


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("lacks", r"1\.parquet, row group 0.*\['plan'\]"),
        ("type", r"1\.parquet, row group 0: column 'revenue' held numbers.*holds strings"),
        ("corrupt", r"1\.parquet, row group 1: cannot be read"),
        ("cut", r"1\.parquet: cannot be read"),
    ],
)
def test_a_bad_part_is_named_and_what_was_written_stays(model, folder, how, message):
    spoil(folder, how)
    with pytest.raises(DataError, match=message):
        model.transform_batches(folder / "in", out=folder / "out")
    assert sorted(p.name for p in (folder / "out").iterdir()) == ["0.parquet", "_frameumap.json"]
    assert len(pq.read_table(folder / "out" / "0.parquet")) == 500
    if how != "type":
        with pytest.raises(DataError, match=message.split(":")[0]):
            frameumap.fit_sample(folder / "in", rows=50)


def test_errors_say_what_was_expected(tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        frameumap.fit_sample(tmp_path / "none*.parquet")
    with pytest.raises(DataError, match="got int"):
        frameumap.fit_sample(3)
    with pytest.raises(DataError, match="source is empty"):
        frameumap.fit_sample([])
    with pytest.raises(DataError, match="source is empty"):
        frameumap.fit_sample(TABLE.slice(0, 0))
    for rows in (1, 2.5, True):
        with pytest.raises(ParameterError, match="rows must be an integer >= 2"):
            frameumap.fit_sample(TABLE, rows=rows)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match="expected a file that ends in"):
        frameumap.fit_sample(tmp_path / "a.txt")
    model = FrameUMAP(**OPTIONS).fit(mixed(60))
    with pytest.raises(ParameterError, match="needs out="):
        model.transform_batches(mixed(60), keep=["age"])
    ordered = [
        pd.DataFrame({"g": pd.Categorical(["b"], levels, ordered=True)})
        for levels in (["a", "b"], ["b", "a"])
    ]
    with pytest.raises(DataError, match="column 'g': .*ordered levels"):
        frameumap.fit_sample(ordered)


def test_unknown_levels_are_told_once_and_are_no_error(model):
    plan = pa.array(["new"] * len(TABLE))
    other = TABLE.set_column(TABLE.column_names.index("plan"), "plan", plan)
    with pytest.warns(frameumap.FrameUMAPWarning, match=r"'plan' \(1500 rows\)") as told:
        list(model.transform_batches(pieces(other, 6)))
    assert len(told) == 1


def test_the_parameters_of_the_model_stay_as_given():
    own = FrameUMAP(**OPTIONS)
    assert own.fit_sample(TABLE.slice(0, 200), 100) is own
    assert own.schema is None
    assert own.get_params()["schema"] is None
    dense = FrameUMAP(density=1, **OPTIONS).fit_sample(pieces(TABLE.slice(0, 50), 1) * 2, 100)
    assert len(dense.embedding_) == 100  # each row twice, as radii take no weights
    given = FrameUMAP({"revenue": "numeric", "plan": "categorical"}, **OPTIONS)
    given.fit_sample(TABLE.slice(0, 200), 100)
    assert list(given.schema_.columns) == ["revenue", "plan"]


def test_landmarks_by_memory(monkeypatch):
    for free, wanted in (
        (None, 100_000),
        (10**9, 100_000),
        (10**13, 1_000_000),
        (5 * 10**9, 470_000),
    ):
        monkeypatch.setattr("frameumap.stream.fit.available_bytes", lambda free=free: free)
        assert default_rows(20) == wanted


# The command -----------------------------------------------------------------------------------


def test_the_command_streams_a_folder(model, folder, capsys):
    from frameumap.command.main import main

    model.save(folder / "m.frameumap")
    call = ["transform", f"{folder}/m.frameumap", f"{folder}/in/*.parquet", "-o", f"{folder}/out/"]
    assert main([*call, "--drop", "tags"]) == 0
    assert "placed 1,500 rows" in capsys.readouterr().out
    assert "tags" not in pq.read_schema(folder / "out" / "1.parquet").names
    (folder / "out" / "2.parquet").unlink()  # as if it had been interrupted
    assert main([*call, "--drop", "tags"]) == 0
    assert "wrote 3 files" in (said := capsys.readouterr().out)
    assert "2 of them finished before" in said
    assert main(call) == 1
    assert "other columns" in capsys.readouterr().err
    assert main([*call, "--force"]) == 0
    assert "tags" in pq.read_schema(folder / "out" / "1.parquet").names
    assert main([*call, "--sheet", "x"]) == 2
    assert "--sheet does not go with a folder" in capsys.readouterr().err
    (folder / "in" / "1.parquet").write_bytes(b"PAR1 nothing")
    assert main(call) == 1
    assert "1.parquet: cannot be read" in capsys.readouterr().err


def test_embed_takes_landmarks_of_files(folder, capsys):
    from frameumap.command.main import main

    call = ["embed", f"{folder}/in", "--landmarks", "200", "--label", "plan"]
    assert main([*call, "-o", f"{folder}/out/", "--save", f"{folder}/m"]) == 0
    said = capsys.readouterr().out
    assert "of 1,500 rows" in said
    found = pq.read_table(folder / "out")
    assert found.column_names[-2:] == ["umap_0", "umap_1"]
    assert "plan" in found.column_names
    saved = FrameUMAP.load(folder / "m")
    assert "plan" not in saved.schema_.columns
    np.testing.assert_array_equal(saved.transform(TABLE.to_pandas())[:, 0], found["umap_0"])
    assert main([*call, "-o", f"{folder}/t.csv"]) == 2
    assert "needs -o FOLDER/" in capsys.readouterr().err

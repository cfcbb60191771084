"""What the command reads: dialects, encodings, types, formats, damaged files."""

import csv
import gzip
import io
import json
import zipfile

import dirty
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frameumap.command.delimited import read_delimited
from frameumap.command.dialect import Dialect, find_dialect
from frameumap.command.encoding import decode
from frameumap.command.errors import FileError, UsageError
from frameumap.command.formats import Reading
from frameumap.command.parse import Source, parse, parse_slowly
from frameumap.command.tables import read_tables
from frameumap.command.types import MisfitError, typed_frame
from frameumap.errors import FrameUMAPError


def read(tmp_path, data, name="t.csv", wanted=None, **reading):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_tables([str(path)], Reading(**reading), wanted)


@pytest.mark.parametrize("name", dirty.READABLE)
def test_dirty_tables_are_read(tmp_path, name):
    data, columns = dirty.READABLE[name]
    table = read(tmp_path, data)
    assert list(table.df.columns) == columns
    assert len(table.df) >= dirty.ROWS
    assert table.df.notna().all().all()


@pytest.mark.parametrize("name", dirty.REFUSED)
def test_damage_is_located(tmp_path, name):
    data, line, words = dirty.REFUSED[name]
    with pytest.raises(FileError) as caught:
        read(tmp_path, data)
    assert caught.value.line == line
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "t.csv"))


def test_a_guessed_encoding_that_looks_wrong_is_told(tmp_path):
    text = "名前,値\n" + "東京都,1\n大阪府,2\n京都市,3\n" * 9
    table = read(tmp_path, text.encode("shift_jis"))
    assert "t.csv: csv, latin-1," in table.facts[0]
    assert "read as latin-1, which gives words such as" in table.notes[0]
    assert read(tmp_path, b"a,b\n1,2\n").facts[0].endswith("1 row by 2 columns")


def test_values_of_the_dirty_tables(tmp_path):
    def first(name):
        return read(tmp_path, dirty.READABLE[name][0]).df.iloc[1].tolist()

    assert first("semicolons") == ["item 1", 1.15, 1]
    assert first("latin-1") == ["café 1", "Österreich1"]
    assert first("quotes in quotes") == ['say "hi", 1\nand go', 1]
    assert first("decimal commas") == [1001.5, 1.25]
    assert first("backslashes") == ['say "hi", 1', 1]
    assert first("spaces before quotes") == [1, "x, 1", 1]
    assert first("one column") == [1.5]
    assert first("no header") == [1, "x1", pd.Timestamp("2024-01-02")]


def test_mutated_files_are_read_or_refused(tmp_path):
    path = tmp_path / "m.csv"
    read_whole = 0
    for seed in range(1000):
        path.write_bytes(dirty.mutated(seed))
        try:
            table = read_tables([str(path)], Reading(skip_ragged=seed % 3 == 0))
        except FrameUMAPError as error:
            assert str(error).startswith(str(path))  # noqa: PT017
        else:
            assert len(table.df) > 0
            read_whole += 1
    assert 200 < read_whole < 950


CELLS = st.text(st.sampled_from("ab1 ,;|\t\"\n'é."), max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w), min_size=1, max_size=8)
    ),
    st.sampled_from(",;|\t"),
    st.booleans(),
)
def test_the_fast_parser_agrees_with_the_slow_one(rows, mark, quoted):
    sink = io.StringIO()
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(sink, delimiter=mark, quoting=style, lineterminator="\n").writerows(rows)
    source = Source(sink.getvalue().encode(), "t", Dialect(mark), len(rows[0]))
    fast, slow = parse(source, False)[0], parse_slowly(source)[0]
    assert fast.to_pydict() == slow.to_pydict()
    assert [list(row.values()) for row in fast.to_pylist()] == rows


FLOATS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: v + 0.0)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), FLOATS),
            st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
            st.booleans(),
            st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([(",", "."), (";", ","), ("\t", ","), ("|", ".")]),
)
def test_what_pandas_writes_comes_back(rows, style):
    real, whole, yes, when = (list(column) for column in zip(*rows, strict=True))
    df = pd.DataFrame(
        {
            "real": pd.Series(real, dtype="float64"),
            "whole": pd.array(whole, dtype="Int64"),
            "yes": yes,
            "when": pd.Series(when, dtype="datetime64[us]"),
        }
    )
    text = df.to_csv(index=False, sep=style[0], decimal=style[1]).encode()
    table = read_delimited(text, "t")
    back, _ = typed_frame(table.columns, decimal=style[1])
    assert list(back.columns) == list(df.columns)
    for name in df:
        expected, got = df[name], back[name]
        np.testing.assert_array_equal(got.isna(), expected.isna())
        if expected.notna().any():
            assert got.dropna().astype(expected.dtype).tolist() == expected.dropna().tolist()


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(",;|\t"),
    st.lists(
        st.tuples(
            st.integers(0, 999), st.sampled_from(["red", "dark, blue", "a; b"]), st.floats(0, 9)
        ),
        min_size=3,
        max_size=20,
    ),
)
def test_the_delimiter_is_found(mark, rows):
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=mark)
    writer.writerow(["id", "colour", "amount"])
    writer.writerows(rows)
    found = find_dialect(sink.getvalue().encode())
    assert (found.delimiter, found.header) == (mark, True)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\n1,2\n3,4\n", True),
        ("5,b\n1,x\n3,y\n", False),
        ("country,2019,2020,2021\nA,1,2,3\nB,2,3,4\n", True),
        ("red,blue\nred,green\n", True),
        ("2024-01-01,1\n2024-01-02,2\n", False),
        ("1,2\n", False),
    ],
)
def test_the_header_is_found(text, header):
    assert find_dialect(text.encode()).header is header


def test_encodings_are_detected_and_reported(tmp_path):
    text = "a,b\nÄpfel,1\n"
    for encoding, reported in [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ]:  # fmt: skip
        assert decode(text.encode(encoding), "t") == (text.encode(), reported)
    assert decode(b"a\x81\xe9", "t").encoding == "latin-1"  # 0x81 has no meaning in cp1252
    late = b"a,b\n" + b"x,1\n" * 2_000_000 + "é,1\n".encode("cp1252")
    assert decode(late, "t").encoding == "cp1252"
    assert "cp1252, delimiter ','" in read(tmp_path, "a,b\né,1\n".encode("cp1252")).facts[0]
    with pytest.raises(FileError, match=r"line 2: byte 0xe9 is no utf-8") as caught:
        decode(b"a\n\xe9", "t", "utf-8")
    assert caught.value.line == 2
    with pytest.raises(UsageError, match="--encoding 'klingon' is unknown"):
        decode(b"a", "t", "klingon")
    with pytest.raises(UsageError, match="unknown"):
        decode(b"a", "t", "hex")


def typed(columns, **options):
    import pyarrow

    return typed_frame(pyarrow.table({k: pyarrow.array(v) for k, v in columns.items()}), **options)


def test_types_are_those_that_all_values_have():
    df, notes = typed(
        {
            "whole": ["1", " 2", "", "-3"],
            "real": ["1", "2.5", "1e3", "NA"],
            "code": ["007", "12", "", "1"],
            "yes": ["true", "FALSE", "", "True"],
            "day": ["2024-01-31", "2024-02-29 10:30", "-", "2024-03-01T10:30:00.5"],
            "zoned": ["2024-01-31T10:00Z", "2024-01-31 10:00+02:00", "", "2024-01-31T10:00:00Z"],
            "no day": ["2024-02-30", "2024-01-01", "", "2024-01-01"],
            "huge": ["123456789012345678901", "1", "", "2"],
            "text": ["a", " b", "null", "None"],
        }
    )
    assert df["whole"].dtype == "Int64"
    assert df["whole"].tolist() == [1, 2, pd.NA, -3]
    np.testing.assert_array_equal(df["real"], [1, 2.5, 1000, np.nan])
    assert df["code"].tolist()[:2] == ["007", "12"]
    assert df["yes"].dtype == "boolean"
    assert df["day"].tolist()[1] == pd.Timestamp("2024-02-29 10:30")
    assert df["zoned"].tolist()[1] == pd.Timestamp("2024-01-31 08:00", tz="UTC")
    assert df["no day"].tolist()[0] == "2024-02-30"
    assert df["huge"].tolist()[0] == "123456789012345678901"
    assert df["text"].tolist()[:2] == ["a", " b"]
    assert df["text"].isna().tolist() == [False, False, True, False]
    said = "\n".join(notes)
    for words in (
        "'code': digits with leading zeros",
        "'no day': values out of",
        "'-', 'NA', 'null'",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ({"a": ["1,5", "2,25"]}, [1.5, 2.25]),
        ({"a": ["1.234,50", "7"]}, [1234.5, 7]),
        ({"a": ["1,234.50", "7"]}, [1234.5, 7]),
        ({"a": ["1 234,5", "7"]}, [1234.5, 7]),
        ({"a": ["1,234", "2,000"], "b": ["1.5", "2.25"]}, [1234, 2000]),
        ({"a": ["1.234", "2.000"], "b": ["1,5", "2,25"]}, [1234, 2000]),
        ({"a": ["1.234", "2.000"]}, [1.234, 2.0]),
        ({"a": ["0,125", "0,250"]}, [0.125, 0.25]),
        # The columns contradict each other: each by itself.
        ({"a": ["1,5", "2,25"], "b": ["1.5", "2.25"]}, [1.5, 2.25]),
    ],
)
def test_the_decimal_sign_is_found(columns, values):
    df, _ = typed(columns)
    assert df["a"].tolist() == values


def test_a_comma_that_can_be_two_things_is_asked_about():
    df, notes = typed({"a": ["1,234", "2,000"]})
    assert df["a"].tolist() == ["1,234", "2,000"]
    assert "can be read in two ways" in notes[0]
    assert typed({"a": ["1,234", "2,000"]}, decimal=",")[0]["a"].tolist() == [1.234, 2.0]
    assert typed({"a": ["1,234", "2,000"]}, decimal=".")[0]["a"].tolist() == [1234.0, 2000.0]


def test_nearly_numeric_columns_are_reported_with_the_line(tmp_path):
    table = read(tmp_path, "a,b\n" + "1,2\n" * 99 + "unknown,3\n")
    assert table.df["a"].tolist()[-1] == "unknown"
    assert "1 value is no number, the first 'unknown'" in table.notes[0]
    assert "line 101" in table.notes[0]
    assert read(tmp_path, "a,b\n1,2\nunknown,3\n", gaps=("unknown",)).df["a"].isna().sum() == 1


def test_namibia_is_a_country():
    df, notes = typed({"country": ["NA", "FR", "DE"], "name": ["NA", "Paris", "Berlin"]})
    assert df["country"].tolist() == ["NA", "FR", "DE"]
    assert df["name"].isna().sum() == 1
    assert "'NA' is one of its codes" in notes[0]


def test_wanted_types():
    df, _ = typed({"a": ["1", "2"], "b": ["007", "1"]}, wanted={"a": "string", "b": "number"})
    assert df["a"].tolist() == ["1", "2"]
    assert df["b"].tolist() == [7, 1]
    assert typed({"a": ["", "NA"]}, wanted={"a": "number"})[0]["a"].isna().all()
    with pytest.raises(MisfitError) as caught:
        typed({"a": ["1", "x"]}, wanted={"a": "number"})
    assert caught.value.misfit == ("a", 1, "x", "a number")


def test_a_misfit_is_located_in_its_file(tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n1,2\n")
    (tmp_path / "two.csv").write_text('a,b\n1,"x\ny"\n?!,3\n')
    paths = [str(tmp_path / "one.csv"), str(tmp_path / "two.csv")]
    with pytest.raises(FileError, match=r"two\.csv, line 4, column 'a': '\?!' is not a number"):
        read_tables(paths, Reading(), {"a": "number"})


def test_lines_count_from_the_start_of_the_file(tmp_path):
    text = "A title\n\n\na,b\n1,2\n1\n"
    with pytest.raises(FileError, match="line 6: 1 field where the header has 2"):
        read(tmp_path, text, skip_lines=1)
    table = read(tmp_path, text + "3,4\n", skip_lines=1, skip_ragged=True)
    assert table.df["a"].tolist() == [1, 3]
    assert "1 line(s) of another number of fields left out, the first is line 6" in table.notes[0]
    assert table.place(1).endswith("line 7")


def test_several_files_are_one_table(tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n1,x\n")
    (tmp_path / "two.tsv").write_text("b\ta\ny\t007\n")
    paths = [str(tmp_path / "one.csv"), str(tmp_path / "two.tsv")]
    table = read_tables(paths, Reading())
    assert table.df.to_dict("list") == {"a": ["1", "007"], "b": ["x", "y"]}  # typed as one
    assert len(table.facts) == 2
    (tmp_path / "two.tsv").write_text("b\tc\ny\t7\n")
    with pytest.raises(FileError, match=r"two\.tsv: has other columns than .*it lacks \['a'\]"):
        read_tables(paths, Reading())


def test_a_sample_keeps_the_order_and_the_lines(tmp_path):
    text = "a,b\n" + "".join(f"{i},x\n" for i in range(100))
    table = read(tmp_path, text, sample=10, seed=1)
    values = table.df["a"].tolist()
    assert len(set(values)) == 10
    assert values == sorted(values)
    assert values == read(tmp_path, text, sample=10, seed=1).df["a"].tolist()
    assert values != read(tmp_path, text, sample=10, seed=2).df["a"].tolist()
    assert table.place(3).endswith(f"line {values[3] + 2}")
    assert len(read(tmp_path, text, sample=1000).df) == 100


DF = pd.DataFrame(
    {"a": [1, 2, 3], "b": ["x", None, "z"], "c": pd.date_range("2024-01-01", periods=3)}
)


@pytest.mark.parametrize("suffix", ["parquet", "feather", "jsonl", "xlsx", "csv.gz"])
def test_formats_are_read(tmp_path, suffix):
    path = tmp_path / f"t.{suffix}"
    if suffix == "parquet":
        DF.to_parquet(path)
    elif suffix == "feather":
        DF.to_feather(path)
    elif suffix == "jsonl":
        DF.to_json(path, orient="records", lines=True, date_format="iso")
    elif suffix == "xlsx":
        DF.to_excel(path, index=False)
    else:
        path.write_bytes(gzip.compress(DF.to_csv(index=False).encode()))
    df = read_tables([str(path)], Reading()).df
    assert df["a"].tolist() == [1, 2, 3]
    assert df["b"].isna().tolist() == [False, True, False]
    assert [str(v)[:10] for v in df["c"]] == ["2024-01-01", "2024-01-02", "2024-01-03"]
    damaged = path.read_bytes()
    path.write_bytes(damaged[: len(damaged) // 2] + b"{")
    with pytest.raises(FileError, match="cannot be|is no JSON"):
        read_tables([str(path)], Reading())


def test_json_lines_are_located(tmp_path):
    for text, words in [
        ('{"a": 1}\n{"a":\n', "line 2: is no JSON"),
        ('{"a": 1}\n\n[1]\n', "line 3: an object is expected, got list"),
    ]:
        with pytest.raises(FileError, match=words):
            read(tmp_path, text, name="t.jsonl")


def test_the_content_goes_before_the_suffix(tmp_path):
    DF.to_parquet(tmp_path / "t.csv")
    assert read_tables([str(tmp_path / "t.csv")], Reading()).df["a"].tolist() == [1, 2, 3]


def test_what_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "customers.csv").write_text("a\n1\n")
    with pytest.raises(FileError, match=r"there is no such file; did you mean '.*customers\.csv'"):
        read_tables([str(tmp_path / "costumers.csv")], Reading())
    with pytest.raises(FileError, match="is a folder"):
        read_tables([str(tmp_path)], Reading())
    with pytest.raises(FileError, match="cannot be read"):
        read_tables(["a\0b"], Reading())


def test_lines_above_the_header_are_told_and_counted(tmp_path):
    table = read(tmp_path, dirty.READABLE["comments above"][0])
    assert table.notes == [
        f"{tmp_path / 't.csv'}: 2 line(s) above the header left out, '# made by X' ..."
    ]
    assert table.place(0).endswith("line 4")
    table = read(tmp_path, dirty.READABLE["a title above"][0])
    assert table.place(1).endswith("line 5")


def test_a_column_of_texts_is_no_table_under_a_title(tmp_path):
    data = "place\n" + "".join(f"town {i % 3}, land\n" for i in range(30))
    assert list(read(tmp_path, data).df.columns) == ["place"]
    data = "#id,b\n" + "".join(f"{i},{i % 3}\n" for i in range(30))
    assert list(read(tmp_path, data).df.columns) == ["#id", "b"]


def test_a_delimiter_that_is_not_tried_is_proposed(tmp_path):
    table = read(tmp_path, "a:b:c\n" + "".join(f"{i}:x:{i % 3}\n" for i in range(30)))
    assert "--delimiter ':' would make more of it" in table.notes[0]


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.zip", "t.zip", "t.csv.zst", "t.csv"])
def test_packed_files_are_read_whatever_their_name(tmp_path, name):
    data = b"a,b\n" + b"1,x\n2,y\n" * 9
    if "zip" in name:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("folder/inside.csv", data)
        data = packed.getvalue()
    elif "zst" in name:
        data = pa.Codec("zstd").compress(data, asbytes=True)
    else:
        data = gzip.compress(data)
    assert read(tmp_path, data, name).df["b"].tolist() == ["x", "y"] * 9


def test_an_archive_of_several_files_names_them(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.csv", "a\n1\n")
        archive.writestr("two.csv", "a\n1\n")
    with pytest.raises(FileError, match=r"it has 'one\.csv', 'two\.csv'"):
        read(tmp_path, packed.getvalue(), "t.zip")


def test_an_array_of_objects_is_a_table(tmp_path):
    for name, indent in (("t.json", None), ("t.json", 1), ("t.csv", None)):
        text = json.dumps([{"a": 1, "b": "x"}, {"a": 2}], indent=indent)
        assert read(tmp_path, text, name).df["a"].tolist() == [1, 2]
    with pytest.raises(FileError, match="for row 1, got int"):
        read(tmp_path, '[{"a": 1}, 3]', "t.json")
    with pytest.raises(FileError, match="line 2: is no JSON"):
        read(tmp_path, '[{"a": 1},\n{"a"]', "t.json")


def test_an_index_is_a_column(tmp_path):
    df = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key"))
    sink = io.BytesIO()
    df.to_parquet(sink)
    table = read(tmp_path, sink.getvalue(), "t.parquet")
    assert table.df.to_dict("list") == {"key": ["x", "y"], "a": [1, 2]}
    sink = io.BytesIO()
    df.reset_index(drop=True).loc[[1, 0]].to_parquet(sink)
    assert list(read(tmp_path, sink.getvalue(), "t.parquet").df.columns) == ["a"]


def test_sheets_are_named_and_lines_above_skipped(tmp_path):
    sink = io.BytesIO()
    with pd.ExcelWriter(sink) as book:
        pd.DataFrame([["Title", None], ["a", "b"], [1, 2], [3, 4]]).to_excel(
            book, sheet_name="Data", index=False, header=False
        )
        pd.DataFrame({"c": [5]}).to_excel(book, sheet_name="Other", index=False)
    table = read(tmp_path, sink.getvalue(), "t.xlsx", skip_lines=1)
    assert table.df.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert "sheet 'Data' (besides 'Other': --sheet)" in table.facts[0]
    assert read(tmp_path, sink.getvalue(), "t.xlsx", sheet="Other").df.columns.tolist() == ["c"]


@pytest.mark.parametrize(
    "reading", [{"delimiter": ";"}, {"gaps": ("x",)}, {"header": False}, {"sheet": "s"}]
)
def test_arguments_without_a_meaning_are_refused(tmp_path, reading):
    with pytest.raises(UsageError, match="has no meaning for"):
        read(tmp_path, '{"a": 1}\n{"a": 2}\n', "t.jsonl", **reading)


def test_a_link_to_nothing_says_so(tmp_path):
    (tmp_path / "t.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(FileError, match="is a link to"):
        read_tables([str(tmp_path / "t.csv")], Reading())


def test_long_cells_leave_the_limit_of_csv_alone():
    before = csv.field_size_limit()
    assert read_delimited(b"a,b\n1," + b"x" * 300_000, "t").columns.num_rows == 1
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    "data",
    [
        {"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}},
        {"a": [1, 2], "b": ["x", "y"]},
        {"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]},
        {"next": None, "items": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
    ],
)
def test_json_of_other_shapes_is_a_table(tmp_path, data):
    for indent in (None, 1):
        df = read(tmp_path, json.dumps(data, indent=indent), "t.json").df
        assert df.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


def test_titles_on_a_sheet_and_empty_sheets_are_left_out(tmp_path):
    sink = io.BytesIO()
    with pd.ExcelWriter(sink) as book:
        pd.DataFrame().to_excel(book, sheet_name="Cover", index=False, header=False)
        rows = [["Sales", None, None], [None] * 3, ["a", "b", "c"], [1, "x", 2.5], [3, "y", 4.5]]
        pd.DataFrame(rows).to_excel(book, sheet_name="Data", index=False, header=False, startcol=1)
    df = read(tmp_path, sink.getvalue(), "t.xlsx").df
    assert df.to_dict("list") == {"a": [1, 3], "b": ["x", "y"], "c": [2.5, 4.5]}


def test_repeated_names_of_columns_get_numbers(tmp_path):
    import pyarrow.parquet

    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4])], names=["a", "a"])
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    df = read_tables([str(tmp_path / "t.parquet")], Reading()).df
    assert df.to_dict("list") == {"a": [1, 2], "a.1": [3, 4]}


def test_an_encoding_that_looks_wrong_is_told(tmp_path):
    text = "имя,цена\n" + "".join(f"товар {i % 4},{i}\n" for i in range(30))
    assert "read as cp1252" in read(tmp_path, text.encode("cp1251")).notes[0]
    latin = "név,ország\n" + "".join(f"café {i % 4},Österreich{i}\n" for i in range(30))
    assert read(tmp_path, latin.encode("latin-1")).notes == []


def test_strings_of_arrow_files_are_checked(tmp_path):
    import pyarrow.feather

    table = pa.table({"a": ["Zoë", "Jürgen", "xy"] * 5, "b": range(15)})
    pyarrow.feather.write_feather(table, tmp_path / "t.feather", compression="uncompressed")
    data = (tmp_path / "t.feather").read_bytes().replace("ü".encode(), b"\xfc\xfc")
    with pytest.raises(FileError, match=r"t\.feather: .*UTF8"):
        read(tmp_path, data, "t.feather")

"""The command as people call it: outputs, exit codes, streams."""

import io
import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import dirty
import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import scipy.sparse

import frameumap
import frameumap.__main__
from frameumap.command import main as main_module
from frameumap.command import outputs as outputs_module
from frameumap.command.errors import FileError
from frameumap.command.main import main
from frameumap.command.outputs import Outputs

ROWS = 60


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a table of customers in it."""
    monkeypatch.chdir(tmp_path)
    df = frameumap.datasets.make_customers(ROWS, random_state=0)
    names = ["segment", "revenue", "orders", "plan", "industry_code", "rating", "discount"]
    df[names].to_csv("t.csv", index=False)
    return tmp_path


@pytest.fixture(scope="session")
def fitted(tmp_path_factory):
    """A model file, its table, and the model."""
    folder = tmp_path_factory.mktemp("fitted")
    df = frameumap.datasets.make_customers(200, random_state=0)[
        ["segment", "revenue", "orders", "plan", "industry_code"]
    ]
    df.to_csv(folder / "t.csv", index=False)
    assert main(["embed", str(folder / "t.csv"), "--save", str(folder / "m.frameumap"), "--label",
                 "segment", "--quiet"]) == 0  # fmt: skip
    return folder, df, frameumap.FrameUMAP.load(folder / "m.frameumap")


def names(folder="."):
    return {path.name for path in Path(folder).iterdir()}


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "internal error" not in said.err
    return code, said.out, said.err


def test_a_table_becomes_a_table_and_a_page(here, capsys):
    code, out, err = run(capsys, "t.csv", "--label", "segment")
    assert code == 0, err
    assert {"t.umap.parquet", "t.umap.html"} < names()
    for words in (
        "t.csv: csv, utf-8, delimiter ','",
        "numeric",
        "embedded 60 rows",
        "wrote t.umap.html",
    ):
        assert words in out
    df = pd.read_parquet("t.umap.parquet")
    assert list(df.columns[-2:]) == ["umap_0", "umap_1"]
    assert df["industry_code"].str.startswith("0").any()  # codes stay codes
    page = Path("t.umap.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "t.csv: 60 rows" in page
    assert not [name for name in names() if name.startswith(".")]


def test_nothing_is_overwritten_without_force(here, capsys):
    Path("o.parquet").write_text("mine")
    code, _, err = run(capsys, "t.csv", "-o", "o.parquet")
    assert code == 1
    assert "o.parquet: exists already; --force replaces it" in err
    assert "reading" not in err  # known before any work
    assert Path("o.parquet").read_text() == "mine"
    assert run(capsys, "t.csv", "-o", "o.parquet", "--force", "--label", "segment")[0] == 0
    first = Path("o.parquet").read_bytes()
    assert first[:4] == b"PAR1"
    assert run(capsys, "t.csv", "-o", "o2.parquet", "--threads", 1, "--label", "segment")[0] == 0
    assert Path("o2.parquet").read_bytes() == first
    assert run(capsys, "t.csv", "-o", "o3.parquet", "--seed", 7)[0] == 0
    assert Path("o3.parquet").read_bytes() != first


USAGE = [
    ["embed"],
    ["shema", "t.csv"],
    ["t.csv", "--nonsense"],
    ["t.csv", "-o", "o.docx"],
    ["t.csv", "-o", "t.csv", "--force"],
    ["t.csv", "-o", "o.csv", "--png", "o.bmp"],
    ["t.csv", "-o", "o.parquet", "--graph", "o.parquet"],
    ["t.csv", "--sample", "0"],
    ["t.csv", "--seed", "-1"],
    ["t.csv", "-o", "o.csv", "--neighbors"],
    ["t.csv", "-o", "o.csv", "--to", "jsonl"],
    ["t.csv", "-o", "-", "--json"],
    ["t.csv", "--encoding", "klingon", "-o", "o.csv"],
    ["t.csv", "--label", "plan", "--drop", "plan", "-o", "o.csv"],
    ["t.csv", "-o", "o.csv", "--min-dist", "7"],
    ["t.csv", "-o", "o.csv", "-k", "1"],
    ["-", "-"],
    ["demo", "--rows", "0"],
    ["demo", "--folder", "nowhere"],
    ["explain", "m.frameumap", "1"],
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_exit_2_for_arguments(here, capsys, arguments):
    before = names()
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert err.strip()
    assert not out or "--json" in arguments
    assert "reading" not in err or "klingon" in arguments
    assert names() == before


DATA = [
    (["nowhere.csv", "-o", "o.csv"], "nowhere.csv: there is no such file"),
    (["t.csv", "-o", "no/o.csv"], "there is no folder 'no'"),
    (["t.csv", "--drop", "pln", "-o", "o.csv"], "there is no column 'pln'; did you mean 'plan'?"),
    (["t.csv", "--label", "segmnt", "-o", "o.csv"], "did you mean 'segment'?"),
    (["t.csv", "-s", "no.toml", "-o", "o.csv"], "no.toml: cannot be read: No such file"),
    (["transform", "t.csv", "t.csv", "-o", "o.csv"], "t.csv is not a frameumap model"),
    (["."], ".: is a folder; name the files in it"),
    (["https://x.org/t.csv"], "https://x.org/t.csv: is a web address; download the file first"),
    (["cluster", "no.frameumap"], "no.frameumap: cannot be read: No such file"),
    (["schema", "."], "is a folder"),
]


@pytest.mark.parametrize(("arguments", "words"), DATA, ids=[" ".join(a) for a, _ in DATA])
def test_exit_1_for_data(here, capsys, arguments, words):
    before = names()
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert words in err
    assert len([line for line in err.splitlines() if line.startswith("frameumap: ")]) == 1
    assert names() == before


@pytest.mark.parametrize("name", [n for n in dirty.READABLE if not n.startswith("10 MB")])
def test_dirty_tables_are_embedded(tmp_path, capsys, name):
    path = tmp_path / "t.csv"
    path.write_bytes(dirty.READABLE[name][0])
    code, _, err = run(capsys, path, "-o", tmp_path / "o.parquet", "-k", 5)
    assert code == 0, err
    df = pd.read_parquet(tmp_path / "o.parquet")
    assert list(df.columns) == [*dirty.READABLE[name][1], "umap_0", "umap_1"]
    assert np.isfinite(df[["umap_0", "umap_1"]]).all().all()


@pytest.mark.parametrize("name", dirty.REFUSED)
def test_damaged_tables_are_refused(tmp_path, capsys, name):
    path = tmp_path / "t.csv"
    path.write_bytes(dirty.REFUSED[name][0])
    code, _, err = run(capsys, path, "-o", tmp_path / "o.parquet")
    assert code == 1
    assert f"frameumap: {path}" in err
    assert names(tmp_path) == {"t.csv"}


def test_mutated_tables_through_everything(tmp_path, capsys):
    path, codes = tmp_path / "t.csv", []
    for seed in range(0, 120, 4):
        path.write_bytes(dirty.mutated(seed))
        output = tmp_path / f"{seed}.parquet"
        code, _, err = run(capsys, path, "-o", output, "-k", 4, "--skip-ragged")
        assert code in (0, 1)
        assert output.exists() == (code == 0), err
        codes.append(code)
    assert set(codes) == {0, 1}


def test_a_long_cell_goes_through(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_bytes(dirty.READABLE["10 MB cell"][0])
    assert run(capsys, path, "-o", tmp_path / "o.parquet", "-k", 5)[0] == 0
    assert pd.read_parquet(tmp_path / "o.parquet")["c"].str.len().max() == 10_000_000


def test_json_is_one_object(here, capsys):
    code, out, _ = run(capsys, "t.csv", "-o", "o.csv", "--json", "--sample", 40)
    facts = json.loads(out)
    assert code == 0
    assert facts["rows"] == 40
    assert facts["outputs"] == ["o.csv"]
    assert {entry["column"] for entry in facts["schema"]} >= {"plan", "orders"}
    assert sum(facts["influence"].values()) == pytest.approx(1)
    assert any("a random sample of 40 of 60" in note for note in facts["notes"])
    code, out, err = run(capsys, "schema", "nowhere.csv", "--json")
    assert (code, json.loads(out)["exit"]) == (1, 1)
    assert "no such file" in json.loads(out)["error"]
    assert "no such file" in err


def test_quiet_says_nothing_but_errors(here, capsys):
    assert run(capsys, "t.csv", "-o", "o.csv", "--quiet") == (0, "", "")
    code, out, err = run(capsys, "t.csv", "-o", "o.csv", "--quiet")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_standard_input_and_output(here):
    data = Path("t.csv").read_bytes()
    call = [sys.executable, "-m", "frameumap"]
    done = subprocess.run([*call, "-"], input=data, capture_output=True, check=True)
    df = pd.read_csv(io.BytesIO(done.stdout))
    assert len(df) == ROWS
    assert "umap_1" in df
    assert b"standard input: csv" in done.stderr
    made = subprocess.run(
        [*call, "embed", "-", "-o", "-", "--to", "parquet", "--quiet"],
        input=data, capture_output=True, check=True,
    )  # fmt: skip
    assert made.stderr == b""
    same = pd.read_parquet(io.BytesIO(made.stdout))[["umap_0", "umap_1"]]
    np.testing.assert_allclose(same, df[["umap_0", "umap_1"]], rtol=1e-5)


def test_help_and_version(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(name in out for name in main_module.COMMANDS)
    assert run(capsys, "--version")[1].startswith("frameumap ")
    assert main([]) == 0
    for name in main_module.COMMANDS:
        assert run(capsys, name, "--help")[0] == 0


def test_what_is_missing_is_said_before_the_work(here, capsys, monkeypatch):
    real = outputs_module._EXTRAS
    missing = {what: ("no_such_module", extra) for what, (_, extra) in real.items()}
    monkeypatch.setattr(outputs_module, "_EXTRAS", missing)
    for option, name, extra in [("--html", "o.html", "html"), ("--png", "o.png", "plot")]:
        code, _, err = run(capsys, "t.csv", option, name)
        assert code == 1
        assert f"pip install 'frameumap[{extra}]'" in err
        assert "reading" not in err
    code, _, err = run(capsys, "t.csv")
    assert code == 0
    assert "note: no page, which needs no_such_module: pip install 'frameumap[html]'" in err
    assert Path("t.umap.parquet").exists()
    assert not Path("t.umap.html").exists()


def test_the_schema_is_written_edited_and_used(here, capsys):
    code, out, _ = run(capsys, "schema", "t.csv", "-o", "s.toml")
    assert code == 0
    assert "digits with leading zeros" in out
    text = Path("s.toml").read_text()
    assert text.startswith("# ")
    assert frameumap.Schema.read("s.toml").groups
    schema = frameumap.Schema.read("s.toml")
    schema["orders"] = "ignored"
    schema.write("s2.toml")
    assert run(capsys, "t.csv", "-s", "s2.toml", "-o", "o.csv", "--save", "m.frameumap")[0] == 0
    assert "orders" in frameumap.FrameUMAP.load("m.frameumap").schema_.ignored
    lines = Path("t.csv").read_text().splitlines()
    lines[5] = lines[5].replace(lines[5].split(",")[1], "much", 1)
    Path("bad.csv").write_text("\n".join(lines))
    code, _, err = run(capsys, "bad.csv", "-s", "s2.toml", "-o", "o2.csv")
    assert code == 1
    assert "bad.csv, line 6, column 'revenue': 'much' is not a number" in err
    Path("broken.toml").write_text("groups = [")
    code, _, err = run(capsys, "t.csv", "-s", "broken.toml", "-o", "o2.csv")
    assert code == 1
    assert "broken.toml: not TOML" in err


def test_a_result_is_not_embedded_twice(here, capsys):
    assert run(capsys, "t.csv", "-o", "o.csv")[0] == 0
    code, _, err = run(capsys, "o.csv", "-o", "o2.csv")
    assert code == 1
    assert "--drop umap_0 --drop umap_1" in err
    assert run(capsys, "o.csv", "-o", "o2.csv", "--drop", "umap_0", "--drop", "umap_1")[0] == 0
    assert Path("o.csv").read_bytes() == Path("o2.csv").read_bytes()


def test_new_rows_are_placed(fitted, tmp_path, capsys):
    folder, df, model = fitted
    # "0101" alone would be read as text; 101, as a number: the model says which.
    new = df.head(7).drop(columns="segment").assign(industry_code=df["industry_code"].iloc[0])
    new.to_csv(tmp_path / "new.csv", index=False)
    code, _, err = run(capsys, "transform", folder / "m.frameumap", tmp_path / "new.csv", "-o",
                       tmp_path / "o.parquet")  # fmt: skip
    assert code == 0, err
    placed = pd.read_parquet(tmp_path / "o.parquet")
    np.testing.assert_array_equal(placed[["umap_0", "umap_1"]], model.transform(new))
    code, out, err = run(capsys, "transform", folder / "m.frameumap", tmp_path / "new.csv",
                         "--segments", "-o", tmp_path / "s.parquet")  # fmt: skip
    assert code == 0, err
    segments, placed = model.cluster(), pd.read_parquet(tmp_path / "s.parquet")
    assert placed["segment"].tolist() == segments.predict(new).tolist()
    shares = segments.predict_memberships(new)[np.arange(7), placed["segment"]]
    np.testing.assert_allclose(placed["membership"], shares)
    assert f"0  {segments.names[0]}" in out
    (tmp_path / "in").mkdir()
    new.to_parquet(tmp_path / "in" / "part.parquet", index=False)
    code, _, err = run(capsys, "transform", folder / "m.frameumap", tmp_path / "in",
                       "--segments", "-o", f"{tmp_path / 'out'}/")  # fmt: skip
    assert code == 0, err
    streamed = pd.read_parquet(tmp_path / "out")
    assert streamed["segment"].tolist() == placed["segment"].tolist()
    code, _, err = run(capsys, "transform", folder / "m.frameumap", tmp_path / "s.parquet",
                       "--segments", "-o", tmp_path / "t.parquet", "--drop", "umap_0",
                       "--drop", "umap_1")  # fmt: skip
    assert code == 1
    assert "'segment'" in err
    new.drop(columns="plan").to_csv(tmp_path / "new.csv", index=False)
    code, _, err = run(capsys, "transform", folder / "m.frameumap", tmp_path / "new.csv", "-o",
                       tmp_path / "o2.parquet")  # fmt: skip
    assert code == 1
    assert "new.csv" in err
    assert "'plan'" in err


def test_segments_are_found_and_explained(fitted, tmp_path, capsys):
    folder, _, model = fitted
    code, out, _ = run(capsys, "cluster", folder / "m.frameumap", "-o", tmp_path / "s.csv")
    found = model.cluster()
    assert code == 0
    assert f"{found.n_segments} segments of 200 rows" in out
    table = pd.read_csv(tmp_path / "s.csv")
    assert table["segment"].tolist() == found.labels.tolist()
    code, out, _ = run(capsys, "explain", folder / "m.frameumap")
    assert code == 0
    assert all(name in out for name in found.names)
    code, out, _ = run(capsys, "explain", folder / "m.frameumap", "--by", "plan")
    assert code == 0
    assert "enterprise" in out
    code, out, _ = run(capsys, "explain", folder / "m.frameumap", 3, 5, "--json")
    parts = json.loads(out)
    assert sum(part["part"] for part in parts["parts"]) == pytest.approx(parts["distance"])
    code, _, err = run(capsys, "explain", folder / "m.frameumap", 3, 5000)
    assert code == 1
    assert "5000" in err


def test_a_report_is_written(fitted, tmp_path, capsys):
    folder = fitted[0]
    assert run(capsys, "report", folder / "m.frameumap", "-o", tmp_path / "r.html")[0] == 0
    assert "<html" in (tmp_path / "r.html").read_text()
    code, out, _ = run(capsys, "report", folder / "m.frameumap")
    assert code == 0
    assert out.startswith("# m.frameumap: 200 rows")
    code, out, _ = run(capsys, "report", folder / "m.frameumap", "--json")
    assert json.loads(out)["rows"] == 200


def test_the_graph_for_other_tools(here, capsys):
    assert (
        run(capsys, "t.csv", "--graph", "g.npz", "--save", "m.frameumap", "--label", "segment")[0]
        == 0
    )
    graph = frameumap.FrameUMAP.load("m.frameumap").graph_
    stored = scipy.sparse.load_npz("g.npz")
    assert abs(stored - graph).max() == 0
    assert run(capsys, "t.csv", "--graph", "g.parquet", "--label", "segment")[0] == 0
    edges = pd.read_parquet("g.parquet")
    assert (edges["source"] < edges["target"]).all()
    half = scipy.sparse.coo_array(
        (edges["weight"], (edges["source"], edges["target"])), graph.shape
    )
    assert abs(half + half.T - graph).max() == 0
    assert run(capsys, "t.csv", "--graph", "g.graphml", "--label", "segment")[0] == 0
    space = "{http://graphml.graphdrawing.org/xmlns}"
    drawn = ET.parse("g.graphml").getroot().find(f"{space}graph")
    assert len(drawn.findall(f"{space}node")) == ROWS
    weights = {
        (int(e.get("source")), int(e.get("target"))): float(e.find(f"{space}data").text)
        for e in drawn.findall(f"{space}edge")
    }
    assert list(weights) == list(zip(edges["source"], edges["target"], strict=True))
    np.testing.assert_allclose(list(weights.values()), edges["weight"], rtol=1e-5)
    assert drawn.find(f"{space}node")[0].text == pd.read_csv("t.csv")["segment"][0]


def test_hostile_labels_in_graphml():
    from frameumap.command.graph_files import graphml

    labels = pd.Series(['<&">\x00\x0b\ud800]]>', None, "\u202eabc"], dtype=object)
    text = "".join(graphml(scipy.sparse.eye_array(3, format="csr"), np.zeros((3, 2)), labels))
    root = ET.fromstring(text.encode())
    assert root[-1][0][0].text == '<&">\ufffd\ufffd\ufffd]]>'
    assert [child.get("key") for child in root[-1][1]] == ["x", "y"]  # a gap has no label


def test_neighbors_as_embedding_atlas_reads_them(here, capsys):
    assert run(capsys, "t.csv", "-o", "o.parquet", "--neighbors", "-k", 6, "--label", "segment",
               "--save", "m.frameumap")[0] == 0  # fmt: skip
    column = pyarrow.parquet.read_table("o.parquet").column("neighbors")
    assert str(column.type) == "struct<ids: list<element: int32>, distances: list<element: float>>"
    found = frameumap.FrameUMAP.load("m.frameumap").neighbors(None, k=5)
    for row, lists in enumerate(column.to_pylist()):
        assert lists["ids"] == [row, *found.indices[row]]
        assert lists["distances"] == [0.0, *found.distances[row]]


# Files are whole or not there.


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "o.csv"
    path.write_text("old")
    outputs = Outputs([], force=True)

    def write(error):
        with outputs.whole(path) as beside:
            beside.write_text("half")
            raise error

    for error in (RuntimeError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error):
            write(error)
    assert path.read_text() == "old"
    assert names(tmp_path) == {"o.csv"}
    assert outputs.written == []


def test_a_file_that_comes_meanwhile_is_kept(tmp_path):
    path = tmp_path / "o.csv"
    outputs = Outputs([], force=False)
    outputs.plan(path)

    def write():
        with outputs.whole(path) as beside:
            beside.write_text("new")
            path.write_text("theirs")

    with pytest.raises(FileError, match="exists already"):
        write()
    assert path.read_text() == "theirs"
    assert names(tmp_path) == {"o.csv"}


@pytest.mark.skipif(os.name == "nt", reason="links and devices of POSIX")
def test_links_stay_links_and_devices_are_left_alone(tmp_path, here, capsys):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    with Outputs([], force=True).whole(tmp_path / "link.csv") as beside:
        beside.write_text("new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"
    os.mkfifo("pipe.csv")
    code, _, err = run(capsys, "t.csv", "-o", "pipe.csv", "--force")
    assert code == 1
    assert "is no regular file" in err
    assert not Path("pipe.csv").is_file()


def test_errors_of_the_fit_name_the_file_and_the_line(tmp_path, capsys):
    path, kinds = tmp_path / "t.csv", tmp_path / "kinds.toml"
    path.write_text("a,b\n" + "".join(f"{i}.5,{i % 3}\n" for i in range(20)))
    assert run(capsys, "schema", path, "-o", kinds)[0] == 0
    path.write_text(path.read_text() + "inf,1\n")
    code, _, err = run(capsys, "embed", path, "-s", kinds, "-o", tmp_path / "o.csv")
    assert code == 1
    assert f"frameumap: {path}: column 'a'" in err
    assert f"({path}, line 22)" in err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_killed_in_the_middle(tmp_path, number):
    path = tmp_path / "o.csv"
    path.write_text("old")
    code = (
        "import time, sys\n"
        "from frameumap.command import main\n"
        "from frameumap.command.outputs import Outputs\n"
        "def run(options, talk):\n"
        f"    with Outputs([], True).whole({str(path)!r}) as beside:\n"
        "        beside.write_text('half')\n"
        "        sys.stdout.write('ready\\n'); sys.stdout.flush()\n"
        "        time.sleep(60)\n"
        "main.COMMANDS['demo'].run = run\n"
        "sys.argv = ['frameumap', 'demo']\n"
        "main.program()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    child.send_signal(number)
    assert child.wait(30) != 0
    child.stdout.close()
    assert path.read_text() == "old"
    if number == signal.SIGTERM:
        assert names(tmp_path) == {"o.csv"}


def test_surprises_are_one_line(here, capsys, monkeypatch):
    def fails(error):
        def run(options, talk):
            raise error

        return run

    for error, code, words in [
        (KeyError("x"), 1, "internal error, please report it: KeyError: 'x'"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (MemoryError(), 1, "out of memory"),
        (BrokenPipeError(), 0, ""),
    ]:
        monkeypatch.setattr(main_module.COMMANDS["schema"], "run", fails(error))
        assert main(["schema", "t.csv"]) == code
        err = capsys.readouterr().err
        assert words in err
        assert len(err.splitlines()) <= 1
    monkeypatch.setattr(main_module.COMMANDS["schema"], "run", fails(KeyError("x")))
    with pytest.raises(KeyError):
        main(["schema", "t.csv", "--debug"])


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices of Unix")
@pytest.mark.parametrize(
    ("shell", "code", "words"),
    [
        ("{f} schema t.csv -o o.toml | sleep 0", 0, ""),  # who reads the summary leaves: go on
        ("{f} schema t.csv -o o.toml >&- 2>&-", 0, ""),
        ("{f} schema t.csv -o - >&-", 1, "standard output: is closed"),
        ("{f} schema t.csv -o - >/dev/full", 1, "standard output: cannot be written: No space"),
        ("{python} -c 'from frameumap.command.talk import *; write_data(bytes(9**7))' | head -c 9",
         0, ""),
    ],
)  # fmt: skip
def test_streams_that_end_early(here, shell, code, words):
    if "/dev/full" in shell and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    line = shell.format(f=f"{sys.executable} -m frameumap", python=sys.executable)
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True
    )
    assert ended.returncode == code, ended.stderr
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Error" not in ended.stderr
    if " -o o.toml" in shell:
        assert "revenue" in Path("o.toml").read_text()


def test_ctrl_c_while_python_imports_is_told(monkeypatch, capsys):
    class Stops:
        def find_spec(self, name, *_):
            if name == "frameumap.command.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "frameumap.command.main")
    monkeypatch.setattr(sys, "meta_path", [Stops(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        frameumap.__main__.program()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "frameumap: interrupted; nothing was written\n"


def test_a_terminal_is_not_steered(monkeypatch):
    from frameumap.command.talk import Talk

    shown = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", shown)
    Talk().say("Zoë")
    Talk().say("\x1b[2J\u202e\r\tend")
    assert shown.buffer.getvalue() == b"Zo\\xeb\n\\u001b[2J\\u202e\\u000d\tend\n"


def test_a_sheet_holds_texts_as_they_are_or_is_refused(tmp_path):
    from frameumap.command.outputs import write_table

    pytest.importorskip("openpyxl")
    when = pd.Timestamp("2024-01-01 12:00", tz="Europe/Rome")
    df = pd.DataFrame({"=name": ["=1+1", '=HYPERLINK("x")', "@SUM(A1)"], "at": [when, when, None]})
    with (tmp_path / "t.xlsx").open("wb") as sink:
        write_table(df, sink, "xlsx")
    read = pd.read_excel(tmp_path / "t.xlsx")
    assert read["=name"].tolist() == df["=name"].tolist()
    assert read["at"][0] == "2024-01-01T12:00:00+01:00"
    for column, words in [
        (["ok", "bell\x07"], "row 1: a control character"),
        (["x" * 40_000, ""], "row 0: 40,000 characters"),
        (range(1_048_576), "1,048,576 rows"),
    ]:
        with pytest.raises(frameumap.errors.DataError, match=words):
            write_table(pd.DataFrame({"a": column}), io.BytesIO(), "xlsx")


def test_integers_of_any_length_are_written(tmp_path, capsys):
    path = tmp_path / "big.jsonl"
    path.write_text('{"a": 123456789012345678901234567890, "b": 1}\n{"a": 3, "b": 2}\n' * 20)
    assert main([str(path), "-o", str(tmp_path / "out.parquet")]) == 0
    written = pd.read_parquet(tmp_path / "out.parquet")
    assert written["a"].tolist()[:2] == ["123456789012345678901234567890", "3"]

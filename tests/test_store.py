"""A model's file: the same transform after loading, in any process; and nothing but a named error
from any other file."""

import copy
import hashlib
import os
import pickle
import signal
import subprocess
import sys
import time

import numba
import numpy as np
import pandas as pd
import pytest
from frames import ROOT, mixed, python
from hypothesis import given
from hypothesis import strategies as st

import frameumap
from frameumap import DataError, FrameUMAP, ModelFileError
from frameumap.columns.json_values import from_json, to_json
from frameumap.store.file import read_file, write_file

NEW = mixed(30, seed=11)

CASES = {
    "plain": ({}, 200, False),
    "union": ({"combine": "(plan & grade) | (name - place)", "schema": {
        "plan": "categorical", "grade": "ordinal", "name": "text", ("lat", "lon"): frameumap.group(metric="haversine", name="place"),
    }}, 200, False),
    "local": ({"calibration": "local", "n_components": 3}, 200, False),
    "labels": ({}, 200, True),
    "sphere": ({"output_metric": "haversine"}, 200, False),
    "descent": ({}, 10_500, False),
}  # fmt: skip


def fitted(name):
    parameters, n, supervised = CASES[name]
    df = mixed(n)
    return FrameUMAP(n_epochs=20, **parameters).fit(df, df["age"] if supervised else None)


@pytest.mark.parametrize("name", CASES)
def test_a_loaded_model_transforms_as_it_did(name, tmp_path):
    model = fitted(name)
    expected = model.transform(NEW)
    model.save(tmp_path / "model")
    for other in (
        FrameUMAP.load(tmp_path / "model"),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
    ):
        np.testing.assert_array_equal(other.transform(NEW), expected)
        np.testing.assert_array_equal(other.embedding_, model.embedding_)
        assert (other.graph_ != model.graph_).nnz == 0
        assert other.plan_ == model.plan_
        assert other.n_epochs == 20
        assert list(other.groups_) == list(model.groups_)
        assert other.schema_.groups == model.schema_.groups
        assert other.inverse_transform(other.embedding_[:3]).equals(
            model.inverse_transform(model.embedding_[:3])
        )
        other.update(NEW)


def test_another_process_gives_the_same_bytes(tmp_path):
    model = fitted("plain")
    model.save(tmp_path / "model")
    code = f"""
import hashlib, frameumap
from frames import mixed
print(hashlib.sha256(frameumap.FrameUMAP.load({str(tmp_path / "model")!r}).transform(mixed(30,
seed=11)).tobytes()).hexdigest())
"""
    assert python(code).strip() == hashlib.sha256(model.transform(NEW).tobytes()).hexdigest()


def test_an_updated_and_a_reweighted_model_are_saved_too(tmp_path):
    model = fitted("plain").update(NEW)
    model.reweight({"name": 2.0})
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(
        FrameUMAP.load(tmp_path / "model").transform(NEW), model.transform(NEW)
    )


def test_a_metric_of_ones_own_must_be_registered_with_the_same_code(tmp_path):
    @numba.njit
    def saved_metric(x, y):
        return abs(x[0] - y[0])

    model = FrameUMAP({"age": saved_metric}, n_epochs=5).fit(mixed(80))
    model.save(tmp_path / "model")
    assert FrameUMAP.load(tmp_path / "model").transform(NEW).shape == (30, 2)

    @numba.njit
    def saved_metric(x, y):
        return 2 * abs(x[0] - y[0])

    frameumap.register_metric("saved_metric", saved_metric)
    with pytest.raises(ModelFileError, match="its code has changed"):
        FrameUMAP.load(tmp_path / "model")
    code = f"import frameumap; frameumap.FrameUMAP.load({str(tmp_path / 'model')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        "ModelFileError: the model uses the metric 'saved_metric', which is not registered"
        in done.stderr
    )


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(),
        st.characters(categories=["Cs"]),
        st.dates(),
        st.datetimes(),
        st.datetimes().map(pd.Timestamp),
        st.integers(0, 9).map(lambda i: pd.Interval(i, i + 1)),
    ),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
)


@given(VALUES)
def test_values_come_back_as_they_were(value):
    back = from_json(to_json(value))
    assert back == value
    assert type(back) is type(value)


def test_values_that_cannot_be_kept_are_named():
    with pytest.raises(DataError, match="type complex cannot be saved"):
        to_json(1j)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b"", "is not a frameumap model"),
        (lambda b: b"something else entirely", "is not a frameumap model"),
        (lambda b: b[:-1], "truncated or padded"),
        (lambda b: b + b"x", "truncated or padded"),
        (lambda b: b[:200] + bytes([b[200] ^ 1]) + b[201:], "corrupted"),
        (lambda b: b[:16] + (99).to_bytes(4, "little") + b[20:], "of version 99.*update frameumap"),
    ],
    ids=["empty", "foreign", "truncated", "padded", "flipped", "newer"],
)
def test_a_bad_file_is_named(change, message, tmp_path):
    path = tmp_path / "model"
    fitted("plain").save(path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ModelFileError, match=message):
        FrameUMAP.load(path)


@pytest.mark.parametrize("kind", ["flipped", "changed"])
def test_hostile_files_are_named_and_nothing_crashes(kind):
    count = int(os.environ.get("FRAMEUMAP_HOSTILE_FILES", "400"))
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "hostile.py"), kind, str(count), "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-3000:])
    named, loaded = map(int, done.stdout.split())
    assert named + loaded == count
    assert named > 0.3 * count


SAVING = """
import sys, frameumap
from frames import mixed
model = frameumap.FrameUMAP(n_epochs=2).fit(mixed(300))
print("ready", flush=True)
while True:
    model.save(sys.argv[1])
"""


def test_killing_the_writer_leaves_a_whole_file(tmp_path):
    path = tmp_path / "model"
    fitted("plain").save(path)
    for delay in (0.0, 0.013, 0.031, 0.05):
        writer = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SAVING, str(path)],
            stdout=subprocess.PIPE,
            cwd=ROOT / "tests",
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert FrameUMAP.load(path).transform(NEW).shape == (30, 2)


def test_a_failed_save_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "model"
    model = fitted("plain")
    model.save(path)
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        model.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_files_say_what_they_hold(tmp_path):
    fitted("plain").save(tmp_path / "model")
    manifest, arrays = read_file(tmp_path / "model")
    assert {name for name, _ in manifest["metrics"]} >= {"hamming_balanced", "haversine_root"}
    assert arrays["embedding"].shape == (200, 2)
    assert (arrays["rows.groups"][:, 0] == 0).all()  # addresses are not stored
    write_file(tmp_path / "again", manifest, arrays)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "model").read_bytes()


def test_a_model_of_0_1_loads(tmp_path):
    """Its file has no units: a weight was what a group weighs in D."""
    model = fitted("plain")
    model.save(tmp_path / "model")
    manifest, arrays = read_file(tmp_path / "model")
    del arrays["units"]
    write_file(tmp_path / "old", manifest, arrays)
    loaded = FrameUMAP.load(tmp_path / "old")
    np.testing.assert_array_equal(loaded._model.packed.units, model._model.packed.units)
    new = mixed(50, seed=9)
    np.testing.assert_array_equal(loaded.transform(new), model.transform(new))


def test_a_model_keeps_its_search_where_another_would_be_chosen_today(tmp_path, monkeypatch):
    """Models of more rows than are compared in pairs now hold no graph to walk along."""
    model = fitted("plain")
    assert model.plan_.search == "exact"
    model.save(tmp_path / "model")
    monkeypatch.setattr("frameumap.neighbors.plan.EXACT_ROWS", 100)
    loaded = FrameUMAP.load(tmp_path / "model")
    assert loaded.plan_ == model.plan_
    np.testing.assert_array_equal(loaded.transform(NEW), model.transform(NEW))

"""Every rule of inference: three columns that it takes, and three that it leaves."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

import frameumap
from frameumap import infer_schema
from frameumap.columns.facts import frame_facts
from frameumap.columns.sparse import sparse_frame
from frameumap.kinds import KINDS

N = 240
RNG = np.random.default_rng(0)
WORDS = [f"{a}{b}" for a in ("al", "be", "co", "da", "el") for b in ("ma", "no", "ri", "su")]


def some(values, n=N):
    """n draws of `values`."""
    return [values[i] for i in RNG.integers(0, len(values), n)]


def numbers(low, high, n=N):
    return RNG.integers(low, high, n)


DAYS = pd.date_range("2021-01-05", periods=N, freq="37h")
SENTENCES = [" ".join(RNG.choice(WORDS, 14)) for _ in range(N)]
TOWNS = [f"{a} {b}" for a in WORDS for b in WORDS[:12]][:N]
SPARSE = list(sparse_frame(csr_array(RNG.random((N, 9)) * (RNG.random((N, 9)) < 0.2))).iloc[:, 0])
LISTS = [", ".join(RNG.choice(WORDS, 1 + i % 3, replace=False)) for i in range(N)]
PATHS = [f"{WORDS[i % 4]}/{WORDS[4 + i % 4]}{i % 16}/{i % 16}x" for i in range(N)]

#: Rule (kind of its verdict, words of its reason), columns by name that it takes, and that it leaves.
RULES = [
    ("ignored", "no value", {"a": [None] * N, "b": [np.nan] * N, "c": pd.Series([pd.NaT] * N)},
     {"d": [None, 1.5] * (N // 2), "e": [0] * N, "f": [""] * N}),
    ("ignored", "constant", {"a": [3] * N, "b": ["x"] * N, "c": ["x"] * (N - 1) + [None]},
     {"d": [3, 4] * (N // 2), "e": ["x", None] * (N // 2), "f": some([1, 2, 3])}),
    ("ignored", "constant where", {"a": ["Lyon", None] * (N // 2), "b": [0.0, None, None] * (N // 3), "c": [7.0, None] * (N // 2)},
     {"d": ["x", None] * (N // 2), "e": [1.0, None] * (N // 2), "f": [7.0, 8.0] * (N // 2)}),
    ("boolean", "nothing in the others", {f"pets {w}": [w, *[None] * (i + 1)] * (N // (i + 2)) for i, w in enumerate(["cat", "dog", "fish"])},
     {"d": ["cat", None] * (N // 2), "e": ["x"] * N, "f 1": ["dog", None] * (N // 2)}),
    ("ignored", "nearly all different", {f"{w}_id": [1, 2, 3, *RNG.permutation(10 * N)[4:N], 3] for w in ("tweet", "user", "order")},
     {"d": [1, 2, 3, *RNG.permutation(10 * N)[4:N], 3], "type_id": numbers(0, 9), "n": numbers(0, 9 * N)}),
    ("categorical", "strings that repeat", {"region": some(TOWNS), "city": some(TOWNS), "product code": some([f"{w}x" for w in TOWNS])},
     {"d": TOWNS, "nickname": [*TOWNS[1:], TOWNS[5]], "f": SENTENCES}),
    ("boolean", "nothing in the others", {"a": ["x", None] * (N // 2), "b": [1.0, None, None] * (N // 3),
                           "c": ["yes"] * (N - 30) + [None] * 30},
     {"d": ["x"] * (N - 1) + [None], "e": ["x", "y"] * (N // 2), "f": ["x"] * N}),
    ("boolean", "two values", {"a": [0, 1] * (N // 2), "b": ["E10", "SP98"] * (N // 2), "c": [1.5, 2.5] * (N // 2)},
     {"d": some([0, 1, 2]), "e": some(["2020-01-01", "2020-02-02"]), "f": ["x", None] * (N // 2)}),
    ("datetime", "dates in strings", {"a": DAYS.strftime("%m/%d/%Y"), "b": DAYS.strftime("%d %b %y"), "c": DAYS.strftime("%Y-%m-%d %H:%M")},
     {"d": [f"{1 + i % 12}/{1 + i % 11}/20" for i in range(N)], "e": [f"{i % 9}.{i % 7}.{i % 5}" for i in range(N)],
      "f": [*DAYS[1:].strftime("%m/%d/%Y"), "soon"]}),
    ("time", "times of day", {"a": DAYS.strftime("%I:%M %p"), "start time": DAYS.strftime("%H:%M"), "hour": DAYS.strftime("%H:%M:%S")},
     {"lap": DAYS.strftime("%H:%M"), "e": [f"{i}:00" for i in range(N)], "f": DAYS.strftime("%m/%d/%Y %H:%M")}),
    ("ignored", "each once", {"a": np.arange(N) + 7, "user_id": RNG.permutation(10 * N)[:N], "EIN number": RNG.permutation(9 * N)[:N]},
     {"d": numbers(0, 50), "e": RNG.permutation(10 * N)[:N], "year": np.arange(N) + 1700}),
    ("datetime", "dates in numbers", {"a": DAYS.strftime("%Y%m%d").astype(int), "b": DAYS.strftime("%m%d%Y").astype(int),
                                      "month": DAYS.strftime("%Y%m").astype(int)},
     {"d": numbers(20_000_000, 21_000_000), "e": numbers(201_901, 202_213), "f": numbers(10**7, 9 * 10**7)}),
    ("ordinal", "years|grade|postal", {"model year": numbers(1990, 2020), "school_grade": numbers(1, 13), "zip": numbers(10_000, 99_999)},
     {"d": numbers(1990, 2020), "years_count": numbers(0, 40), "grid": numbers(1, 13)}),
    ("categorical", "name says code", {"state_code": numbers(1, 50), "LandUseType": numbers(1, 12), "district": numbers(100, 130)},
     {"sqft_lot": numbers(1, 50), "source_bytes": numbers(1, 50), "code": RNG.normal(size=N), "dist": numbers(2, 120)}),
    ("ordinal", "grades|one scale", {"a": some([1, 2, 3]), "b": some([0, 2, 4, 6]), "c": some([1, 2, 3, 4, 5])},
     {"d": numbers(0, 20), "n_rooms": some([1, 2, 3]), "f": some([0.5, 1.5, 2.25])}),
    ("ordinal", "one scale", {"q1": some([0.5, 1.0, 2.0]), "q2": some([0.25, 0.5, 1.0, 2.0]), "q3": some([0.5, 1.0, 2.0, 4.0])},
     {"d": some([0.1, 0.7, 11.5]), "e": RNG.normal(size=N), "f": numbers(0, 60)}),
    ("categorical", "one for one", {"a": [10 + 3 * (i % 9) for i in range(N)], "b": [70 - (i % 9) ** 2 for i in range(N)],
                                    "c": [(i % 9) + 900 for i in range(N)]},
     {"town": [WORDS[i % 9] for i in range(N)], "e": numbers(0, 9), "f": [(i % 9) + i % 2 for i in range(N)]}),
    ("numeric", "numbers from", {"a": RNG.normal(size=N), "b": numbers(0, 500), "n_rooms": some([1, 2, 3, 7])},
     {"d": some([1, 2, 3]), "e": some(WORDS), "f": [1.5] * N}),
    ("numeric", "numbers in strings", {"a": [f"${i},{100 + i}.50" for i in range(1, N + 1)], "b": [f"{i % 97},5" for i in range(N)],
                                       "c": [f"{i % 83} min" for i in range(N)]},
     {"d": [f"0{i % 90:02d}" for i in range(N)], "e": [f"{i % 40} {'kg' if i % 2 else 'lb'}" for i in range(N)],
      "f": [f"E{i % 60}" for i in range(N)]}),
    ("ignored", "look like dates", {"a": [f"{1 + i % 12}/{1 + i % 11}/20" for i in range(N)],
                                    "b": [*DAYS[1:].strftime("%m/%d/%Y"), "soon"], "c": [f"{i % 90}/{i % 80}/20" for i in range(N)]},
     {"d": DAYS.strftime("%m/%d/%Y"), "e": some(["1/1/20", "1/2/20", "2/3/20", "4/3/20"]), "f": [f"{i}-{i % 7}" for i in range(N)]}),
    ("ignored", "look like numbers|leading zeros", {"a": [f"{i}.5" for i in range(N - 1)] + ["?"], "b": [f"0{i:04d}" for i in range(N)],
                                                   "c": [f"{i} {'kg' if i % 5 else 'lb'}" for i in range(N)]},
     {"d": [f"{i}.5" for i in range(N)], "e": some(["1.5", "2.5", "?"]), "f": [f"no. {w}" for w in TOWNS]}),
    ("set", "lists in strings", {"a": LISTS, "b": [v.replace(", ", "|") for v in LISTS], "c": [f"['{v}']".replace(", ", "', '") for v in LISTS]},
     {"d": [f"{a}, {b}" for a, b in zip(TOWNS, some(WORDS), strict=True)], "e": TOWNS, "f": SENTENCES}),
    ("hierarchy", "paths in strings", {"a": PATHS, "b": [v.replace("/", " > ") for v in PATHS], "c": [v.replace("/", "::") for v in PATHS]},
     {"d": [f"{i % 7}/{i % 11}" for i in range(N)], "e": some(WORDS), "f": [f"https://a.org/{v}" for v in PATHS]}),
    ("ignored", "e.g.", {"a": [f"https://a.org/{i}" for i in range(N)], "b": [f"u{i}@a{i % 9}.org" for i in range(N)],
                         "c": [f"{i * 7919 % 2**32:08x}{i:08x}ab12" for i in range(N)]},
     {"d": some(["http://a.org", "http://b.org"] * 2 + ["http://c.org"]), "e": TOWNS, "f": some(WORDS)}),
    ("categorical", "strings that repeat", {"a": some(WORDS), "b": [f"0{v}" for v in some(range(100, 120))], "c": some(TOWNS[:60])},
     {"d": TOWNS, "e": some(["3.5", "2.5", "1.5"]), "f": some(["x", "y"])}),
    ("text", "free text", {"a": SENTENCES, "b": [s.replace("ma", "mo") for s in SENTENCES], "c": [f"{s}." for s in SENTENCES]},
     {"d": TOWNS, "e": some(SENTENCES[:9]), "f": [s[:20] for s in SENTENCES]}),
    ("text", "short strings", {"a": TOWNS, "b": [f"{w} Ltd" for w in TOWNS], "c": [s[:20] for s in SENTENCES]},
     {"d": some(WORDS), "e": SENTENCES, "f": [f"A-{i:05d}" for i in range(N)]}),
    ("text", "free text", {"a": some(SENTENCES[:60]), "b": [f"{s}!" for s in some(SENTENCES[:40])], "c": some([f"{s} {s}" for s in SENTENCES[:20]])},
     {"d": some(SENTENCES[:9]), "e": some(TOWNS[:60]), "f": [f"https://example.org/{'x' * 60}/{i % 9}" for i in range(N)]}),
    ("ignored", "a value in", {"a": [DAYS[0], DAYS[5], *[None] * (N - 2)], "b": ["x", "y", *[None] * (N - 2)], "c": [*[None] * (N - 2), "4/x", "q 9"]},
     {"d": [1.5, 2.5, *[1.0] * (N - 2)], "e": [1.5, 2.5, 3.5, 4.5, *[None] * (N - 4)], "f": ["x", None] * (N // 2)}),
    ("ignored", "infinite", {"a": [np.inf, *RNG.normal(size=N - 1)], "b": [-np.inf, *range(1, N)], "c": [np.nan, np.inf, *RNG.normal(size=N - 2)]},
     {"d": RNG.normal(size=N), "e": [1e300, *RNG.normal(size=N - 1)], "f": [np.nan, *RNG.normal(size=N - 1)]}),
    ("datetime", "1970", {"timestamp": 1_600_000_000 + 3600 * numbers(0, 9999), "created_at": 1_600_000_000_000 + numbers(0, 10**9),
                          "date": 1_600_000_000.5 + numbers(0, 10**6)},
     {"d": 1_600_000_000 + numbers(0, 10**6), "start": numbers(0, 10**6), "day": numbers(20_000, 20_900)}),
    ("cyclic", "on a circle", {"hour": numbers(0, 24), "wind_dir": RNG.uniform(0, 360, N), "day_of_week": numbers(0, 7)},
     {"hours": numbers(0, 24), "term_in_months": numbers(1, 13), "month": numbers(1, 60)}),
    ("ignored", "and the name says key, e.g.", {"response_id": [f"R_{RNG.integers(9**9)}x" for _ in range(N)], "key": [f"{w}{i}" for i, w in enumerate(WORDS * 12)],
                                             "user_id": list(map(str, RNG.permutation(10 * N)[:N]))},
     {"d": [f"R_{RNG.integers(9**9)}x" for _ in range(N)], "id": TOWNS, "plan_id": some(WORDS)}),
    ("ignored", "postal codes", {"postcode": [f"{w[:2].upper()}{i} {i % 9}AB" for i, w in enumerate(WORDS * 12)], "PLZ": [f"0{v}" for v in RNG.permutation(9000)[:N] + 1000],
                                 "zip": [f"0{v}" for v in RNG.permutation(9000)[:N] + 1000]},
     {"d": [f"0{v}" for v in RNG.permutation(9000)[:N] + 1000], "zip_2": numbers(10_000, 99_999), "zip_3": some(["AB1", "AB2", "CD1"])}),
    ("categorical", "name says code", {"code": list(map(str, numbers(1, 50))), "type": list(map(str, numbers(1, 12))), "district": list(map(str, numbers(100, 130)))},
     {"d": list(map(str, numbers(1, 50))), "code_2": some(WORDS), "type_2": [f"0{v}" for v in numbers(10, 50)]}),
    ("ordinal", "numbers in strings", {"rating": list(map(str, numbers(1, 10))), "b": some(list("1234")), "model year": list(map(str, numbers(1990, 2020)))},
     {"d": list(map(str, numbers(1, 60))), "e": some(["0.5", "1.5", "2.5"]), "f": some(["01", "02", "03"])}),
    ("categorical", "strings that repeat", {"a": some(["1/2/20", "3/4/20", "5/6/20", "7/7/20"]), "b": some(["2020-01-01", "2020-01-02", "soon"]), "c": some(["1-2-20", "3-4-20", "5-6-20"])},
     {"d": [f"{1 + i % 12}/{1 + i % 11}/20" for i in range(N)], "e": some(["13-02-2021", "14-02-2021", "15-03-2021"]), "f": some(["1/2", "2/2"])}),
    ("ignored", "strings around numbers", {"a": [f"{i}x{i % 7} cm" for i in range(N)], "b": [f"POINT ({i / 7} {i / 9})" for i in range(N)], "c": [f"{i}h{i % 60}m" for i in range(N)]},
     {"d": some(["3x4 cm", "5x6 cm", "7x9 cm"]), "e": [f"{i} cm" for i in range(N)], "f": TOWNS}),
    ("ignored", "words on average", {w: [" ".join(RNG.choice(WORDS, 320)) for _ in range(N)] for w in "abc"},
     {"d": SENTENCES, "e": TOWNS, "f": [" ".join(RNG.choice(WORDS, 50)) for _ in range(N)]}),
    ("datetime", "", {"a": DAYS, "b": DAYS.tz_localize("UTC"), "c": DAYS.date},
     {"d": DAYS.strftime("%H:%M"), "e": DAYS.time, "f": DAYS - DAYS[0]}),
    ("numeric", "durations", {"a": DAYS - DAYS[0], "b": pd.to_timedelta(numbers(0, 9999), unit="s"), "c": pd.Series(DAYS - DAYS[9])},
     {"d": DAYS, "e": numbers(0, 500), "f": DAYS.time}),
    ("time", "times of day", {"a": DAYS.time, "b": (DAYS + pd.Timedelta("7min")).time, "c": [*DAYS.time[1:], None]},
     {"d": DAYS, "e": DAYS - DAYS[0], "f": numbers(0, 24)}),
    ("ordinal", "ordered categories", {w: pd.Categorical(some(WORDS), WORDS[i:] + WORDS[:i], ordered=True) for i, w in enumerate("abc")},
     {"d": pd.Categorical(some(WORDS)), "e": some(WORDS), "f": pd.Categorical(["x"] * N, ordered=True)}),
    ("categorical", "categories,", {"a": pd.Categorical(some(WORDS)), "b": pd.Categorical(some([1, 2, 3])), "c": pd.Categorical(some([0.5, 1.5, 2.5]))},
     {"d": pd.Categorical(some(WORDS), ordered=True), "e": some([1, 2, 3]), "f": pd.Categorical(some(["x", "y"]))}),
    ("vector", "", {"a": list(RNG.normal(size=(N, 4))), "b": [list(map(float, v)) for v in RNG.normal(size=(N, 3))], "c": list(RNG.normal(size=(N, 8)))},
     {"d": LISTS, "e": RNG.normal(size=N), "f": [v.split(", ") for v in LISTS]}),
    ("sparse", "", dict.fromkeys("abc", SPARSE), {"d": list(RNG.normal(size=(N, 4))), "e": RNG.normal(size=N), "f": LISTS}),
    ("set", "lists of values", {"a": [v.split(", ") for v in LISTS], "b": [set(v.split(", ")) for v in LISTS], "c": [tuple(v.split(", ")) for v in LISTS]},
     {"d": LISTS, "e": list(RNG.normal(size=(N, 4))), "f": some(WORDS)}),
    ("ignored", "", {"a": [{"x": i} for i in range(N)], "b": [object() for _ in range(N)], "c": [complex(i, 1) for i in range(N)]},
     {"d": some(WORDS), "e": RNG.normal(size=N), "f": DAYS}),
]  # fmt: skip


def said_of(df):
    """column -> (kind, reason)."""
    table = infer_schema(df).table()
    return {row["column"]: (row["kind"], row["reason"]) for _, row in table.iterrows()}


@pytest.mark.parametrize(
    ("kind", "words", "takes", "leaves"), RULES, ids=[f"{r[0]}: {r[1]}" for r in RULES]
)
def test_a_rule_takes_and_leaves(kind, words, takes, leaves):
    found = said_of(pd.DataFrame({**takes, **leaves}))

    def is_taken(column):
        own, reason = found[column]
        return own == kind and any(w in reason for w in words.split("|"))

    assert {c: found[c] for c in takes if not is_taken(c)} == {}
    assert {c: found[c] for c in leaves if is_taken(c)} == {}


def rule_of(f):
    """The rule that decides by itself, by its rank and function."""
    rule = next(rule for rule in KINDS.rules() if rule.judge(f) is not None)
    return f"{rule.rank} {rule.judge.__module__}{rule.judge.__name__}"


def test_every_rule_takes_three_columns_above_and_leaves_three():
    tried = {}
    for _, _, takes, leaves in RULES:
        seen, _ = frame_facts(pd.DataFrame({**takes, **leaves}))
        left = {rule_of(seen[column]) for column in leaves}
        taken = [rule_of(seen[column]) for column in takes]
        for rule in set(taken) - left:
            tried[rule] = max(tried.get(rule, 0), min(taken.count(rule), len(leaves)))
    rules = {
        f"{r.rank} {r.judge.__module__}{r.judge.__name__}"
        for r in KINDS.rules()
        if r.judge.__module__.startswith("frameumap")
    }
    assert {rule: tried.get(rule, 0) for rule in rules if tried.get(rule, 0) < 3} == {}


def test_the_order_of_rows_and_columns_plays_no_part():
    df = pd.DataFrame({f"{i} {r[0]}": list(v) for i, r in enumerate(RULES) for v in r[2].values()})
    df = pd.concat([df] * 25, ignore_index=True)  # more rows than a sample holds
    other = df.iloc[RNG.permutation(len(df))][RNG.permutation(df.columns)]
    assert said_of(df) == said_of(other)


def test_questions_name_both_kinds_and_the_line_that_decides():
    df = pd.DataFrame(
        {
            "zip": numbers(10_000, 99_999), "x": RNG.normal(size=N),
            **{f"q{i}": some([1, 2, 3, 4, 5]) for i in range(6)},
        }
    )  # fmt: skip
    schema = infer_schema(df)
    questions = schema.questions()
    assert [q.columns for q in questions] == [("q0", "q1", "q2", "q3", "q4", "q5"), ("zip",)]
    np.testing.assert_allclose([q.influence for q in questions], [6 / 8, 1 / 8])
    for question in questions:
        assert str(question) in repr(questions)
        told = (question.line, question.doubt, question.reason)
        assert all(part in str(question) for part in told)
        exec(question.line, {"schema": schema, "frameumap": frameumap})
    assert {g.kind for g in schema.groups.values()} == {"categorical", "numeric"}
    assert frameumap.Schema.from_toml(schema.to_toml()).questions() == schema.questions() == ()


@pytest.mark.parametrize(
    "values",
    [[f"{1 + i % 12}/{1 + i % 11}/2020" for i in range(N)], [45_000 + i % 90 for i in range(N)],
     [f"{1 + i % 28} Jan" for i in range(N)]],
)  # fmt: skip
def test_lines_that_are_told_work_when_pasted(values):
    df = pd.DataFrame({"date": values, "x": RNG.normal(size=N)})
    schema = infer_schema(df)
    told = " ".join(schema.notes["date"].warnings)
    line = told[told.index("schema['date'] = ") :].split(" or ")[0]
    exec(line, {"schema": schema, "frameumap": frameumap})
    model = frameumap.FrameUMAP(schema, n_epochs=2).fit(df)
    assert model.schema_.groups["date"].kind in ("datetime", "cyclic")
    assert model.inverse_transform(model.embedding_[:3])["date"].notna().all()


def test_formats_are_part_of_schema_and_model_and_come_back(tmp_path):
    df = pd.DataFrame({
        "day": DAYS.strftime("%d.%m.%Y"), "price": [f"{v:,.2f} €" for v in RNG.lognormal(7, 1, N)],
        "at": DAYS.strftime("%I:%M %p"), "x": RNG.normal(size=N),
    })  # fmt: skip
    model = frameumap.FrameUMAP(n_epochs=5).fit(df)
    model.save(tmp_path / "m")
    loaded = frameumap.FrameUMAP.load(tmp_path / "m")
    rows = loaded.inverse_transform(model.embedding_[:5])
    again = infer_schema(pd.concat([df, rows[list(df.columns)]], ignore_index=True))
    for column in ("day", "price", "at"):
        assert again[column].options["format"] == model.schema_[column].options["format"]
    np.testing.assert_array_equal(loaded.transform(df[:9]), model.transform(df[:9]))
    for column, bad in (("day", "2021-01-05"), ("price", "12 $"), ("at", "noon")):
        new = df[:2].assign(**{column: [df[column][0], bad]})
        with pytest.raises(
            frameumap.DataError,
            match=f"'{column}', row 1: expected .* got '{bad}'".replace("$", r"\$"),
        ):
            loaded.transform(new)


def test_declared_dates_find_their_format_or_ask():
    undecided = [f"{1 + i % 12}/{1 + i % 11}/2020" for i in range(N)]
    df = pd.DataFrame({"d": undecided, "x": RNG.normal(size=N)})
    with pytest.raises(frameumap.DataError, match="day or the month first in '1/10/2020'"):
        frameumap.embed(df, {"d": "datetime", "x": "numeric"})
    for dayfirst, fmt in ((True, "%d/%m/%Y"), (False, "%m/%d/%Y")):
        schema = {"d": frameumap.datetime(dayfirst=dayfirst)}
        assert frameumap.FrameUMAP(schema, n_epochs=1).fit(df).schema_["d"].options["format"] == fmt
    with pytest.raises(frameumap.DataError, match="'d', row 3: expected a date written as"):
        frameumap.embed(df.assign(d=[*undecided[:3], "soon", *undecided[4:]]), {"d": "datetime"})
    with pytest.raises(frameumap.SchemaError, match="strptime"):
        frameumap.group(["d"], kind="datetime", format="day first")
    with pytest.raises(frameumap.SchemaError, match="takes no format"):
        frameumap.group(["d"], kind="categorical", format="%d")


def test_infinite_numbers_are_left_out_with_the_line_that_mends_them():
    df = pd.DataFrame({"x": [1.0, 2.5, np.inf, 4.0] * 10, "y": np.arange(40) % 7})
    schema = frameumap.infer_schema(df)
    assert set(schema.ignored) == {"x"}
    assert "10 of 40 are infinite" in schema.ignored["x"]
    line = "df['x'] = df['x'].where(df['x'].abs() < float('inf'))"
    assert line in str(schema)
    exec(line)
    assert not frameumap.infer_schema(df).ignored


def test_a_value_beside_marks_of_errors_is_a_flag_or_a_constant():
    df = pd.DataFrame({"x": ["yes", "#NULL!"] * 20, "z": ["sold", "#N/A"] * 20, "y": range(40)})
    schema = frameumap.infer_schema(df)
    assert "'#NULL!'" in str(schema)
    assert "z" in schema.ignored


@pytest.mark.parametrize(
    ("values", "made"),
    [
        (["<5", *[f"{i}" for i in range(5, 4 + N)]], {"v": "numeric"}),
        ([f"{i} {'kg' if i % 3 else 'lb'}" for i in range(N)], {"v number": "numeric", "v unit": "boolean"}),
        ([f"{i % 5}h {i % 60}m" for i in range(N)], {"v": "numeric"}),
        ([f"{i % 83}-{i % 79}" for i in range(N)], {"v 1": "numeric", "v 2": "numeric"}),
        ([f"POINT ({i / 7:.3f} {i / 9:.3f})" for i in range(N)], {"v lat": "geo", "v lon": "geo"}),
        ([-99, -99, -99, *numbers(0, 40, N - 3)], {"v": "numeric"}),
        ([f"{i}.5" for i in range(N - 1)] + ["?"], {"v": "numeric"}),
        ([1.5, np.inf, *RNG.normal(size=N - 2)], {"v": "numeric"}),
        ([f"{w[:2]}{i} 9AB" for i, w in enumerate(WORDS * 12)], {"v": "categorical"}),
    ],
)  # fmt: skip
def test_lines_that_mend_a_frame_work_when_pasted(values, made):
    name = "postcode" if "9AB" in str(values[0]) else "v"
    df = pd.DataFrame({name: values})
    told = infer_schema(df.assign(x=RNG.normal(size=N))).notes[name].warnings
    lines = [m[0] for warning in told if (m := re.search(r"df(\[.+?\])? = .*", warning))]
    assert lines
    names = {"df": df, "pd": pd, "pandas": pd}
    exec(lines[0], names)
    mended = {c: kind for c, (kind, _) in said_of(names["df"]).items()}
    assert mended.items() >= {c.replace("v", name, 1): kind for c, kind in made.items()}.items()


@pytest.mark.parametrize("n", [600, 6_000])
def test_strings_that_come_late_in_the_alphabet_are_seen(n):
    rng = np.random.default_rng(0)
    sides = np.array(["North", "South", "West"])[np.arange(n) % 3]
    df = pd.DataFrame(
        {"name": [f"{s} {i}" for s, i in zip(sides, rng.permutation(n), strict=True)]}
    )
    df["size"] = rng.normal(size=n)
    schema = frameumap.infer_schema(df)
    assert schema.groups["name"].kind == "text"

"""Frames of every kind, and a kind defined here."""

import datetime as dt

import numpy as np
import pandas as pd

import frameumap
from frameumap import Kind, register_kind
from frameumap.kinds import Rule, Verdict, float_block
from frameumap.kinds.encode import kind_of

N = 48
RNG = np.random.default_rng(7)


@frameumap.metric("hue_gap")
def hue_gap(x, y):
    """sqrt of the sum of squares."""
    total = 0.0
    for c in range(x.shape[0]):
        total += (x[c] - y[c]) ** 2
    return np.sqrt(total)


def _colours(facts):
    if facts.values == "string" and facts.present.str.fullmatch("#[0-9a-f]{6}").all():
        return Verdict("colour", "colours")
    return None


@register_kind
class Colour(Kind):
    """Colours such as "#ff8000", less the mean colour; nothing but what a kind must have."""

    name = "colour"
    accepts = ("vector",)
    metric = "hue_gap"
    words = 3
    rules = (Rule(15, _colours),)

    def fit(self, columns):
        values, present = self.read(columns)
        self.middle = values[present].reshape(-1, 3).mean(axis=0)
        self.first = columns[0].dropna().iloc[0]

    def read(self, columns):
        parts = [
            [
                [int(v[at : at + 2], 16) for at in (1, 3, 5)] if isinstance(v, str) else [0.0] * 3
                for v in s
            ]
            for s in columns
        ]
        present = np.repeat([s.notna().to_numpy() for s in columns], 3, axis=0).T
        return np.concatenate(parts, axis=1), present

    def encode(self, columns):
        values, present = self.read(columns)
        return float_block(values - np.tile(self.middle, len(columns)), present)

    def decode(self, cells, rows):
        levels = np.round(cells.reshape(len(cells), -1, 3) + self.middle).astype(int)
        return [
            [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in levels[:, c]] for c in range(levels.shape[1])
        ]


def choices(*levels):
    return [levels[i] for i in RNG.integers(0, len(levels), N)]


DATES = pd.Timestamp("2021-03-01") + pd.to_timedelta(RNG.integers(0, 10**7, N), unit="s")
#: Kind -> two columns of its values (geo: one pair), and what a schema says of them.
SAMPLES = {
    "numeric": ([RNG.lognormal(size=N), RNG.normal(size=N)], "numeric"),
    "categorical": ([choices("a", "b", "c"), choices("x", "y", "z")], "categorical"),
    "boolean": ([choices(True, False), choices("no", "yes")], "boolean"),
    "ordinal": ([choices(1, 2, 3), choices(1.5, 2.5)], "ordinal"),
    "geo": ([RNG.uniform(40, 50, N), RNG.uniform(0, 20, N)], "haversine"),
    "text": ([choices("Nord", "Süd", "West 7"), choices("", "one", "two")], "levenshtein"),
    "datetime": ([DATES, DATES[::-1]], "datetime"),
    "cyclic": ([choices(0, 6, 12, 23), choices(1, 2, 3)], frameumap.cyclic(24)),
    "time": ([choices(*(dt.time(h, 5 * h) for h in range(12))), choices(dt.time(0), dt.time(23, 59))], "time"),
    "set": ([choices(["a"], ["a", "b"], []), choices(["x", "y"], ["y"])], "jaccard"),
    "hierarchy": ([choices("a", "b"), choices("u", "v")], "hierarchical"),
    "vector": ([list(RNG.normal(size=(N, 3))), list(RNG.normal(size=(N, 2)))], "vector"),
    "mixed": ([RNG.normal(size=N), choices("a", "b", "c")], "gower"),
    "colour": ([choices("#ff8000", "#0080ff", "#101010"), choices("#000000", "#ffffff")], "colour"),
}  # fmt: skip
#: Encoders within a kind that a preparation or metric calls for.
VARIANTS = {
    "whitened": (SAMPLES["numeric"][0], "mahalanobis"),
    "grade entropy": (SAMPLES["ordinal"][0], "ordinal_entropy"),
    "side values": (SAMPLES["categorical"][0], "goodall"),
    "grams": (SAMPLES["text"][0], "qgram_cosine"),
    "rare words": (SAMPLES["set"][0], "jaccard_rarity"),
    "altitude": ([*SAMPLES["geo"][0], RNG.uniform(0, 3000, N)], "haversine_altitude"),
    "calendar": (SAMPLES["datetime"][0], "calendar"),
    "one path": ([choices("a/b", "a/c", "d")], "hierarchical"),
}
CASES = SAMPLES | VARIANTS


def case(name, gaps=True):
    columns, spec = CASES[name]
    df = pd.DataFrame({f"c{i}": pd.Series(list(v)) for i, v in enumerate(columns)})
    if gaps:
        df = df.astype({c: object for c in df if df[c].dtype == bool})
        for i, c in enumerate(df):
            df.loc[[3, 10 + i], c] = None
    return df, {tuple(df) if len(df.columns) > 1 else "c0": spec}


def fitted(df, schema):
    (group,) = frameumap.Schema.from_mapping(schema).groups.values()
    kind = kind_of(group)
    columns = [df[c] for c in group.columns]
    kind.fit(columns)
    return kind, columns, kind.encode(columns)

"""A table as people bring it, thirty columns of it, and its schema as it is printed."""

from __future__ import annotations

import numpy as np
import pandas as pd

import frameumap

ROWS = 600
rng = np.random.default_rng(0)
TOWNS = ["Akron", "Bergen", "Cadiz", "Delft", "Essen", "Ghent", "Lyon", "Porto", "Turin", "Vilnius"]
GENRES = ["Comedy", "Drama", "Action", "Horror", "Romance", "Western"]
SHELVES = ["Food/Fruit", "Food/Fish", "Food/Bread", "Home/Lamps", "Home/Chairs", "Home/Tables"]
WORDS = ["fast", "good", "late", "slow", "kind", "broken", "again", "never", "parcel", "driver"]


def draw(values):
    """One of the values for every row."""
    return [values[i] for i in rng.integers(0, len(values), ROWS)]


opened = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 60_000, ROWS), unit="h")
due = pd.Timestamp("2021-03-01") + pd.to_timedelta(rng.integers(0, 11, ROWS), unit="D")
town = rng.integers(0, len(TOWNS), ROWS)
df = pd.DataFrame(
    {
        "customer_id": np.arange(ROWS) + 1001,
        "name": [
            f"{a} {b}" for a, b in zip(draw(TOWNS), rng.integers(100, 999, ROWS), strict=True)
        ],
        "email": [f"user{i}@example.org" for i in range(ROWS)],
        "signup": opened.strftime("%m/%d/%Y"),
        "last_call": opened.strftime("%d %b %Y %H:%M"),
        "due": due.strftime("%m/%d/%y"),
        "birthdate": rng.integers(1950, 2004, ROWS) * 10_000 + 101 + rng.integers(0, 28, ROWS),
        "opens_at": opened.strftime("%I:%M %p"),
        "quarter": [
            f"{y}Q{q}" for y, q in zip(draw([2019, 2020]), draw([1, 2, 3, 4]), strict=True)
        ],
        "revenue": [f"${v:,.2f}" for v in rng.lognormal(8, 1, ROWS)],
        "discount": [f"{v}%" for v in draw(range(0, 60, 5))],
        "weight": [f"{v},{w} kg" for v, w in zip(draw(range(1, 40)), draw(range(10)), strict=True)],
        "age": rng.integers(18, 90, ROWS),
        "rooms": rng.poisson(3, ROWS),
        "stars": draw([1, 2, 3, 4, 5]),
        "model_year": rng.integers(1995, 2021, ROWS),
        "zip": rng.integers(10_000, 99_999, ROWS),
        "town": [TOWNS[i] for i in town],
        "town_no": (town * 7 + 3) % 10,
        "branch_code": rng.integers(100, 140, ROWS),
        "lat": rng.uniform(40, 60, ROWS),
        "lon": rng.uniform(-9, 25, ROWS),
        "is_member": draw([True, False]),
        "newsletter": draw(["yes", None]),
        "genres": [", ".join(rng.choice(GENRES, 1 + i % 3, replace=False)) for i in range(ROWS)],
        "shelf": [f"{s}/no. {k}" for s, k in zip(draw(SHELVES), draw(range(9)), strict=True)],
        "website": [f"https://example.org/{i}" for i in range(ROWS)],
        "comment": [" ".join(rng.choice(WORDS, 12)) for _ in range(ROWS)],
        "score": np.where(rng.random(ROWS) < 0.004, np.nan, rng.normal(50, 9, ROWS).round(1)),
        "currency": "EUR",
    }
)
schema = frameumap.infer_schema(df)
print(schema)
print()
print(schema.questions())

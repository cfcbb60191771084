"""Record linkage: recall of the true partners of a record among its 5 nearest rows.

    python benchmarks/linkage.py --data PATH      folder with tables.py

Three searches on the same records: NN-descent, comparing all pairs under the same D, and
rapidfuzz's `ratio` of the joined fields by brute force. Recall@5 is the mean, over records that
have partners, of the share of min(5, partners) found.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd

import frameumap
from frameumap.engine.rows import as_queries, take_rows
from frameumap.kinds.encode import encode_frame
from frameumap.neighbors.all_pairs import AllPairsSearch
from frameumap.neighbors.distinct import identical_rows
from frameumap.neighbors.nn_descent import search_graph
from frameumap.progress import Progress


def febrl(tables) -> tuple[pd.DataFrame, np.ndarray, dict]:
    df = tables.febrl("dataset3")
    entity = pd.factorize(df["entity"])[0]
    df["date_of_birth"] = pd.to_datetime(df["date_of_birth"], format="%Y%m%d", errors="coerce")
    texts = (
        "given_name",
        "surname",
        "street_number",
        "address_1",
        "address_2",
        "suburb",
        "postcode",
        "soc_sec_id",
    )
    schema = {c: frameumap.group(metric="levenshtein_normalized") for c in texts}
    return df, entity, {**schema, "date_of_birth": "datetime", "state": "categorical"}


def dblp_acm(tables) -> tuple[pd.DataFrame, np.ndarray, dict]:
    left, right, pairs = tables.er("dblp_acm")
    df = pd.concat([left, right], ignore_index=True)
    place = pd.Series(np.arange(len(df)), index=[*("l" + left["id"]), *("r" + right["id"])])
    entity = np.arange(len(df))
    for a, b in zip(place["l" + pairs["left"]], place["r" + pairs["right"]], strict=True):
        entity[b] = entity[a]
    df["year"] = pd.to_datetime(df["year"].astype(str), format="%Y")
    schema = {c: frameumap.group(metric="levenshtein_normalized") for c in ("title", "authors")}
    return df, entity, {**schema, "venue": "categorical", "year": "datetime"}


def recall(indices: np.ndarray, entity: np.ndarray) -> float:
    """Mean share of the partners found among the first 5 others."""
    partners = np.bincount(entity)[entity] - 1
    found = (entity[indices[:, :5]] == entity[:, None]).sum(axis=1)
    has = partners > 0
    return float((found[has] / np.minimum(partners[has], 5)).mean())


def brute(df: pd.DataFrame, columns: list[str]) -> np.ndarray:
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import cdist

    joined = df[columns].astype("string").fillna("").agg(" ".join, axis=1).tolist()
    scores = cdist(joined, joined, scorer=ratio, workers=-1, dtype=np.uint8)
    np.fill_diagonal(scores, 0)
    return np.argsort(-scores.astype(np.int16), axis=1, kind="stable")[:, :5]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=os.environ.get("FRAMEUMAP_TABLES", ""))
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.data)
    import tables

    warnings.simplefilter("ignore")
    for name, read in (("febrl dataset3", febrl), ("dblp_acm", dblp_acm)):
        df, entity, declared = read(tables)
        _, packed = encode_frame(df, list(frameumap.Schema.from_mapping(declared).ordered_groups()))
        classes = identical_rows(packed.rows)
        rows = take_rows(packed.rows, classes.first)
        own = entity[classes.first]
        results = {}
        for tool, search in (
            ("descent", lambda: search_graph(rows, packed.metrics, 15, 0, Progress())[0].indices),  # noqa: B023
            (
                "exact",
                lambda: AllPairsSearch().search(rows, as_queries(rows), 15, 0, Progress()).indices,  # noqa: B023
            ),
            ("rapidfuzz", lambda: brute(df.iloc[classes.first], list(declared))),  # noqa: B023
        ):
            search()  # compiles
            started = time.perf_counter()
            indices = search()
            results[tool] = recall(indices, own), time.perf_counter() - started
        print(
            name,
            f"{len(own)} records",
            {k: f"recall@5 {r:.4f} in {t:.2f} s" for k, (r, t) in results.items()},
            flush=True,
        )


if __name__ == "__main__":
    main()

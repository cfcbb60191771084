"""What the answers about a fitted model are worth, on tables with known segments, errors and noise.

    python benchmarks/insight.py cluster     AMI with the label, beside HDBSCAN on the map
    python benchmarks/insight.py hold        adjusted Rand between seeds and between orders of rows
    python benchmarks/insight.py planted     two planted columns of twenty; noise called significant
    python benchmarks/insight.py rules       coverage and precision on rows kept aside; seconds
    python benchmarks/insight.py trust       rows that move between seeds, and who is flagged
    python benchmarks/insight.py disagreement

Tables other than `customers` are read by the module `tables` in the folder FRAMEUMAP_TABLES.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import frameumap

sys.path[:0] = [
    os.environ.get("FRAMEUMAP_TABLES", "."),
    str(Path(__file__).parent.parent / "tests"),
]
NINE = (
    "customers", "penguins", "mushroom", "hr_attrition", "superstore", "tate_text", "geonames",
    "nycflights13", "airbnb_nyc",
)  # fmt: skip
FURTHER = ("titanic", "adult", "telco_churn", "taxis", "mpg", "california", "ames_housing")
SEVERAL = (
    "customers", "airbnb_nyc", "penguins", "superstore", "titanic", "mpg", "taxis", "telco_churn",
    "hr_attrition", "california",
)  # fmt: skip
BUSINESS = ("customers", "superstore", "telco_churn", "airbnb_nyc", "penguins", "hr_attrition")


def table(name, rows=2000, seed=0):
    if name == "customers":
        df = frameumap.datasets.make_customers(rows, random_state=seed)
        return df.drop(columns="segment"), df["segment"]
    import tables

    return tables.frame(name, rows, seed)


def fit(df, **options):
    return frameumap.FrameUMAP(**options).fit(df)


def graph_only(df, **options):
    return fit(df, n_epochs=0, init="random", **options)


def cluster():
    from sklearn.cluster import HDBSCAN
    from sklearn.metrics import adjusted_mutual_info_score

    lines = []
    for name in (*NINE, *FURTHER):
        df, y = table(name)
        y = pd.factorize(y.astype(str))[0]
        model = fit(df)
        started = time.perf_counter()
        found = model.cluster()
        seconds = time.perf_counter() - started
        dense = HDBSCAN(min_cluster_size=15, copy=True).fit_predict(model.embedding_)
        agree = (found.predict(df) == found.labels).mean()
        lines.append(
            {
                "table": name,
                "AMI": adjusted_mutual_info_score(y, found.labels),
                "HDBSCAN on the map": adjusted_mutual_info_score(y, dense),
                "segments": found.n_segments,
                "persistence": found.stable,
                "layers": " ".join(str(layer.n_segments) for layer in found.layers),
                "predict agrees": agree,
                "seconds": seconds,
            }
        )
        print(lines[-1], flush=True)
    result = pd.DataFrame(lines).set_index("table")
    print(result.round(3).to_string())
    for names in (NINE, FURTHER):
        print(result.loc[list(names), ["AMI", "HDBSCAN on the map"]].mean().round(3).to_dict())


def hold():
    from sklearn.metrics import adjusted_rand_score

    for name in BUSINESS:
        df, _ = table(name)
        df = df[~df.astype(str).duplicated()].reset_index(drop=True)
        base = graph_only(df).cluster()
        seeds = [graph_only(df, random_state=s).cluster().labels for s in (1, 2, 3)]
        orders = []
        for s in (1, 2, 3):
            shuffled = df.sample(frac=1, random_state=s)
            labels = np.empty(len(df), int)
            labels[shuffled.index] = graph_only(shuffled).cluster().labels
            orders.append(labels)
        scores = [
            float(np.mean([adjusted_rand_score(base.labels, x) for x in xs]))
            for xs in (seeds, orders)
        ]
        told = round(base.stable, 3)
        print(name, base.n_segments, "seeds, orders", np.round(scores, 3), "told", told, flush=True)


def planted(seeds=100):
    import test_insight_describe as t

    hits, wrong, segments = 0, 0, 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        two = rng.choice(t.PLANTED, 2, replace=False)
        rows = rng.random(500) < 0.25
        df = t.noise(500, seed)
        for column in two:
            df = t.plant(df, column, rows, seed)
        model = t.model_of(df)
        top = {c for e in model.describe(rows, rows=0).cards[0].effects[:3] for c in e.columns}
        hits += set(two) <= top
        if not set(two) <= top:
            print(seed, two, top, flush=True)
        if seed % 5 == 0:
            labels = rng.integers(0, 5, 500)
            for card in model.describe(labels, rows=0, effects=30):
                segments += 1
                wrong += any(e.significant for e in card.effects)
    print(
        f"both in the top three: {hits} of {seeds}; random labels: {wrong} of {segments} segments"
    )


def rules():
    df, y = table("customers", 4000)
    model = graph_only(df)
    for labels in (y, model.cluster()):
        cards = model.describe(labels)
        print(
            [
                (c.size, round(c.rule.coverage, 2), round(c.rule.precision, 2))
                for c in cards
                if c.rule
            ]
        )
    df, y = table("customers", 100_000)
    model = graph_only(df)
    for _ in range(3):
        started = time.perf_counter()
        model.describe(y)
        print(
            f"100,000 rows x {df.shape[1]} columns: {time.perf_counter() - started:.2f} s",
            flush=True,
        )


def leaves(one, other, k=15):
    """Rows that lie outside the ball of their former neighbours, about the middle of those."""
    from scipy.spatial import cKDTree

    _, near = cKDTree(one).query(one, k + 1)
    places = other[near[:, 1:]]
    middle = np.median(places, axis=1)
    reach = np.linalg.norm(places - middle[:, None], axis=2).max(axis=1)
    return np.linalg.norm(other - middle, axis=1) > reach


def cpu(call):
    """Seconds of CPU time of all threads."""
    started = time.process_time()
    call()
    return time.process_time() - started


def trust(seeds=20):
    """Rows that leave in most seeds, in a quarter, and of any one seed; `foretold` is what the
    first ten seeds say of the others with as many flags: no score of one map can do much better."""
    for name in SEVERAL:
        df, _ = table(name, 1000)
        model = fit(df)
        model.trust()
        rows = model.trust().rows
        others = [fit(df, random_state=s).embedding_ for s in range(1, seeds + 1)]
        moved = np.array([leaves(model.embedding_, other) for other in others])
        flagged, share = rows["flagged"].to_numpy(), moved.mean(axis=0)
        first, rest = moved[: seeds // 2].mean(axis=0), moved[seeds // 2 :].mean(axis=0)
        most = np.argsort(-first, kind="stable")[: len(df) // 5]
        line = {
            "flagged": flagged.mean(),
            "moved in most seeds": (share > 0.5).mean(),
            "of those flagged": flagged[share > 0.5].mean(),
            "in a quarter": flagged[share > 0.25].mean(),
            "in one seed": share[flagged].sum() / share.sum(),
            "foretold": rest[most].sum() / rest.sum(),
            "CPU time, in transforms": cpu(model.trust) / cpu(lambda m=model, d=df: m.transform(d)),
        }
        print(name, {key: round(float(value), 3) for key, value in line.items()}, flush=True)


def disagreement():
    from sklearn.metrics import roc_auc_score

    swaps = {
        "airbnb_nyc": ["latitude", "longitude"], "nycflights13": ["dest_lat", "dest_lon"],
        "kc_house": ["lat", "long"],
        "diamonds": ["x", "y", "z"],
        "customers": ["latitude", "longitude"],
    }  # fmt: skip
    for name, columns in swaps.items():
        scores = []
        for seed in range(3):
            df, _ = table(name, 2000, seed)
            rng = np.random.default_rng(seed)
            rows = rng.choice(len(df), len(df) // 100, replace=False)
            source = rng.permutation(len(df))[: len(rows)]
            for column in columns:
                values = df[column].to_numpy(copy=True)
                values[rows] = values[source]
                df[column] = values
            score = graph_only(df).disagreement()["score"]
            scores.append(roc_auc_score(np.isin(np.arange(len(df)), rows), score))
        print(name, columns, np.round(scores, 3), round(float(np.mean(scores)), 3), flush=True)


def main():
    warnings.filterwarnings("ignore")
    for name in sys.argv[1:]:
        globals()[name]()


if __name__ == "__main__":
    main()

"""Fit a layout with labels, then transform rows without labels.

    python examples/labels.py

Writes labels.png.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import numpy as np
from matplotlib import pyplot as plt
from scipy.spatial import cKDTree

import frameumap

customers = frameumap.datasets.make_customers(3000)
train, test = customers.iloc[:2000], customers.iloc[2000:]
table = [column for column in customers if column != "segment"]
figure, axes = plt.subplots(1, 2, figsize=(12, 5.5))
for ax, labels in zip(axes, (None, train["segment"]), strict=True):
    model = frameumap.FrameUMAP().fit(train[table], labels)
    placed = model.transform(test[table])
    nearest = cKDTree(model.embedding_).query(placed, 15)[1]
    votes = train["segment"].cat.codes.to_numpy()[nearest]
    guess = np.array([np.bincount(row).argmax() for row in votes])
    hits = (guess == test["segment"].cat.codes).mean()
    ax.scatter(*model.embedding_.T, s=3, c=train["segment"].cat.codes, cmap="tab10", alpha=0.25)
    ax.scatter(
        *placed.T, s=8, c=test["segment"].cat.codes, cmap="tab10", edgecolors="k", linewidths=0.2
    )
    how = "without labels" if labels is None else "fitted with labels"
    ax.set(xticks=[], yticks=[], title=f"{how}: {hits:.0%} of new rows beside their segment")
    print(f"{how}: {hits:.3f}")
picture = Path("labels.png")
figure.savefig(picture, dpi=110, bbox_inches="tight")
print(f"wrote {picture}")

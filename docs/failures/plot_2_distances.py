"""
Distances between islands mean little
=====================================

Four groups on a line: each is twice as far from the next as the one before. The map keeps which
rows are together, not how far groups are apart, nor their size. Where distances between groups
matter, look at ``compare`` or at a principal component analysis.
"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import frameumap

rng = np.random.default_rng(0)
centers = np.repeat([0.0, 10.0, 30.0, 70.0], 150)
df = pd.DataFrame({"x": centers + rng.normal(0, 1, 600), "y": rng.normal(0, 1, 600)})
xy = frameumap.embed(df, schema={("x", "y"): "euclidean"}).to_numpy()
figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
axes[0].scatter(df["x"], df["y"], s=4, c=centers, cmap="tab10")
axes[0].set(title="the rows")
axes[1].scatter(*xy.T, s=4, c=centers, cmap="tab10")
axes[1].set(title="the map", xticks=[], yticks=[])

"""
Density
=======

UMAP gives a dense group and a loose one the same room. ``density=2`` (densMAP's term) keeps the
difference.
"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import frameumap

rng = np.random.default_rng(0)
spread = np.repeat([0.1, 0.5, 2.0], 250)
df = pd.DataFrame(
    np.repeat(rng.normal(0, 8, (3, 6)), 250, axis=0) + rng.normal(0, 1, (750, 6)) * spread[:, None],
    columns=[f"x{i}" for i in range(6)],
)
figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
for ax, density in zip(axes, (0.0, 2.0), strict=True):
    xy = frameumap.embed(df, density=density).to_numpy()
    ax.scatter(*xy.T, s=4, c=np.repeat([0, 1, 2], 250), cmap="tab10")
    ax.set(xticks=[], yticks=[], title=f"density={density:g}")

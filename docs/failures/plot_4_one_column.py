"""
When one column is the answer
=============================

If what you look for hangs on one column out of many, every other column blurs it: an unsupervised
map cannot know what you look for. Give that column a weight, or give what you know as labels
(``y``), or use a tree.
"""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import frameumap

rng = np.random.default_rng(0)
df = pd.DataFrame(rng.normal(size=(800, 9)), columns=[f"x{i}" for i in range(9)])
answer = (df["x0"] > 0).to_numpy()
figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
for ax, weights, y, title in (
    (axes[0], None, None, "as it is"),
    (axes[1], {"x0": 8}, None, "x0 weighs 8"),
    (axes[2], None, answer, "given as labels"),
):
    model = frameumap.FrameUMAP(weights=weights).fit(df, y)
    ax.scatter(*model.embedding_.T, s=4, c=answer, cmap="coolwarm")
    ax.set(xticks=[], yticks=[], title=title)

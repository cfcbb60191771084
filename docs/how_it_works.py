"""Draws docs/how_it_works.png: curves of equal distance D = -log m for the three set operations.

python docs/how_it_works.py
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import numpy as np
from matplotlib import pyplot as plt

from frameumap.graph.expression import evaluate, parse

GROUPS = ["size", "place"]
STEPS = np.linspace(0, 2.5, 301)  # distances in units of a random pair's
PANELS = {
    "size & place": "near in both",
    "size | place": "near in one of them",
    "size - place": "near in size, far in place",
}

size, place = np.meshgrid(STEPS, STEPS)
memberships = {"size": np.exp(-size), "place": np.exp(-place)}
figure, axes = plt.subplots(1, 3, figsize=(9.6, 3.5), sharey=True, layout="constrained")
for ax, (text, words) in zip(axes, PANELS.items(), strict=True):
    m = evaluate(parse(text, GROUPS), memberships, dict.fromkeys(GROUPS, 1.0))
    D = -np.log(np.maximum(m, 1e-9))
    filled = ax.contourf(size, place, D, levels=np.linspace(0, 4, 17), cmap="viridis", extend="max")
    ax.contour(size, place, D, levels=[0.5, 1, 2, 3], colors="white", linewidths=0.8)
    ax.set(title=f"{text}\n{words}", xlabel="distance in size", aspect="equal")
axes[0].set_ylabel("distance in place")
figure.colorbar(filled, ax=axes, label="D = -log m", ticks=range(5))
figure.savefig(Path(__file__).with_suffix(".png"), dpi=90)

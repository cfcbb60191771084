"""
Columns with hundreds of levels
===============================

A category with as many levels as there are rows to a level has nearly no pair that matches: it adds
noise to every distance, and where it matches, it tears a few rows out. Leave such a column out, or
compare its strings by spelling if spelling means something.
"""

import numpy as np
from matplotlib import pyplot as plt

import frameumap

orders = frameumap.datasets.make_orders(800)
df = orders.drop(columns="purpose")
noisy = df.copy()
rng = np.random.default_rng(0)
for number in range(6):
    noisy[f"code_{number}"] = [f"c{v}" for v in rng.integers(0, 250, len(df))]
figure, axes = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
for ax, frame, title in ((axes[0], df, "as it is"), (axes[1], noisy, "with six random codes")):
    xy = frameumap.embed(frame).to_numpy()
    ax.scatter(*xy.T, s=3, c=orders["purpose"].cat.codes, cmap="tab10")
    ax.set(xticks=[], yticks=[], title=title)

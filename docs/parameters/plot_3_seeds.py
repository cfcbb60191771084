"""
Seeds, epochs and the start
===========================

The same frame and seed give the same bytes. Another seed turns and shifts islands, and their
neighbourhoods stay. What changes between seeds is not to be read into a map.
"""

from matplotlib import pyplot as plt

import frameumap

orders = frameumap.datasets.make_orders(800)
df = orders.drop(columns="purpose")
settings = (
    {"random_state": 0},
    {"random_state": 1},
    {"init": "random"},
    {"n_epochs": 30},
)
figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained")
for ax, setting in zip(axes, settings, strict=True):
    xy = frameumap.embed(df, **setting).to_numpy()
    ax.scatter(*xy.T, s=3, c=orders["purpose"].cat.codes, cmap="tab10")
    ax.set(xticks=[], yticks=[], title=", ".join(f"{k}={v!r}" for k, v in setting.items()))

"""
Weights of columns
==================

A weight of 3 is three times as much as a column counts by itself. At 30 a column is the map.
"""

from matplotlib import pyplot as plt

import frameumap

orders = frameumap.datasets.make_orders(800)
df = orders.drop(columns="purpose")
figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained")
for ax, weight in zip(axes, (0.2, 1, 5, 30), strict=True):
    schema = frameumap.infer_schema(df)
    schema.set_weight("payment", weight)
    xy = frameumap.embed(df, schema=schema).to_numpy()
    ax.scatter(*xy.T, s=3, c=df["payment"].astype("category").cat.codes, cmap="tab10")
    ax.set(xticks=[], yticks=[], title=f"payment weighs {weight}")

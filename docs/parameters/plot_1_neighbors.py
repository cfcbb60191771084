"""
n_neighbors and min_dist
========================

``n_neighbors`` decides how many rows around each one the map tries to keep: few show fine grain,
many the large picture. ``min_dist`` is how close points may lie: 0 packs groups for clustering, .5
spreads them for reading. Both change how a map looks far more than what it knows.
"""

from matplotlib import pyplot as plt

import frameumap

orders = frameumap.datasets.make_orders(800)
df = orders.drop(columns="purpose")
figure, axes = plt.subplots(3, 3, figsize=(10, 9.5), layout="constrained")
for row, n_neighbors in zip(axes, (5, 15, 50), strict=True):
    for ax, min_dist in zip(row, (0.0, 0.1, 0.5), strict=True):
        xy = frameumap.embed(df, n_neighbors=n_neighbors, min_dist=min_dist).to_numpy()
        ax.scatter(*xy.T, s=3, c=orders["purpose"].cat.codes, cmap="tab10")
        ax.set(xticks=[], yticks=[], title=f"n_neighbors={n_neighbors}, min_dist={min_dist}")

"""Your own jitted distance for one group of columns, beside the inferred rest. Writes own_metric.png.

python examples/own_metric.py
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import numba
import numpy as np
from matplotlib import pyplot as plt

import frameumap


@numba.njit(cache=True)
def ticket_rate(x, y):
    """Difference of tickets per order, on a logarithmic scale."""
    return abs(np.log1p(x[1] / (1 + x[0])) - np.log1p(y[1] / (1 + y[0])))


customers = frameumap.datasets.make_customers(2000)
schema = {
    ("orders", "tickets"): frameumap.group(metric=ticket_rate, weight=3, name="service"),
    ("segment", "account_manager"): "ignored",
    ...: "infer",
}
model = frameumap.FrameUMAP(schema).fit(customers)
print(model.influence_[["share", "metric", "weight"]].round(3))

figure, ax = plt.subplots(figsize=(7, 6))
rate = np.log1p(customers["tickets"] / (1 + customers["orders"]))
points = ax.scatter(*model.embedding_.T, s=5, c=rate, cmap="viridis")
figure.colorbar(points, label="log(1 + tickets per order)")
ax.set(xticks=[], yticks=[])
picture = Path(__file__).with_suffix(".png")
figure.savefig(picture, dpi=110, bbox_inches="tight")
print(f"wrote {picture}")

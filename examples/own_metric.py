"""A distance of your own for one group of columns; the schema of the others is inferred.

    python examples/own_metric.py

Writes own_metric.png.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import numpy as np
from matplotlib import pyplot as plt

import frameumap


@frameumap.metric("ticket_rate", params={"least": 1.0})
def ticket_rate(x, y, least):
    """Difference of tickets per order, on a logarithmic scale."""
    return abs(np.log1p(x[1] / (least + x[0])) - np.log1p(y[1] / (least + y[0])))


customers = frameumap.datasets.make_customers(2000)
print(frameumap.metrics.check("ticket_rate", customers[["orders", "tickets"]].dropna()))

schema = {
    ("orders", "tickets"): frameumap.group(
        metric="ticket_rate", params={"least": 2}, weight=3, name="service"
    ),
    ("segment", "account_manager"): "ignored",
    ...: "infer",
}
model = frameumap.FrameUMAP(schema).fit(customers)
print(model.influence_[["share", "metric", "weight"]].round(3))

figure, ax = plt.subplots(figsize=(7, 6))
rate = np.log1p(customers["tickets"] / (2 + customers["orders"]))
points = ax.scatter(*model.embedding_.T, s=5, c=rate, cmap="viridis")
figure.colorbar(points, label="log(1 + tickets per order)")
ax.set(xticks=[], yticks=[])
picture = Path("own_metric.png")
figure.savefig(picture, dpi=110, bbox_inches="tight")
print(f"wrote {picture}")

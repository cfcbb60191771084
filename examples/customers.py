"""A mixed business table, embedded as it is; then with a higher weight for the place.

    python examples/customers.py

Writes customers.png.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt

import frameumap

customers = frameumap.datasets.make_customers(2000)
df = customers.drop(columns="segment")

schema = frameumap.infer_schema(df)
print(schema)

figure, axes = plt.subplots(1, 2, figsize=(12, 5.5))
for ax, weight in zip(axes, (None, 6.0), strict=True):
    if weight is not None:
        schema.set_weight("latitude+longitude", weight)
    model = frameumap.FrameUMAP(schema).fit(df)
    print(model.influence_[["share", "edge_distance", "weight"]].round(3))
    ax.scatter(*model.embedding_.T, s=4, c=customers["segment"].cat.codes, cmap="tab10")
    ax.set(
        xticks=[], yticks=[], title="as inferred" if weight is None else f"place weighs {weight:g}"
    )
picture = Path("customers.png")
figure.savefig(picture, dpi=110, bbox_inches="tight")
print(f"wrote {picture}")

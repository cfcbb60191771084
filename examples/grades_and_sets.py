"""Grades, and the algebra of fuzzy sets over groups: intersection, union, contrast.

    python examples/grades_and_sets.py

Writes grades_and_sets.png.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt

import frameumap

customers = frameumap.datasets.make_customers(2000)
schema = {
    ("revenue", "employees", "orders"): frameumap.group(
        metric="manhattan", prepare="log", name="size"
    ),
    "rating": frameumap.ordinal(
        ["poor", "fair", "good", "excellent"], metric="ordinal_entropy", name="grade"
    ),
    ("latitude", "longitude"): frameumap.group(metric="haversine", name="place"),
}
figure, axes = plt.subplots(1, 3, figsize=(17, 5.5))
grades = customers["rating"].astype("category").cat.codes
for ax, combine in zip(
    axes, ("size & grade", "(size & grade) | place", "size - place"), strict=True
):
    model = frameumap.FrameUMAP(schema, combine=combine).fit(customers)
    print(combine, model.influence_["share"].round(3).to_dict())
    ax.scatter(*model.embedding_.T, s=4, c=grades, cmap="viridis")
    ax.set(xticks=[], yticks=[], title=f"{combine}; colour: grade")
picture = Path("grades_and_sets.png")
figure.savefig(picture, dpi=110, bbox_inches="tight")
print(f"wrote {picture}")

"""Places, and names with spelling variants: the rows of one customer in one town are neighbours.

    python examples/places_and_names.py

Writes places_and_names.png.
"""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt

import frameumap

customers = frameumap.datasets.make_customers(2000).dropna(subset=["company", "latitude"])
tidy = "accents case spaces"
figure, axes = plt.subplots(1, 3, figsize=(17, 5.5))
for ax, metric in zip(
    axes, ("levenshtein_normalized", "qgram_cosine", "jaccard_rarity"), strict=True
):
    schema = {
        ("latitude", "longitude"): frameumap.group(metric="haversine_root", weight=2, name="place"),
        "company": frameumap.text(metric, prepare=tidy, weight=3),
    }
    model = frameumap.FrameUMAP(schema).fit(customers)
    print(metric, model.influence_["edge_distance"].round(3).to_dict())
    ax.scatter(
        *model.embedding_.T, s=4, c=customers["city"].astype("category").cat.codes, cmap="tab10"
    )
    ax.set(xticks=[], yticks=[], title=f"place and {metric} of the name; colour: city")
picture = Path("places_and_names.png")
figure.savefig(picture, dpi=110, bbox_inches="tight")
print(f"wrote {picture}")

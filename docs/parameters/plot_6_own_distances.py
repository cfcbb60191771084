"""
Your own distances
==================

Films and who watched both: the audience is not a column, it is a matrix of distances between films.
`precomputed` puts it beside the columns, weighs it, or embeds it alone.
"""

import matplotlib.pyplot as plt
import numpy as np

import frameumap

films = frameumap.datasets.make_films(400, random_state=0)
rng = np.random.default_rng(0)

# Viewers with a taste of two kinds; films that many of them share are near.
taste = np.arange(len(films)) % 4
watched = rng.random((len(films), 600)) < np.where(
    taste[:, None] == rng.integers(0, 4, 600), 0.12, 0.01
)
common = watched.astype(float) @ watched.T
counts = watched.sum(axis=1)
shared = common / np.maximum(counts[:, None] + counts - common, 1)
distances = -np.log(np.minimum(1, shared + 0.01))
np.fill_diagonal(distances, 0)

schema = frameumap.infer_schema(films)
figure, axes = plt.subplots(1, 3, figsize=(11, 3.8))
for axis, (title, options) in zip(
    axes,
    {
        "columns": {"schema": schema},
        "columns and audience, of weight 12": {
            "schema": {...: ..., "audience": frameumap.precomputed(distances, weight=12)}
        },
        "audience alone": {"schema": {"audience": frameumap.precomputed(distances)}},
    }.items(),
    strict=True,
):
    model = frameumap.FrameUMAP(**options).fit(films)
    axis.scatter(*model.embedding_.T, s=7, c=taste, cmap="tab10", vmax=9, linewidths=0)
    axis.set_title(title)
    axis.set_axis_off()
plt.show()

# %%
# What a new film needs are its distances to the films of the fit.

near = model.with_distances(films.iloc[:1], {"audience": distances[:1]})
model.neighbors(near, k=4).indices

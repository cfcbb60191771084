"""
Slices in time
==============

`align` embeds versions of a table so that a row stays where it was as long as its neighbours do.
Here customers in three years, a tenth of whom change how they buy; lines lead from each of these to
its place in the year before. `benchmarks/align.py` measures how far the others move.
"""

import matplotlib.pyplot as plt
import numpy as np

import frameumap

rng = np.random.default_rng(0)
first = frameumap.datasets.make_customers(500, random_state=0)
group = first.pop("segment")
changing = first.index[rng.random(500) < 0.1]
years = [first]
for _ in range(2):
    later = years[-1].copy()
    later["visits"] = later["visits"] + rng.integers(-1, 2, 500)
    donors = rng.choice(first.index, len(changing))
    columns = ["revenue", "employees", "orders", "plan", "payment"]
    later.loc[changing, columns] = first.loc[donors, columns].to_numpy()
    years.append(later.astype(first.dtypes))

models = frameumap.align(years)

figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), sharex=True, sharey=True)
codes = group.astype("category").cat.codes
before = None
for year, (axis, model) in enumerate(zip(axes, models, strict=True)):
    places = model.embedding_
    axis.scatter(*places.T, s=6, c=codes, cmap="tab10", linewidths=0)
    if before is not None:
        for row in first.index.get_indexer(changing):
            axis.plot(*np.array([before[row], places[row]]).T, color="0.4", linewidth=0.5)
    axis.set_title(f"year {year + 1}")
    axis.set_axis_off()
    before = places
plt.show()

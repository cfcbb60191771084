"""
Records to link: the same person, written twice
===============================================

Names with slips, a birthday that is sometimes missing, coordinates that differ by ten metres. Under
one distance over all of them, the nearest row of a record is the other record of the same person.
"""

import numpy as np
from matplotlib import pyplot as plt

import frameumap

records = frameumap.datasets.make_records(1200)
df = records.drop(columns="person")
schema = frameumap.infer_schema(df)
for column in ("first_name", "last_name", "street"):
    schema[column] = frameumap.text("jaro_winkler")
model = frameumap.FrameUMAP(schema).fit(df)
nearest = model.neighbors(k=1)
same = records["person"].to_numpy()[nearest.indices[:, 0]] == records["person"].to_numpy()
twice = records["person"].duplicated(keep=False).to_numpy()
print(f"persons with another record, found first: {same[twice].mean():.3f}")

# %%
# A person with one record has a nearest row, too, of somebody else. Distances tell the two apart;
# the pairs between are for eyes:

distance = nearest.distances[:, 0]
figure, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
bins = np.linspace(0, distance.max(), 60)
ax.hist([distance[same], distance[~same]], bins, label=["same person", "another"], stacked=True)
ax.set(xlabel="D to the nearest record", ylabel="records")
ax.legend()

# %%
# The nearest pair of two persons, column by column:

row = int(np.flatnonzero(~same)[distance[~same].argmin()])
model.compare(row, nearest.indices[row, 0])[["a", "b", "part", "words"]]

"""
Records to link: the same person, written twice
===============================================

Names with slips, a birthday that is sometimes missing, coordinates that differ by ten metres. Under
one distance over all of them, the nearest row of a record is the other record of the same person.
"""

import numpy as np
import pandas as pd

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
print(pd.Series(distance).groupby(same).median().rename({True: "same", False: "another"}))
row = int(np.flatnonzero(~same)[distance[~same].argmin()])
model.compare(row, nearest.indices[row, 0])[["a", "b", "part", "words"]]

"""
Patients: a third of the values are missing
===========================================

Nothing is imputed. Where absence itself tells something, as with a test that is only ordered on
suspicion, ``missing="level"`` makes it a level of its own.
"""

import frameumap

patients = frameumap.datasets.make_patients(1200)
df = patients.drop(columns="condition")
print(df.isna().mean().round(2).loc[lambda share: share > 0].to_string())

model = frameumap.FrameUMAP().fit(df)
model.plot(patients["condition"])

# %%
# Which points hang on chance? ``trust`` places every row once more as if its own point were not
# there.

print(model.trust())

"""
Films: another weight without another fit
=========================================

``reweight`` lays the same rows out under other weights, starting from where they are, so that the
two maps can be compared.
"""

from matplotlib import pyplot as plt

import frameumap

films = frameumap.datasets.make_films(1200)
df = films.drop(columns="taste")
schema = frameumap.infer_schema(df)
schema["genres"] = frameumap.sets(delimiter=",")
model = frameumap.FrameUMAP(schema).fit(df)
figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
model.plot(films["taste"], ax=axes[0], title="every column counts the same")
model.reweight({"genres": 4}).plot(films["taste"], ax=axes[1], title="genres count four times")

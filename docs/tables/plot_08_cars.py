"""
Used cars: names that are spelt alike
=====================================

Fifty-five models in 1,200 advertisements are inferred to be categories, for which "Arrow 1.0" and
"Arrow 1.0 S" are just different. Under an edit distance they are near.
"""

from matplotlib import pyplot as plt

import frameumap

cars = frameumap.datasets.make_cars(1200)
df = cars.drop(columns="class")
figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
for ax, kind in zip(axes, ("categorical", "text"), strict=True):
    schema = frameumap.infer_schema(df)
    schema["model"] = kind
    frameumap.FrameUMAP(schema).fit(df).plot(cars["class"], ax=ax, title=f"model is {kind}")

"""
Noise looks like something
==========================

Independent columns without any structure. A map of them still has lumps, because every map of a
neighbour graph has. ``trust`` says how little of it is to be believed: compare its figures with
those of a random map.
"""

import numpy as np
import pandas as pd

import frameumap

rng = np.random.default_rng(0)
df = pd.DataFrame(rng.uniform(size=(800, 12)), columns=[f"x{i}" for i in range(12)])
model = frameumap.FrameUMAP().fit(df)
model.plot("x0")

# %%

print(model.trust())

"""
Machines: a spectrum beside plain columns
=========================================

A column of lists of numbers is a vector. Its shape, not its size, tells a worn bearing:
``correlation`` compares shapes.
"""

import frameumap

machines = frameumap.datasets.make_machines(1200)
df = machines.drop(columns="state")
schema = frameumap.infer_schema(df)
schema["spectrum"] = "correlation"
schema.set_weight("spectrum", 3)
model = frameumap.FrameUMAP(schema).fit(df)
model.plot(machines["state"])

# %%
# Rows whose spectrum looks like one state and whose other columns look like another:

model.disagreement().nlargest(5, "score")

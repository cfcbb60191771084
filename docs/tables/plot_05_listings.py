"""
Flats to let: prices, areas and lists in strings
================================================

The table is as the platform exports it: ``"$1,234.00"``, ``"54 m²"``, ``"Wifi, Kitchen"`` and dates
as strings. Each is read where every value fits one format, and the schema says so, with how to undo
it.
"""

import frameumap

listings = frameumap.datasets.make_listings(1200)
schema = frameumap.infer_schema(listings.drop(columns="offer"))
schema

# %%

model = frameumap.FrameUMAP(schema).fit(listings)
model.plot(listings["offer"])

# %%
# Colour by a column of the frame: numbers get a scale by rank, so that a few palaces do not make
# all others one colour.

model.plot("price")

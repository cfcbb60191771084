"""
Orders of a shop: segments with names
=====================================

Why do people order? Nothing in the table says so. Four lines give segments with their reasons.
"""

import frameumap

orders = frameumap.datasets.make_orders(1200)
model = frameumap.FrameUMAP().fit(orders.drop(columns="purpose"))
segments = model.cluster()
cards = model.describe(segments)
model.plot(orders["purpose"], title="Orders, coloured by the purpose that the map was not given")

# %%
# A card says what sets a segment apart, with both figures, and a rule that was tested on rows kept
# aside.

print(cards)

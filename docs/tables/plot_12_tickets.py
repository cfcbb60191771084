"""
Tickets of a help desk: labels help where there are some
========================================================

A tenth of the tickets were sorted by hand. Given as ``y`` with gaps, the labels are one more group;
new rows need none.
"""

from matplotlib import pyplot as plt

import frameumap

tickets = frameumap.datasets.make_tickets(1200)
df = tickets.drop(columns="cause")
schema = frameumap.infer_schema(df)
schema["subject"] = frameumap.text("token_set", prepare="case spaces")
known = tickets["cause"].astype(object).where(tickets.index % 10 == 0)

figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
for ax, y, title in ((axes[0], None, "no labels"), (axes[1], known, "a tenth has labels")):
    frameumap.FrameUMAP(schema).fit(df, y).plot(tickets["cause"], ax=ax, title=title)

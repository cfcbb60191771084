"""
Customers: a page to explore
============================

``to_html`` writes one file that needs no network: colour by any column, search, the nearest rows
with the parts of their distance, what sets a lasso apart. In a notebook it shows inline.
"""

import tempfile
from pathlib import Path

import frameumap

customers = frameumap.datasets.make_customers(1000)
model = frameumap.FrameUMAP().fit(customers.drop(columns="segment"))
page = Path(tempfile.mkdtemp()) / "customers.html"
model.to_html(page, df=customers)
print(f"{page.stat().st_size / 1e6:.1f} MB")

# %%

model.plot("segments", title="Segments that the graph holds, with their names")

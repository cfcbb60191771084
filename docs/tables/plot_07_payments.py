"""
Card payments: four cases in a hundred
======================================

Two kinds of fraud make up 4% of the rows. A map shows whether they are groups of their own at all,
before anybody trains a classifier.
"""

import frameumap

payments = frameumap.datasets.make_payments(1500)
df = payments.drop(columns="case")
schema = frameumap.infer_schema(df)
schema["hour"] = frameumap.cyclic(24)
model = frameumap.FrameUMAP(schema).fit(df)
model.plot(payments["case"])

# %%
# Why is one fraud near another, and far from a usual payment? The parts add up to the distance.

testing = payments.index[payments["case"] == "card testing"]
daily = payments.index[payments["case"] == "daily"]
model.compare(testing[0], testing[1])[["a", "b", "part", "words"]]

# %%

model.compare(testing[0], daily[0])[["a", "b", "part", "words"]]

"""
Flights: the time of day instead of the date
============================================

By default a date is a point on a line. For departures the hour matters more: ``datetime("time",
"weekday")`` puts both on circles, so that 23:50 is near 00:10.
"""

import frameumap

flights = frameumap.datasets.make_flights(1200)
df = flights.drop(columns="traffic")
schema = frameumap.infer_schema(df)
schema["departure"] = frameumap.datetime("time", "weekday")
schema

# %%
# ``duration`` came as strings such as "95 min" and is read as numbers; the two coordinates of the
# destination are one place.

model = frameumap.FrameUMAP(schema).fit(df)
model.plot(flights["traffic"])

# %%
# What the map is made of:

model.column_influence_

"""
Requests to a server: new rows find their place
===============================================

A model of last week places the requests of today, one by one or all at once, with the same result.
"""

import frameumap

logs = frameumap.datasets.make_logs(1500)
df = logs.drop(columns="client")
schema = frameumap.infer_schema(df)
schema["path"] = frameumap.hierarchy(delimiter="/")
model = frameumap.FrameUMAP(schema).fit(df)
model.plot(logs["client"])

# %%
# Who are the clients of new requests? Their nearest rows of the fit know.

new = frameumap.datasets.make_logs(300, random_state=1)
nearest = model.neighbors(new.drop(columns="client"), k=5).indices
votes = logs["client"].to_numpy()[nearest]
print(f"of the same client: {(votes == new['client'].to_numpy()[:, None]).mean():.2f}")

"""A kind of your own: IPv4 addresses, close where they begin alike. Writes own_kind.png.

python examples/own_kind.py
"""

import ipaddress
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import frameumap
from frameumap.kinds import Rule, Verdict, code_block


@frameumap.metric("prefix", accepts="codes")
def prefix(x, y):
    """Mean share of the 32 bits after the beginning that two addresses have in common."""
    total = 0.0
    for first in range(0, x.shape[0], 4):
        shared = 0
        while shared < 32:
            byte = first + shared // 8
            if ((x[byte] ^ y[byte]) >> (7 - shared % 8)) & 1:
                break
            shared += 1
        total += (32 - shared) / 32
    return total / (x.shape[0] // 4)


def addresses(facts):
    """Columns of strings that all are addresses."""
    if facts.values == "string" and facts.present.str.fullmatch(r"(\d{1,3}\.){3}\d{1,3}").all():
        return Verdict("address", f"IPv4 addresses, {facts.distinct} different")
    return None


@frameumap.register_kind
class Address(frameumap.Kind):
    """IPv4 addresses as four bytes."""

    name = "address"
    accepts = ("codes",)
    metric = "prefix"
    words = 4
    rules = (Rule(45, addresses),)

    def fit(self, columns):
        """Nothing is learnt from the columns."""

    def encode(self, columns):
        cells = np.zeros((len(columns[0]), self.width()), np.int32)
        present = np.repeat([s.notna().to_numpy() for s in columns], 4, axis=0).T
        for c, series in enumerate(columns):
            for i in np.flatnonzero(series.notna()):
                try:
                    address = ipaddress.IPv4Address(series.iloc[i])
                except ValueError as error:
                    where = f"column {series.name!r}, row {series.index[i]!r}"
                    raise frameumap.DataError(f"{where}: {error}") from None
                cells[i, 4 * c : 4 * c + 4] = list(address.packed)
        return code_block(cells, present)

    def decode(self, cells, rows):
        return [
            [".".join(map(str, address)) for address in cells[:, 4 * c : 4 * c + 4].tolist()]
            for c in range(len(self.group.columns))
        ]

    def say_difference(self, a, b, distance):
        return f"{a} and {b}, at {distance:.2g} of the usual distance"


def visits(n, seed):
    """Addresses of four networks, and how much each sent."""
    rng = np.random.default_rng(seed)
    network = rng.integers(0, 4, n)
    start = np.array(["10.1", "10.2", "172.16", "192.168"])[network]
    end = rng.integers(0, 256, (n, 2))
    ip = [f"{s}.{a // 64}.{b}" for s, (a, b) in zip(start, end, strict=True)]
    return pd.DataFrame({"ip": ip, "sent": rng.lognormal(network, 0.5)}), network


def load(path):
    """What another process does: this module has registered the kind, so the model loads."""
    model = frameumap.FrameUMAP.load(path)
    new, _ = visits(200, seed=1)
    print("loaded, transformed", model.transform(new).shape, "inverted to", end=" ")
    print(model.inverse_transform(model.embedding_[:1]).loc[0, "ip"], end=" ")
    print("and updated to", model.update(new).embedding_.shape)


if __name__ == "__main__" and len(sys.argv) > 1:
    load(sys.argv[1])
elif __name__ == "__main__":
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    df, network = visits(1500, seed=0)
    print(frameumap.infer_schema(df))
    model = frameumap.FrameUMAP().fit(df)
    model.save("visits.frameumap")
    subprocess.run([sys.executable, __file__, "visits.frameumap"], check=True)

    figure, ax = plt.subplots(figsize=(7, 6))
    ax.scatter(*model.embedding_.T, s=5, c=network, cmap="tab10")
    ax.set(xticks=[], yticks=[])
    picture = Path("own_kind.png")
    figure.savefig(picture, dpi=110, bbox_inches="tight")
    print(f"wrote {picture}")

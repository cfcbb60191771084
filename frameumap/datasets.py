"""A seeded generator of a realistic business table, for examples, tests and benchmarks."""

from __future__ import annotations

import numpy as np
import pandas as pd

# Segment -> share, median revenue, tail, orders a month, favourite plans and tags, where the customers are.
_SEGMENTS = {
    "startup": (0.30, 2_000, 1.0, 3, ("free", "team"), ("api", "beta", "self-serve", "mobile"), (0, 1, 2)),
    "retail": (0.28, 9_000, 0.7, 25, ("team", "business"), ("pos", "mobile", "seasonal", "returns"), (2, 3, 4)),
    "industry": (0.22, 60_000, 0.9, 8, ("business", "enterprise"), ("erp", "on-site", "contract", "sla"), (3, 5, 6)),
    "public": (0.14, 25_000, 0.4, 2, ("business", "enterprise"), ("tender", "contract", "sla", "audit"), (0, 5, 7)),
    "reseller": (0.06, 120_000, 1.3, 60, ("enterprise",), ("partner", "rebate", "api", "contract"), (1, 4, 6)),
}
_CITIES = (
    ("Berlin", 52.52, 13.40), ("Lisbon", 38.72, -9.14), ("Vilnius", 54.69, 25.28), ("Milan", 45.46, 9.19),
    ("Lyon", 45.76, 4.84), ("Graz", 47.07, 15.44), ("Gdańsk", 54.35, 18.65), ("Malmö", 55.60, 13.00),
)  # fmt: skip
_STEMS = (
    "Nordwind", "Kestrel", "Blauwerk", "Sólheim", "Ferrante", "Okapi", "Lindqvist", "Marble", "Tessera", "Quartz",
    "Hollow Oak", "Żuraw", "Brightline", "Campos", "Delta", "Ember", "Fjord", "Granit", "Halcyon", "Isar",
)  # fmt: skip
_TRADES = {
    "startup": ("Labs", "AI", "Apps", "Cloud", "Studio"),
    "retail": ("Stores", "Fashion", "Market", "Foods", "Outlet"),
    "industry": ("Machines", "Steel", "Tools", "Chemicals", "Motors"),
    "public": ("Council", "Hospital", "University", "Transit", "Archive"),
    "reseller": ("Distribution", "Partners", "Trading", "Systems", "Supply"),
}
_FORMS = ("GmbH", "Ltd", "S.A.", "AB", "Sp. z o.o.", "Inc", "")
_GRADES = ("poor", "fair", "good", "excellent")
_COLUMNS = (
    "segment", "company", "revenue", "orders", "tickets", "discount", "plan", "industry_code", "account_manager", "rating",
    "newsletter", "latitude", "longitude", "city", "signed_up", "last_order", "tags", "nps",
)  # fmt: skip


def make_customers(n: int = 2000, random_state: int = 0) -> pd.DataFrame:
    """A table of business customers with five known segments.

    Amounts have heavy tails, names come in spelling variants, coordinates scatter around eight cities, about 2% of the rows
    are exact copies of others, and several columns have gaps.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        Columns `segment` (the truth: leave it out when embedding), `company` (text), `revenue`, `orders`, `tickets`,
        `discount`, `nps` (numbers), `plan`, `industry_code`, `account_manager`, `city` (categories), `rating` (ordered
        category), `newsletter` (nullable boolean), `latitude`, `longitude` (degrees), `signed_up`, `last_order` (dates), `tags`
        (lists).

    Raises
    ------
    ParameterError
        If n < 1.

    Examples
    --------
    >>> df = make_customers(500, random_state=1)
    >>> df.shape, int(df.duplicated(subset=df.columns.drop("tags")).sum()) > 0
    ((500, 18), True)
    """
    from .errors import ParameterError

    if n < 1:
        raise ParameterError(f"n must be at least 1, got {n!r}")
    rng = np.random.default_rng(random_state)
    names = list(_SEGMENTS)
    segment = rng.choice(len(names), n, p=[_SEGMENTS[s][0] for s in names])
    median, tail, pace = (np.array([_SEGMENTS[s][f] for s in names], float)[segment] for f in (1, 2, 3))
    size = rng.normal(size=n)
    revenue = median * np.exp(tail * size)
    orders = rng.poisson(pace * np.exp(0.4 * size))
    satisfied = rng.normal(0.3 * (segment == 0) - 0.4 * (segment == 3), 1)
    place = np.array([rng.choice(_SEGMENTS[names[s]][6], p=(0.6, 0.3, 0.1)) for s in segment])
    signed = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.beta(2, 1 + segment % 3, n) * 3600, unit="D").floor("D")
    df = pd.DataFrame(
        {
            "segment": pd.Categorical(np.array(names)[segment], names),
            "company": _company_names(rng, segment, names),
            "revenue": revenue.round(2),
            "orders": orders,
            "tickets": rng.poisson(np.exp(0.5 - 0.6 * satisfied)),
            "discount": np.round(rng.beta(2, 8, n) * (orders > 10), 2),
            "plan": [rng.choice(_SEGMENTS[names[s]][4]) for s in segment],
            "industry_code": [f"{s + 1:02d}{c:02d}" for s, c in zip(segment, rng.geometric(0.2, n) % 20, strict=True)],
            "account_manager": [f"manager {m}" for m in (segment * 7 + rng.integers(0, 14, n)) % 40],
            "rating": pd.Categorical(np.array(_GRADES)[np.digitize(satisfied, (-1.2, -0.2, 0.9))], list(_GRADES), ordered=True),
            "newsletter": pd.array(rng.random(n) < np.where(segment < 2, 0.7, 0.25), dtype="boolean"),
            "latitude": np.array([c[1] for c in _CITIES])[place] + rng.normal(0, 0.08, n),
            "longitude": np.array([c[2] for c in _CITIES])[place] + rng.normal(0, 0.12, n),
            "city": np.array([c[0] for c in _CITIES], dtype=object)[place],
            "signed_up": signed,
            "last_order": signed + pd.to_timedelta(rng.exponential(30 + 10 * tail * 30, n), unit="D").floor("s"),
            "tags": [_tags(rng, _SEGMENTS[names[s]][5]) for s in segment],
            "nps": np.clip(np.round(7 + 1.5 * satisfied + rng.normal(0, 1, n)), 0, 10),
        }
    )[list(_COLUMNS)]
    for column, share in (("discount", 0.05), ("newsletter", 0.1), ("last_order", 0.08), ("nps", 0.35), ("city", 0.03)):
        df.loc[rng.random(n) < share, column] = None
    lost = rng.random(n) < 0.04
    df.loc[lost, ["latitude", "longitude"]] = np.nan
    if n >= 50:
        copies = rng.choice(n, n // 50, replace=False)
        df.iloc[copies] = df.iloc[rng.choice(np.setdiff1d(np.arange(n), copies), len(copies))].to_numpy()
    return df


def _company_names(rng: np.random.Generator, segment: np.ndarray, names: list[str]) -> list[str]:
    made = []
    for s in segment:
        name = f"{rng.choice(_STEMS)} {rng.choice(_TRADES[names[s]])} {rng.choice(_FORMS)}".strip()
        draw = rng.random()
        if draw < 0.1:
            name = name.upper()
        elif draw < 0.2:
            at = int(rng.integers(1, len(name)))
            name = name[: at - 1] + name[at:]
        elif draw < 0.25:
            at = int(rng.integers(1, len(name)))
            name = name[:at] + name[at - 1] + name[at:]
        made.append(name)
    return made


def _tags(rng: np.random.Generator, common: tuple[str, ...]) -> list[str]:
    picked = set(rng.choice(common, rng.integers(0, len(common) + 1), replace=False).tolist())
    if rng.random() < 0.15:
        picked.add(str(rng.choice(["vip", "overdue", "pilot", "migrated"])))
    return sorted(picked)

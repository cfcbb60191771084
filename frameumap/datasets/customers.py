"""Business customers: five segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .draw import check_rows

# Segment -> share, median revenue, tail, orders a month, common plans and tags, cities.
_SEGMENTS = {
    "startup": (
        0.30,
        2_000,
        1.0,
        3,
        ("free", "team"),
        ("api", "beta", "self-serve", "mobile"),
        (0, 1, 2),
    ),
    "retail": (
        0.28,
        9_000,
        0.7,
        25,
        ("team", "business"),
        ("pos", "mobile", "seasonal", "returns"),
        (2, 3, 4),
    ),
    "industry": (
        0.22,
        60_000,
        0.9,
        8,
        ("business", "enterprise"),
        ("erp", "on-site", "contract", "sla"),
        (3, 5, 6),
    ),
    "public": (
        0.14,
        25_000,
        0.4,
        2,
        ("business", "enterprise"),
        ("tender", "contract", "sla", "audit"),
        (0, 5, 7),
    ),
    "reseller": (
        0.06,
        120_000,
        1.3,
        60,
        ("enterprise",),
        ("partner", "rebate", "api", "contract"),
        (1, 4, 6),
    ),
}
_CITIES = (
    ("Berlin", 52.52, 13.40),
    ("Lisbon", 38.72, -9.14),
    ("Vilnius", 54.69, 25.28),
    ("Milan", 45.46, 9.19),
    ("Lyon", 45.76, 4.84),
    ("Graz", 47.07, 15.44),
    ("Gdańsk", 54.35, 18.65),
    ("Malmö", 55.60, 13.00),
)
_STEMS = (
    "Nordwind",
    "Kestrel",
    "Blauwerk",
    "Sólheim",
    "Ferrante",
    "Okapi",
    "Lindqvist",
    "Marble",
    "Tessera",
    "Quartz",
    "Hollow Oak",
    "Żuraw",
    "Brightline",
    "Campos",
    "Delta",
    "Ember",
    "Fjord",
    "Granit",
    "Halcyon",
    "Isar",
)
_TRADES = {
    "startup": ("Labs", "AI", "Apps", "Cloud", "Studio"),
    "retail": ("Stores", "Fashion", "Market", "Foods", "Outlet"),
    "industry": ("Machines", "Steel", "Tools", "Chemicals", "Motors"),
    "public": ("Council", "Hospital", "University", "Transit", "Archive"),
    "reseller": ("Distribution", "Partners", "Trading", "Systems", "Supply"),
}
_FORMS = ("GmbH", "Ltd", "S.A.", "AB", "Sp. z o.o.", "Inc", "")
_EXTRA_TAGS = ("vip", "overdue", "pilot", "migrated")
_PAYMENTS = ("card", "invoice", "direct debit")
_GRADES = ("poor", "fair", "good", "excellent")
_CODES = np.array(
    [[f"{s + 1:02d}{c:02d}" for c in range(20)] for s in range(len(_SEGMENTS))], dtype=object
)
_MANAGERS = np.array([f"manager {m}" for m in range(40)], dtype=object)
_COLUMNS = (
    "segment",
    "company",
    "revenue",
    "employees",
    "orders",
    "visits",
    "tickets",
    "discount",
    "plan",
    "payment",
    "industry_code",
    "account_manager",
    "rating",
    "newsletter",
    "latitude",
    "longitude",
    "city",
    "signed_up",
    "last_order",
    "tags",
    "nps",
)


def make_customers(n: int = 2000, random_state: int = 0) -> pd.DataFrame:
    """A table of business customers with five known segments.

    Amounts have heavy tails, names have spelling variants, coordinates scatter around eight cities,
    about 2% of the rows are duplicates of others, and several columns have gaps.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        Columns `segment` (the truth, not to be embedded), `company` (text), `revenue`,
        `employees`, `orders`, `visits`, `tickets`, `discount`, `nps` (numbers), `plan`, `payment`,
        `industry_code`, `account_manager`, `city` (categories), `rating` (ordered category),
        `newsletter` (nullable boolean), `latitude`, `longitude` (degrees),
        `signed_up`, `last_order` (dates), `tags` (lists).

    Raises
    ------
    ParameterError
        If n < 1.

    Examples
    --------
    >>> df = make_customers(500, random_state=1)
    >>> df.shape, int(df.duplicated(subset=df.columns.drop("tags")).sum()) > 0
    ((500, 21), True)
    """
    check_rows(n)
    rng = np.random.default_rng(random_state)
    names = list(_SEGMENTS)
    segment = rng.choice(len(names), n, p=[_SEGMENTS[s][0] for s in names])
    median, tail, pace = (
        np.array([_SEGMENTS[s][f] for s in names], float)[segment] for f in (1, 2, 3)
    )
    size = rng.normal(size=n)
    revenue = median * np.exp(tail * size)
    orders = rng.poisson(pace * np.exp(0.4 * size))
    satisfied = rng.normal(0.3 * (segment == 0) - 0.4 * (segment == 3), 1)
    place = _pick(rng, [_SEGMENTS[s][6] for s in names], segment, (0.6, 0.3, 0.1))
    signed = pd.Timestamp("2015-01-01") + pd.to_timedelta(
        rng.beta(2, 1 + segment % 3, n) * 3600, unit="D"
    ).floor("D")
    df = pd.DataFrame(
        {
            "segment": pd.Categorical(np.array(names)[segment], names),
            "company": _company_names(rng, segment, names),
            "revenue": revenue.round(2),
            "employees": np.ceil(
                np.exp(1.5 + 0.5 * np.log(median) / 2 + 0.6 * size + rng.normal(0, 0.5, n) - 2)
            ).astype(int),
            "orders": orders,
            "visits": rng.negative_binomial(2, 1 / (1 + 4 * pace)),
            "tickets": rng.poisson(np.exp(0.5 - 0.6 * satisfied)),
            "discount": np.round(rng.beta(2, 8, n) * (orders > 10), 2),
            "plan": _pick(rng, [_SEGMENTS[s][4] for s in names], segment),
            "payment": _pick(rng, [_PAYMENTS[s % 2 :] for s in range(len(names))], segment),
            "industry_code": _CODES[segment, rng.geometric(0.2, n) % 20],
            "account_manager": _MANAGERS[(segment * 7 + rng.integers(0, 14, n)) % 40],
            "rating": pd.Categorical(
                np.array(_GRADES)[np.digitize(satisfied, (-1.2, -0.2, 0.9))],
                list(_GRADES),
                ordered=True,
            ),
            "newsletter": pd.array(
                rng.random(n) < np.where(segment < 2, 0.7, 0.25), dtype="boolean"
            ),
            "latitude": np.array([c[1] for c in _CITIES])[place] + rng.normal(0, 0.08, n),
            "longitude": np.array([c[2] for c in _CITIES])[place] + rng.normal(0, 0.12, n),
            "city": np.array([c[0] for c in _CITIES], dtype=object)[place],
            "signed_up": signed,
            "last_order": signed
            + pd.to_timedelta(rng.exponential(30 + 10 * tail * 30, n), unit="D").floor("s"),
            "tags": _tags(rng, [_SEGMENTS[s][5] for s in names], segment),
            "nps": np.clip(np.round(7 + 1.5 * satisfied + rng.normal(0, 1, n)), 0, 10),
        }
    )[list(_COLUMNS)]
    for column, share in (
        ("discount", 0.05),
        ("newsletter", 0.1),
        ("last_order", 0.08),
        ("nps", 0.35),
        ("city", 0.03),
    ):
        df.loc[rng.random(n) < share, column] = None
    lost = rng.random(n) < 0.04
    df.loc[lost, ["latitude", "longitude"]] = np.nan
    if n >= 50:
        copies = rng.choice(n, n // 50, replace=False)
        df.iloc[copies] = df.iloc[
            rng.choice(np.setdiff1d(np.arange(n), copies), len(copies))
        ].to_numpy()
    return df


def _pick(
    rng: np.random.Generator,
    options: list[tuple],
    choice: np.ndarray,
    shares: tuple[float, ...] = (),
) -> np.ndarray:
    """For every row one of `options[choice]`, uniformly or by `shares`."""
    sizes = np.array([len(o) for o in options])
    table = np.empty(
        (len(options), sizes.max()), dtype=np.asarray(options[0]).dtype if shares else object
    )
    for number, option in enumerate(options):
        table[number, : len(option)] = option
    draw = rng.random(len(choice))
    chosen = (
        np.searchsorted(np.cumsum(shares), draw) if shares else (draw * sizes[choice]).astype(int)
    )
    return table[choice, chosen]


def _company_names(rng: np.random.Generator, segment: np.ndarray, names: list[str]) -> list[str]:
    n = len(segment)
    stems, forms = _pick(rng, [_STEMS], np.zeros(n, int)), _pick(rng, [_FORMS], np.zeros(n, int))
    trades = _pick(rng, [_TRADES[s] for s in names], segment)
    made = []
    draws = zip(stems, trades, forms, rng.random(n).tolist(), rng.random(n).tolist(), strict=True)
    for stem, trade, form, slip, where in draws:
        name = f"{stem} {trade} {form}".strip()
        at = 1 + int(where * (len(name) - 1))
        if slip < 0.1:
            name = name.upper()
        elif slip < 0.2:
            name = name[: at - 1] + name[at:]
        elif slip < 0.25:
            name = name[:at] + name[at - 1] + name[at:]
        made.append(name)
    return made


def _tags(
    rng: np.random.Generator, common: list[tuple[str, ...]], segment: np.ndarray
) -> list[list[str]]:
    """Any number of the segment's tags, and now and then another."""
    n = len(segment)
    count = rng.integers(0, len(common[0]) + 1, n)
    rank = rng.random((n, len(common[0]))).argsort(axis=1)
    extra = np.where(rng.random(n) < 0.15, rng.integers(0, len(_EXTRA_TAGS), n), -1)
    return [
        sorted({*(common[s][r] for r in ranks[:c]), *(_EXTRA_TAGS[e : e + 1] if e >= 0 else ())})
        for s, c, ranks, e in zip(
            segment.tolist(), count.tolist(), rank.tolist(), extra.tolist(), strict=True
        )
    ]

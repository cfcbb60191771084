"""Orders in a shop, flats to let, card payments, and used cars."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .draw import Groups

_CITIES = {"Porto": (41.15, -8.61), "Lyon": (45.76, 4.84), "Utrecht": (52.09, 5.12)}


def make_orders(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Orders of an online shop; `purpose` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `purpose` (four groups), `basket` (euros), `items`, `discount` (share, gaps), `category`
        (paths such as "Food/Coffee"), `payment`, `device`, `gift_wrap`, `delivery` (ordered),
        `ordered_at` (times), `coupons` (lists).

    Examples
    --------
    >>> make_orders(100)["purpose"].nunique()
    4
    """
    g = Groups(
        {"stock up": 0.35, "present": 0.25, "bargain": 0.25, "office": 0.15}, n, random_state
    )
    hour = np.clip(g.normal((18, 20, 13, 10), 2), 0, 23).astype(int)
    df = pd.DataFrame(
        {
            "purpose": g.names,
            "basket": g.amounts((65, 48, 22, 310)),
            "items": 1 + g.counts((9, 1.5, 2, 24)),
            "discount": (g.rng.beta(2, 8, n) * g.by(0.3, 0.2, 1, 0.5)).round(2),
            "category": g.one_of(
                ("Food/Coffee", "Food/Pasta", "Home/Cleaning", "Home/Paper"),
                ("Home/Candles", "Toys/Games", "Books/Novels", "Food/Chocolate"),
                ("Clothes/Shoes", "Clothes/Shirts", "Home/Candles", "Toys/Games"),
                ("Office/Paper", "Office/Toner", "Food/Coffee", "Office/Chairs"),
            ),
            "payment": g.one_of(
                ("card", "paypal"), ("card", "paypal", "voucher"), ("card", "paypal"), ("invoice",)
            ),
            "device": g.one_of(
                ("phone", "laptop"), ("phone", "tablet"), ("phone",), ("laptop", "desktop")
            ),
            "gift_wrap": g.flags((0.01, 0.7, 0.03, 0)),
            "delivery": g.grades(("economy", "standard", "express"), (0.8, 1.8, 0.2, 1)),
            "ordered_at": g.days("2025-01-01", 365) + pd.to_timedelta(hour * 3600, unit="s"),
            "coupons": g.some_of(
                ("loyalty",), ("first",), ("sale", "flash", "extra"), ("b2b",), mean=0.8
            ),
        }
    )
    return g.lose(df, discount=0.1)


def make_listings(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Flats to let as a platform exports them, prices and areas as strings; `offer` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `offer` (four groups), `price` ("$1,234.00"), `area` ("54 m²"), `latitude`, `longitude`,
        `room_type`, `amenities` (comma-separated), `min_nights`, `reviews`, `score` (gaps),
        `since` ("2019-04-01").

    Examples
    --------
    >>> make_listings(3)["price"].str.startswith("$").all()
    np.True_
    """
    g = Groups(
        {"holiday": 0.4, "student room": 0.25, "business": 0.2, "family": 0.15}, n, random_state
    )
    place = np.array(list(_CITIES.values()))[g.rng.integers(0, len(_CITIES), n)]
    ring = g.by(0.008, 0.03, 0.012, 0.06)
    df = pd.DataFrame(
        {
            "offer": g.names,
            "price": [f"${v:,.2f}" for v in g.amounts((140, 38, 210, 120), 0.3)],
            "area": [f"{v:.0f} m²" for v in g.amounts((48, 14, 40, 105), 0.2)],
            "latitude": place[:, 0] + g.rng.normal(0, 1, n) * ring,
            "longitude": place[:, 1] + g.rng.normal(0, 1.4, n) * ring,
            "room_type": g.one_of(
                ("entire home", "entire home", "private room"),
                ("private room", "shared room"),
                ("entire home", "hotel room"),
                ("entire home",),
            ),
            "amenities": [
                ", ".join(tags)
                for tags in g.some_of(
                    ("Wifi", "Kitchen", "Balcony", "Sea view"),
                    ("Wifi", "Desk", "Bicycle", "Laundry"),
                    ("Wifi", "Desk", "Gym", "Breakfast", "Parking"),
                    ("Kitchen", "Cot", "Garden", "Parking", "Laundry"),
                    mean=3,
                )
            ],
            "min_nights": 1 + g.counts((2, 40, 1, 5)),
            "reviews": g.counts((40, 3, 25, 12)),
            "score": np.clip(g.normal((4.6, 4.1, 4.7, 4.8), 0.25), 1, 5).round(2),
            "since": g.days("2012-01-01", 4500).strftime("%Y-%m-%d"),
        }
    )
    return g.lose(df, score=0.15, amenities=0.03)


def make_payments(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Card payments, 4% of them of two kinds of fraud; `case` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `case` (five groups), `amount`, `merchant`, `country`, `chip` (boolean), `hour` (0 to 23),
        `weekday` (names), `distance_km` from home (gaps), `earlier_today`.

    Examples
    --------
    >>> make_payments(50).shape
    (50, 9)
    """
    shares = {"daily": 0.6, "travel": 0.16, "online": 0.2, "card testing": 0.02, "stolen": 0.02}
    g = Groups(shares, n, random_state)
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    df = pd.DataFrame(
        {
            "case": g.names,
            "amount": g.amounts((24, 95, 48, 1.2, 640), 0.6),
            "merchant": g.one_of(
                ("grocer", "bakery", "fuel", "pharmacy"),
                ("hotel", "restaurant", "airline", "fuel"),
                ("electronics", "clothes", "streaming"),
                ("donations", "streaming"),
                ("electronics", "jewellery", "vouchers"),
            ),
            "country": g.one_of(
                ("DE",),
                ("IT", "ES", "FR", "US"),
                ("DE", "NL", "IE"),
                ("US", "BR"),
                ("PL", "US", "FR"),
            ),
            "chip": g.flags((0.95, 0.85, 0, 0, 0.3)),
            "hour": g.normal((13, 18, 21, 27, 26), 3).round().astype(int) % 24,
            "weekday": g.one_of(days[:6], days, days, days, days),
            "distance_km": g.amounts((4, 900, 1, 5000, 700), 0.8),
            "earlier_today": g.counts((1, 3, 0.6, 30, 8)),
        }
    )
    df["distance_km"] = df["distance_km"].where(df["chip"] | (g.rng.random(n) < 0.3))
    return df


def make_cars(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Used cars as classified advertisements give them; `class` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `class` (four groups), `model` (short strings), `fuel`, `gearbox`, `year`, `mileage`
        ("120,500 km"), `power` (kW), `price` (euros), `doors`, `condition` (ordered, gaps),
        `extras` (lists).

    Examples
    --------
    >>> make_cars(50)["class"].nunique()
    4
    """
    g = Groups({"city": 0.35, "estate": 0.3, "van": 0.15, "sports": 0.2}, n, random_state)
    year = 2025 - np.minimum(g.counts((7, 6, 9, 8)), 24)
    trims = g.one_of(("", " Plus", " S", " line"))
    models = g.one_of(
        ("Arrow 1.0", "Arrow 1.2", "Pico", "Mia E"),
        ("Wander 2.0", "Wander 1.6", "Family T", "Nordic"),
        ("Porter L2", "Porter L3", "Carry"),
        ("Vento R", "Vento RS", "Spyder"),
    )
    mileage = (2025.5 - year) * g.amounts((9000, 17000, 22000, 7000), 0.3)
    worth = g.by(14000, 29000, 26000, 52000) * 0.88 ** (2025 - year)
    df = pd.DataFrame(
        {
            "class": g.names,
            "model": models + trims,
            "fuel": g.one_of(
                ("petrol", "electric"), ("diesel", "petrol", "hybrid"), ("diesel",), ("petrol",)
            ),
            "gearbox": g.one_of(
                ("manual",), ("manual", "automatic"), ("manual",), ("automatic", "manual")
            ),
            "year": year,
            "mileage": [f"{v:,.0f} km" for v in mileage],
            "power": g.amounts((60, 110, 95, 230), 0.15).round(),
            "price": (worth * np.exp(g.rng.normal(0, 0.15, n))).round(-1),
            "doors": g.one_of((3, 5), (5,), (4, 5), (2, 3)).astype(int),
            "condition": g.grades(("poor", "fair", "good", "as new"), (1.8, 2, 1, 2.6)),
            "extras": g.some_of(
                ("air conditioning", "parking sensors", "radio"),
                ("roof rails", "tow bar", "navigation", "air conditioning"),
                ("tow bar", "shelves", "radio"),
                ("leather", "navigation", "sports seats", "sunroof"),
            ),
        }
    )
    return g.lose(df, condition=0.12, power=0.04)

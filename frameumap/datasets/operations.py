"""Flights, requests to a server, machines, tickets of a help desk, and films."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .draw import Groups

_AIRPORTS = {
    "FRA": (50.03, 8.56), "MUC": (48.35, 11.79), "HAM": (53.63, 9.99), "PMI": (39.55, 2.74),
    "HER": (35.34, 25.18), "TFS": (28.04, -16.57), "JFK": (40.64, -73.78), "SIN": (1.36, 103.99),
    "GRU": (-23.43, -46.47), "LEJ": (51.42, 12.24),
}  # fmt: skip


def make_flights(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Departures of three airports; `traffic` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `traffic` (four groups), `carrier`, `origin`, `destination`, `dest_lat`, `dest_lon`,
        `departure` (times), `duration` ("95 min"), `aircraft`, `delay` (minutes, gaps), `seats`.

    Examples
    --------
    >>> make_flights(100)["traffic"].nunique()
    4
    """
    shares = {"commuter": 0.45, "holiday": 0.3, "long haul": 0.15, "freight": 0.1}
    g = Groups(shares, n, random_state)
    destination = g.one_of(
        ("FRA", "MUC", "HAM"), ("PMI", "HER", "TFS"), ("JFK", "SIN", "GRU"), ("LEJ", "JFK", "SIN")
    )
    place = np.array([_AIRPORTS[d] for d in destination])
    minute = (g.normal((8.5, 11, 21, 26), 2.2) * 60).round().astype(int) % 1440
    df = pd.DataFrame(
        {
            "traffic": g.names,
            "carrier": g.one_of(("LX", "BT"), ("SN", "HV", "BT"), ("LX", "QA"), ("CG",)),
            "origin": g.one_of(("STR", "CGN", "BER"), ("STR", "BER"), ("BER", "CGN"), ("CGN",)),
            "destination": destination,
            "dest_lat": place[:, 0],
            "dest_lon": place[:, 1],
            "departure": g.days("2025-03-01", 240) + pd.to_timedelta(minute, unit="min"),
            "duration": [f"{v:.0f} min" for v in g.amounts((65, 190, 620, 480), 0.12)],
            "aircraft": g.one_of(
                ("E190", "A319"), ("A320", "A321", "B738"), ("A350", "B789"), ("B77F", "B748")
            ),
            "delay": (g.rng.exponential(1, n) * g.by(9, 16, 22, 35) - 6).round(),
            "seats": g.normal((105, 185, 300, 0), 8).round().clip(0),
        }
    )
    return g.lose(df, delay=0.06)


def make_logs(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Requests to a web server; `client` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `client` (four groups), `time`, `method`, `path` (hierarchies such as "/shop/cart"),
        `status`, `bytes`, `milliseconds`, `agent`, `country` (gaps), `cookies` (boolean).

    Examples
    --------
    >>> bool(make_logs(100)["path"].str.startswith("/").all())
    True
    """
    g = Groups({"browser": 0.55, "api": 0.25, "crawler": 0.15, "attack": 0.05}, n, random_state)
    seconds = g.rng.integers(0, 14 * 86400, n)
    df = pd.DataFrame(
        {
            "client": g.names,
            "time": pd.Timestamp("2025-09-01", tz="UTC") + pd.to_timedelta(seconds, unit="s"),
            "method": g.one_of(
                ("GET", "GET", "POST"), ("POST", "PUT", "GET"), ("GET", "HEAD"), ("POST", "GET")
            ),
            "path": g.one_of(
                ("/shop/cart", "/shop/item", "/", "/help/returns", "/shop/search"),
                ("/api/v2/orders", "/api/v2/stock", "/api/v1/orders"),
                ("/", "/shop/item", "/robots.txt", "/help/returns", "/sitemap.xml"),
                ("/admin/login", "/wp/login", "/admin/export", "/api/v1/users"),
            ),
            "status": g.one_of(
                (200, 200, 304, 404), (200, 201, 429), (200, 301, 404), (401, 403, 404)
            ).astype(int),
            "bytes": g.amounts((42000, 1800, 30000, 600), 0.8).astype(int),
            "milliseconds": g.amounts((120, 35, 160, 18), 0.5),
            "agent": g.one_of(
                ("Firefox", "Chrome", "Safari"),
                ("python-client", "okhttp"),
                ("spider", "indexer"),
                ("curl", "Chrome", "scan"),
            ),
            "country": g.one_of(
                ("DE", "FR", "PL"), ("DE", "IE"), ("US",), ("RU", "CN", "US", "NL")
            ),
            "cookies": g.flags((0.9, 0.02, 0, 0.1)),
        }
    )
    return g.lose(df, country=0.08)


def make_machines(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Pumps with sensors, each with a spectrum of its vibration; `state` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `state` (four groups), `spectrum` (lists of 24 numbers), `temperature` (°C), `pressure`
        (bar), `rpm`, `load` (%), `oil` (ordered, gaps), `alarm` (boolean), `model`, `site`.

    Examples
    --------
    >>> len(make_machines(10)["spectrum"][0])
    24
    """
    g = Groups(
        {"sound": 0.6, "worn bearing": 0.17, "imbalance": 0.13, "cavitation": 0.1}, n, random_state
    )
    at = np.arange(24)
    shapes = np.stack(
        [
            np.exp(-at / 4),
            np.exp(-at / 4) + 0.8 * np.exp(-((at - 15) ** 2) / 6),
            np.exp(-((at - 3) ** 2) / 2) * 2,
            0.5 + 0.3 * np.exp(-at / 4),
        ]
    )
    spectrum = shapes[g.code] * np.exp(g.rng.normal(0, 0.15, (n, 24)))
    df = pd.DataFrame(
        {
            "state": g.names,
            "spectrum": list(spectrum.round(4)),
            "temperature": g.normal((56, 71, 60, 58), 4).round(1),
            "pressure": g.normal((6.2, 6, 6.1, 4.1), 0.3).round(2),
            "rpm": g.normal((1480, 1475, 1440, 1495), 12).round(),
            "load": np.clip(g.normal((62, 66, 64, 80), 12), 5, 100).round(),
            "oil": g.grades(("fresh", "used", "dark"), (0.6, 1.7, 0.9, 0.8)),
            "alarm": g.flags((0.01, 0.4, 0.35, 0.25)),
            "model": g.one_of(("P40", "P60", "P60X")),
            "site": g.one_of(("north", "south", "harbour")),
        }
    )
    return g.lose(df, oil=0.3, load=0.05)


def make_tickets(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Tickets of a help desk; `cause` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `cause` (five groups), `subject` (short strings), `product`, `channel`, `priority`
        (ordered), `opened` (times), `hours_open` (gaps), `replies`, `labels` (lists), `escalated`.

    Examples
    --------
    >>> make_tickets(20)["priority"].cat.ordered
    True
    """
    shares = {"login": 0.3, "invoice": 0.25, "crash": 0.2, "delivery": 0.15, "question": 0.1}
    g = Groups(shares, n, random_state)
    subject = g.one_of(
        ("cannot log in", "password reset", "login fails", "reset my password"),
        ("wrong invoice", "invoice missing", "refund of invoice", "VAT on invoice"),
        ("app crashes", "crash on start", "app crashes on save", "screen freezes"),
        ("parcel late", "parcel damaged", "where is my parcel", "parcel lost"),
        ("how to export", "export to Excel?", "how to add users", "opening hours"),
    )
    df = pd.DataFrame(
        {
            "cause": g.names,
            "subject": g.one_of(("", "Re: ", "URGENT ", "Fwd: ")) + subject,
            "product": g.one_of(
                ("app", "web"), ("billing", "web"), ("app",), ("shop",), ("web", "app")
            ),
            "channel": g.one_of(
                ("chat", "mail"), ("mail",), ("app", "mail"), ("phone", "mail"), ("chat",)
            ),
            "priority": g.grades(("low", "normal", "high", "critical"), (1.2, 0.9, 2.4, 1.5, 0.2)),
            "opened": g.days("2025-01-01", 365)
            + pd.to_timedelta(g.rng.integers(6, 22, n), unit="h"),
            "hours_open": g.amounts((2, 40, 70, 30, 6), 0.8),
            "replies": g.counts((2, 3, 6, 4, 1.2)),
            "labels": g.some_of(
                ("account", "security"),
                ("money", "legal"),
                ("bug", "android", "ios"),
                ("carrier", "stock"),
                ("docs",),
                mean=1.2,
            ),
            "escalated": g.flags((0.03, 0.08, 0.4, 0.15, 0)),
        }
    )
    return g.lose(df, hours_open=0.12)


def make_films(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Titles of a streaming service, lengths and genres as strings; `taste` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `taste` (five groups), `genres` (comma-separated), `country`, `year`, `length` ("104 min"),
        `age_rating` (ordered, gaps), `added` ("September 3, 2021"), `languages` (lists), `stars`.

    Examples
    --------
    >>> make_films(5)["length"].str.endswith(" min").all()
    np.True_
    """
    shares = {"children": 0.25, "thriller": 0.25, "comedy": 0.2, "documentary": 0.2, "classic": 0.1}
    g = Groups(shares, n, random_state)
    genres = g.some_of(
        ("Animation", "Family", "Adventure"),
        ("Thriller", "Crime", "Action", "Horror"),
        ("Comedy", "Romance", "Stand-up"),
        ("Documentary", "Nature", "Sports"),
        ("Drama", "Romance", "Western"),
        mean=1.6,
    )
    main = g.one_of(("Animation",), ("Thriller",), ("Comedy",), ("Documentary",), ("Drama",))
    df = pd.DataFrame(
        {
            "taste": g.names,
            "genres": [
                ", ".join(dict.fromkeys([m, *o])) for m, o in zip(main, genres, strict=True)
            ],
            "country": g.one_of(
                ("US", "JP"),
                ("US", "KR", "FR"),
                ("US", "UK", "IN"),
                ("UK", "DE", "US"),
                ("US", "IT"),
            ),
            "year": 2024 - g.counts((10, 7, 9, 5, 62)),
            "length": [f"{v:.0f} min" for v in g.amounts((82, 112, 98, 55, 128), 0.12)],
            "age_rating": g.grades(("all", "6", "12", "16", "18"), (0.3, 3.4, 1.8, 1, 1.2)),
            "added": [f"{d:%B} {d.day}, {d.year}" for d in g.days("2019-01-01", 2000)],
            "languages": g.some_of(
                ("en", "ja", "de", "fr"),
                ("en", "ko", "fr"),
                ("en", "hi"),
                ("en", "de"),
                ("en", "it"),
                mean=1.5,
            ),
            "stars": np.clip(g.normal((3.6, 3.4, 3.3, 4, 4.2), 0.4), 1, 5).round(1),
        }
    )
    return g.lose(df, age_rating=0.08)

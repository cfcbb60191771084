"""A survey, patients, employees, and records of persons to link."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .draw import Groups, check_rows

_AGREE = ("not at all", "rather not", "partly", "rather", "fully")


def make_survey(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Answers on five-point scales about how people get to work; `attitude` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `attitude` (four groups), ten ordered answers `q1` to `q10` (gaps), `age`, `region`,
        `has_car`, `means` (lists of means of transport), `minutes` to work.

    Examples
    --------
    >>> make_survey(10)["q1"].cat.ordered
    True
    """
    g = Groups(
        {"drivers": 0.35, "cyclists": 0.25, "commuters": 0.25, "at home": 0.15}, n, random_state
    )
    profile = np.random.default_rng(5).uniform(0, 4, (10, 4))  # mean answer by question and group
    df = pd.DataFrame({"attitude": g.names})
    for question, means in enumerate(profile, start=1):
        df[f"q{question}"] = g.grades(_AGREE, tuple(means))
    df["age"] = np.clip(g.normal((49, 36, 42, 55), 11), 18, 90).round().astype(int)
    df["region"] = g.one_of(
        ("village", "suburb"), ("city",), ("suburb", "city"), ("village", "suburb", "city")
    )
    df["has_car"] = pd.array(g.flags((0.98, 0.35, 0.55, 0.7)), dtype="boolean")
    df["means"] = g.some_of(
        ("car", "taxi"),
        ("bicycle", "on foot", "train"),
        ("train", "bus", "on foot"),
        ("on foot",),
        mean=1.8,
    )
    df["minutes"] = g.amounts((32, 18, 48, 2), 0.35).round()
    gaps = {f"q{q}": 0.04 for q in range(1, 11)}
    return g.lose(df, **gaps, has_car=0.05)


def make_patients(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Visits of patients, with many gaps; `condition` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `condition` (five groups), `age`, `sex`, `pressure` (mmHg), `glucose` (mg/dl, gaps), `bmi`
        (gaps), `temperature` (°C), `ward`, `urgency` (ordered), `smoker` (gaps), `medication`
        (lists), `admitted` (times).

    Examples
    --------
    >>> bool(make_patients(200)["glucose"].isna().any())
    True
    """
    shares = {"diabetes": 0.25, "heart": 0.25, "infection": 0.2, "injury": 0.2, "birth": 0.1}
    g = Groups(shares, n, random_state)
    df = pd.DataFrame(
        {
            "condition": g.names,
            "age": np.clip(g.normal((62, 68, 45, 33, 31), 11), 16, 98).round().astype(int),
            "sex": np.where(g.flags((0.48, 0.4, 0.5, 0.35, 1)), "female", "male"),
            "pressure": g.normal((138, 152, 118, 124, 115), 11).round(),
            "glucose": g.normal((178, 108, 104, 96, 92), 17).round(),
            "bmi": g.normal((31, 28, 25, 24.5, 28), 3).round(1),
            "temperature": g.normal((36.7, 36.7, 38.6, 36.8, 36.9), 0.35).round(1),
            "ward": g.one_of(
                ("internal", "day clinic"),
                ("cardiology", "internal", "intensive care"),
                ("internal", "isolation"),
                ("surgery", "emergency"),
                ("maternity",),
            ),
            "urgency": g.grades(
                ("routine", "soon", "urgent", "emergency"), (0.3, 1.8, 1.5, 2.7, 1.5)
            ),
            "smoker": pd.array(g.flags((0.3, 0.45, 0.25, 0.35, 0.05)), dtype="boolean"),
            "medication": g.some_of(
                ("insulin", "metformin", "statin"),
                ("beta blocker", "aspirin", "statin", "ACE inhibitor"),
                ("antibiotic", "paracetamol"),
                ("ibuprofen", "paracetamol", "tetanus"),
                ("iron", "folic acid"),
                mean=1.8,
            ),
            "admitted": g.days("2024-01-01", 730)
            + pd.to_timedelta(g.rng.integers(0, 86400, n), unit="s"),
        }
    )
    return g.lose(df, glucose=0.35, bmi=0.2, smoker=0.25, temperature=0.05)


def make_employees(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Employees of a manufacturer; `career` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `career` (five groups), `title` (short strings), `department`, `grade` (ordered), `salary`,
        `hired` (dates), `remote_days` (0 to 5), `overtime` (hours), `skills` (lists), `site`,
        `review` (ordered, gaps).

    Examples
    --------
    >>> make_employees(5).shape
    (5, 11)
    """
    shares = {"plant": 0.4, "engineering": 0.2, "sales": 0.2, "office": 0.15, "management": 0.05}
    g = Groups(shares, n, random_state)
    prefix = g.one_of(
        ("Operator", "Technician", "Fitter"),
        ("Engineer", "Developer"),
        ("Account Manager", "Sales Assistant"),
        ("Clerk", "Accountant"),
        ("Head of Production", "Head of Sales", "Director"),
    )
    df = pd.DataFrame(
        {
            "career": g.names,
            "title": g.one_of(("", "Senior ", "Junior ", "Sr. ")) + prefix,
            "department": g.one_of(
                ("assembly", "paint", "logistics"),
                ("design", "software"),
                ("sales", "service"),
                ("finance", "purchasing", "staff"),
                ("board", "sales", "assembly"),
            ),
            "grade": g.grades(("E1", "E2", "E3", "E4", "E5", "E6"), (0.8, 2.8, 2, 1.8, 4.8)),
            "salary": g.amounts((36000, 68000, 52000, 45000, 125000), 0.15).round(-2),
            "hired": g.days("2005-01-01", 7300),
            "remote_days": np.minimum(g.counts((0, 2.6, 1.8, 2, 1.2)), 5),
            "overtime": g.amounts((6, 3, 5, 1, 12), 0.7),
            "skills": g.some_of(
                ("forklift", "welding", "first aid"),
                ("python", "cad", "statistics", "c++"),
                ("negotiation", "french", "crm"),
                ("excel", "sap", "law"),
                ("finance", "negotiation", "law"),
            ),
            "site": g.one_of(
                ("Kassel", "Győr"),
                ("Kassel", "Gent"),
                ("Gent", "Lille", "Kassel"),
                ("Kassel",),
                ("Kassel", "Gent"),
            ),
            "review": g.grades(("below", "meets", "above"), (1, 1.2, 1, 1, 1.4)),
        }
    )
    return g.lose(df, review=0.2, overtime=0.1)


_FIRST = ("Anna", "Björn", "Carla", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_LAST = ("Almeida", "Bergström", "Çelik", "Dubois", "Eriksen", "Fischer", "García", "Horváth")
_STREETS = ("Mill Lane", "Station Road", "Church Street", "High Street", "Park Avenue")


def make_records(n: int = 1500, random_state: int = 0) -> pd.DataFrame:
    """Addresses of persons, each written down two or three times with slips; `person` is the truth.

    Parameters
    ----------
    n : int
        Rows, >= 1.
    random_state : int
        Seed; the same seed gives the same table.

    Returns
    -------
    DataFrame
        `person` (int, the truth), `first_name`, `last_name`, `street` (short strings), `born`
        (dates, gaps), `latitude`, `longitude`.

    Examples
    --------
    >>> int(make_records(300)["person"].value_counts().median())
    2
    """
    check_rows(n)
    people = max(1, round(n / 2.4))
    g = Groups({"any": 1.0}, people, random_state)
    person = np.concatenate([np.arange(people), g.rng.integers(0, people, n)])[:n]
    truth = pd.DataFrame(
        {
            "first_name": g.one_of(_FIRST),
            "last_name": g.one_of(_LAST),
            "street": [
                f"{a} {b}"
                for a, b in zip(g.rng.integers(1, 150, people), g.one_of(_STREETS), strict=True)
            ],
            "born": g.days("1940-01-01", 24000),
            "latitude": g.rng.uniform(51.3, 51.7, people),
            "longitude": g.rng.uniform(-0.4, 0.2, people),
        }
    )
    df = truth.iloc[person].reset_index(drop=True)
    df.insert(0, "person", person)
    for column in ("first_name", "last_name", "street"):
        slips = g.rng.random(n) < 0.2
        df.loc[slips, column] = [_slip(v, g.rng) for v in df.loc[slips, column]]
    df[["latitude", "longitude"]] += g.rng.normal(0, 1e-4, (n, 2))
    df["born"] = df["born"].where(g.rng.random(n) > 0.1)
    return df


def _slip(text: str, rng: np.random.Generator) -> str:
    """A slip of the pen: a letter lost or doubled, or two that changed places."""
    at = int(rng.integers(1, len(text)))
    return (
        text[: at - 1] + text[at:],
        text[:at] + text[at - 1 :],
        text[: at - 1] + text[at : at + 1] + text[at - 1] + text[at + 1 :],
    )[int(rng.integers(3))]

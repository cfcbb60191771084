"""Seeded generators of tables as people bring them, for examples, tests and benchmarks.

Each returns a DataFrame whose first column is the truth: the hidden group that made the other
columns, not to be embedded.
"""

from .customers import make_customers
from .operations import make_films, make_flights, make_logs, make_machines, make_tickets
from .people import make_employees, make_patients, make_records, make_survey
from .trade import make_cars, make_listings, make_orders, make_payments

__all__ = [
    "make_cars",
    "make_customers",
    "make_employees",
    "make_films",
    "make_flights",
    "make_listings",
    "make_logs",
    "make_machines",
    "make_orders",
    "make_patients",
    "make_payments",
    "make_records",
    "make_survey",
    "make_tickets",
]

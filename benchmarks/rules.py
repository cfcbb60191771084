"""What every rule of inference decides in tables, and what would be decided without it.

    python benchmarks/rules.py TABLE.csv ...

One line a rule: how many columns it decides, and in how many of them, and in how many tables,
another kind would stand without it. `without(name)` takes a rule out of the ordered table while a
schema is inferred or a map is made.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pandas as pd

from frameumap.columns.facts import Facts, frame_facts
from frameumap.kinds import KINDS, Rule


def name_of(rule: Rule) -> str:
    """Where the rule stands, and its function: "63 categorical codes"."""
    module, function = rule.judge.__module__.split(".")[-1], rule.judge.__name__
    return f"{rule.rank} {module} {function.strip('_')}"


@contextmanager
def without(name: str) -> Iterator[None]:
    """Infer without the rule of this name."""
    kept = [rule for rule in KINDS.rules() if name_of(rule) != name]
    with patch.object(KINDS, "rules", lambda: kept):
        yield


def decided(f: Facts) -> tuple[str, str, str]:
    """The rule that decides, its kind, and the kind that would stand without the rule."""
    found = [(rule, verdict) for rule in KINDS.rules() if (verdict := rule.judge(f)) is not None]
    rule, verdict = found[0]
    other = found[1][1].kind if len(found) > 1 else "none"
    return name_of(rule), verdict.kind, other


def in_company(df: pd.DataFrame) -> tuple[dict[str, Facts], dict[str, str]]:
    """Facts of all columns, and the kind that knows a column by its company."""
    seen, sample = frame_facts(df)
    company = {c: kind.name for kind in KINDS.values() for c in kind.find_company(seen, sample)}
    company |= {c: kind.name for kind in KINDS.values() for g in kind.find_groups(seen) for c in g}
    return seen, company


def tally(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Rules by their order: columns decided, columns that would change, and tables of these."""
    columns: dict[str, int] = defaultdict(int)
    changes: dict[str, list[str]] = defaultdict(list)
    for table, df in tables.items():
        seen, company = in_company(df)
        for column, f in seen.items():
            rule, kind, other = decided(f)
            if column in company:
                rule, kind, other = f"company: {company[column]}", company[column], kind
            columns[rule] += 1
            if kind != other:
                changes[rule].append(table)
    order = [name_of(rule) for rule in KINDS.rules()]
    rules = sorted(columns, key=lambda r: order.index(r) if r in order else -1)
    rows = [(r, columns[r], len(changes[r]), sorted(set(changes[r]))) for r in rules]
    return pd.DataFrame(rows, columns=["rule", "columns", "changes", "tables"])


if __name__ == "__main__":
    frames = {Path(p).stem: pd.read_csv(p, low_memory=False) for p in sys.argv[1:]}
    found = tally(frames)
    print(found.assign(tables=found["tables"].map(len)).to_string(index=False))

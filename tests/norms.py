"""Norms and figures written by hand: three municipalities, A1 and A2 in region A, B1 in B."""

import pandas as pd

from nationalmap.domain.norm import Norm

CODES = ["A1", "A2", "B1"]
MUNICIPALITIES = pd.DataFrame({"municipality": CODES, "region": ["A", "A", "B"]})


def norm(rule, service="care", gives="need", **facts):
    """A norm of this rule, everything else of it right; ``service`` is the group where it gives a need."""
    said = {"id": f"{service}.{gives}", "status": "illustrative", "citation": "c", "basis": "b", **facts}
    target = {"group" if gives == "need" else "service": service}
    return Norm(**target, gives=gives, rule=rule, **said)


def indicators(*values, name="pop"):
    """Rows of the indicators table: one figure for each municipality."""
    return pd.DataFrame({"indicator": name, "municipality": CODES, "value": values})


def figures(**columns):
    """Rows of the indicators table: one list of three figures for each indicator."""
    return pd.concat([indicators(*values, name=name) for name, values in columns.items()])

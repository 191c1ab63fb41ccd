"""Norms times indicators: needs, minimum packages and maxima.

    need[m, g, t]     = round(norm(indicators[m, t]))            users at a time, by municipality and group
    minimum[u, s, t]  = min(round(norm(indicators[u, t])), need) by municipality or region, and service
    maximum[u, s, t]  = round(norm(indicators[u, t]))

No data gives no need (blank, never 0), and excuses no minimum: a package whose need is
unknown is not capped. A need that a study or an institution states replaces the norm of its
group. Knows no program and no map. Source: facts gathered on чл. 1 and 3 НПСУ.
"""

from nationalmap.demand.arrays import Package, amount, package, rounded_inside
from nationalmap.demand.checks import check_norms, norms_in_use
from nationalmap.demand.rules import MOST_USERS, Figures, exact, rounded
from nationalmap.demand.tables import needs_table, package_table

__all__ = [
    "MOST_USERS",
    "Figures",
    "Package",
    "amount",
    "check_norms",
    "exact",
    "needs_table",
    "norms_in_use",
    "package",
    "package_table",
    "rounded",
    "rounded_inside",
]

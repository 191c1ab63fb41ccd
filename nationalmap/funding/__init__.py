"""How much money each stream of a scenario has in each period, and whether every service has a payer.

    amount = (amount_eur | by_year[t] | 1000 * index * sum of indicator | national_eur * share / over_years) * factor

Running money is there in every planned year t in which the stream pays, times
(1 + growth_per_year) to the power of t less the year of ``as_of``. Capital money is there once, in
the first period in which the stream pays (or as by_year says); what is left is carried over by
the program. EUR in prices of the catalogue's year, cut to whole cents. A municipality without
data makes a sum unknown: it is refused, never counted as nothing.
"""

from nationalmap.funding.amounts import MOST_EUR, before_factor, budgets
from nationalmap.funding.checks import check_streams
from nationalmap.funding.paying import notes, pays_in
from nationalmap.funding.streams import OF_REGION, by_region, with_stated

__all__ = [
    "MOST_EUR",
    "OF_REGION",
    "before_factor",
    "budgets",
    "by_region",
    "check_streams",
    "notes",
    "pays_in",
    "with_stated",
]

"""Money in cents: amounts of the tables are whole cents, whatever the solver's last digits."""

from __future__ import annotations

import math
from decimal import Decimal

from nationalmap.program.nouns import EUR_PER_UNIT


def cents(thousand_eur: float) -> int:
    """Whole cents of an amount that is one, up to float noise."""
    return round(thousand_eur * EUR_PER_UNIT * 100)


def eur(thousand_eur: float) -> float:
    """EUR to the cent."""
    return cents(thousand_eur) / 100


def whole_cents(exact: Decimal) -> int:
    """Whole cents of an exact amount in cents: a part of a cent is paid by nobody, so that the money suffices."""
    return math.floor(exact)


def exact_cents(thousand_eur: float) -> Decimal:
    """An amount per user as it was stated, in cents; the noise beyond nine decimals of a EUR is dropped."""
    return Decimal(repr(round(thousand_eur * EUR_PER_UNIT, 9))) * 100

"""What no single cell of regions and municipalities shows: codes and seats that do not fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.errors import Fault
from nationalmap.schema import shown

if TYPE_CHECKING:
    import pandas as pd


def wrong_territory(tables: Mapping[str, pd.DataFrame], paths: Mapping[str, Path]) -> Iterator[Fault]:
    """Seats that are no municipality, EKATTE without their zeros, NUTS 3 of another region."""
    regions, municipalities = tables["regions"], tables["municipalities"]
    codes = set(municipalities["municipality"])
    used = regions[regions["region"].isin(municipalities["region"])]
    yield from _wrong_register_codes(municipalities, regions, paths["municipalities"].name)
    for seat in used["seat_municipality"]:
        if seat not in codes:
            cure = schema.nearest(seat, codes)
            yield Fault(paths["regions"].name, 0, "seat_municipality", seat, "is not a municipality", cure)


def _wrong_register_codes(municipalities: pd.DataFrame, regions: pd.DataFrame, file: str) -> Iterator[Fault]:
    """EKATTE that lost its leading zeros, and NUTS 3 of another region."""
    nuts3 = dict(zip(regions["region"], regions["nuts3"], strict=True))
    columns = municipalities[["municipality", "region", "nuts3", "seat_ekatte"]]
    for code, region, given, ekatte in columns.itertuples(index=False, name=None):
        where = f'{file}, municipality "{code}"'
        if not re.fullmatch(r"[0-9]{5}", ekatte):
            cure = "a spreadsheet may have lost leading zeros: import the column as text"
            yield Fault(where, 0, "seat_ekatte", shown(ekatte), "is not a code of five digits", cure)
        if given != nuts3[region]:
            rule = f"is not that of region {region}"
            yield Fault(where, 0, "nuts3", shown(given), rule, f'write "{nuts3[region]}"')

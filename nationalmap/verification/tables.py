"""The tables of a run folder, read by this witness itself: text in, rows of exact numbers out.

A declaration is one line of column names: ``*`` marks a key column, a letter after ``:`` the kind
of cell: i whole number, n number, m money (read as whole cents), f flag; a capital letter may be
blank. No letter: a code or text. ``?`` at the end marks a column that a file may be without.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from nationalmap.verification.findings import Findings, cell

Row = dict[str, Any]

#: What is read of the inputs; a table of the catalogue that decides nothing is left out.
INPUTS: Mapping[str, str] = {
    "municipalities": "municipality* name_bg name_en region nuts3 seat_ekatte seat_bg seat_en seat_lon:n seat_lat:n",
    "indicators": "indicator* municipality* value:N",
    "indicator_catalogue": "indicator* name_bg name_en unit file reference_date source_class source national_total:N "
    "declared_blank note",
    "groups": "group* name_bg name_en short_bg short_en priority_class:i",
    "services": "service* name_bg name_en short_bg short_en group preference:i least_share:N most_share:N family "
    "typology counts_as financed_until:I level mode target_group users_per_place:i min_places:i max_places:i "
    "staff_per_place:n travel_limit_min:n lead_years:i running_cost_place_eur:m running_cost_facility_eur:m "
    "trip_cost_user_eur:m fee_user_eur:m capital_cost_place_eur:m capital_cost_facility_eur:m",
    "transformations": "from_service* to_service* places_factor:n capital_cost_place_eur:m status basis",
    "complexes": "complex* services saved_running_eur:m basis",
    "embedded": "service* host_service* places_per_facility:i basis",
    "apart": "target_group* other_group* basis",
    "professions": "service* profession* posts_per_place:n basis",
    "projection": "region* band* rate* per_year:n status basis",
    "register": "site* municipality service places:i users:I status close_by_year:I opens_year:I state_from_year:I "
    "origin basis year_users:I? staff_posts:N? waiting:I? provider? provider_name? funding? licence_valid_until? "
    "last_control?",
    "renovations": "site* kind* by_year:i cost_eur:m places_lost:i origin basis",
    "candidates": "site* municipality service min_places:I max_places:I most_facilities:i "
    "running_cost_facility_eur:M capital_cost_place_eur:M capital_cost_facility_eur:M from_year:I basis",
    "agreements": "municipality* host* service* status basis",
    "staff": "territory* profession* year*:i posts:n basis",
    "stated_needs": "municipality* group* year*:i need_users:i source_class basis",
    "trip_costs": "municipality* host* service* cost_user_eur:n",
    "settlements": "settlement* municipality name lon:N lat:N population:i",
    "travel": "municipality* host* travel_km:n travel_min:n origin",
    "provenance": "table* read_as* part*:i file sheet sha256 source date source_class columns rows records",
    "mended": "table* record* column* found used",
}

#: Every table of the answer.
RESULTS: Mapping[str, str] = {
    "projected": "indicator* municipality* year*:i value:N",
    "needs": "municipality* group* year*:i norm indicator indicator_value:N exact_users:N need_users:I is_estimate:f",
    "package": "territory* service* year*:i level minimum_users:I minimum_places:I kind maximum_users:I norm_minimum "
    "norm_maximum",
    "capacity": "site* year*:i municipality service origin places_today:i places_before:i committed_places:i "
    "new_places:i transformed_in_places:i transformed_out_places:i given_up_places:i places:i facilities_today:i "
    "facilities_before:i opened:i closed:i facilities:i",
    "transformed": "from_site* to_site* year*:i municipality from_service to_service places_out:i places_in:i "
    "facility:f capital_eur:m",
    "renovated": "site* kind* municipality service by_year:i year:I cost_eur:m places_lost:i",
    "allocation": "municipality* service* host* year*:i users:i other_paid_users:i travel_min:n",
    "unmet": "municipality* group* year*:i need_users:i served_users:i unmet_users:i above_maximum_users:i "
    "out_of_reach_users:i no_place_users:i",
    "access": "municipality* year*:i need_users:i served_users:i no_place_users:i above_maximum_users:i "
    "out_of_reach_users:i unmet_share:N",
    "access_minutes": "territory* group* year*:i origin need_users:i served_users:i reach_15_share:N reach_30_share:N "
    "reach_45_share:N reach_60_share:N served_15_share:N served_30_share:N served_45_share:N served_60_share:N",
    "compliance": "municipality* service* year*:i level kind required:i achieved:i missing:i nearest_min:N "
    "within_reach:f complied:f",
    "staffing": "territory* profession* year*:i needed_posts:n most_posts:n lacking_posts:n",
    "complex": "complex* municipality* year*:i number:i saved_running_eur:m",
    "shared": "host* service* year*:i municipality* users:i agreement by_users_eur:m by_shapley_eur:m",
    "spending": "stream* kind* municipality* service* year*:i amount_eur:m",
    "budget": "stream* year*:i kind carried_in_eur:m budget_eur:m spent_eur:m carried_out_eur:m left_eur:m "
    "lacking_eur:m",
    "programme": "stream* kind* service* year*:i places:n amount_eur:m",
    "afterwards": "stream* service* amount_eur:m ends:f",
}

_FORMS: Mapping[str, re.Pattern[str]] = {
    "i": re.compile(r"0|[1-9]\d*", re.ASCII),
    "n": re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII),
    "m": re.compile(r"-?(0|[1-9]\d*)\.\d\d", re.ASCII),
    "f": re.compile(r"yes|no"),
}
_SAID = {"i": "a whole number", "n": "a number", "m": "an amount with two decimals", "f": "yes or no"}


@dataclass(frozen=True)
class Columns:
    """A declaration, taken apart: names in order, key, kind of each column and which may be blank."""

    names: tuple[str, ...]
    key: tuple[str, ...]
    kinds: Mapping[str, str]
    blank: frozenset[str]
    free: frozenset[str] = frozenset()
    """Those that a file may be without; a figure of them that is not there is not said."""

    def those_of(self, header: Sequence[str]) -> Columns:
        """The same without the free columns that a header does not name."""
        names = tuple(name for name in self.names if name not in self.free or name in header)
        return replace(self, names=names)


def columns(line: str) -> Columns:
    """The declaration of one line."""
    names, key, kinds, blank, free = [], [], {}, set(), set()
    for word in line.split():
        name, _, kind = word.rstrip("?").partition(":")
        plain = name.rstrip("*")
        if word.endswith("?"):
            free.add(plain)
        names.append(plain)
        if name != plain:
            key.append(plain)
        if kind:
            kinds[plain] = kind.lower()
        if kind.isupper():
            blank.add(plain)
    return Columns(tuple(names), tuple(key), kinds, frozenset(blank), frozenset(free))


DECLARED: Mapping[str, Columns] = {name: columns(line) for name, line in {**INPUTS, **RESULTS}.items()}


def read_table(files: Mapping[str, bytes], name: str, say: Findings) -> list[Row]:
    """Rows of one table, in the file's order. What cannot be read is said and left out.

    Said too: columns that are not the declared ones, a row that stands twice, rows out of order.
    """
    file = f"inputs/{name}.csv" if name in INPUTS else f"{name}.csv"
    if file not in files:
        say.add(f"{file}: is missing")
        return []
    lines = list(csv.reader(io.StringIO(files[file].decode("utf-8", "replace"), newline="")))
    declared = DECLARED[name].those_of(lines[0] if lines else ())
    if not lines or tuple(lines[0]) != declared.names:
        stands = ", ".join(lines[0]) if lines else "nothing"
        say.add(f"{file}, row 1: the columns are {stands}; declared are {', '.join(declared.names)}")
        return []
    rows = []
    for number, line in enumerate(lines[1:], 2):
        row = _row(line, declared, f"{file}, row {number}", say)
        if row is not None:
            rows.append(row)
    say.rows += len(lines) - 1
    _in_order(rows, declared, file, say)
    return rows


def _row(line: list[str], declared: Columns, where: str, say: Findings) -> Row | None:
    """The typed cells of one row; None where one cannot be read."""
    if len(line) != len(declared.names):
        say.add(f"{where}: holds {len(line)} cells; the table has {len(declared.names)} columns")
        return None
    row: Row = {}
    for name, text in zip(declared.names, line, strict=True):
        kind = declared.kinds.get(name, "")
        if kind and not (text == "" and name in declared.blank) and not _FORMS[kind].fullmatch(text):
            say.add(f'{where}, {name}: "{text}" is not {_SAID[kind]}')
            return None
        row[name] = value(text, kind)
    return row


def value(text: str, kind: str) -> Any:
    """One cell: int, Fraction, whole cents, bool, text; None where a figure is blank."""
    if not kind:
        return text
    if text == "":
        return None
    if kind == "i":
        return int(text)
    if kind == "f":
        return text == "yes"
    return int(text.replace(".", "")) if kind == "m" else Fraction(text)


def _in_order(rows: list[Row], declared: Columns, file: str, say: Findings) -> None:
    """Rows stand once, sorted by their key: one plan, one file, byte for byte."""
    former: tuple[Any, ...] | None = None
    for row in rows:
        key = tuple(row[name] for name in declared.key)
        if former is not None and key <= former:
            twice = f"stands twice; a table has one row per {' and '.join(declared.key)}"
            after = f"stands after {cell(former)}; rows are sorted by {', '.join(declared.key)}"
            say.add(f"{file}, {cell(key)}: {twice if key == former else after}")
        former = key

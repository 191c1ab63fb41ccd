"""Every table of the project, declared once: columns, units, ranges, keys, and what each says.

The declaration checks what comes in, orders and sorts what goes out, and is printed as
documentation. ``check`` collects every fault of a table before it raises.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from nationalmap.errors import Fault, InputRefused

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["code", "text", "integer", "number", "money", "flag", "choice", "date"]

#: Row number of the first record of a CSV file or sheet: the header stands in row 1.
FIRST_ROW = 2


@dataclass(frozen=True)
class Column:
    """One column: its name ends in its unit; ``low`` and ``high`` are inclusive."""

    name: str
    kind: Kind
    says: str
    low: float | None = None
    high: float | None = None
    blank: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One declared table: key columns first, one row per key."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in the declared order."""
        return tuple(column.name for column in self.columns)


# --------------------------------------------------------------------- the tables

_MUNICIPALITY = Column("municipality", "code", "municipality code (NSI, the same as LAU), e.g. HKV34")
_SERVICE = Column("service", "code", "service of the catalogue")
_YEAR = Column("year", "integer", "calendar year of the period", 2020, 2100)
_HOST = Column("host", "code", "municipality in which the service stands")
_LEVELS = ("municipal", "regional", "national")


def _count(name: str, says: str, *, blank: bool = False) -> Column:
    return Column(name, "integer", says, 0, 10_000_000, blank)


def _eur(name: str, says: str, *, blank: bool = False) -> Column:
    return Column(name, "money", says, 0, 1e11, blank)


REGIONS = Table(
    "regions",
    "The 28 regions (области).",
    ("region",),
    (
        Column("region", "code", "region code, e.g. HKV"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("nuts3", "text", "NUTS 3 code, e.g. BG422"),
        Column("seat_municipality", "code", "municipality in which the regional administration sits"),
    ),
)

MUNICIPALITIES = Table(
    "municipalities",
    "The 265 municipalities with their seats.",
    ("municipality",),
    (
        _MUNICIPALITY,
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("region", "code", "region code"),
        Column("nuts3", "text", "NUTS 3 code of the region"),
        Column("seat_ekatte", "text", "EKATTE of the seat; five neighbours share a seat, so no key"),
        Column("seat_bg", "text", "settlement in which the municipal administration sits"),
        Column("seat_en", "text", "the same in Latin letters"),
        Column("seat_lon", "number", "longitude of the seat, degrees, WGS 84", 19.0, 32.0),
        Column("seat_lat", "number", "latitude of the seat, degrees, WGS 84", 40.0, 46.0),
    ),
)

INDICATORS = Table(
    "indicators",
    "One figure of one indicator in one municipality. Blank means no data, never 0.",
    ("indicator", "municipality"),
    (
        Column("indicator", "code", "indicator of the indicator catalogue"),
        _MUNICIPALITY,
        Column("value", "number", "the figure, in the unit of the indicator", 0, 1e12, blank=True),
    ),
)

INDICATOR_CATALOGUE = Table(
    "indicator_catalogue",
    "What each indicator is, from where, of which day, and who answers for it (чл. 3 НПСУ).",
    ("indicator",),
    (
        Column("indicator", "code", "identifier, also the column in the file"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("unit", "choice", "unit of the figure", choices=("persons", "thousand_eur", "percent", "km2")),
        Column("file", "text", "CSV file, relative to the indicators folder"),
        Column("reference_date", "date", "day or year the figure describes"),
        Column(
            "source_class",
            "choice",
            "who answers for the figure",
            choices=("nsi", "statutory_body", "municipal_study", "estimate"),
        ),
        Column("source", "text", "document the figure was taken from"),
        Column("national_total", "number", "published national total, as a check", 0, 1e12, blank=True),
        Column("declared_blank", "text", "municipalities published without a figure, separated by blanks", blank=True),
        Column("note", "text", "how an estimate was made, or what to mind", blank=True),
    ),
)

SERVICES = Table(
    "services",
    "The catalogue of services. The basis of each number stands in bases.csv.",
    ("service",),
    (
        _SERVICE,
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("short_bg", "text", "short name for the map, Bulgarian"),
        Column("short_en", "text", "short name for the map, English"),
        Column(
            "family",
            "choice",
            "family of services that share a calibration",
            choices=("home_and_mobile", "day_and_community", "residential"),
        ),
        Column("level", "choice", "level of planning", choices=_LEVELS),
        Column("mode", "choice", "form of provision", choices=("home", "mobile", "community", "residential")),
        Column("target_group", "code", "target group, identifier of the vocabulary"),
        Column("priority_class", "integer", "1 is served first when not all can be", 1, 9),
        Column("users_per_place", "integer", "users at a time per place (rho)", 1, 100),
        Column("min_places", "integer", "smallest facility, places; 0 for a service at home", 0, 10_000),
        Column("max_places", "integer", "largest facility, places; 0 for a service at home", 0, 10_000),
        Column("staff_per_place", "number", "full-time staff per place", 0, 10),
        Column("travel_limit_min", "integer", "longest journey of a user, minutes, inclusive", 0, 600),
        Column("lead_years", "integer", "years from the decision to the first user", 0, 20),
        _eur("running_cost_place_eur", "running cost per place and year, 2026 prices"),
        _eur("running_cost_facility_eur", "fixed running cost per facility and year, 2026 prices"),
        _eur("trip_cost_user_eur", "transport per user served in another municipality and year"),
        _eur("capital_cost_place_eur", "capital cost of one new place"),
        _eur("capital_cost_facility_eur", "capital cost of one new facility beside its places"),
    ),
)

BASES = Table(
    "bases",
    "Where each number of the catalogue comes from; service * stands for every service not named.",
    ("service", "figure"),
    (
        Column("service", "code", "service of the catalogue, or *"),
        Column("figure", "code", "column of services.csv"),
        Column("status", "choice", "how sure it is", choices=("attested", "derived", "illustrative")),
        Column("basis", "text", "the stated figure or reasoning"),
        Column("source", "text", "document, address or data set", blank=True),
    ),
)

CALIBRATION = Table(
    "calibration",
    "Published figures that norms and costs are held to.",
    ("fact",),
    (
        Column("fact", "code", "identifier"),
        Column("value", "number", "the figure", 0, 1e12),
        Column("unit", "text", "its unit"),
        Column("year", "integer", "year it describes", 1990, 2100),
        Column("label", "choice", "how it was obtained", choices=("read", "data", "derived")),
        Column("says", "text", "what it counts, and the arithmetic of a derived one"),
        Column("source", "text", "document or address"),
    ),
)

REGISTER = Table(
    "register",
    "Facilities and home services that exist at the scenario's date.",
    ("site",),
    (
        Column("site", "code", "identifier of the facility"),
        _MUNICIPALITY,
        _SERVICE,
        _count("places", "places today"),
        _count("users", "users today", blank=True),
        Column("status", "choice", "may the plan change it", choices=("keep", "free", "protected", "must_close_by")),
        Column("close_by_year", "integer", "last year, with must_close_by", 2020, 2100, blank=True),
        Column("origin", "choice", "attested by a source, or estimated", choices=("attested", "estimated")),
        Column("basis", "text", "source of an attested row, rule of an estimated one"),
    ),
)

TRAVEL = Table(
    "travel",
    "Journey from the seat of one municipality to the seat of another.",
    ("municipality", "host"),
    (
        _MUNICIPALITY,
        _HOST,
        Column("travel_km", "number", "road kilometres", 0, 2_000),
        Column("travel_min", "integer", "minutes by car, rounded up", 0, 3_000),
        Column("origin", "choice", "computed, or a known journey", choices=("computed", "known")),
    ),
)

KNOWN_TRAVEL = Table(
    "known_travel",
    "Known journeys that replace the computed ones, in both directions.",
    ("municipality", "host"),
    (_MUNICIPALITY, _HOST, Column("travel_min", "integer", "minutes by car", 0, 3_000)),
)

NEEDS = Table(
    "needs",
    "Need cases at a point in time: norm times indicator, rounded. Not the users of a year.",
    ("municipality", "service", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        Column("norm", "code", "norm that gave the need"),
        Column("indicator", "code", "indicator of the norm", blank=True),
        Column("indicator_value", "number", "its figure; blank where there is no data", 0, 1e12, blank=True),
        Column("exact_users", "number", "need before rounding", 0, 1e9, blank=True),
        _count("need_users", "need cases; blank where there is no data", blank=True),
        Column("is_estimate", "flag", "an age band or an estimate stands for a missing indicator"),
    ),
)

PACKAGE = Table(
    "package",
    "Minimum package and maximum of state-funded users, by municipality or by region.",
    ("territory", "service", "year"),
    (
        Column("territory", "code", "municipality of a municipal service, region of a regional one"),
        _SERVICE,
        _YEAR,
        Column("level", "choice", "level of planning", choices=_LEVELS),
        _count("minimum_users", "minimum package, users at a time; blank without such a norm", blank=True),
        _count("minimum_places", "the same in places", blank=True),
        Column(
            "kind",
            "choice",
            "in_place: places in the territory; access: users served anywhere within reach; none: no minimum",
            choices=("in_place", "access", "none"),
        ),
        _count("maximum_users", "maximum of state-funded users; blank without such a norm", blank=True),
        Column("norm_minimum", "code", "norm of the minimum", blank=True),
        Column("norm_maximum", "code", "norm of the maximum", blank=True),
    ),
)

CAPACITY = Table(
    "capacity",
    "Places and facilities by site: today, and as planned.",
    ("site", "year"),
    (
        Column("site", "code", "facility of the register, or new: service:municipality for new ones"),
        _YEAR,
        _MUNICIPALITY,
        _SERVICE,
        Column("origin", "choice", "attested, estimated, or new", choices=("attested", "estimated", "new")),
        _count("places_today", "places at the scenario's date"),
        _count("places", "places planned"),
        _count("new_places", "places added"),
        _count("given_up_places", "places given up"),
        _count("facilities_today", "facilities at the scenario's date"),
        _count("facilities", "facilities planned"),
        _count("opened", "facilities opened"),
        _count("closed", "facilities closed"),
    ),
)

ALLOCATION = Table(
    "allocation",
    "Who is served where.",
    ("municipality", "service", "host", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _HOST,
        _YEAR,
        _count("users", "users of the municipality served in the host municipality"),
        Column("travel_min", "integer", "journey, minutes; 0 at home", 0, 3_000),
    ),
)

UNMET = Table(
    "unmet",
    "Every need case: with a place, or why not.",
    ("municipality", "service", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        _count("need_users", "need cases"),
        _count("served_users", "need cases with a place"),
        _count("unmet_users", "need cases without a place: the sum of the next three"),
        _count("above_maximum_users", "beyond the maximum of state-funded users"),
        _count("out_of_reach_users", "no possible host within the travel limit"),
        _count("no_place_users", "within reach, but no place"),
    ),
)

COMPLIANCE = Table(
    "compliance",
    "The minimum package, service by service: asked, given, missing.",
    ("municipality", "service", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        Column("level", "choice", "level of planning", choices=_LEVELS),
        Column("kind", "choice", "how it is counted", choices=("in_place", "access", "regional")),
        _count("required", "users (access) or places (in_place, regional: in the whole region)"),
        _count("achieved", "the same, as planned"),
        _count("missing", "required less achieved, never negative"),
        Column("nearest_min", "integer", "journey to the nearest open site, minutes", 0, 3_000, blank=True),
        Column("within_reach", "flag", "an open site lies within the travel limit"),
        Column("complied", "flag", "nothing is missing and, for a regional service, it is within reach"),
    ),
)

SPENDING = Table(
    "spending",
    "Which stream pays what, by host municipality and service.",
    ("stream", "kind", "municipality", "service", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        Column("kind", "choice", "running or capital money", choices=("running", "capital")),
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        _eur("amount_eur", "amount, EUR, to the cent"),
    ),
)

BUDGET = Table(
    "budget",
    "Each stream: what it has, what is spent, what is left or lacking.",
    ("stream", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        _YEAR,
        Column("kind", "choice", "running or capital money", choices=("running", "capital")),
        _eur("budget_eur", "available"),
        _eur("spent_eur", "spent by the plan"),
        _eur("left_eur", "not spent"),
        _eur("lacking_eur", "spent beyond the budget (mode what_it_would_cost)"),
    ),
)

INPUT_TABLES = (
    REGIONS,
    MUNICIPALITIES,
    INDICATOR_CATALOGUE,
    INDICATORS,
    SERVICES,
    BASES,
    CALIBRATION,
    REGISTER,
    TRAVEL,
)
RESULT_TABLES = (NEEDS, PACKAGE, CAPACITY, ALLOCATION, UNMET, COMPLIANCE, SPENDING, BUDGET)
TABLES: Mapping[str, Table] = {t.name: t for t in (*INPUT_TABLES, KNOWN_TRAVEL, *RESULT_TABLES)}

# --------------------------------------------------------------------- checking

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_CODE = re.compile(r"\*|\w[\w.:-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FLAGS = {"yes": True, "no": False}
#: Decimals a number may be written with, by kind; 1.000 in a column of whole numbers may be a thousand.
_DECIMALS: Mapping[str, int] = {"integer": 1, "money": 2}
#: A spreadsheet runs a cell that begins so.
_FORMULA = ("=", "+", "-", "@")
#: First words of a row of totals, which is no record.
_TOTALS = ("общо", "всичко", "total", "сума", "sum")
#: Cyrillic letters that look like Latin ones, in small letters.
_LATIN = str.maketrans("авекмнорстух", "abekmhopctyx")
_SHOWN = 80
#: Unknown codes of one column for which the nearest known one is looked up; each search takes milliseconds.
MOST_STRANGERS = 300


def is_code(text: str) -> bool:
    """Whether a word may name a service, site, stream or norm: letters, digits and _ . : - only."""
    return bool(_CODE.fullmatch(text))


def shown(text: str) -> str:
    """A value as a sentence shows it: signs that nobody would see are spelled out, the rest is cut."""
    seen = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:_SHOWN])
    return seen + "…" if len(text) > _SHOWN else seen


def nearest(word: str, known: Collection[str]) -> str:
    """A cure that names the nearest known word, or how to find the list."""
    twins = [k for k in sorted(known) if _plain(k) == _plain(word)]
    close = twins or difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    if not close:
        return f"one of {len(known)} known values is asked" if known else "write a known one"
    foreign = [c for c in word if c.isalpha() and not c.isascii()] if close[0].isascii() else []
    hint = f' ("{foreign[0]}" in the value is not a Latin letter)' if foreign else ""
    return f'the nearest is "{close[0]}"{hint}'


def _plain(word: str) -> str:
    """A word without what the eye does not see: case, alphabet of a look-alike, invisible signs."""
    return "".join(c for c in word.lower().translate(_LATIN) if c.isprintable())


def _number(text: str, column: Column) -> tuple[float | None, str, str]:
    """Value, broken rule, cure of one written number."""
    if not _NUMBER.fullmatch(text):
        return None, "is not a number", "write digits with a decimal point and no spaces, e.g. 1234.5"
    value = float(text) + 0.0
    if not math.isfinite(value):
        return None, "is not a finite number", "write the figure itself"
    if column.kind == "integer" and value != int(value):
        return None, "is not a whole number", "write it without decimals, and without a point for thousands"
    if column.kind != "number" and "e" in text.lower():
        return None, "is written with an exponent", "write all its digits: a spreadsheet may have cut them"
    if len(text.partition(".")[2]) > _DECIMALS.get(column.kind, len(text)):
        whole = column.kind == "integer"
        rule = "may be one or a thousand" if whole else "has more than two decimals"
        return None, rule, "write it without a point" if whole else "money is EUR to the cent, no point for thousands"
    if column.low is not None and value < column.low:
        rule = "is negative" if column.low == 0 else f"is below {column.low:g}"
        return None, rule, f"the smallest value allowed is {column.low:g}"
    if column.high is not None and value > column.high:
        return None, f"is above {column.high:g}", "check the unit and the decimal point"
    return value, "", ""


def _parse(text: str, column: Column) -> tuple[Any, str, str]:
    """Value, broken rule, cure of one cell; a blank cell is None."""
    if text == "":
        if column.blank:
            return None, "", ""
        return None, "is empty", "write the value; no data has to be declared where the table allows it"
    if column.kind in ("integer", "number", "money"):
        return _number(text, column)
    if column.kind == "flag":
        if text not in _FLAGS:
            return None, "is neither yes nor no", "write yes or no"
        return _FLAGS[text], "", ""
    if column.kind == "choice" and text not in column.choices:
        return None, f"is not one of {', '.join(column.choices)}", nearest(text, column.choices)
    if column.kind == "date" and not _is_date(text):
        return None, "is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD"
    if column.kind == "code" and not is_code(text):
        return None, "is not a code", "letters, digits and _ . : - only, no blanks"
    if column.kind == "text":
        return (text, *_unfit_text(text))
    return text, "", ""


def _is_date(text: str) -> bool:
    """A year, a month or a day that the calendar has."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return True


def _unfit_text(text: str) -> tuple[str, str]:
    """Broken rule and cure of a text that no table should carry on."""
    if _CONTROL.search(text):
        return "holds a control character", "type the text again"
    if text.startswith(_FORMULA):
        return f'begins with "{text[0]}": a spreadsheet would run it', "begin with a letter or a digit"
    return "", ""


_DTYPE: Mapping[str, str] = {
    "integer": "int64",
    "number": "float64",
    "money": "float64",
    "flag": "bool",
}


def _typed(values: list[Any], column: Column) -> pd.Series:
    import pandas as pd

    if column.kind == "integer":
        return pd.Series(values, dtype="Int64" if column.blank else "int64")
    if column.kind in _DTYPE:
        return pd.Series(values, dtype=_DTYPE[column.kind])
    return pd.Series(["" if v is None else v for v in values], dtype="str")


def check(
    table: Table,
    raw: pd.DataFrame,
    file: str,
    references: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """The table as declared: typed, ordered, sorted by key; or every fault at once.

    ``raw`` holds the cells as text, one row per record, its index the row numbers of the
    file where it has any. ``references`` gives the permitted codes of a column. Raises
    InputRefused with one fault per wrong cell, missing or unknown column and doubled key.
    """
    faults = list(_wrong_columns(table, raw, file))
    if faults:
        raise InputRefused(faults)
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    row_numbers = [int(n) for n in raw.index]
    for column in table.columns:
        parse = _cell_parser(column, (references or {}).get(column.name))
        values = []
        for row, text in zip(row_numbers, raw[column.name].tolist(), strict=True):
            value, rule, cure = parse(text)
            if rule:
                faults.append(Fault(file, row, column.name, shown(text), rule, cure))
            values.append(value)
        if not any(fault.column == column.name for fault in faults):
            columns[column.name] = _typed(values, column)
    faults += _doubled_keys(table, raw, file, row_numbers)
    if faults:
        raise InputRefused(faults)
    frame = pd.DataFrame(columns)
    return frame.sort_values(list(table.key), kind="stable").reset_index(drop=True)


def _cell_parser(column: Column, known: Collection[str] | None) -> Callable[[str], tuple[Any, str, str]]:
    """Parser of one column; repeated cells are parsed once, and a file of strangers is not searched for kin."""
    seen: dict[str, tuple[Any, str, str]] = {}
    strangers = 0

    def parse(text: str) -> tuple[Any, str, str]:
        nonlocal strangers
        if text not in seen:
            answer = _parse(text, column)
            if known is not None and text and text not in known:
                total = text.lower().startswith(_TOTALS)
                strangers += 1
                likely = known if strangers <= MOST_STRANGERS else ()
                cure = "leave rows of totals out" if total else nearest(text, likely)
                answer = (None, f"is not one of the {len(known)} known codes", cure)
            seen[text] = answer
        return seen[text]

    return parse


def _wrong_columns(table: Table, raw: pd.DataFrame, file: str) -> list[Fault]:
    present = [str(name) for name in raw.columns]
    missing = [name for name in table.names if name not in present]
    extra = [name for name in present if name not in table.names]
    faults = [
        Fault(file, 1, name, "", "this column is missing", f"{table.name} has the columns {', '.join(table.names)}")
        for name in missing
    ]
    faults += [
        Fault(file, 1, shown(name) or "(no name)", "", "this column is not known", nearest(name, table.names))
        for name in extra
    ]
    doubled = {name for name in present if present.count(name) > 1}
    faults += [Fault(file, 1, name, "", "this column stands twice", "keep one of them") for name in doubled]
    return faults


def _doubled_keys(table: Table, raw: pd.DataFrame, file: str, rows: list[int]) -> list[Fault]:
    doubled = raw.duplicated(list(table.key), keep="first").tolist()
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row, again, key in zip(rows, doubled, raw[list(table.key)].itertuples(index=False, name=None), strict=True):
        if not again:
            first[key] = row
            continue
        faults.append(
            Fault(
                file,
                row,
                table.key[0],
                " / ".join(shown(part) for part in key),
                f"stands twice, first in row {first[key]}",
                "keep one row per " + " and ".join(table.key),
            )
        )
    return faults


def as_text(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The table as it is written to a file: declared columns and order, sorted, every cell text."""
    import pandas as pd

    ordered = frame.loc[:, list(table.names)].sort_values(list(table.key), kind="stable")
    return pd.DataFrame({c.name: [_write(v, c) for v in ordered[c.name].tolist()] for c in table.columns}, dtype="str")


def _write(value: Any, column: Column) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    if column.kind == "flag":
        return "yes" if value else "no"
    if column.kind == "integer":
        return str(int(value))
    if column.kind == "money":
        return f"{value:.2f}"
    if column.kind == "number":
        return repr(float(value)).removesuffix(".0")
    return str(value)

"""Writes docs/tables.md from the declarations of scenario, tables and norms: ``python docs/tables.py``."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nationalmap import schema  # noqa: E402
from nationalmap.domain import norm, scenario  # noqa: E402
from nationalmap.schema.columns import FIRST_ROW, Column, Kind, Table  # noqa: E402
from nationalmap.sources.collecting import MAY_BE_EMPTY  # noqa: E402

HEAD = """# Scenario keys, tables and norms

Made from the declarations in `nationalmap/domain` and `nationalmap/schema` by `python docs/tables.py`; a test compares.

A question is a folder with a `scenario.toml` and the files that it names under `[inputs]`, planned by
`nationalmap plan FOLDER`; `nationalmap check FOLDER` reads it, writes nothing, and names every fault with its cure. A
file is looked for in the scenario's own folder, then among the shipped ones. `extends = "haskovo-2027"` takes over
another scenario, in which each key that is written replaces its own; without it the scenario stands alone.
`nationalmap new` makes such a folder of workbooks ([folder.md](folder.md)): a file may be a sheet,
`inputs.xlsx#Регистър`, and `inputs.catalogue` a workbook. [families.md](families.md) shows a whole folder, file by
file, and the problems of the literature.

The least of an own question: `scenario.toml`, a `catalogue/` (groups, services, bases, calibration, norms.toml), an
`indicators/`, a register (it may hold a header alone), and for own municipalities `municipalities.csv`, `regions.csv`
and `boundaries` (GeoJSON or GeoPackage, one valid polygon per municipality, its code in a property `municipality`).
Boundaries have to lie in the frame of Bulgaria, 22 to 29° E and 41 to 44.5° N, each within 25 km of the seat.
"""
INPUTS = f"""## Input tables

CSV, XLSX, ODS or Parquet; a sheet of a workbook is named `book.xlsx#Sheet`. [files.md](files.md) says what is taken and
what happens to dirt. One row names the columns, in any order, records follow, in a CSV file from row {FIRST_ROW}.
Every column is asked, also where all its cells are blank, but for those that may be left out; a column that is not
declared is refused. No two rows have the same key. Ranges are inclusive, and a blank cell is refused unless its column
says that it may be.
"""
NORMS = """## Norms: `norms.toml` in the catalogue

`format = 1`, then one `[[norms]]` each; `norms = []` where all needs are stated in `stated_needs`. All 32 kinds of rule
that are asked for, and how each is written: [rule-kinds.md](rule-kinds.md).
"""
RESULTS = """## Result tables

`NAME.csv` in a run folder, written in the same form.
"""
#: What a kind of cell holds, in words.
KINDS: Mapping[Kind, str] = {
    "code": "letters, digits and `_ . : -`, no blanks",
    "text": "one line that does not begin with `= + - @`",
    "integer": "whole number, all its digits",
    "number": "digits with a decimal point, no spaces",
    "money": "EUR with at most two decimals",
    "flag": "`yes` or `no`",
    "choice": "one of the words named",
    "date": "YYYY, YYYY-MM or YYYY-MM-DD",
}
#: Tables that no key under [inputs] names: where they lie.
ELSEWHERE = {
    "indicator_catalogue": "`indicators.csv` in the folder `inputs.indicators`",
    "indicators": "files that `indicators.csv` names, written wide: `municipality`, then a column per indicator, and a "
    "row for every municipality",
    "map_in_force": "`inputs.map_in_force`, which is checked and no part of a plan; `nationalmap in-force --map FILE` "
    "([in-force.md](in-force.md))",
    "norms": "the sheet „Норми“ of a catalogue that is a workbook, in place of `norms.toml`",
    "proposals": "no input of a scenario: what `nationalmap collect` merges from the municipalities",
    "travel": "no file: computed by `[travel]`, replaced by `known_travel`",
}
PLAIN = {str: "text", float: "number", int: "whole number", bool: "true or false", date: "date"}


def words(hint: Any) -> str:
    """A type as a reader of TOML says it."""
    origin, inner = typing.get_origin(hint), [part for part in typing.get_args(hint) if part is not types.NoneType]
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin is tuple:
        return f"list of {words(inner[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of name = {words(inner[1])}"
    if dataclasses.is_dataclass(hint):
        return f"`{hint.__name__}`"
    return PLAIN[hint] if hint in PLAIN else " or ".join(words(part) for part in inner)


def default(field: dataclasses.Field[Any]) -> str:
    """What holds where a key is left out."""
    if field.default_factory is not dataclasses.MISSING:
        return "its defaults" if dataclasses.is_dataclass(field.default_factory) else "empty"
    if field.default is dataclasses.MISSING:
        return "**asked**"
    if isinstance(field.default, tuple) and field.default:
        return ", ".join(f"`{value}`" for value in field.default)
    if field.default in ("", ()):
        return "empty"
    shown = str(field.default).lower() if isinstance(field.default, bool) else field.default
    return "none" if shown is None else f"`{shown}`"


def grid(*rows: tuple[str, ...]) -> str:
    """A table of Markdown; the first row is its head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def told(kind: type) -> str:
    """The docstring in Markdown."""
    return inspect.cleandoc(kind.__doc__ or "").replace("``", "`") + "\n"


def keys(kind: type, title: str) -> str:
    """One dataclass: what it says and its keys."""
    hints = typing.get_type_hints(kind)
    rows = [(f"`{field.name}`", words(hints[field.name]), default(field)) for field in dataclasses.fields(kind)]
    return f"### {title}\n\n{told(kind)}\n" + grid(("key", "type", "default"), *rows)


def headings() -> Iterator[tuple[type, str]]:
    """The dataclasses of a scenario, outermost first, each with the TOML heading under which its keys stand."""
    yield scenario.Scenario, "`Scenario`: the top of `scenario.toml`"
    for name, hint in typing.get_type_hints(scenario.Scenario).items():
        for part in (hint, *typing.get_args(hint)):
            if dataclasses.is_dataclass(part) and isinstance(part, type):
                listed, named = typing.get_origin(hint) is tuple, part is not hint
                heading = f"[[{name}]]" if listed else f"[{name}.NAME]" if named else f"[{name}]"
                yield part, f"`{part.__name__}`: `{heading}`"
    yield scenario.Reading, '`Reading`: `[inputs.reading."FILE"]`'


def takes(column: Column) -> str:
    """Range or words of a column, and whether it may be blank."""
    ends = [end for end in (column.low, column.high) if end is not None]
    between = " to ".join(f"{end:,.15g}" if end > 9999 else f"{end:g}" for end in ends)
    choices = ", ".join(f"`{choice}`" for choice in column.choices)
    blank = "the column may be left out" if column.optional else "may be blank" if column.blank else ""
    return "; ".join(part for part in (between, choices, blank) if part)


def place(table: Table) -> str:
    """Where an input table lies, and whether there has to be one."""
    shipped = {field.name: field.default for field in dataclasses.fields(scenario.InputFiles)}
    named = f"the file that `inputs.{table.name}` names"
    in_catalogue = table in schema.CATALOGUE_TABLES
    where = f"`{table.name}.csv` in the folder `inputs.catalogue`" if in_catalogue else ELSEWHERE.get(table.name, named)
    if table in schema.OPTIONAL_TABLES or table in (schema.KNOWN_TRAVEL, schema.OWN_INDICATORS, schema.BUDGETS):
        return f"{where}; may be left out"
    if shipped.get(table.name) == "":
        return f"{where}; the shipped one where it names none"
    return f"{where}; may hold a header alone" if table in MAY_BE_EMPTY else where


def input_table(table: Table) -> str:
    """One input table: what it says, where it lies, its key and columns."""
    rows = [(f"`{column.name}`", column.kind, column.says, takes(column)) for column in table.columns]
    where = f"Lies in: {place(table)}. Key: {', '.join(f'`{name}`' for name in table.key)}."
    return f"### `{table.name}`\n\n{table.says}\n\n{where}\n\n{grid(('column', 'kind', 'says', 'takes'), *rows)}"


def result_table(table: Table) -> str:
    """One result table, its key columns in bold."""
    marked = {name: f"**`{name}`**" if name in table.key else f"`{name}`" for name in table.names}
    rows = [
        (marked[c.name], c.says + (f" ({', '.join(f'`{word}`' for word in c.choices)})" if c.choices else ""))
        for c in table.columns
    ]
    return f"### `{table.name}`\n\n{table.says}\n\n{grid(('column, key in bold', 'says'), *rows)}"


def rule_row(kind: type) -> tuple[str, str, str]:
    """A kind of rule, or a part of one: its name, its keys, its first sentence."""
    hints = typing.get_type_hints(kind)
    word = typing.get_args(hints["type"])[0] if "type" in hints else kind.__name__
    fields = [field for field in dataclasses.fields(kind) if field.name != "type"]
    said = [f"`{f.name}` ({default(f)})" if default(f) != "**asked**" else f"`{f.name}`" for f in fields]
    return f"`{word}`", ", ".join(said), " ".join(told(kind).split("\n\n")[0].split())


def page() -> str:
    """The whole page."""
    kinds_of_rule = (*typing.get_args(norm.Rule), norm.Band, norm.Part, norm.Scheme)
    rules = grid(("type", "keys (default)", "says"), *map(rule_row, kinds_of_rule))
    kinds = grid(("kind", "holds"), *((kind, KINDS[kind]) for kind in typing.get_args(Kind)))
    chapters = (
        HEAD,
        "## Scenario keys\n",
        *(keys(kind, title) for kind, title in headings()),
        INPUTS + "\n" + kinds,
        *map(
            input_table,
            (*schema.INPUT_TABLES, schema.KNOWN_TRAVEL, *schema.FOLDER_TABLES, schema.PROPOSALS, schema.MAP_IN_FORCE),
        ),
        NORMS,
        keys(norm.Norm, "`Norm`: `[[norms]]`"),
        f"### `rule`: kinds, by `type`, and their parts\n\n{rules}",
        RESULTS,
        *map(result_table, schema.RESULT_TABLES),
    )
    return "\n".join(chapters)


if __name__ == "__main__":
    (ROOT / "docs" / "tables.md").write_text(page(), encoding="utf-8")

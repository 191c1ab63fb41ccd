"""What municipalities propose: laid out like the map, as a table of proposals, or as collected of their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import schema
from nationalmap.errors import Fault, InputRefused, all_faults
from nationalmap.sources.annexes import Annex, read_annex
from nationalmap.sources.grids import read_grid, sheets_of
from nationalmap.sources.header import TITLES, label_of
from nationalmap.sources.resources import parted
from nationalmap.sources.tables import Intake, read_table

if TYPE_CHECKING:
    import pandas as pd

#: Columns by which a table of proposals is known.
_OF_PROPOSALS = {"kind", "sole_host", "from_year"}
#: A proposal need not say its document: the file is named where its figures are not planned.
_OF_A_SHEET = {"document": "proposal", "date": "2000", "status": "draft"}


@dataclass(frozen=True)
class Proposals:
    """What was proposed, in the one form or the other."""

    annex: Annex | None = None
    """Most users by territory and service, laid out like the map."""
    changes: pd.DataFrame | None = None
    """Table ``proposals``: changes of sites, by service also of services that the plan does not know."""
    register: pd.DataFrame | None = None
    """Table ``register`` as it was collected; None: that of the plan stands behind the changes."""
    sent: frozenset[str] = frozenset()
    """Municipalities that have said anything; of others nothing is known."""


def read_proposals(path: Path, services: pd.DataFrame, municipalities: pd.DataFrame, intake: Intake) -> Proposals:
    """The proposals of a file, or of the folder that ``collect`` writes. Raises InputRefused with every fault."""
    codes = {"municipality": municipalities["municipality"].tolist()}
    if path.is_dir():
        return _collected(path, codes, intake)
    if _is_table(path):
        changes = read_table(schema.PROPOSALS, path, codes, intake=intake)
        return Proposals(changes=changes, sent=frozenset(changes["municipality"]))
    annex = read_annex(path, services, municipalities, intake, _OF_A_SHEET)
    hosts = {host for frame in (annex.rows, annex.not_planned) for host in frame["host"]}
    return Proposals(annex, sent=frozenset(hosts | {place for place, level in annex.covered if level == "municipal"}))


def _is_table(path: Path) -> bool:
    """Whether a file, or the one sheet it names, has the columns of a table of proposals."""
    if not parted(path)[1] and len(sheets_of(parted(path)[0])) > 1:
        return False
    rows = read_grid(path).rows[:TITLES]
    return any(set(map(label_of, row)) >= _OF_PROPOSALS for row in rows)


def _collected(folder: Path, codes: Mapping[str, list[str]], intake: Intake) -> Proposals:
    """Proposals with the register that they change."""
    tables = (schema.PROPOSALS, schema.REGISTER, schema.COLLECTED_FROM)
    missing = [f"{table.name}.csv" for table in tables if not (folder / f"{table.name}.csv").is_file()]
    if missing:
        cure = "name a file of proposals, or the folder that nationalmap collect has written"
        raise InputRefused([Fault(str(folder), rule=f"holds no {' and no '.join(missing)}", cure=cure)])
    found: dict[str, pd.DataFrame] = {}

    def read(table: schema.Table) -> None:
        path = folder / f"{table.name}.csv"
        found[table.name] = read_table(table, path, codes, may_be_empty=True, intake=intake)

    all_faults(*(lambda table=table: read(table) for table in tables))
    sent = {code for frame in found.values() for code in frame["municipality"]}
    return Proposals(changes=found["proposals"], register=found["register"], sent=frozenset(sent))

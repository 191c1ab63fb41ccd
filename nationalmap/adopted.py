"""The use case of the adopted map: it and the proposals of the municipalities beside the plan of a finished run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.errors import InputRefused, all_faults

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.sources.annexes import Annex
    from nationalmap.sources.annexes.proposals import Proposals
    from nationalmap.sources.tables import Intake


@dataclass(frozen=True)
class InForce:
    """Proposal, plan and map in force side by side: tables, sentences by language, folder, and what was read how."""

    tables: Mapping[str, pd.DataFrame]
    says: Mapping[str, list[str]]
    folder: Path
    notes: tuple[str, ...]
    mended: tuple[str, ...]


def in_force(
    run: Path,
    map_in_force: Path,
    proposals: Path | None = None,
    out: Path = Path("in-force"),
    document: str = "",
    date: str = "",
    status: str = "",
    json: Path | None = None,
    xlsx: Path | None = None,
) -> InForce:
    """Proposals of the municipalities, the plan of a run, and the adopted map, by territory, service and year.

    ``map_in_force``: a table of that name, or annexes with municipalities down and services across, as one sheet or
    one for each region. ``proposals``: the same, a table ``proposals``, or the folder of a collection. ``document``,
    ``date`` and ``status`` of a map that does not say them itself. Published as a folder of ``out`` named after the
    run: tables of reports.in_force, ``in-force.xlsx``, ``about.txt``. ``json`` and ``xlsx``: lists of what is to be
    mended, which are empty where nothing is. Raises InputRefused with every fault of both files, OutputFailed.
    """
    from nationalmap import publishing, runs
    from nationalmap.reports import faults as listed
    from nationalmap.reports import in_force as report
    from nationalmap.reports.in_force.documents import documents
    from nationalmap.reports.in_force.told import sentences
    from nationalmap.reports.texts import languages
    from nationalmap.sources.tables import Intake, gazetteer

    plan = runs.read_run(run)
    towns, regions = (plan.inputs.tables[name] for name in ("municipalities", "regions"))
    intake = Intake(gazetteer(towns, regions), plan.scenario.inputs.reading)
    try:
        annex, given = _annexes(
            plan, map_in_force, proposals, intake, {"document": document, "date": date, "status": status}
        )
    except InputRefused as refused:
        listed.write_lists(refused.faults, (), (), json, xlsx)
        raise
    tables = report.in_force(plan, annex, given)
    name = f"{plan.scenario.name}-{plan.run_id}"
    folder = publishing.write_folder(out / name, documents(plan, annex, given, tables))
    listed.write_lists((), intake.mended, intake.notes, json, xlsx)
    says = {language: sentences(plan, annex, given, tables, language) for language in languages()}
    return InForce(tables, says, folder, tuple(intake.notes), tuple(intake.mended))


def _annexes(
    plan: Plan, map_in_force: Path, proposals: Path | None, intake: Intake, said: Mapping[str, str]
) -> tuple[Annex, Proposals | None]:
    """The map and the proposals, with the faults of both. What is said of the map is not said of the proposals."""
    from nationalmap.sources import postgres
    from nationalmap.sources.annexes import read_annex
    from nationalmap.sources.annexes.proposals import read_proposals

    postgres.forget()
    services, towns = plan.inputs.tables["services"], plan.inputs.tables["municipalities"]
    maps: list[Annex] = []
    given: list[Proposals] = []

    def where(path: Path) -> Path:
        return postgres.as_path(path.as_posix()) if postgres.is_address(path) else path

    def propose(path: Path) -> None:
        given.append(read_proposals(where(path), services, towns, intake))

    all_faults(
        lambda: maps.append(read_annex(where(map_in_force), services, towns, intake, said)),
        *([] if proposals is None else [lambda: propose(proposals)]),
    )
    return maps[0], given[0] if given else None

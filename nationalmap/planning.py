"""The use cases of a scenario: what a command does, in one function of the same name (of finished runs: ``finished``).

This room introduces the others to each other: sources read, norms make needs, the program
makes a plan, reports show it, runs keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap.answering import Progress, answered, silent
from nationalmap.domain.plan import Plan
from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.question import Question, read_question
from nationalmap.sources.scenarios import find, read_input_names, read_scenario, shipped_scenarios

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Run:
    """A finished plan and the folder it was published in."""

    plan: Plan
    folder: Path


def scenarios() -> tuple[Scenario, ...]:
    """The scenarios shipped with the package, in the order of their names."""
    return tuple(read_scenario(path).scenario for path in shipped_scenarios())


def check(
    scenario: str,
    register: Path | None = None,
    boundaries: Path | None = None,
    json: Path | None = None,
    xlsx: Path | None = None,
) -> Question:
    """Read and check everything a scenario needs; write nothing but the lists asked for.

    ``scenario`` is the name of a shipped scenario, a file, or a folder with one. ``register``
    and ``boundaries`` replace the scenario's own. ``json`` and ``xlsx`` are files for the list of
    faults, which is empty where there is none. Raises InputRefused with every fault of every file.
    """
    from nationalmap.reports import faults as listed

    try:
        question = _question(find(scenario), register, boundaries)
    except InputRefused as refused:
        listed.write_lists(refused.faults, (), (), json, xlsx)
        raise
    listed.write_lists((), question.mended, question.notes, json, xlsx)
    return question


def _question(path: Path, register: Path | None, boundaries: Path | None) -> Question:
    """The question of a scenario file; where the scenario itself is wrong, the faults of its files are told too."""
    try:
        file = read_scenario(path)
    except InputRefused as refused:
        from nationalmap.sources.inputs import wrong_files

        faults = list(refused.faults)
        # What names no inputs that can be read is told already.
        with suppress(InputRefused):
            names = read_input_names(path)
            if names is not None:
                faults += wrong_files(names, path.resolve().parent, path.name, register, boundaries)
        raise InputRefused(faults) from None
    return read_question(file, register, boundaries)


def needs(scenario: str, register: Path | None = None, boundaries: Path | None = None) -> pd.DataFrame:
    """Table ``needs`` of a scenario: what the norms give for each municipality, need group and year."""
    return check(scenario, register, boundaries).needs


def plan(
    scenario: str,
    out: Path = Path("runs"),
    register: Path | None = None,
    boundaries: Path | None = None,
    progress: Progress = silent,
) -> Run:
    """Plan a scenario and publish its run folder ``out/<scenario>/<run-id>``.

    Raises InputRefused, NoPlanPossible, NoPlanFound, SolverFailed or OutputFailed; then no
    run folder is left.
    """
    from nationalmap import runs
    from nationalmap.reports.documents import documents

    question = check(scenario, register, boundaries)
    for note in (*question.mended, *question.notes):
        progress(f"note: {note}")
    progress("inputs read and checked")
    answer, about = answered(question, progress)
    progress("drawing the page and the workbook")
    about["asked"] = _asked(scenario, register, boundaries)
    folder = runs.write_run(answer, documents(answer), out, about, progress)
    return Run(answer, folder)


def _asked(scenario: str, register: Path | None, boundaries: Path | None) -> dict[str, str | None]:
    """The words a plan was asked with, for who looks for its inputs later; no password is kept."""
    from nationalmap.sources.postgres import is_address, without_password

    said = {"scenario": scenario, "register": register, "boundaries": boundaries}
    words = {name: None if word is None else str(word) for name, word in said.items()}
    return {name: without_password(word) if word and is_address(word) else word for name, word in words.items()}


def conflict(file: Path) -> tuple[str, ...]:
    """Names of the rows of a linear program (MPS or LP file) that cannot all hold, as few as were found.

    Empty where all can hold. Raises InputRefused for a file that is no program.
    """
    from nationalmap.program.infeasible.conflict import conflict_of_file

    if not file.is_file():
        raise InputRefused([Fault(str(file), rule="does not exist", cure="check the name")])
    return conflict_of_file(file)


def case(
    kind: str,
    files: Sequence[Path],
    out: Path = Path("cases"),
    question: str = "",
    sites: int | None = None,
    distance: float | None = None,
    weight: str = "",
    capacity: float | None = None,
    unit: float = 1.0,
) -> Path:
    """A published location or transport problem as a scenario's folder, which ``plan`` takes; gives the folder.

    ``kind``: capacitated (OR-Library cap, one file), pmedian (OR-Library pmed, one file), places (places, sites,
    distances), transport (supply, demand, costs). ``question`` is the kind's usual one unless said; ``unit`` says as
    how many EUR a unit of cost is written. Raises UsageError, InputRefused, OutputFailed.
    """
    from nationalmap.sources import cases

    return cases.case(kind, files, out, question, sites, distance, weight, capacity, unit)

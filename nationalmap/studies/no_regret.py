"""The decisions that are equal in all of several runs, or in all runs of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap.answering import Progress, silent
from nationalmap.domain.plan import Plan
from nationalmap.errors import Fault, InputRefused
from nationalmap.studies.asked import question_of

if TYPE_CHECKING:
    import pandas as pd

PAGE, TABLE = "no-regret.html", "decisions.csv"


@dataclass(frozen=True)
class NoRegret:
    """A plan (its territory and names), table NO_REGRET of reports.regret, and the folder it was written to."""

    plan: Plan
    table: pd.DataFrame
    folder: Path


@dataclass(frozen=True)
class _Compared:
    """Whose plans these are: one that says the territory, places by run, places of today, a title for each."""

    plan: Plan
    places: pd.DataFrame
    today: pd.DataFrame
    titles: tuple[dict[str, str], ...]


def no_regret(run: Sequence[Path], out: Path = Path("no-regret"), progress: Progress = silent) -> NoRegret:
    """What is decided alike in all runs, or in all runs of one sweep, in the last planned year; table and map.

    ``run``: two or more run folders of the same regions and last year, or the folder of a sweep whose runs are plans.
    Both are written to ``out``. Raises InputRefused, OutputFailed.
    """
    from nationalmap import publishing, runs
    from nationalmap.reports.page import regret as page
    from nationalmap.reports.regret.tables import NO_REGRET
    from nationalmap.reports.regret.tables import no_regret as compared

    progress("reading the plans")
    asked = _of_sweep(Path(run[0])) if len(run) == 1 else _of_runs([runs.read_run(folder) for folder in run])
    table = compared(asked.places, asked.today)
    progress("drawing the page")
    drawn = page.build(asked.plan, table, asked.titles)
    publishing.write_files({out / TABLE: publishing.csv_bytes(NO_REGRET, table), out / PAGE: drawn.encode()})
    return NoRegret(asked.plan, table, out)


def _of_runs(plans: Sequence[Plan]) -> _Compared:
    """The last year of each plan. Raises InputRefused where they cannot be set beside each other."""
    import pandas as pd

    from nationalmap.reports import totals

    if len({plan.run_id for plan in plans}) < len(plans):
        rule, cure = "are given twice", "name each run once"
        raise InputRefused([Fault("no-regret", 0, "run", rule=rule, cure=cure)])
    kinds = {(tuple(sorted(plan.scenario.regions)), plan.scenario.last_year) for plan in plans}
    if len(kinds) > 1:
        told = "; ".join(f"{', '.join(regions)} until {year}" for regions, year in sorted(kinds))
        rule, cure = f"have other regions or another last year ({told})", "compare runs of one territory and year"
        raise InputRefused([Fault("no-regret", 0, "run", rule=rule, cure=cure)])
    rows = [totals.in_year(plan, "capacity", plan.scenario.last_year) for plan in plans]
    today = rows[0][["municipality", "service", "places_today"]].rename(columns={"places_today": "places"})
    places = pd.concat([part.assign(run=number) for number, part in enumerate(rows)])
    titles = tuple(
        {"bg": f"{plan.scenario.title_bg} ({plan.run_id})", "en": f"{plan.scenario.title_en} ({plan.run_id})"}
        for plan in plans
    )
    return _Compared(plans[0], places[["run", "municipality", "service", "places"]], today, titles)


def _of_sweep(folder: Path) -> _Compared:
    """Every run of a sweep that has a plan. Raises InputRefused where it holds sites, for they are equal then."""
    from nationalmap import publishing, sweeps

    if not sweeps.is_there(folder):
        rule, cure = "is not the folder of a sweep", "name two or more run folders, or one sweep"
        raise InputRefused([Fault(str(folder), rule=rule, cure=cure)])
    manifest, _ = publishing.read_folder(folder, sweeps.KIND)
    design: dict[str, Any] = manifest["design"]
    if design["mode"] != "plan":
        rule, cure = "holds the sites of one plan, which are equal in all its runs", 'sweep with mode = "plan"'
        raise InputRefused([Fault(str(folder), rule=rule, cure=cure)])
    question = question_of(str(design["scenario"]))
    services = sweeps.read_sweep(folder)["services"]
    last = services[services["year"] == question.scenario.last_year]
    register = question.inputs.tables["register"]
    inside = register["municipality"].isin(question.municipalities["municipality"])
    today = register[inside & register["opens_year"].isna()][["municipality", "service", "places"]]
    plan = Plan(question.scenario, question.inputs, {}, (), "")
    scenario, count = question.scenario, last["run"].nunique()
    title = {
        "bg": f"{design['name']}: {scenario.title_bg}, {count}",
        "en": f"{design['name']}: {scenario.title_en}, {count}",
    }
    return _Compared(plan, last[["run", "municipality", "service", "places"]], today, (title,))

"""Two vintages of indicators compared, such as preliminary and final census, and what they do to the needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import publishing, runs
from nationalmap.studies.asked import question_of

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.plan import Inputs
    from nationalmap.domain.scenario import Scenario

#: Whose norms, years and municipalities are taken where neither side brings its own.
NORMS_OF = "national-2027"


@dataclass(frozen=True)
class Vintage:
    """One side: its figures, their catalogue, and the scenario with its inputs where it is of one."""

    name: str
    figures: pd.DataFrame
    catalogue: pd.DataFrame
    of: tuple[Scenario, Inputs] | None = None


@dataclass(frozen=True)
class Compared:
    """The tables of the report, its sentences by language, and the folder they were written into."""

    tables: dict[str, pd.DataFrame]
    says: dict[str, list[str]]
    folder: Path


def vintages(old: str, new: str, out: Path = Path("vintages"), scenario: str = "") -> Compared:
    """What two vintages of indicators say differently, by municipality, and what that does to needs. Nothing is solved.

    Each side is a run, a scenario, a folder with ``indicators.csv``, or one file of figures (municipality, then a
    column for each known indicator). Norms, years and municipalities are those of ``scenario``; otherwise of the new
    side, of the old one, of national-2027. Published as a folder of ``out`` with a CSV file for each table,
    ``vintages.xlsx`` and ``about.txt``. Raises InputRefused, OutputFailed.
    """
    from nationalmap.reports import vintages as report
    from nationalmap.reports.texts import languages
    from nationalmap.reports.vintages import told

    stated = _whole(scenario) if scenario else None
    found = [_whole(word) for word in (old, new)]
    base = stated or found[1] or found[0] or _whole(NORMS_OF)
    assert base is not None and base.of is not None  # noqa: S101 - a scenario has its inputs
    sides = [one or _figures(Path(word), base) for one, word in zip(found, (old, new), strict=True)]
    catalogue = _merged(base.catalogue, *(side.catalogue for side in sides))
    units = dict(zip(catalogue["indicator"], catalogue["unit"], strict=True))
    needs = [_needs(base.of, side) for side in sides]
    tables = report.vintages(sides[0].figures, sides[1].figures, units, (needs[0], needs[1]))
    named, names = (sides[0].name, sides[1].name), _names(base.of[1], catalogue)
    files = {f"{name}.csv": publishing.csv_bytes(report.VINTAGES[name], table) for name, table in tables.items()}
    files |= told.documents(tables, named, names)
    folder = publishing.write_folder(out / "--".join(_plain(name) for name in named), files)
    return Compared(tables, {word: told.sentences(tables, named, names, word) for word in languages()}, folder)


def _plain(name: str) -> str:
    """A name as a part of a folder's."""
    return "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in name)


def _whole(word: str) -> Vintage | None:
    """A run or a scenario; None for figures alone."""
    from nationalmap.sources import vintages as files

    path = Path(word)
    if runs.is_run(path):
        plan = runs.read_run(path)
        name, scenario, inputs = f"{plan.scenario.name}-{plan.run_id}", plan.scenario, plan.inputs
    elif files.is_folder(path) or files.is_file(path):
        return None
    else:
        question = question_of(word)
        name, scenario, inputs = question.scenario.name, question.scenario, question.inputs
    return Vintage(name, inputs.tables["indicators"], inputs.tables["indicator_catalogue"], (scenario, inputs))


def _figures(path: Path, base: Vintage) -> Vintage:
    """A folder or file of figures."""
    from nationalmap.sources.tables import gazetteer
    from nationalmap.sources.vintages import read_figures

    assert base.of is not None  # noqa: S101 - see vintages
    tables = base.of[1].tables
    known = gazetteer(tables["municipalities"], tables["regions"])
    figures, catalogue = read_figures(path, base.catalogue, known)
    return Vintage(path.resolve().name, figures, catalogue)


def _merged(first: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """The catalogue of all indicators; a later one says what an indicator is."""
    import pandas as pd

    rows = pd.concat([first, *others], ignore_index=True)
    return rows.drop_duplicates("indicator", keep="last").sort_values("indicator", ignore_index=True)


def _needs(base: tuple[Scenario, Inputs], side: Vintage) -> pd.DataFrame:
    """The needs that the norms of the base give with the figures of a side in place of its own.

    Indicators that the side does not have stay those of the base; a municipality that it lacks has no data there.
    """
    import pandas as pd

    from nationalmap import demand, projection

    scenario, inputs = base
    catalogue = _merged(inputs.tables["indicator_catalogue"], side.catalogue)
    own = inputs.tables["indicators"]
    places = inputs.tables["municipalities"]
    planned = places[places["region"].isin(list(scenario.regions))].reset_index(drop=True)
    frame = pd.MultiIndex.from_product(
        [sorted(set(side.figures["indicator"])), places["municipality"]], names=["indicator", "municipality"]
    ).to_frame(index=False)
    mine = frame.merge(side.figures, how="left", on=["indicator", "municipality"])
    kept = own[~own["indicator"].isin(set(mine["indicator"]))]
    figures = pd.concat([kept, mine], ignore_index=True).sort_values(["indicator", "municipality"], ignore_index=True)
    tables = {**inputs.tables, "indicators": figures, "indicator_catalogue": catalogue}
    projected = projection.project(scenario, tables)
    by_year = {year: projected[projected["year"] == year] for year in scenario.years}
    return demand.needs_table(inputs.norms, by_year, planned, scenario.years, inputs.tables["stated_needs"])


def _names(inputs: Inputs, catalogue: pd.DataFrame) -> dict[str, dict[str, dict[str, str]]]:
    """Names of the codes in each language."""
    frames = {
        "municipality": inputs.tables["municipalities"], "indicator": catalogue, "group": inputs.tables["groups"]
    }  # fmt: skip
    return {
        kind: {
            str(row[kind]): {"bg": str(row["name_bg"]), "en": str(row["name_en"])} for row in frame.to_dict("records")
        }
        for kind, frame in frames.items()
    }

"""Every output re-added: rows of totals are the sums of their columns; all outputs of a plan say the same totals."""

from __future__ import annotations

import io
import re
from fractions import Fraction

import docx
import openpyxl
import pandas as pd
import pyogrio
import pytest

from nationalmap import runs
from nationalmap.reports import summary, totals
from tests.reports.small_plan import small_plan

pytestmark = pytest.mark.xdist_group("outputs")
TOTAL = "Общо"


@pytest.fixture(scope="module")
def plan(toyland_run):
    return runs.read_run(toyland_run.folder)


@pytest.fixture(scope="module")
def said(plan):
    """What the tables say of the last year, the one thing that all outputs must repeat."""
    unmet, capacity = (totals.in_year(plan, name, plan.scenario.last_year) for name in ("unmet", "capacity"))
    return {
        **{name: int(unmet[f"{name}_users"].sum()) for name in ("need", "served", "unmet")},
        "places": int(capacity["places"].sum()),
    }


def found(folder, ending):
    paths = sorted(folder.rglob(f"*{ending}"))
    assert paths
    return paths


# ------------------------------------------------------------------ rows of totals


def sums_of_workbook(data):
    """(sheet, column, total, sum of the cells below) of each sheet that has a row of totals over its head."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        rows = list(sheet.iter_rows(values_only=True))
        for at, row in enumerate(rows):
            if row[0] != TOTAL or at + 1 >= len(rows):
                continue
            below = rows[at + 2 :]
            for column, total in enumerate(row):
                if isinstance(total, int | float):
                    cells = [r[column] for r in below if isinstance(r[column], int | float)]
                    yield sheet.title, column, total, sum(map(exact, cells))


def exact(value):
    return Fraction(str(value))


def test_rows_of_totals_in_workbooks(toyland_outputs):
    count = 0
    for path in found(toyland_outputs, ".xlsx"):
        for sheet, column, total, added in sums_of_workbook(path.read_bytes()):
            assert exact(total) == added, (path.name, sheet, column)
            count += 1
    assert count >= 6


def figure(text):
    """The number of a cell of a document; None where it is none."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace("−", "-").replace(",", ".")
    return Fraction(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def test_rows_of_totals_in_documents(toyland_outputs):
    count = 0
    for path in found(toyland_outputs, ".docx"):
        for table in docx.Document(str(path)).tables:
            *rows, last = [[cell.text for cell in row.cells] for row in table.rows]
            if TOTAL not in last:
                continue
            for column, total in enumerate(map(figure, last)):
                if total is not None:
                    parts = [figure(row[column]) for row in rows]
                    assert sum(part for part in parts if part is not None) == total, (path.name, last)
                    count += 1
    assert count >= 20


# ------------------------------------------------------------------ the same totals everywhere


def test_the_layers(toyland_outputs, plan, said):
    (path,) = found(toyland_outputs / "export gis", ".gpkg")
    year = plan.scenario.last_year
    towns = pyogrio.read_dataframe(path, layer=f"municipalities_{year}")
    places = pyogrio.read_dataframe(path, layer=f"places_{year}")
    for name in ("need", "served", "unmet"):
        assert towns[f"{name}_users"].sum() == said[name]
    assert (towns["served_users"] + towns["unmet_users"] == towns["need_users"]).all()
    assert ((towns["coverage_pct"] == 100) == (towns["unmet_users"] == 0)).all()
    assert places["places"].sum() == said["places"]


def test_the_runs_of_a_sweep(toyland_outputs):
    (folder,) = (path.parent for path in found(toyland_outputs / "sweep", "runs.parquet"))
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("runs", "cells", "services", "costs")}
    by_run = tables["runs"].set_index("run")
    cells = tables["cells"].groupby("run")
    for name in ("need", "served", "unmet"):
        assert (abs(cells[name].sum() - by_run[name]) < 1e-3).all()
    assert (abs(tables["services"].groupby("run")["served"].sum() - by_run["served"]) < 1e-3).all()
    kept = tables["costs"]["run"].isin(by_run.index[by_run["status"] == "planned"])
    assert kept.any()
    assert (tables["costs"]["spent_eur"] <= tables["costs"]["budget_eur"] + 0.01)[kept].all()


@pytest.mark.parametrize("made", ["toyland", "by hand"])
@pytest.mark.parametrize("language", ["bg", "en"])
def test_the_five_lines(plan, made, language):
    """Amounts in whole euro, too: what is in brackets adds up to what is before them."""
    _, need, _, money, _ = summary.five_lines(plan if made == "toyland" else small_plan(), language)
    plain = [re.sub(r"(?<=\d)[,\u00a0](?=\d{3}\b)", "", line) for line in (need, money)]
    needs = re.findall(NEED[language], plain[0])
    assert needs
    for asked, served, lacking, *why in needs:
        assert int(asked) == int(served) + int(lacking)
        assert int(lacking) == sum(map(int, why))
    streams, purposes = re.findall(r"\(([^()]*)\)", plain[1])
    before, between = (plain[1].split(f"({part})")[0] for part in (streams, purposes))
    pair, one = re.compile(PAIR[language]), re.compile(ONE[language])
    parts = [list(map(int, amounts)) for amounts in pair.findall(streams)]
    assert len(parts) >= 2
    assert list(map(int, pair.findall(before)[-1])) == [sum(side) for side in zip(*parts, strict=True)]
    assert int(pair.findall(between)[-1][0]) == sum(map(int, one.findall(purposes)))


NEED = {
    "bg": r"(\d+)\sслучая, с място (\d+) \([^)]*\), без място (\d+) \(\D*(\d+)\D*(\d+)\D*(\d+)\)",
    "en": r"(\d+)\scases, with a place (\d+) \([^)]*\), without (\d+) \(\D*(\d+)\D*(\d+)\D*(\d+)\)",
}
PAIR = {"bg": r"(\d+)\sEUR от (\d+)\sEUR", "en": r"EUR\s(\d+) of EUR\s(\d+)"}
ONE = {"bg": r"(\d+)\sEUR", "en": r"EUR\s(\d+)"}

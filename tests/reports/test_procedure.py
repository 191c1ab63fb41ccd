"""The documents of the procedure, read back and compared with the plan's own tables."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date

import docx
import pytest
from pypdf import PdfReader
from small_plan import A, B, small_plan

from nationalmap.errors import OutputFailed
from nationalmap.reports import procedure
from nationalmap.reports.paper.model import refuse_unequal
from nationalmap.reports.procedure import agreement, asked

DRAFT = procedure.State()
ALL = procedure.KINDS


def made(plan, kinds=ALL, municipality=(), state=DRAFT, year=None):
    (about,) = procedure.territories(plan, plan.scenario.regions[:1], municipality)
    return procedure.documents(about, kinds, state, year or plan.scenario.years[0])


def rows_of(data):
    """Rows of each table of a DOCX file, in words."""
    book = docx.Document(io.BytesIO(data))
    return [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in book.tables]


def figure(words):
    """A count as the document writes it, back as a number."""
    return int(words.replace("\u00a0", "")) if words.strip("\u00a0").replace("\u00a0", "").isdigit() else None


def under(rows, heading):
    """The cells of a column of a table by its heading, without the row of totals."""
    at = rows[0].index(heading)
    body = [row for row in rows[1:] if "Общо" not in row]
    return [row[at] for row in body]


@pytest.fixture(scope="module")
def files():
    """Every document of the small plan's region as bytes."""
    return procedure.files(made(small_plan()))


# ------------------------------------------------------------------ what they say


def test_there_are_all_the_documents_of_the_procedure(files):
    kinds = ("analysis", "map", "maximum", "opinion", "programmes", "proposal", "yearly")
    assert sorted(files) == sorted(f"AAA-{kind}.{ending}" for kind in kinds for ending in ("docx", "pdf"))


def test_the_analysis_holds_the_needs_of_the_plan_and_says_where_there_is_no_data(files):
    tables = rows_of(files["AAA-analysis.docx"])
    first, second = (table for table in tables if "Общо за областта" in table[0])
    # 2027: 95 = 40 + 25 + 6 (Alfa) + 13 + 11 (Beta; no data for its crisis centre)
    assert sum(map(figure, under(first, "Алфа"))) == 71
    assert [figure(cell) for cell in under(first, "Бета")].count(None) == 1
    assert "няма данни" in under(first, "Бета")
    assert sum(filter(None, map(figure, under(first, "Бета")))) == 24
    # A region has no total where one of its municipalities has no data.
    assert under(first, "Общо за областта").count("няма данни") == 1
    assert sum(filter(None, map(figure, under(second, "Алфа")))) == 74


def test_the_answer_is_that_of_the_plan(files):
    tables = [rows for rows in rows_of(files["AAA-analysis.docx"]) if "Извън обхват" in rows[0]]
    # 2027 served 63, unmet 32 = 4 above the maximum + 9 out of reach + 19 without a place; 2030 served 84, 4, 10
    assert [rows[-1][1:] for rows in tables] == [("95", "63", "19", "9", "4"), ("98", "84", "10", "4", "0")]


def test_the_agreement_tells_host_served_and_users(files):
    tables = [
        rows for rows in rows_of(files["AAA-map.docx"]) if rows[0][:2] == ("Приемаща община", "Обслужвана община")
    ]
    plan = small_plan()
    away = plan.tables["allocation"].query("municipality != host and users > 0")
    for rows, year in zip(tables, plan.scenario.years, strict=True):
        here = away[away["year"] == year]
        told = {(row[0], row[1], row[2], figure(row[3])) for row in rows[1:] if row[0] != "Общо"}
        towns, names = {A: "Алфа", B: "Бета"}, dict(plan.inputs.tables["services"][["service", "name_bg"]].to_numpy())
        assert told == {(towns[r.host], towns[r.municipality], names[r.service], r.users) for r in here.itertuples()}
    signed = [row for row in tables[0][1:] if row[2] == "Дневна грижа"]
    # Day care in Alfa is shared with Beta: one user, an agreement that is signed.
    assert [(row[0], row[1], row[3], row[5]) for row in signed] == [("Алфа", "Бета", "1", "подписано")]


def test_users_by_host_add_up_to_the_users_of_the_plan(files):
    tables = [rows for rows in rows_of(files["AAA-map.docx"]) if rows[0][:2] == ("Приемаща община", "Услуга")]
    first = next(row for row in tables[0] if row[:2] == ("Алфа", "Дневна грижа"))
    assert first[2:] == ("20", "1", "21", "Бета (1)")


def test_the_maxima_are_those_of_the_plan_with_their_norm(files):
    municipal = [rows for rows in rows_of(files["AAA-maximum.docx"]) if "Целева група" in rows[0]]
    # n_home_max of the package is none of the norms: it has a mark, and the list of sources says that it lacks.
    told = [{(row[0], row[1]): row[3:] for row in rows[1:]} for rows in municipal]
    assert [figure(rows["Алфа", "Помощ в дома"][0]) for rows in told] == [37, 40]
    assert all(re.fullmatch(r"Н\d+", rows["Алфа", "Помощ в дома"][1]) for rows in told)
    # 24 users of Alfa at home in 2027; those that other money pays are not the state's.
    people = small_plan().tables["allocation"].query("municipality == @A and service == 'home_help'")
    paid = (people["users"] - people["other_paid_users"]).groupby(people["year"]).sum()
    assert [figure(rows["Алфа", "Помощ в дома"][2]) for rows in told] == paid.tolist()
    assert told[0]["Бета", "Помощ в дома"][0] == "няма норма"


def test_a_maximum_of_the_region_stands_with_its_hosts_and_its_norm(toyland_run):
    plan = toyland_run.plan
    for about in procedure.territories(plan, (), ()):
        found = procedure.files(procedure.documents(about, ("maximum",), DRAFT, 2027))
        rows = next(rows for rows in rows_of(found[f"{about.region}-maximum.docx"]) if "Места в областта" in rows[0])
        limit = plan.tables["package"].query("territory == @about.region and service == 'residence'").iloc[0]
        (told,) = (row for row in rows[1:] if row[0] == about.service_names["residence"])
        assert figure(told[1]) == limit["maximum_users"]
        stands = plan.tables["capacity"].query("service == 'residence' and places > 0")
        stands = stands[stands["municipality"].isin(about.inside)]
        assert told[5] == "; ".join(f"{about.towns[r.municipality]}: {r.places}" for r in stands.itertuples())


def test_the_yearly_extract_is_of_its_year_and_parts_own_money_from_the_others():
    plan = small_plan()
    tables = rows_of(procedure.files(made(plan, ("yearly",), year=2027))["AAA-yearly.docx"])
    money = [rows for rows in tables if rows[0][-1] == "Сума, EUR"]
    # 2027: 60 000.10 + 30 000.00 + 24 000.20 + 126 000.30 (state) and capital 150 000.55; 40 000.40 own
    assert [rows[-1][-1].replace("\u00a0", "") for rows in money] == ["390001,15", "40000,40"]


def test_the_programmes_hold_every_euro_of_the_plan(files):
    (rows, streams, _) = rows_of(files["AAA-programmes.docx"])
    spent = small_plan().tables["spending"]["amount_eur"].sum()
    assert float(rows[-1][-1].replace("\u00a0", "").replace(",", ".")) == pytest.approx(spent)
    assert {row[3] for row in rows[1:-1]} == {"Строеж", "Собствени", "Държава"}
    assert len(streams) == 2 + len(small_plan().tables["budget"])


def test_a_municipality_has_its_own_documents():
    found = made(small_plan(), municipality=(B,))
    assert set(found) == {f"{B}-{kind}" for kind in ALL}
    assert found[f"{B}-analysis"].territory == "Община Бета (AAA02), област Първа"
    rows = rows_of(procedure.files({"a": found[f"{B}-analysis"]})["a.docx"])[0]
    # Beta needs 13 + 11 in 2027, 8 + 1 have a place.
    assert rows[-1][1] == "24"
    assert rows[-1][5] == "9"
    assert "няма данни" in [row[1] for row in rows]


# ------------------------------------------------------------------ rules, state, edges


@pytest.mark.parametrize("kind", ["analysis", "proposal", "maximum", "yearly", "programmes"])
def test_every_mark_is_explained_once(files, kind):
    tables = rows_of(files[f"AAA-{kind}.docx"])
    sources, rest = tables[-1], tables[:-1]
    marks = [row[0] for row in sources[1:]]
    used = set(re.findall(r"\b[НПФ]\d+\b", " ".join(cell for rows in rest for row in rows for cell in row)))
    assert len(marks) == len(set(marks))
    assert used <= set(marks)
    assert marks
    assert all(row[1] and row[4] for row in sources[1:])


def test_a_need_stands_beside_its_norm_indicator_value_and_source():
    rows = rows_of(procedure.files(made(small_plan(), ("analysis",), (A,)))["AAA01-analysis.docx"])
    need = next(row for row in rows[0] if row[0] == "Грижа за възрастни")
    mark = re.fullmatch(r"(Н\d+) \((П\d+) = ([\d,\u00a0]+)\)", need[3])
    assert need[1] == "40"
    assert mark
    sources = {row[0]: row for row in rows[-1][1:]}
    assert sources[mark[1]][1].startswith("n_home: 100 на 1\u00a0000 · Възрастни")
    assert sources[mark[1]][2:] == ("round figure", "чл. 5", "примерно")
    assert sources[mark[2]][3:] == ("Census; 2021-09-07", "НСИ")


def pages(data):
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("kind", ALL)
def test_each_page_bears_state_run_and_that_the_norms_are_illustrative(kind):
    state = procedure.State("voted", date(2027, 3, 12), "Решение № 41 на Общински съвет")
    data = procedure.files(made(small_plan(), (kind,), state=state))[f"AAA-{kind}.pdf"]
    found = pages(data)
    for at, page in enumerate(found, 1):
        assert "ПРИЕТ–Решение№41наОбщинскисъвет,12.03.2027г." in page
        assert "изчисление2026-07-01-small" in page
        assert "Илюстративнинорми–несаправнанорма." in page
        assert f"стр.{at}от{len(found)}" in page


def test_with_legal_norms_nothing_is_called_illustrative():
    plan = small_plan()
    legal = tuple(dataclasses.replace(norm, status="legal") for norm in plan.inputs.norms)
    plan = dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, norms=legal))
    for name, data in procedure.files(made(plan, ("maximum",))).items():
        if name.endswith("pdf"):
            assert "люстративн" not in "".join(pages(data))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (asked.State(), "ПРОЕКТ"),
        (asked.State("draft", date(2027, 1, 5)), "ПРОЕКТ – 05.01.2027 г."),
        (asked.State("agreed", date(2027, 2, 1), "среща на общините"), "СЪГЛАСУВАН – среща на общините, 01.02.2027 г."),
        (asked.State("voted", date(2027, 3, 12), "Решение № 41"), "ПРИЕТ – Решение № 41, 12.03.2027 г."),
    ],
)
def test_a_state_says_when_and_who(state, said):
    assert state.says() == said


# ------------------------------------------------------------------ sums, names


def test_a_row_that_is_lost_on_the_way_stops_everything(monkeypatch):
    whole = agreement.journeys
    monkeypatch.setattr(agreement, "journeys", lambda about, year: whole(about, year).iloc[1:])
    with pytest.raises(OutputFailed, match=r"AAA-map: Потребители adds up to \d+, the plan says \d+"):
        made(small_plan(), ("map",))


def test_every_table_with_figures_of_the_plan_is_checked():
    found = made(small_plan())
    refuse_unequal(found)
    counted = [table.sums for document in found.values() for table in document.tables if table.rows]
    assert sum(bool(sums) for sums in counted) > 12


def test_a_code_is_a_part_of_a_file_name_on_every_system():
    assert procedure.stem("HKV34") == "HKV34"
    assert re.fullmatch(r"a_b-[0-9a-f]{8}", procedure.stem("a:b"))
    assert procedure.stem("a:b") != procedure.stem("a.b")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", procedure.stem("Хас.ково:1"))

"""The workbook, read back: numbers are numbers and the plan's, text is text, bytes repeat."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import datetime

import openpyxl
import pandas as pd
import pytest
from small_plan import PAID, small_plan, stages

from nationalmap.domain.norm import Complement, Composite, Part, Presence, Scheme, Subgroup, Threshold
from nationalmap.errors import OutputFailed
from nationalmap.reports import rules, texts
from nationalmap.reports.sheets_inputs import input_sheets
from nationalmap.reports.sheets_results import result_sheets
from nationalmap.reports.workbook import write_workbook
from nationalmap.schema import INPUT_TABLES, KNOWN_TRAVEL, RESULT_TABLES, TABLES

RESULTS = (
    "package",
    "compliance",
    "limits",
    "needs",
    "unmet",
    "access",
    "access_minutes",
    "why",
    "capacity",
    "transformed",
    "renovated",
    "allocation",
    "staffing",
    "complex",
    "programme",
    "shared",
    "spending",
    "budget",
    "afterwards",
)
GIVEN = ("given_transformations", "given_renovations", "given_agreements")
KEYS = (
    "summary",
    *RESULTS,
    "indicators",
    "norms",
    "groups",
    "services",
    "bases",
    "register",
    *GIVEN,
    "provenance",
    "mended",
    "glossary",
)
TABS = {key: texts.text(f"sheet.{key}.tab", "bg") for key in KEYS}
HEADING_ROW = 7
#: Figures in the result tables of the small plan, on sheets that show a table as it is.
FIGURES = 632


def built(plan):
    target = io.BytesIO()
    write_workbook(plan, target)
    return target.getvalue()


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(built(small_plan())))


def sheet_rows(book, key):
    """Rows of a sheet as dictionaries by the English heading."""
    sheet = book[TABS[key]]
    heads = [cell.value.split("\n")[1] for cell in sheet[HEADING_ROW] if cell.value]
    rows = sheet.iter_rows(min_row=HEADING_ROW + 1, max_col=len(heads), values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def totals_row(book, key):
    sheet = book[TABS[key]]
    heads = [cell.value.split("\n")[1] for cell in sheet[HEADING_ROW] if cell.value]
    return {
        head: sheet.cell(HEADING_ROW - 1, place + 1).value
        for place, head in enumerate(heads)
        if isinstance(sheet.cell(HEADING_ROW - 1, place + 1).value, (int, float))
    }


def with_input(plan, name, frame):
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    return dataclasses.replace(plan, inputs=inputs)


def test_the_sheets_in_their_order(book):
    assert book.sheetnames == list(TABS.values())
    assert book.sheetnames[:3] == ["Обобщение", "Пакет", "Пакет по редове"]


@pytest.mark.parametrize(
    ("key", "heading", "column"),
    [
        ("needs", "Need, cases", "needs.need_users"),
        ("needs", "Year", "needs.year"),
        ("access", "No place in the plan", "access.no_place_users"),
        ("access", "Share without a place", "access.unmet_share"),
        ("access_minutes", "Places within 15 min, share", "access_minutes.reach_15_share"),
        ("access_minutes", "With a place within 60 min, share", "access_minutes.served_60_share"),
        ("capacity", "Under construction, opened", "capacity.committed_places"),
        ("capacity", "Transformed out", "capacity.transformed_out_places"),
        ("transformed", "Old places", "transformed.places_out"),
        ("transformed", "Capital cost", "transformed.capital_eur"),
        ("renovated", "Year", "renovated.year"),
        ("renovated", "Places lost", "renovated.places_lost"),
        ("allocation", "Of them paid by others", "allocation.other_paid_users"),
        ("staffing", "Lacking", "staffing.lacking_posts"),
        ("complex", "Running cost saved a year", "complex.saved_running_eur"),
        ("shared", "Part by Shapley value", "shared.by_shapley_eur"),
        ("budget", "Carried over", "budget.carried_out_eur"),
        ("afterwards", "Amount a year", "afterwards.amount_eur"),
        ("needs", "Need before rounding", "needs.exact_users"),
        ("unmet", "No possible site within reach", "unmet.out_of_reach_users"),
        ("unmet", "No place in the plan", "unmet.no_place_users"),
        ("capacity", "Places", "capacity.places"),
        ("capacity", "Places given up", "capacity.given_up_places"),
        ("allocation", "Users", "allocation.users"),
        ("allocation", "Journey, minutes", "allocation.travel_min"),
        ("compliance", "Missing", "compliance.missing"),
        ("limits", "Maximum, users", "package.maximum_users"),
        ("budget", "Spent", "budget.spent_eur"),
        ("services", "Running cost per place and year", "services.running_cost_place_eur"),
    ],
)
def test_every_number_is_a_number_and_the_plans(small, book, key, heading, column):
    table, name = column.split(".")
    frame = {**small.inputs.tables, **small.tables}[table].sort_values(list(TABLES[table].key))
    asked = frame[name].astype(object).where(frame[name].notna(), None).tolist()
    found = [row[heading] for row in sheet_rows(book, key)]
    assert found == asked
    assert all(value is None or type(value) in (int, float) for value in found)


def test_every_figure_of_every_result_is_read_back_as_it_stands_in_the_plan(small, book):
    told = 0
    for sheet in result_sheets(small):
        name = {"limits": "package"}.get(sheet.key, sheet.key)
        if sheet.key not in ("package", "why") and set(TABLES[name].key) <= {field.name for field in sheet.fields}:
            declared = TABLES[name]
            frame = small.tables[name].sort_values(list(declared.key), kind="stable")
            rows = sheet_rows(book, sheet.key)
            heads = {field.name: field.en for field in sheet.fields}
            for column in declared.columns:
                if column.name in heads and column.kind in ("integer", "number", "money"):
                    asked = frame[column.name].astype(object).where(frame[column.name].notna(), None).tolist()
                    assert [row[heads[column.name]] for row in rows] == asked
                    told += len(asked)
    assert told == FIGURES


def test_names_stand_beside_their_codes(book):
    last = sheet_rows(book, "allocation")[-1]
    assert (last["Code"], last["Municipality"], last["Service code"], last["Service"], last["Year"]) == (
        "AAA02",
        "Бета",
        "home_older",
        "Дом за възрастни",
        2030,
    )
    shared = next(row for row in sheet_rows(book, "allocation") if row["Code"] != row["Host code"])
    assert (shared["Municipality"], shared["Host municipality"], shared["Users"]) == ("Бета", "Алфа", 1)
    need = next(row for row in sheet_rows(book, "needs") if row["Need group code"] == "elder")
    assert (need["Need group"], need["Indicator"]) == ("Грижа за възрастни", "Възрастни")
    two = next(row for row in sheet_rows(book, "needs") if row["Indicator code"] == "adults elderly")
    assert two["Indicator"] == "Пълнолетни + Възрастни"
    moved = sheet_rows(book, "transformed")[0]
    assert (moved["Service before"], moved["Service after"], moved["Whole facility"]) == (
        "Стар дом",
        "Дом за възрастни",
        "да",
    )


def test_a_profession_is_told_in_words_and_an_unknown_one_by_its_code(small):
    staffing = small.tables["staffing"]
    more = pd.concat([staffing, staffing.assign(profession="smith")])
    plan = dataclasses.replace(small, tables={**small.tables, "staffing": more})
    rows = sheet_rows(openpyxl.load_workbook(io.BytesIO(built(plan))), "staffing")
    assert [row["Profession"] for row in rows] == ["медицинска сестра", "smith"]


def test_the_package_matrix_by_year(book):
    assert sheet_rows(book, "package") == [
        {"Code": "AAA01", "Municipality": "Алфа", "Year": 2027, "Services provided": 3, "Of": 3}
        | {"Crisis": "✓", "Day care": "✓", "Home help": "✓", "Home": None},
        {"Code": "AAA01", "Municipality": "Алфа", "Year": 2030, "Services provided": 4, "Of": 4}
        | dict.fromkeys(("Crisis", "Day care", "Home help", "Home"), "✓"),
        {"Code": "AAA02", "Municipality": "Бета", "Year": 2027, "Services provided": 1, "Of": 3}
        | {"Crisis": "далеч", "Day care": 10, "Home help": "✓", "Home": None},
        {"Code": "AAA02", "Municipality": "Бета", "Year": 2030, "Services provided": 2, "Of": 4}
        | {"Crisis": "далеч", "Day care": 5, "Home help": "✓", "Home": "✓"},
    ]


def test_a_service_that_is_not_asked_is_empty_in_the_matrix(small):
    rows = small.tables["compliance"]
    fewer = rows[~((rows["municipality"] == "AAA02") & (rows["service"] == "crisis"))]
    plan = dataclasses.replace(small, tables={**small.tables, "compliance": fewer})
    matrix = sheet_rows(openpyxl.load_workbook(io.BytesIO(built(plan))), "package")
    assert matrix[2]["Crisis"] is None
    assert [row["Of"] for row in matrix] == [3, 4, 2, 3]


def test_totals_stand_only_where_years_may_be_added(book):
    assert totals_row(book, "transformed") == {"Old places": 6, "New places of them": 6, "Capital cost": 12000}
    assert totals_row(book, "renovated") == {"Places lost": 6}
    assert totals_row(book, "afterwards") == {"Amount a year": 405000.25}
    for key in ("unmet", "capacity", "needs", "budget", "spending", "allocation"):
        assert totals_row(book, key) == {}


def test_the_programme_is_type_by_volume_by_stream_by_year(book):
    rows = {(row["Service code"], row["Kind"], row["Code"]): row for row in sheet_rows(book, "programme")}
    help_ = rows["home_help", "издръжка", "state"]
    assert (help_["Places 2027"], help_["Amount 2027"]) == (33, 84000.30)
    assert (help_["Places 2030"], help_["Amount 2030"]) == (33, 97000)
    moved = rows["home_older", "преобразуване", "build"]
    assert (moved["Places 2027"], moved["Places 2030"], moved["Amount 2030"]) == (None, 6, 12000)
    assert moved["Funding stream"] == "Строеж"
    sums = totals_row(book, "programme")
    for year in (2027, 2030):
        paid = sum(round(float(row[5]) * 100) for row in PAID if row[4] == year) / 100
        assert sums[f"Amount {year}"] == paid


def test_agreements_have_a_sentence_for_the_annex(book):
    rows = sheet_rows(book, "shared")
    assert [row["Text of the agreement, Bulgarian"] is None for row in rows] == [True, False] * 3
    nb = "\N{NO-BREAK SPACE}"
    assert rows[1]["Text of the agreement, Bulgarian"] == (
        f"Дял на община Бета от издръжката на „Дневна грижа“ в община Алфа през 2027 г. за 1{nb}потребител: "
        f"6{nb}000,01{nb}EUR според броя на потребителите, 5{nb}000,00{nb}EUR по стойност на Шапли. Общината го "
        "заплаща само доколкото държавата или програма не поема издръжката (лист „Разходи“); споразумението е "
        "подписано."
    )
    assert rows[5]["Text of the agreement, English"] == (
        f"Part of Beta municipality in the running cost of “Home for older people” in Alfa municipality in 2030 for "
        f"3{nb}users: EUR{nb}18,000.05 by the number of users, EUR{nb}15,000.00 by Shapley value. The municipality "
        "pays it only as far as the state or a programme does not bear the cost (sheet “Разходи”); the agreement is "
        "still to be made."
    )
    assert rows[1]["Agreement"] == "подписано"


def test_spending_by_stream_and_year(book):
    rows = {(row["Code"], row["Service code"], row["Year"]): row for row in sheet_rows(book, "spending")}
    assert len(rows) == len({row[2:5] for row in PAID})
    crisis = rows["AAA01", "crisis", 2027]
    assert (crisis["Building"], crisis["Own"], crisis["State"], crisis["Running"]) == (
        30000.55,
        40000.40,
        None,
        40000.40,
    )
    older = rows["AAA01", "home_older", 2030]
    assert (older["Running"], older["Transformation"], older["Renovation"]) == (90000.25, 12000, None)


def test_inputs_carry_source_date_class_basis_and_origin(book):
    adults = next(row for row in sheet_rows(book, "indicators") if row["Indicator code"] == "adults")
    assert (adults["Figure"], adults["Source"], adults["Reference date"]) == (1250, "Act 1, art. 2", "2021")
    assert (adults["Class of source"], adults["Note"]) == ("оценка", "new")
    assert {row["Code"] for row in sheet_rows(book, "indicators")} == {"AAA01", "AAA02"}
    assert (adults["File"], adults["Cell of the file"]) == ("census.csv", "C4")
    cells = {(row["Indicator code"], row["Code"]): row["Cell of the file"] for row in sheet_rows(book, "indicators")}
    assert cells["elderly", "AAA02"] == "D5"
    files = {row["Table"]: row for row in sheet_rows(book, "provenance")}
    assert (files["indicators"]["Sheet"], files["indicators"]["Class of source"]) == ("Общини", "публикувано")
    assert files["register"]["File"] in (None, "")
    assert sheet_rows(book, "mended")[0]["In the file"] == '"1 250"'
    norms = {row["Norm"]: row for row in sheet_rows(book, "norms")}
    assert norms["n_home"]["Rule"] == "100 на 1\N{NO-BREAK SPACE}000 · Възрастни"
    assert norms["n_crisis_min"]["Rule"] == "Пълнолетни: под 500 – 1; в останалите случаи – 2"
    assert norms["n_crisis"]["Rule"] == "6 във всяка територия"
    assert {row["Status"] for row in norms.values()} == {"примерно"}
    assert norms["n_home"]["Valid to"] == 2035
    assert (norms["n_home"]["For"], norms["n_crisis_min"]["For"]) == ("Грижа за възрастни", "Кризисен център")
    assert sheet_rows(book, "given_renovations")[1]["By year"] == 2027
    assert sheet_rows(book, "given_agreements")[0]["Status"] == "подписано"
    register = {row["Site"]: row for row in sheet_rows(book, "register")}
    assert sorted(register) == ["c1", "d1", "d2", "h1", "h2", "o1"]
    assert (register["c1"]["Opens"], register["c1"]["State money from"]) == (2030, 2031)
    assert (register["d2"]["Origin"], register["d2"]["Users"], register["d2"]["Basis"]) == (
        "оценка",
        None,
        "by share",
    )
    assert sheet_rows(book, "bases")[0]["Basis"] == "round figure"
    assert "_" not in "".join(row["Figure"] for row in sheet_rows(book, "bases"))
    glossary = {(row["What"], row["Code"]): row["In English"] for row in sheet_rows(book, "glossary")}
    assert glossary["Община", "AAA02"] == "Beta"
    assert glossary["Услуга", "crisis"] == "Crisis centre"
    assert glossary["Потребност", "elder"] == "Care of older people"
    assert glossary["Източник на финансиране", "own"] == "Own"
    assert ("Община", "BBB01") not in glossary


def test_small_rates_keep_their_decimals(small):
    rate = dataclasses.replace(small.inputs.norms[2].rule, rate=9.3582)
    norm = dataclasses.replace(small.inputs.norms[2], rule=rate)
    words = rules.rule_in_words(norm, {"elderly": "Възрастни"})
    assert words == "9,3582 на 1\N{NO-BREAK SPACE}000 · Възрастни"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Subgroup(type="subgroup", indicator="elderly", share_percent=12.5, share_basis="НСИ", rate=5, per=100),
            "5 на 100 · Възрастни, дял 12,5\N{NO-BREAK SPACE}%",
        ),
        (
            Subgroup(type="subgroup", indicator="elderly", share_indicator="adults", rate=5, per=100),
            "5 на 100 · Възрастни, дял Пълнолетни",
        ),
        (
            Composite(
                type="composite",
                indicator="elderly",
                parts=(Part(indicator="adults", weight=0.4), Part(indicator="elderly", of="adults", weight=0.6)),
                rate=2,
                per=100,
            ),
            "2 на 100 · Възрастни, претеглено спрямо средното: 0,4 × Пълнолетни; 0,6 × Възрастни",
        ),
        (
            Threshold(type="threshold", inner=Presence(type="presence", amount=8), own_from=10),
            "8 във всяка територия; собствени места от 10 нагоре (по самата норма), иначе достъп при съсед",
        ),
        (
            Complement(
                type="complement",
                inner=Presence(type="presence", amount=8),
                schemes=(Scheme(name="Патронаж", basis="x", indicator="adults"), Scheme(name="ТЕЛК", basis="x")),
            ),
            "8 във всяка територия, без обслужените от: Патронаж (Пълнолетни); ТЕЛК",
        ),
    ],
    ids=["share stated", "share indicator", "composite", "threshold", "complement"],
)
def test_every_kind_of_rule_has_words(small, rule, words):
    norm = dataclasses.replace(small.inputs.norms[0], rule=rule)
    assert rules.rule_in_words(norm, {"elderly": "Възрастни", "adults": "Пълнолетни"}) == words


def test_the_summary_says_how_sure_it_is(small, book):
    words = [cell for row in book["Обобщение"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert "Малък план" in words
    assert any(str(word).startswith("Примерни норми – не са правна норма") for word in words)
    assert any(str(word).startswith("ДОКАЗАН ПЛАН") for word in words)
    tiles = [word for word in words if isinstance(word, (int, float))][:7]
    assert tiles == [1, 98, 84, 14, 28, 405000, 282001]
    assert "от 98\n2027 г.: 63" in words
    opened = openpyxl.load_workbook(io.BytesIO(built(dataclasses.replace(small, stages=stages(0.0123)))))
    words = [cell for row in opened["Обобщение"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert any(str(word).startswith("ПЛАН С ОТКЛОНЕНИЕ") for word in words)
    assert 0.0123 in words
    assert 45.5 in words
    assert "потребители" in words


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x.test","y")',
    "http://x.test",
    "{=A1}",
    "mailto:a@x.test",
    "00084",
    "1234",
    "NA",
    "&P <b>{0}",
    "internal:'Пакет'!A1",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_looks_like_something_else_stays_text(small, name):
    frame = small.inputs.tables["municipalities"].replace({"Бета": name})
    raw = built(with_input(small, "municipalities", frame))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cell = book["Пакет"].cell(HEADING_ROW + 3, 2)
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        xml = b"".join(parts.read(part) for part in parts.namelist() if "worksheets/" in part)
    assert b"<f>" not in xml
    assert b"TargetMode" not in xml


def test_no_cell_is_a_formula(book):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n"}


def test_filters_frozen_panes_and_print_set_up(book):
    for sheet in book.worksheets[1:]:
        assert sheet.auto_filter.ref.startswith(f"A{HEADING_ROW}:")
        assert sheet.freeze_panes.endswith(str(HEADING_ROW + 1))
        assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == "Обобщение" else "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.page_setup.fitToHeight in ((None, 1) if sheet.title == "Обобщение" else (0,))
        assert "2026-07-01-small" in sheet.oddFooter.left.text
        assert "INDICATIVE" in sheet.oddFooter.center.text


def of_municipality(plan, *codes):
    """The workbook with sheets of municipalities, and the last one's rows by English heading."""
    target = io.BytesIO()
    write_workbook(plan, target, codes)
    opened = openpyxl.load_workbook(target)
    sheet = opened.worksheets[len(RESULTS) + len(codes)]
    heads = [cell.value.split("\n")[1] for cell in sheet[HEADING_ROW]]
    rows = sheet.iter_rows(min_row=HEADING_ROW + 1, values_only=True)
    return opened, [dict(zip(heads, row, strict=True)) for row in rows]


def test_each_municipality_has_a_sheet_when_asked(small):
    opened, rows = of_municipality(small, "AAA02", "AAA01")
    assert opened.sheetnames[len(RESULTS) + 1 :][:2] == ["Бета AAA02", "Алфа AAA01"]
    assert opened.sheetnames[len(RESULTS)] == TABS["afterwards"]
    assert opened["Алфа AAA01"]["A1"].value == "Община Алфа · 2027, 2030 г."
    links = [cell.hyperlink.location for row in opened["Обобщение"].iter_rows() for cell in row if cell.hyperlink]
    assert [link.split("!")[0].strip("'") for link in links] == opened.sheetnames[1:]
    by = {(row["Need group"], row["Service"], row["Year"]): row for row in rows}
    assert len(by) == len(rows)
    elder = by["Грижа за възрастни", None, 2030]
    assert (elder["Need, cases"], elder["With a place"], elder["Within reach, no place"]) == (44, 38, 6)
    assert elder["Where"] == "Алфа: Помощ 26; Алфа: Дом 12"
    assert elder["Places"] is elder["Running"] is elder["Own users"] is None
    home = by["Грижа за възрастни", "Дом за възрастни", 2030]
    assert (home["Kind"], home["Required"], home["Achieved"], home["Complied"]) == ("достъп", 5, 12, "да")
    assert (home["Places today"], home["Places"], home["Own users"], home["Guests served here"]) == (0, 15, 12, 3)
    assert (home["Running"], home["Capital cost"], home["Need, cases"]) == (90000.25, 102000, None)
    # The old home is not asked by the package; it stands there in 2027, and of it nothing is left to show but today.
    assert by["Грижа за възрастни", "Стар дом", 2027]["Required"] is None
    assert [row["Places"] for (_, service, _), row in by.items() if service == "Стар дом"] == [6, 0]
    sheet = opened["Алфа AAA01"]
    assert sheet.freeze_panes == f"D{HEADING_ROW + 1}"
    assert sheet.auto_filter.ref == f"A{HEADING_ROW}:U{HEADING_ROW + len(rows)}"
    assert sheet.page_setup.orientation == "landscape"


def test_the_sheets_of_all_municipalities_add_up_to_the_plan(small):
    sums = {}
    for code in ("AAA01", "AAA02"):
        opened, rows = of_municipality(small, code)
        sheet = opened.worksheets[len(RESULTS) + 1]
        heads = [cell.value.split("\n")[1] for cell in sheet[HEADING_ROW]]
        for row in rows:
            for head in ("Need, cases", "With a place", "Places", "Own users", "Guests served here"):
                sums[head, row["Year"]] = sums.get((head, row["Year"]), 0) + (row[head] or 0)
        for head in ("Running", "Capital cost"):
            total = sheet.cell(HEADING_ROW - 1, heads.index(head) + 1).value
            assert total == round(sum(row[head] or 0 for row in rows), 2)
            sums[head] = sums.get(head, 0) + total
        # People and places of several years are not added up.
        assert sheet.cell(HEADING_ROW - 1, heads.index("Places") + 1).value in (None, "")
    assert sums == {
        ("Need, cases", 2027): 95,
        ("Need, cases", 2030): 98,
        ("With a place", 2027): 63,
        ("With a place", 2030): 84,
        ("Places", 2027): 64,
        ("Places", 2030): 84,
        ("Own users", 2027): 63,
        ("Own users", 2030): 84,
        ("Guests served here", 2027): 1,
        ("Guests served here", 2030): 4,
        "Running": 280001 + 405000.25,
        "Capital cost": 150000.55 + 132000,
    }


@pytest.mark.parametrize("name", ["[Бета]/*?:\\", "'Бета'", "Б" * 40, "History", "=1+1", "Пакет"])
def test_a_municipality_of_any_name_has_a_sheet(small, name):
    frame = small.inputs.tables["municipalities"].replace({"Бета": name})
    opened, rows = of_municipality(with_input(small, "municipalities", frame), "AAA02")
    tab = opened.sheetnames[len(RESULTS) + 1]
    assert tab.endswith(" AAA02")
    assert len(tab) <= 31
    assert opened[tab]["A1"].value == f"Община {name} · 2027, 2030 г."
    assert len(rows) == 11


def test_links_lead_to_sheets_that_exist(book):
    links = [cell.hyperlink.location for row in book["Обобщение"].iter_rows() for cell in row if cell.hyperlink]
    assert [link.split("!")[0].strip("'") for link in links] == book.sheetnames[1:]


def test_the_only_date_inside_is_the_scenarios(book):
    assert book.properties.created == book.properties.modified == datetime(2026, 7, 1)


def test_two_builds_give_the_same_bytes(small):
    first = built(small)
    assert built(small) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_order_of_rows_does_not_change_the_bytes(small):
    turned = dataclasses.replace(
        small,
        tables={name: frame.iloc[::-1] for name, frame in small.tables.items()},
        inputs=dataclasses.replace(
            small.inputs,
            tables={name: frame.iloc[::-1] for name, frame in small.inputs.tables.items()},
            norms=small.inputs.norms[::-1],
        ),
    )
    assert built(turned) == built(small)


def test_a_plan_without_any_row_still_makes_a_workbook(small):
    empty = {name: frame.iloc[:0] for name, frame in small.tables.items()}
    book = openpyxl.load_workbook(io.BytesIO(built(dataclasses.replace(small, tables=empty, stages=()))))
    assert book.sheetnames == list(TABS.values())
    assert sheet_rows(book, "spending") == []
    assert [row["Of"] for row in sheet_rows(book, "package")] == [0] * 4


def test_a_path_and_a_folder_that_is_not_there(small, tmp_path):
    write_workbook(small, tmp_path / "plan.xlsx")
    assert (tmp_path / "plan.xlsx").read_bytes() == built(small)
    with pytest.raises(OutputFailed, match=r"plan\.xlsx: could not be written"):
        write_workbook(small, tmp_path / "no" / "plan.xlsx")


def test_a_text_too_long_for_a_cell_is_refused_and_not_dropped(small):
    frame = small.inputs.tables["register"].replace({"by share": "x" * 40_000})
    with pytest.raises(OutputFailed, match="Регистър"):
        built(with_input(small, "register", frame))


def test_every_choice_of_the_schema_has_words():
    known = texts.entries("choice")
    tables = (*INPUT_TABLES, KNOWN_TRAVEL, *RESULT_TABLES)
    choices = {choice for table in tables for column in table.columns for choice in column.choices}
    assert choices - set(known) == set()


def test_a_complex_names_its_services():
    plan = small_plan()
    rows = pd.DataFrame([("roof", "crisis day_care", 16000.0, "one manager")], columns=TABLES["complexes"].names)
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, "complexes": rows})
    sheets = {sheet.key: sheet for sheet in input_sheets(dataclasses.replace(plan, inputs=inputs))}
    known = plan.inputs.tables["services"].set_index("service")["name_bg"]
    found = sheets["given_complexes"]
    assert found.rows["services"].tolist() == [f"{known['crisis']}, {known['day_care']}"]
    assert [field.en for field in found.fields][:2] == ["Complex", "Services"]


def test_a_target_group_is_named_and_an_unknown_one_keeps_its_code():
    plan = small_plan()
    services = plan.inputs.tables["services"].copy()
    services["target_group"] = ["families", *["whoever"] * (len(services) - 1)]
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, "services": services})
    sheets = {sheet.key: sheet for sheet in input_sheets(dataclasses.replace(plan, inputs=inputs))}
    assert set(sheets["services"].rows["target_group"]) == {"семейства", "whoever"}

"""Real dirt, each kind right or named: figures, units, totals, names, what is hidden, merged or has no value."""

import pandas as pd
import pytest

from nationalmap import schema
from nationalmap.domain.scenario import Reading
from nationalmap.errors import InputRefused
from nationalmap.schema import Column, Table
from nationalmap.sources import tables
from nationalmap.sources.tables import Intake, read_indicators, read_table
from nationalmap.sources.words import cyrillic, is_total, plain, visible
from tests.beside import reference
from tests.sources.foreign import MUNICIPALITIES, REGIONS
from tests.sources.test_grids import sentences, workbook

TABLE = Table(
    "t",
    "says",
    ("site",),
    (
        Column("site", "code", "key"),
        Column("municipality", "code", "where", blank=True),
        Column("places", "integer", "places", 0, 10_000, blank=True),
        Column("cost", "money", "EUR", 0, 1e9, blank=True),
        Column("least", "number", "share", 0, 1, blank=True),
        Column("basis", "text", "why", blank=True),
    ),
)
HEAD = ["site", "municipality", "places", "cost", "least", "basis"]


@pytest.fixture(scope="module")
def gazetteer():
    return tables.gazetteer(MUNICIPALITIES, REGIONS)


def csv_file(folder, *rows, head=HEAD, name="t.csv"):
    path = folder / name
    path.write_text("".join(";".join(map(str, row)) + "\n" for row in (head, *rows)), encoding="utf-8")
    return path


def taken(path, reading=None, gazetteer=None, table=TABLE):
    intake = Intake(gazetteer, {path.name: reading} if reading else {})
    return read_table(table, path, intake=intake), intake


# ------------------------------------------------------------------ figures


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        ("1 234,5", "1 234,5", 1234.5),
        ("1 234,5", "1\u00a0234\u00a0567,25", 1234567.25),
        ("1 234,5", "1\u202f234", 1234),
        ("1.234,5", "1.234", 1234),
        ("1.234,5", "1234,5", 1234.5),
        ("1,234.5", "1,234.50", 1234.5),
        ("1234,5", "1234,5", 1234.5),
        ("1 234,5", "1 234,50 €", 1234.5),
        ("1234.5", "EUR 1234.5", 1234.5),
        ("1 234,5", "7 евро", 7),
    ],
)
def test_figures_in_the_declared_style(tmp_path, style, text, value):
    path = csv_file(tmp_path, ["a", "", "", text, "", ""])
    assert taken(path, Reading(numbers=style))[0]["cost"].tolist() == [value]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("1 234,5", "1.234"),
        ("1 234,5", "1 23,5"),
        ("1.234,5", "1234.5"),
        ("1.234,5", "1.23"),
        ("1,234.5", "1,5"),
        ("1234,5", "1.234,5"),
        ("1234.5", "1 234"),
    ],
)
def test_a_figure_in_another_style_is_refused(tmp_path, style, text):
    path = csv_file(tmp_path, ["a", "", "", text, "", ""])
    written = "" if style == "1234.5" else f" written as {style}"
    (told,) = sentences(lambda: taken(path, Reading(numbers=style)))
    assert told.startswith(f't.csv, row 2, cost: "{text}" is not a number{written}; ')


def test_numbers_of_a_workbook_have_no_style(tmp_path):
    path = workbook(
        tmp_path / "t.xlsx", rows=[HEAD, ["a", None, 7, 1.23, 0.5, None], ["b", None, "1.234", "1.234", "0,5", ""]]
    )
    frame, _ = taken(path, Reading(numbers="1.234,5"))
    assert frame[["places", "cost", "least"]].values.tolist() == [[7, 1.23, 0.5], [1234, 1234, 0.5]]


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("cost", "1200 лв.", "is in BGN (leva), its column is in EUR; "),
        ("cost", "BGN 1200", "is in BGN (leva), its column is in EUR; "),
        ("cost", "12%", "is a per cent, its column is not; "),
        ("places", "12 €", "carries a unit (EUR); "),
        ("places", "..", "may mean no data, or none; "),
        ("places", "н.д.", "may mean no data, or none; "),
        ("places", "1e9", "is written with an exponent; "),
        ("places", "-3", "is negative; "),
        ("places", "inf", "is not a number; "),
        ("places", "NaN", "is not a number; "),
        ("places", "9" * 30, "is above 10000; "),
        ("least", "35", "is above 1; "),
        ("cost", "#REF!", "is an error of the spreadsheet; "),
        ("basis", "Err:502", "is an error of the spreadsheet; "),
        ("basis", "?????", "has lost its letters; "),
    ],
)
def test_a_cell_that_is_no_figure_is_named(tmp_path, column, text, rule):
    row = ["a", *(text if name == column else "" for name in HEAD[1:])]
    (told,) = sentences(lambda: taken(csv_file(tmp_path, row)))
    assert told.startswith(f't.csv, row 2, {column}: "{text}" {rule}')


def test_a_per_cent_in_a_column_of_shares_is_one(tmp_path):
    assert taken(csv_file(tmp_path, ["a", "", "", "", "35%", ""], ["b", "", "", "", "0.5", ""]))[0][
        "least"
    ].tolist() == [0.35, 0.5]


def test_words_for_no_data_and_for_none_are_declared(tmp_path):
    path = csv_file(tmp_path, ["a", "", "..", "-", "", ""])
    frame, _ = taken(path, Reading(blanks=("..",), zeros=("-",)))
    assert frame["places"].isna().tolist() == [True]
    assert frame["cost"].tolist() == [0]


def test_leva_are_declared_and_told(tmp_path):
    path = csv_file(tmp_path, ["a", "", "", "1955.83 лв.", "", ""], ["b", "", "", "100", "", ""])
    frame, intake = taken(path, Reading(unit="bgn"))
    assert frame["cost"].tolist() == [1000, 51.13]
    assert intake.notes == ["t.csv: cost is read in bgn and told in eur (1 EUR = 1.95583 BGN)"]
    mixed = csv_file(tmp_path, ["a", "", "", "1955.83 лв.", "", ""], ["b", "", "", "100 €", "", ""])
    (told,) = sentences(lambda: taken(mixed, Reading(unit="bgn")))
    assert told.startswith('t.csv, row 3, cost: "100 €" is in EUR, its column is in BGN; ')


# ------------------------------------------------------------------ indicators: units, years, shares


def indicator(unit="percent", file="f.csv", name="rate", total="", blank="", date="2021"):
    row = {
        "indicator": name, "name_bg": "п", "name_en": "p", "unit": unit, "file": file, "reference_date": date,
        "source_class": "nsi", "source": "s", "national_total": total, "declared_blank": blank, "note": "",
    }  # fmt: skip
    return schema.check(schema.INDICATOR_CATALOGUE, pd.DataFrame([row], dtype="str"), "indicators.csv")


def rates(folder, *texts, unit="percent", head="rate", reading=None, titles=""):
    codes = ["A1", "A2", "B1", "B2", "B3"][: len(texts)]
    rows = "".join(f"{code};{text}\n" for code, text in zip(codes, texts, strict=True))
    (folder / "f.csv").write_text(f"{titles}municipality;{head}\n{rows}", encoding="utf-8")
    intake = Intake(readings={"f.csv": reading} if reading else {})
    table, _, _ = read_indicators(folder, indicator(unit), dict.fromkeys(codes, "n"), intake)
    return table["value"].tolist()


def test_per_cents_and_shares(tmp_path):
    assert rates(tmp_path, "12.5", "35", "0.9") == [12.5, 35, 0.9]
    assert rates(tmp_path, "12.5%", "35 %", "0.9%") == [12.5, 35, 0.9]
    assert rates(tmp_path, "0.125", "0.35", "1", reading=Reading(unit="share")) == [12.5, 35, 100]
    assert rates(tmp_path, "0.3", "35", "40", reading=Reading(unit="percent")) == [0.3, 35, 40]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["0.35", "35", "40"], ['f.csv, row 2, rate: "0.35" may be a share among per cents (the middle one is 35)']),
        (["0.35", "0.4", "0.9"], ["f.csv, rate: has no figure above 1: these look like shares, not per cents"]),
        (["35%", "35", "40"], ['f.csv, row 2, rate: "35%" has a %, as not all of its column have']),
        (["35%", "35%", "40"], ['f.csv, row 4, rate: "40" has no %, as most of its column have']),
    ],
)
def test_a_column_of_shares_and_per_cents_is_named(tmp_path, texts, told):
    assert [said.split(";")[0] for said in sentences(lambda: rates(tmp_path, *texts))] == told


def test_the_header_says_another_unit_or_year(tmp_path):
    label = "Субсидия (хил. лв.)"
    columns = {"rate": label}
    args = {"unit": "thousand_eur", "head": label}
    (told,) = sentences(lambda: rates(tmp_path, "1", "2", **args, reading=Reading(columns=columns)))
    assert told == (
        f'f.csv, row 1, rate: "{label}" says thousand_bgn, declared is thousand_eur; '
        'declare unit = "thousand_bgn" for the file in its reading, or mend the header.'
    )
    read = rates(tmp_path, "195583", "2", **args, reading=Reading(columns=columns, unit="thousand_bgn"))
    assert read == [100_000, pytest.approx(2 / 1.95583, abs=1e-8)]
    (told,) = sentences(lambda: rates(tmp_path, "10", "20", titles="Безработица към 31.12.2023;\n"))
    assert told.startswith("f.csv, row 2, rate: is said to be of 2023, declared is 2021; ")
    assert rates(tmp_path, "10", "20", titles="Преброяване 2021;\n") == [10, 20]


# ------------------------------------------------------------------ totals


def test_totals_are_checked_and_left_out(tmp_path):
    rows = [
        ["a", "HKV34", 3, "", "", ""],
        ["b", "HKV09", 4, 10, "", ""],
        ["Общо", "", 7, 10, "", ""],
        ["c", "VAR05", 5, "", "", ""],
    ]
    rows += [["", "Oбщо за областта", 5, "", "", ""], ["ВСИЧКО:", "", 12, "", "", ""]]
    frame, intake = taken(csv_file(tmp_path, *rows))
    assert frame["places"].tolist() == [3, 4, 5]
    assert intake.notes == [
        't.csv: row 4 ("Общо") is a row of totals and left out; it agrees with the rows above (places 7, cost 10)',
        't.csv: row 6 ("Oбщо за областта") is a row of totals and left out; it agrees with the rows above (places 5)',
        't.csv: row 7 ("ВСИЧКО:") is a row of totals and left out; it agrees with the rows above (places 12)',
    ]


def test_a_wrong_total_is_named_with_its_cell(tmp_path):
    path = workbook(tmp_path / "t.xlsx", rows=[HEAD, ["a", None, 3], ["Total", None, 5]])
    assert sentences(lambda: taken(path)) == [
        't.xlsx, sheet Регистър, row 3, places (C3): "5" stands in a row of totals ("Total"), '
        "the rows above sum to 3; mend the row that is wrong."
    ]


@pytest.mark.parametrize("word", ["Общо", "ОБЩО:", "Oбщо", "Всичко за областта", "Total", "Grand total", "сума"])
def test_words_of_totals(word):
    assert is_total(word)


@pytest.mark.parametrize("word", ["Общински", "totals_care", "summer", "Обществена", "Сумата"])
def test_other_words(word):
    assert not is_total(word)


# ------------------------------------------------------------------ names


def test_names_as_they_are_searched():
    assert plain("„Tунджа“") == plain("ТУНДЖА") == plain("Община Тунджа") == "тунджа"
    assert visible("Ми\u00adне\u200bрални\u00a0ба\u0438\u0306") == "Минерални бай"
    assert cyrillic("Kресна и IT-център C11 Cандански") == "Кресна и IT-център C11 Сандански"


@pytest.mark.parametrize(
    ("word", "region", "code"),
    [
        ("HKV34", "", "HKV34"),
        ("hkv34", "", "HKV34"),
        ("НКV34", "", "HKV34"),
        ("BG_HKV34", "", "HKV34"),
        ("77195", "", "HKV34"),
        ("00151", "", "BGS01"),
        ("151", "", "BGS01"),
        ("SOF00", "", "SOF46"),
        ("Хасково", "", "HKV34"),
        ("Xасково", "ХАСКОВО", "HKV34"),
        ("Община Хасково", "", "HKV34"),
        ("Haskovo", "", "HKV34"),
        ("Бяла", "Русе", "RSE04"),
        ("Бяла", "BG331", "VAR05"),
        ("Бяла", "област Варна", "VAR05"),
        ("Добричка", "", "DOB15"),
        ("Бобовдол", "", "KNL04"),
        ("Столична община", "Смолян", "SOF46"),
        ("София (столица)", "", "SOF46"),
        ("София-град", "", "SOF46"),
    ],
)
def test_a_municipality_is_found(gazetteer, word, region, code):
    found = gazetteer.municipality(word, region)
    assert (found.code, found.rule) == (code, "")
    assert bool(found.how) == (word not in ("HKV34", "Хасково", "Бяла"))


@pytest.mark.parametrize(
    ("word", "region", "rule", "cure"),
    [
        ("Бяла", "", "is the name of RSE04 (Бяла, Русе) and VAR05 (Бяла, Варна)", "write the code, or say the region"),
        ("Бяла", "Хасково", "is the name of RSE04 (Бяла, Русе) and VAR05 (Бяла, Варна)", "write the code"),
        ("72624", "", "is the seat of DOB15 (Добрич-селска, Добрич) and DOB28 (Добрич, Добрич)", "write the code"),
        ("Хаскво", "", "is no municipality's name or code", "the nearest is HKV34 (Хасково, Хасково): write its code"),
        ("Хасково", "Хаскава", 'lies in "Хаскава", which is no region', 'the nearest is "Хасково"'),
    ],
)
def test_a_municipality_is_not_guessed(gazetteer, word, region, rule, cure):
    found = gazetteer.municipality(word, region)
    assert (found.code, found.rule) == ("", rule)
    assert found.cure.startswith(cure)


def test_a_column_of_regions_helps_and_corrections_are_told(tmp_path, gazetteer):
    head = [*HEAD, "област"]
    path = csv_file(
        tmp_path, ["a", "Бяла", 1, "", "", "Kресна", "Русе"], ["b", "Xасково", 2, "", "", "", ""], head=head
    )
    frame, intake = taken(path, None, gazetteer)
    assert frame["municipality"].tolist() == ["RSE04", "HKV34"]
    assert frame["basis"].tolist() == ["Кресна", ""]
    assert intake.mended == [
        't.csv, row 2, basis: "Kресна" held Latin letters inside a Cyrillic word, now Cyrillic',
        't.csv, row 3, municipality: "Xасково" is HKV34 (Хасково, Хасково): Latin letters',
    ]
    assert intake.notes == ["t.csv: 1 cells of municipality hold the name in place of the code"]


# ------------------------------------------------------------------ what a workbook does not show


def changed(tmp_path, change, rows=None):
    return workbook(tmp_path / "t.xlsx", lambda _, sheet: change(sheet), rows or [HEAD, *FACILITIES])


FACILITIES = [["a", "HKV34", 3, 10, 0.5, "x"], ["b", "HKV34", 4, 10, 0.5, "y"], ["c", "HKV09", 5, 10, 0.5, "z"]]


def hide_row(sheet):
    sheet.row_dimensions[3].hidden = True


def hide_column(sheet):
    sheet.column_dimensions["C"].hidden = True


def merge(block):
    return lambda sheet: sheet.merge_cells(block)


def put(cell, value):
    return lambda sheet: sheet.__setitem__(cell, value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (hide_row, "t.xlsx, sheet Регистър, row 3: this row is hidden"),
        (hide_column, "t.xlsx, sheet Регистър, places (C): this column is hidden"),
        (merge("C2:C4"), "t.xlsx, sheet Регистър, row 2, places (C2): the cells C2:C4 are merged"),
        (merge("A1:B1"), "t.xlsx, sheet Регистър, row 1, site (A1): the cells A1:B1 are merged in the header"),
        (merge("A3:F3"), "t.xlsx, sheet Регистър, row 3, site (A3): the cells A3:F3 are merged"),
        (put("D3", "=1+1"), "t.xlsx, sheet Регистър, row 3, cost (D3): is a formula of which the file holds no value"),
        (put("C3", pd.Timestamp("2026-03-07")), 't.xlsx, sheet Регистър, row 3, places (C3): "2026-03-07" is a date'),
        (put("A3", pd.Timestamp("2026-03-07")), 't.xlsx, sheet Регистър, row 3, site (A3): "2026-03-07" is a date'),
        (put("D3", "#REF!"), 't.xlsx, sheet Регистър, row 3, cost (D3): "#REF!" is an error of the spreadsheet'),
    ],
    ids=["row", "column", "merged figures", "merged header", "merged row", "formula", "date as figure", "date as code",
         "error"],
)  # fmt: skip
def test_what_is_not_shown_is_named(tmp_path, change, told):
    assert told in [
        said.split(";")[0].removesuffix(".") for said in sentences(lambda: taken(changed(tmp_path, change)))
    ]


def test_a_merged_municipality_stands_for_each_row(tmp_path, gazetteer):
    rows = [["Област Хасково, 2026"], [], HEAD, *FACILITIES]
    frame, intake = taken(changed(tmp_path, merge("B4:B5"), rows), None, gazetteer)
    assert frame["municipality"].tolist() == ["HKV34", "HKV34", "HKV09"]
    assert intake.notes == [
        "t.xlsx, sheet Регистър: the header stands in row 3, above it: Област Хасково, 2026",
        't.xlsx, sheet Регистър: municipality "HKV34" of the merged cells B4:B5 stands for each row',
    ]


def test_columns_and_header_are_declared(tmp_path):
    path = csv_file(tmp_path, ["a", "1 000", "x"], head=["обект", "места", "друго"])
    reading = Reading(numbers="1 234,5", header=1, columns={"site": "обект", "places": "места"})
    table = Table("t", "says", ("site",), (TABLE.columns[0], TABLE.columns[2]))
    frame, intake = taken(path, reading, table=table)
    assert frame.values.tolist() == [["a", 1000]]
    assert intake.notes == ["t.csv: columns are passed over: друго"]
    wrong = Reading(columns={"site": "обекти", "places": "места"})
    assert "t.csv, row 1, обекти: this column is missing; its reading takes it for site." in sentences(
        lambda: taken(path, wrong, table=table)
    )


def test_a_reading_of_no_file_is_refused(toyland):
    from nationalmap import planning

    path = toyland / "toyland.toml"
    text = path.read_text(encoding="utf-8").replace(
        "[streams.", '[inputs.reading."oldest.csv"]\nheader = 1\n\n[streams.', 1
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match=r"inputs.reading.oldest.csv: is no file that was read"):
        planning.check(str(toyland))


# ------------------------------------------------------------------ the real thing


def test_the_subsidies_as_published_give_265_of_265(gazetteer):
    published = reference("data/raw_subsidy_2026.csv").parent
    columns = {"social_services_subsidy": "социални услуги (хил. евро)"}
    intake = Intake(gazetteer, {"raw_subsidy_2026.csv": Reading(columns=columns)})
    names = dict(zip(MUNICIPALITIES["municipality"], MUNICIPALITIES["name_bg"], strict=True))
    wanted = indicator("thousand_eur", "raw_subsidy_2026.csv", "social_services_subsidy", "610923.7", "SFO06", "2026")
    table, (report,), _ = read_indicators(published, wanted, names, intake)
    clean = pd.read_csv(published / "subsidy_2026.csv").set_index("code").iloc[:, -1]
    assert (report.matched, report.missing, report.extra, report.duplicated) == (265, (), (), ())
    pd.testing.assert_series_equal(
        table.set_index("municipality")["value"], clean.sort_index(), check_names=False, check_index_type=False
    )
    assert intake.notes == [
        'raw_subsidy_2026.csv: row 267 ("ВСИЧКО:") is a row of totals and left out; '
        "it agrees with the rows above (social_services_subsidy 610923.7)",
        "raw_subsidy_2026.csv: 122 cells of municipality hold the name in place of the code",
    ]
    assert len(report.mended) == 143 == 265 - 122
    other = [said.partition(", municipality: ")[2] for said in report.mended if not said.endswith(": Latin letters")]
    assert other == [
        '"Добричка" is DOB15 (Добрич-селска, Добрич): another name',
        '"Бобовдол" is KNL04 (Бобов дол, Кюстендил): another name',
        '"СТОЛИЧНА ОБЩИНА" is SOF46 (Столична, София (столица)): spelling, it stands under Смолян',
    ]

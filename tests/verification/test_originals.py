"""Every figure of the inputs held against its cell by the second witness, and every lie about one found."""

import json
import shutil
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Border, Side

from nationalmap import finished, planning, runs
from nationalmap.errors import VerificationFailed
from nationalmap.folders.new import new
from nationalmap.sources.resources import shipped
from nationalmap.verification.cells import alike, cells, number_of
from nationalmap.verification.findings import Findings
from nationalmap.verification.originals import originals
from nationalmap.verification.question import read_question
from tests.conftest import TOYLAND
from tests.everything import everything
from tests.hostile.fuzz.forms import FORMS
from tests.hostile.fuzz.mutants import kinds_of

OURS = {f"{name}/": [shipped(name)] for name in ("scenarios", "boundaries")}
OWN = (
    "indicator,municipality,value,reference_date,source_class,source\n"
    "older,NOR02,850,2026-02-01,municipal_study,Letter 5\nolder,NOR01,1150,2026-02-01,municipal_study,Letter 4\n"
)
BUDGETS = "stream,year,amount_eur,status,basis\nstate,2030,63000.50,illustrative,b\nown,2027,,,\n"


def inputs_of(question):
    """The input files of a run, as it would hold them."""
    files = runs._input_files(question.scenario, question.inputs)
    return {f"inputs/{name}": data for name, data in files.items()}


def said(files, *folders):
    """Sentences and notes on the inputs of a run, whose originals lie in these folders."""
    say = Findings()
    q = read_question(files, say)
    assert say.sentences == []
    originals(q, files, {**OURS, "": folders}, say)
    return say.sentences, say.notes


def replaced(files, name, old, new):
    """One lie in a file of the run."""
    text = files[f"inputs/{name}"].decode()
    assert text.count(old) == 1, (text.count(old), old)
    return {**files, f"inputs/{name}": text.replace(old, new).encode()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Toyland with everything, its files in every form that is not ours."""
    ignored = shutil.ignore_patterns("__pycache__", "*.py", "solved")
    place = everything(shutil.copytree(TOYLAND, tmp_path_factory.mktemp("originals") / "toyland", ignore=ignored))
    (place / "own.csv").write_text(OWN, encoding="utf-8")
    (place / "budgets.csv").write_text(BUDGETS, encoding="utf-8")
    scenario = (place / "toyland.toml").read_text(encoding="utf-8")
    more = '[inputs]\nown_indicators = "own.csv"\nbudgets = "budgets.csv"\n'
    (place / "toyland.toml").write_text(scenario.replace("[inputs]\n", more), encoding="utf-8")
    forms = {
        "register.csv": "xlsx", "catalogue/services.csv": "ods", "settlements.csv": "cp1251;", "staff.csv": "utf-16",
        "trip_costs.csv": "parquet", "stated_needs.csv": "xlsx text", "indicators/2025/older.csv": "utf-8 mark;",
        "known_travel.csv": "ods text", "candidates.csv": "utf-8 tab",
    }  # fmt: skip
    for name, form in forms.items():
        rows = [line.split(",") for line in (place / name).read_text(encoding="utf-8").splitlines()]
        rows[1:] = rows[:0:-1]
        kinds = kinds_of(name)
        (place / name).write_bytes(FORMS[form](rows, kinds))
    return place


@pytest.fixture(scope="module")
def files(folder):
    return inputs_of(planning.check(str(folder)))


def test_every_figure_of_toyland_stands_in_its_cell(folder, files):
    sentences, notes = said(files, folder)
    assert sentences == []
    assert notes[0].startswith("trip_costs.csv: Parquet is not read by verify; its hash agrees")
    assert notes[-1] == "originals: 27 of 27 files opened, 624 figures held against theirs."


def test_every_figure_of_the_shipped_question_stands_in_its_cell(haskovo):
    sentences, notes = said(inputs_of(haskovo))
    assert sentences == []
    compared = int(notes[-1].split(" files opened, ")[1].split(" ")[0])
    assert compared > 6_000


SHEET = "register.csv, sheet Лист, "
#: What is said otherwise in the run's own files, and what must be found.
LIES = {
    "a figure of a workbook": (
        "register.csv",
        "SOU02,day_care,6,5",
        "SOU02,day_care,6,4",
        f'{SHEET}E6: holds "5"; "4"',
    ),
    "a figure of an ODS document": ("services.csv", "0.25,30,1,1000.00", "0.25,30,1,1000.01", "sheet Лист, W6: holds"),
    "a figure in Windows-1251": ("settlements.csv", "Горно,25,43,900", "Горно,25,43,901", "settlements.csv, F5: holds"),
    "a name in Windows-1251": ("settlements.csv", "Празно", "Празна", 'holds "Празно"; "Празна" is planned'),
    "a figure in UTF-16": ("staff.csv", "2027,5.5", "2027,5.6", 'staff.csv, D3: holds "5.5"; "5.6" is planned'),
    "a figure of a CSV file": ("renovations.csv", "1000.00", "1000.10", 'D2: holds "1000.00"; "1000.10"'),
    "a published indicator": ("indicators.csv", "older,SOU01,1000", "older,SOU01,1001", "2025/older.csv, B4: holds"),
    "an own indicator": ("indicators.csv", "older,NOR02,850", "older,NOR02,851", 'own.csv, C2: holds "850"; "851"'),
    "an own amount": ("scenario.json", '"2030": 63000.5', '"2030": 63000.6', 'C2: holds "63000.50"; "63000.6"'),
    "a journey that nobody gave": ("travel.csv", "NOR01,NOR01,0,0,computed", "NOR01,NOR01,0,0,known", "NOR01 NOR01"),
    "a norm": ("norms.json", '"id": "residence.need"', '"id": "residence.needs"', 'no norm "residence.needs"'),
    "a figure of a norm": (
        "norms.json",
        '"per": 400.0,',
        '"per": 401.0,',
        'norm "residence.minimum" is not as it is planned with',
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_changed_value_is_found(folder, files, lie):
    name, old, new, says = LIES[lie]
    sentences, _ = said(replaced(files, name, old, new), folder)
    assert any(says in sentence for sentence in sentences), sentences


def test_a_changed_journey_is_found(folder, files):
    for old in ("NOR01,NOR02,19.517,20,known", "NOR02,NOR01,19.517,20,known"):
        files = replaced(files, "travel.csv", old, old.replace("20,known", "21,known"))
    sentences, _ = said(files, folder)
    assert ['holds "20"; "21.0" is planned with as the minutes of' in s for s in sentences] == [True]


MINE = "renovations,renovations,1,renovations.csv,"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("C:service D:places E:users", "C:service D:users E:places", f"{SHEET}D"),
        ("B:profession C:year D:posts", "B:profession D:year C:posts", "staff.csv, C"),
        ("A:municipality B:older,7 6 5 4 3 2,", "A:municipality B:older,2-7,", "2025/older.csv, A2: holds"),
        ("D:lon E:lat F:population,4 3 2 5,", "D:lon E:lat F:population,5 3 2 4,", "settlements.csv, A5: holds"),
        (MINE, "renovations,renovations,1,agreements.csv,", "agreements.csv, A2: holds"),
        (MINE, "renovations,renovations,1,lost.csv,", "lost.csv: is not there"),
        (MINE, "renovations,renovations,1,../renovations.csv,", "../renovations.csv: is not there"),
    ],
)
def test_a_wrong_cell_and_a_wrong_file_are_found(folder, files, old, new, says):
    (folder.parent / "renovations.csv").write_bytes((folder / "renovations.csv").read_bytes())
    lying = replaced(files, "provenance.csv", old, new)
    if "agreements" in new:  # a liar says its hash, too
        text = lying["inputs/provenance.csv"].decode()
        hashes = {row.split(",")[0]: row.split(",")[5] for row in text.splitlines()}
        lying["inputs/provenance.csv"] = text.replace(hashes["renovations"], hashes["agreements"]).encode()
    sentences, _ = said(lying, folder)
    assert any(says in sentence for sentence in sentences), sentences


def test_a_changed_original_is_said_and_not_compared(folder, files, tmp_path):
    changed = shutil.copytree(folder, tmp_path / "toyland")
    (changed / "agreements.csv").write_text("municipality,host,service,status,basis\n", encoding="utf-8")
    (changed / "staff.csv").unlink()
    sentences, notes = said(files, changed)
    assert sentences == [
        "agreements.csv: was changed since the plan was made; its figures were not compared.",
        "staff.csv: is not there; the figures of staff were not held against their cells.",
    ]
    assert "25 of 27 files opened" in notes[-1]
    assert said(files, changed, folder)[0][0].startswith("agreements.csv: was changed")


def test_a_mended_cell_is_compared_as_found(toyland):
    """A figure between no-break spaces, and a municipality by its name."""
    rows = [line.split(",") for line in (toyland / "register.csv").read_text(encoding="utf-8").splitlines()]
    rows[1][3], rows[2][1] = "\N{NO-BREAK SPACE}12\N{NO-BREAK SPACE}", "Средно"
    (toyland / "register.csv").write_bytes(FORMS["xlsx text"](rows, {}))
    files = inputs_of(planning.check(str(toyland)))
    assert said(files, toyland)[0] == []
    sentences, _ = said(replaced(files, "mended.csv", "Средно", "Крайно"), toyland)
    assert ['holds "Средно"; "Крайно" is planned with as municipality' in s for s in sentences] == [True]


@pytest.fixture(scope="module")
def working_folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("new") / "region"
    new(place, ["KRZ"])
    return place


def test_the_norms_of_a_workbook_stand_in_their_rows(working_folder):
    question = planning.check(str(working_folder))
    row = question.inputs.tables["provenance"].set_index("table").loc["norms"]
    assert "norm" in row["columns"]
    sheet = openpyxl.load_workbook(working_folder / row["file"], read_only=True)[row["sheet"]]
    ids = [line[0].value for line in sheet.iter_rows(max_col=1)]
    first, _, _ = row["rows"].split()[0].partition("-")
    assert ids[int(first) - 1] == question.inputs.norms[0].id
    files = inputs_of(question)
    sentences, _ = said(files, working_folder)
    assert sentences == []
    norms = json.loads(files["inputs/norms.json"])
    norms[0]["rule"]["rate"] = 4.25
    sentences, _ = said({**files, "inputs/norms.json": json.dumps(norms).encode()}, working_folder)
    assert len(sentences) == 1
    assert f'"4.25" is planned with as rate of norms {norms[0]["id"]}' in sentences[0]


def test_the_command_opens_the_originals_and_leaves_with_nine_where_one_was_changed(toyland_run, run, toyland):
    answer = run("verify", toyland_run.folder, "--originals", toyland)
    assert answer.code == 0
    assert "figures held against theirs" in answer.out
    assert "originals" not in run("verify", toyland_run.folder).out
    with (toyland / "register.csv").open("a", encoding="utf-8") as file:
        file.write("day_NOR03,NOR03,day_care,5,4,keep,,,,attested,new\n")
    answer = run("verify", toyland_run.folder, "--originals", toyland)
    assert answer.code == 9
    assert "register.csv: was changed since the plan was made" in answer.err
    with pytest.raises(VerificationFailed):
        finished.verify(toyland_run.folder, [toyland])


# ------------------------------------------------------------------ the readers


def test_cells_of_a_merged_block_and_of_repeated_ones(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "A"
    sheet.append(["x", 0.35, True])
    sheet.append([None, 12.5, "Б"])
    sheet.merge_cells("A1:A2")
    # A block with a border is written cell by cell, the second empty.
    for cell in ("A1", "A2"):
        sheet[cell].border = Border(left=Side(style="thin"))
    book.save(tmp_path / "t.xlsx")
    found = cells((tmp_path / "t.xlsx").read_bytes(), "a", {1, 2}, 3)
    assert (found[1, 1], found[2, 1], found[2, 3]) == (("x",), ("x",), ("Б",))
    assert alike(found[1, 2], "35%")
    assert alike(found[1, 2], "0.35")
    assert not alike(found[2, 2], "12.6")
    assert alike((), "")
    assert not alike((), "0")
    assert (number_of("A"), number_of("Z"), number_of("AA")) == (1, 26, 27)


ODS = """<document
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><table:table table:name="A">
<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>x</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="2"><text:p>y</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.35"><text:p>35 %</text:p></table:table-cell>
</table:table-row>
<table:table-row><table:covered-table-cell><text:p>hidden</text:p></table:covered-table-cell>
<table:table-cell table:number-columns-repeated="2"/>
<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell></table:table-row>
</table:table></document>"""


def test_cells_of_an_ods_document_merged_and_repeated(tmp_path):
    path = tmp_path / "t.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", ODS)
    assert cells(path.read_bytes(), "a", {1, 3, 4}, 4) == {
        (3, 1): ("x",), (4, 1): ("x",), (3, 2): ("y",), (3, 3): ("y",), (3, 4): ("0.35", "35 %", "35%"),
        (4, 4): ("7", "7"),
    }  # fmt: skip


def test_a_part_with_a_document_type_is_not_read(tmp_path):
    path = tmp_path / "t.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "ten times ten">]><a>&b;</a>')
    with pytest.raises(SyntaxError, match=r"has a document type \(a\)"):
        cells(path.read_bytes(), "a", {1}, 1)

"""Hostile names in every field of every input, through every output: they are text there and nothing else.

What a spreadsheet would run is refused at the door; everything else is a name, and stays one letter by letter.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import openpyxl
import pytest
from pypdf import PdfReader

import nationalmap
from nationalmap import schema
from nationalmap.errors import InputRefused, UsageError
from nationalmap.sources.records import read_records
from nationalmap.sources.scenarios import read_norms, read_scenario
from nationalmap.sources.tables import read_table

sys.path += [str(Path(__file__).parent), str(Path(__file__).parent.parent / "reports")]

from payloads import ALIVE, CONTROLS, PAYLOADS, REFUSED, name
from poisoned import all_poisoned, fields, folder_of, poison, tables

from tests.chromium import Visit

pytestmark = pytest.mark.xdist_group("chromium")

#: A cell that a spreadsheet takes for a number is none that it runs.
NUMBER = re.compile(r"[+-]?\d[\d.,]*([eE][+-]?\d+)?")
#: A cell, wherever a spreadsheet of another country would part the line.
RUNS = re.compile(r"[=@＝＠]|[+＋－-].*(?:\w\(|\|)")
#: Parts of a workbook that do something, or point outside.
ACTIVE = re.compile(r"externalLink|vba|macro|embeddings|oleObject|connections|customUI|activeX|webExtension|queryTable")


def written(folder):
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in a folder: what climbs out of the inner one is seen in the outer one."""
    return tmp_path_factory.mktemp("outer")


@pytest.fixture(scope="module")
def outputs(place):
    """Everything that one poisoned country gives, by command."""
    inner = place / "inner"
    inner.mkdir()
    folder = all_poisoned(inner / "country", name)
    text = (folder / "toyland.toml").read_text(encoding="utf-8")
    poorer = Path(shutil.copytree(folder, inner / "poorer"))
    changed = text.replace('name = "toyland"', 'name = "poorer"').replace("62600.0", "61500.0")
    changed = changed.replace("window.hurt=1", "window.hurt=2")
    (poorer / "toyland.toml").write_text(changed, encoding="utf-8", newline="\n")
    runs = [nationalmap.plan(str(one), inner / "runs") for one in (folder, poorer)]
    out = {"plan": runs[0].folder}
    nationalmap.compare([run.folder for run in runs], inner / "compare")
    nationalmap.no_regret([run.folder for run in runs], inner / "no-regret")
    out["frontier"] = nationalmap.frontier(str(folder), from_=1.0, to=1.1, points=2, out=inner / "frontiers").folder
    nationalmap.export(runs[0].folder, inner / "gis" / "plan.gpkg")
    nationalmap.in_force(runs[0].folder, hostile_map(inner / "country" / "map.csv"), out=inner / "in-force")
    nationalmap.check(str(folder), json=inner / "lists" / "clean.json", xlsx=inner / "lists" / "clean.xlsx")
    nationalmap.documents(runs[0].folder, ["map", "proposal"], out=inner / "documents")
    out |= {key: inner / key for key in ("compare", "no-regret", "gis", "lists", "in-force", "documents")}
    return out


def hostile_map(path):
    """A map in force with every living payload as the name of a service, and as its document and source."""
    columns = [column.name for column in schema.MAP_IN_FORCE.columns]
    rows = [
        ["NOR01", "municipal", "", payload, str(number), name(number), "2024-08-08", payload, "illustrative"]
        for number, payload in enumerate(ALIVE)
    ]
    rows.append(["NOR01", "municipal", "", "day_care", "5", name(0), "2024-08-08", name(1), "illustrative"])
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows([columns, *rows])
    return path


@pytest.fixture(scope="module")
def plan(outputs):
    from nationalmap import runs

    return runs.read_run(outputs["plan"])


def every(outputs, ending):
    found = {f"{key}/{n}": path for key, folder in outputs.items() for n, path in written(folder).items()}
    chosen = {n: path for n, path in found.items() if n.endswith(ending)}
    assert chosen
    return chosen


# ------------------------------------------------------------------ the door


def test_there_are_enough_payloads_of_every_kind():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 80
    assert len(fields(Path(__file__).parent.parent / "toyland")) >= 20


@pytest.mark.parametrize("payload", REFUSED)
def test_what_a_spreadsheet_runs_is_refused_in_every_field(tmp_path, payload):
    folder = folder_of(tmp_path / "t")
    asked = fields(folder)
    for file, field in asked:
        poison(folder, file, field, lambda _: payload)
    told = refused_fields(folder)
    # Names of groups and services of one word are also known words of other files; each field is told.
    assert {(file, field) for file, field in asked} <= told


def refused_fields(folder):
    """(file, field) of every fault of the tables, norms and scenario of a folder."""
    found = set()
    reads = [(path, lambda path=path, table=table: read_table(table, path)) for path, table in tables(folder)]
    reads += [(folder / "toyland.toml", lambda: read_scenario(folder / "toyland.toml"))]
    reads += [(folder / "catalogue" / "norms.toml", lambda: read_norms(folder / "catalogue" / "norms.toml"))]
    for path, read in reads:
        faults = ()
        try:
            read()
        except InputRefused as refused:
            faults = refused.faults
        for fault in faults:
            if "spreadsheet would run it" in fault.rule or "control character" in fault.rule or "turns" in fault.rule:
                found.add((path.relative_to(folder).as_posix(), fault.column.rsplit(".", 1)[-1]))
    return found


@pytest.mark.parametrize("payload", CONTROLS)
def test_signs_that_nobody_sees_are_refused_or_gone(tmp_path, payload):
    """Of a table's cell they are taken away as any invisible sign is, and the rest is looked at; TOML refuses them."""
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([["name", "n"], [payload, "1"]])
    table = schema.Table("t", "", ("name",), (schema.Column("name", "text", ""), schema.Column("n", "integer", "")))
    try:
        kept = schema.check(table, read_records(path, table).frame, "t.csv").iloc[0]["name"]
    except InputRefused:
        kept = "Бяла"
    assert kept.isprintable()
    assert not kept.startswith(("=", "+", "-", "@"))
    assert set(kept) <= set("Бялагнп.exe")
    with pytest.raises(InputRefused):
        toml = folder_of(tmp_path / "t")
        poison(toml, "toyland.toml", "title_bg", lambda _: payload)
        read_scenario(toml / "toyland.toml")


@pytest.mark.parametrize("payload", ALIVE)
def test_any_other_name_is_taken_letter_by_letter(payload):
    assert schema.unfit_text(payload.strip(), lines=True) == ("", "")


@pytest.mark.parametrize("number", ["-5", "+3", "-0.5", "-1e-3"])
def test_a_negative_number_is_no_formula(number):
    table = schema.Table("t", "", ("n",), (schema.Column("n", "number", ""),))
    import pandas as pd

    assert schema.check(table, pd.DataFrame({"n": [number]}), "t.csv")["n"].tolist() == [float(number)]


def test_a_text_without_end_is_refused(tmp_path):
    assert schema.unfit_text("а" * 5_001)[0] == "has more than 5000 letters"
    assert not schema.is_code("a" * 101)
    folder = folder_of(tmp_path / "t")
    poison(folder, "municipalities.csv", "name_bg", lambda _: "а" * 2_000_000)
    with pytest.raises(InputRefused, match=r"has more than 5000 letters|field larger than"):
        nationalmap.check(str(folder))


# ------------------------------------------------------------------ files


def test_nothing_is_written_outside_and_no_name_makes_a_name(outputs, place):
    assert [path.name for path in place.iterdir()] == ["inner"]
    inner = {"country", "poorer", "runs", "compare", "no-regret", "frontiers", "gis", "lists", "in-force", "documents"}
    assert {path.name for path in (place / "inner").iterdir()} == inner
    for path in (place / "inner").rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name), path
    assert not list(Path.cwd().glob("hurt*"))


def test_no_cell_of_a_csv_file_runs_in_any_country(outputs):
    for path in every(outputs, ".csv").values():
        text = path.read_text(encoding="utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                assert NUMBER.fullmatch(cell) or not cell.lstrip().startswith(tuple("=+-@＝＋－＠")), (path, cell)
        for piece in re.split(r"[,;\t|\n]", text):
            assert not RUNS.match(piece.strip(' "')), (path, piece)


def test_tables_read_back_with_the_very_names(outputs, plan):
    names = plan.inputs.tables["municipalities"]["name_bg"].tolist()
    assert all(payload.strip() in names[0] for payload in ALIVE)
    with (outputs["plan"] / "inputs" / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        assert [row["name_bg"] for row in csv.DictReader(file)] == names
    assert nationalmap.verify(outputs["plan"])


def test_a_workbook_holds_no_formula_no_link_and_nothing_active(outputs):
    for where, path in every(outputs, ".xlsx").items():
        inert(path, where)
    book = openpyxl.load_workbook(outputs["plan"] / "plan.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert sum(all(payload.strip() in cell for payload in ALIVE) for cell in cells) > 10


def test_what_a_map_calls_its_services_stands_in_the_outputs_letter_by_letter(outputs):
    (folder,) = (outputs["in-force"]).iterdir()
    with (folder / "not_planned.csv").open(encoding="utf-8", newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} == {payload.strip() for payload in ALIVE}
    book = openpyxl.load_workbook(folder / "in-force.xlsx")
    cells = {cell.value for cell in book["Не се планират тук"]["D"]}
    assert {payload.strip() for payload in ALIVE} <= cells
    assert "<script>window.hurt=1</script>" in (folder / "about.txt").read_text(encoding="utf-8")


def inert(path, where):
    """Assert that nothing in a workbook runs, and that nothing points out of it."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            assert not ACTIVE.search(part), (where, part)
            text = archive.read(part).decode("utf-8")
            assert "TargetMode" not in text, (where, part)
            assert not re.search(r"<(\w+:)?(f|ddeLink|oleLink)[ >/]", text), (where, part)
            assert "<!DOCTYPE" not in text
            assert "<!ENTITY" not in text
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (where, cell.coordinate)
                assert cell.hyperlink is None or (cell.hyperlink.location and not cell.hyperlink.target)


def test_a_document_holds_no_field_but_its_pages_no_link_and_nothing_active(outputs, plan):
    names = plan.inputs.tables["municipalities"]["name_bg"].tolist()
    words = ""
    for where, path in every(outputs, ".docx").items():
        with zipfile.ZipFile(path) as archive:
            for part in archive.namelist():
                assert not ACTIVE.search(part), (where, part)
                text = archive.read(part).decode("utf-8", errors="replace")
                assert "TargetMode" not in text, (where, part)
                assert not re.search(r"<w:(hyperlink|instrText|object|altChunk|control)[ >/]", text), (where, part)
                assert set(re.findall(r'w:instr="([^"]*)"', text)) <= {"PAGE", "NUMPAGES"}, (where, part)
        words += "\n".join(cell.text for table in docx.Document(path).tables for cell in table._cells)
    assert any(name in words for name in names)
    for where, path in every(outputs, ".pdf").items():
        if where.startswith("documents"):
            reader = PdfReader(path)
            assert not any({"/Annots", "/AA"} & set(page) for page in reader.pages), where
            assert not {"/AA", "/AcroForm", "/Names"} & set(reader.trailer["/Root"]), where
            assert isinstance(reader.trailer["/Root"]["/OpenAction"], list), where


def test_json_and_text_files_hold_the_words_and_no_commands(outputs, plan):
    for path in every(outputs, ".json").values():
        json.loads(path.read_text(encoding="utf-8"))
    for path in every(outputs, ".txt").values():
        text = path.read_text(encoding="utf-8")
        assert all(sign.isprintable() or sign in "\n\u00a0\u202f" for sign in text), path
    assert plan.scenario.title_bg in (outputs["plan"] / "about.txt").read_text(encoding="utf-8")


def test_a_geopackage_holds_names_as_cells_alone(outputs, plan, toyland_run, tmp_path):
    nationalmap.export(toyland_run.folder, tmp_path / "clean.gpkg")
    names = plan.inputs.tables["municipalities"].set_index("municipality")["name_bg"]
    query = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY 1, 2"
    with (
        closing(sqlite3.connect(outputs["gis"] / "plan.gpkg")) as base,
        closing(sqlite3.connect(tmp_path / "clean.gpkg")) as clean,
    ):
        year = plan.scenario.last_year
        rows = dict(base.execute(f"SELECT municipality, name_bg FROM municipalities_{year}"))  # noqa: S608
        assert rows == {code: names[code] for code in rows}
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        drawn = {style for (style,) in clean.execute("SELECT styleQML FROM layer_styles")}
        assert set(styles.values()) == drawn
        for style in styles.values():
            ET.fromstring(style)  # noqa: S314 - made here
        kinds = [{(kind, re.sub(r"_20\d\d", "", n)) for kind, n in one.execute(query)} for one in (base, clean)]
        assert kinds[0] == kinds[1]


# ------------------------------------------------------------------ pages


PAGES = {
    "plan/map.html": "html[data-drawn]",
    "compare/comparison.html": "html[data-drawn]",
    "no-regret/no-regret.html": "html[data-drawn]",
    "frontier/frontier.html": "html[data-drawn]",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_names_and_runs_none(browser, outputs, plan, page):
    folder, file = page.split("/")
    (path,) = (
        found for where, found in every(outputs, ".html").items() if where.startswith(folder) and found.name == file
    )
    seen = Visit(browser, path)
    seen.page.set_default_timeout(10_000)
    try:
        choose_everything(seen.page)
        assert seen.page.evaluate("[window.hurt, document.hurt, Object.prototype.hurt]") == [None, None, None]
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith("blob:")] == [path.as_uri()]
        assert seen.page.url.startswith(path.as_uri())
        strange = "iframe, object, embed, base, form, img, link, animate, meta[http-equiv=refresh], a[href^=javascript]"
        assert seen.page.locator(strange).count() == 0
        handlers = "() => [...document.querySelectorAll('*')].filter(e => [...e.attributes].some("
        assert seen.page.evaluate(handlers + "a => a.name.startsWith('on'))).length") == 0
        shown = seen.page.evaluate("document.body.textContent")
        words = " ".join(shown.split())
        towns = plan.inputs.tables["municipalities"]
        names = [plan.scenario.title_bg, plan.scenario.title_en, *towns["name_bg"], *towns["name_en"]]
        assert any(" ".join(name.split()) in words for name in names)
    finally:
        seen.context.close()


def choose_everything(page):
    """Every value of every list, every button and every switch once, by events, so that nothing has to be in view."""
    page.evaluate("""() => {
        const said = e => e.dispatchEvent(new Event('change', {bubbles: true}));
        for (const list of document.querySelectorAll('select'))
            for (const option of [...list.options].slice(0, 8).concat(list.options[0])) {
                list.value = option.value;
                said(list);
            }
        for (const b of document.querySelectorAll('button')) if (b.offsetParent && !/print|csv/.test(b.id)) b.click();
        for (const box of document.querySelectorAll('input[type=radio], input[type=checkbox]')) box.click();
    }""")
    page.wait_for_timeout(200)


# ------------------------------------------------------------------ lists that go back


def test_the_list_of_faults_holds_the_values_as_text(tmp_path):
    """Every payload that is refused, in a cell each: the list goes back to the municipality that sent it."""
    folder = folder_of(tmp_path / "t")
    rows = iter(REFUSED * 3)
    for file, field in fields(folder):
        if file in ("municipalities.csv", "catalogue/services.csv", "register.csv", "catalogue/bases.csv"):
            poison(folder, file, field, lambda _: next(rows, "=1+1"))
    with pytest.raises(InputRefused):
        nationalmap.check(str(folder), json=tmp_path / "l.json", xlsx=tmp_path / "l.xlsx")
    inert(tmp_path / "l.xlsx", "list of faults")
    listed = json.loads((tmp_path / "l.json").read_text(encoding="utf-8"))
    told = {fault["value"] for fault in listed["faults"]}
    assert len(told & set(REFUSED)) >= len(REFUSED) - 1
    book = openpyxl.load_workbook(tmp_path / "l.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert told - {""} <= cells


@pytest.mark.parametrize("folder", ["=1+1", "CON", "nul.txt", "a.", "a ", "a\u202eb", "-rf", "@x", "a<b>", "x" * 101])
def test_a_working_folder_has_a_name_that_fits_everywhere(tmp_path, folder):
    with pytest.raises(UsageError, match="cannot name a folder everywhere"):
        nationalmap.new(tmp_path / folder, ["HKV"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("region", ["../../../x", "CON", "HKV/../..", "=1+1", "'; DROP TABLE x", "\x00", "..\\x"])
def test_a_region_names_no_path(tmp_path, region):
    with pytest.raises(InputRefused, match="is not a region"):
        nationalmap.new(tmp_path / "folder", [region])
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    return nationalmap.new(tmp_path_factory.mktemp("new") / "folder", ["HKV"], split=True)


def test_templates_hold_nothing_active(split):
    for path in sorted(split.rglob("*.xlsx"))[:4]:
        inert(path, path.name)


def test_what_a_hostile_template_says_is_collected_as_text(split, tmp_path):
    """Payloads in every cell of words of a returned template, under a name that a spreadsheet would run."""
    template = sorted((split / "templates").glob("*.xlsx"))[0]
    book = openpyxl.load_workbook(template)
    for sheet in book.worksheets[1:-1]:
        for number, payload in enumerate((*REFUSED, *ALIVE), sheet.max_row + 1):
            for column in range(1, min(sheet.max_column, 14) + 1):
                cell = sheet.cell(number, column)
                cell.value, cell.data_type = payload, "s"
    returned = tmp_path / "=cmd.xlsx"
    book.save(returned)
    found = nationalmap.collect([returned], tmp_path / "collected")
    assert found.merged.findings
    every_csv = [path for path in found.folder.iterdir() if path.suffix == ".csv"]
    for path in every_csv:
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), path
    inert(found.folder / "contradictions.xlsx", "contradictions")
    assert {path.name for path in tmp_path.iterdir()} == {"=cmd.xlsx", "collected"}

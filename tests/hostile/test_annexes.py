"""Bad annexes of a map in force: double rows, wrong totals, names and levels that mean nothing, cells that hide."""

import openpyxl
import pytest

from tests.hostile.corpus import refused, says

HEAD = "territory,level,host,service,max_users,document,date,source,status"
END = "Пример,2024-08-08,,illustrative"
ROWS = {
    "N1": f"NOR01,municipal,,day_care,12,{END}",
    "N2": f"NOR02,municipal,,day_care,9,{END}",
    "S1": f"SOU01,municipal,,day_care,8,{END}",
    "home": f"NOR,regional,NOR01,residence,8,{END}",
}
WIDE = [["Община", "Дневна грижа", "Дом"], ["Горно", 12, 6], ["Средно", 9, 2], ["Долно", 8, None]]
SAID = [["Документ: Пример", None, None], ["Дата: 2024-08-08", None, None], ["Статус: примерна", None, None]]

ONE_ROW = "keep one row per territory, service and host."
CODE = "municipal (общинско) or regional (областно)"
POINT = "write digits with a decimal point and no spaces, e.g. 1234.5."
MEND = "mend the row that is wrong."


def long(*more, head=HEAD, **changed):
    """The long table with rows changed (None: left out) and rows behind them."""

    def change(folder):
        rows = [row for row in {**ROWS, **changed}.values() if row is not None]
        (folder / "map.csv").write_text("\n".join([head, *rows, *more]) + "\n", encoding="utf-8")

    return change


def wide(*more, said=SAID, edit=None, title="Приложение", rows=WIDE):
    """A workbook laid out as annexes are printed, three lines above its header; ``edit`` has its sheet."""

    def change(folder):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = title
        for row in (*said, *rows, *more):
            sheet.append(row)
        if edit:
            edit(sheet)
        book.save(folder / "map.xlsx")

    return change


def put(cell, value):
    return lambda sheet: sheet.__setitem__(cell, value)


def unsaid(name, file="map.csv"):
    return f'{file}, {name}: is not said for this sheet; add a column "{name}", a line "{name}: …" above the header, or'


REFUSED = {
    # rows and figures
    "row twice": (long(ROWS["N2"]), [f'map.csv, row 6, max_users: "9" stands twice, first in row 3; {ONE_ROW}']),
    "two maxima, by code and by name": (
        long(f"Горно,municipal,,Дневна грижа,15,{END}"),
        [f'map.csv, row 6, max_users: "15" stands twice, first in row 2 with 12; {ONE_ROW}'],
    ),
    "negative": (
        long(N1=ROWS["N1"].replace("12", "-12")),
        ['map.csv, row 2, max_users: "-12" is negative; the smallest value allowed is 0.'],
    ),
    "fraction": (
        long(N1=ROWS["N1"].replace("12", "12.5")),
        ['map.csv, row 2, max_users: "12.5" is not a whole number; write it without decimals, and without…'],
    ),
    "thousands with spaces": (
        long(N1=ROWS["N1"].replace("12", "1 200")),
        [f'map.csv, row 2, max_users: "1 200" is not a number; {POINT}'],
    ),
    "thousands with a no-break space": (
        wide(edit=put("B5", "1\u00a0200")),
        [f'map.xlsx, sheet Приложение, row 5, Дневна грижа (B5): "1\\u00a0200" is not a number; {POINT}'],
    ),
    "dash": (
        wide(edit=put("C7", "–")),
        ['map.xlsx, sheet Приложение, row 7, Дом (C7): "–" may mean no data, or none; leave it blank or write 0; or…'],
    ),
    "blank figure": (
        long(N1=ROWS["N1"].replace("12", "")),
        ["map.csv, row 2, max_users: is empty; write the value; no data has to be declared where the table allows it."],
    ),
    "date for a figure": (
        long(N1=ROWS["N1"].replace("12", "3-7")),
        [f'map.csv, row 2, max_users: "3-7" is not a number; {POINT}'],
    ),
    # territories and hosts
    "unknown municipality": (
        long(N1=ROWS["N1"].replace("NOR01", "NOR07")),
        ['map.csv, row 2, territory: "NOR07" is not one of the 6 known codes; the nearest is "NOR03".'],
    ),
    "misspelt municipality": (
        wide(edit=put("A5", "Горна")),
        [
            'map.xlsx, sheet Приложение, row 5, territory (A5): "Горна" is no municipality\'s name or code; '
            "the nearest is NOR01 (Горно, Север): write its code."
        ],
    ),
    "Latin letters in a name that fits no other": (
        wide(edit=put("A5", "Gopнo")),
        [
            'map.xlsx, sheet Приложение, row 5, territory (A5): "Gopнo" is no municipality\'s name or code; '
            "the nearest is NOR01 (Горно, Север): write its code."
        ],
    ),
    "municipality on the sheet of another region": (
        wide(title="Юг", rows=WIDE[:2]),
        [
            'map.xlsx, sheet Юг, row 5, territory (A5): "Горно" lies in NOR, its sheet is of SOU; '
            "write the right municipality, or the right region."
        ],
    ),
    "municipality under another region": (
        long(
            head=HEAD.replace("territory,", "Област,territory,"),
            **{name: ("Юг," if name != "N1" else "Север,") + row for name, row in ROWS.items() if name != "home"},
            home=None,
        ),
        [
            'map.csv, row 3, territory: "NOR02" lies in NOR, its row is of SOU; '
            "write the right municipality, or the right region."
        ],
    ),
    "region that is none": (
        long(
            head=HEAD.replace("territory,", "Област,territory,"),
            **{name: "Запад," + row for name, row in ROWS.items() if name == "N1"},
            N2=None,
            S1=None,
            home=None,
        ),
        ['map.csv, row 2, region: "Запад" is no region; write its name or code.'],
    ),
    "host outside of its region": (
        long(home=ROWS["home"].replace("NOR01", "SOU01")),
        [
            'map.csv, row 5, host: "SOU01" lies in SOU, the row is of NOR; '
            "write a host of the region, or the region of the host."
        ],
    ),
    "regional service without a host": (
        long(home=ROWS["home"].replace("NOR01", "")),
        [
            "map.csv, row 5, host: is empty; write the municipality in which the service stands; "
            "a sum of hosts says общо in this column."
        ],
    ),
    "regional service of a municipality": (
        long(home=ROWS["home"].replace("NOR,", "NOR02,")),
        [
            'map.csv, row 5, territory: "NOR02" is no region; '
            "a service of the regional level names its region, and the municipality as host."
        ],
    ),
    "municipal service in another municipality": (
        long(N1=ROWS["N1"].replace("municipal,,", "municipal,NOR02,")),
        [
            'map.csv, row 2, host: "NOR02" is another municipality than NOR01; leave it blank: '
            "a service of the municipal level is the municipality's own; or write the level."
        ],
    ),
    "no territory": (
        long(N1=ROWS["N1"].replace("NOR01", "")),
        ["map.csv, row 2, territory: is empty; write the municipality, or the region of a regional service."],
    ),
    "regions down, whose names are municipalities' too": (
        wide(rows=[["Област", "Дневна грижа", "Дом"], ["Горно", 12, 6]]),
        [
            'map.xlsx, sheet Приложение, row 5, territory (A5): "Горно" stands under the heading of regions; '
            "write municipalities: of a regional service the one in which it stands."
        ],
    ),
    # levels and services
    "unknown level": (
        long(N1=ROWS["N1"].replace("municipal", "селско")),
        [f'map.csv, row 2, level: "селско" is no level of planning; write {CODE}.'],
    ),
    "service on both levels of a region": (
        long(f"NOR,regional,NOR01,day_care,5,{END}"),
        [
            'map.csv, row 6, service: "day_care" stands on the regional level, in row 2 on the municipal level of NOR; '
            "one region plans a service on one level."
        ],
    ),
    "misspelt code of a service": (
        long(N1=ROWS["N1"].replace("day_care", "day_cares")),
        ['map.csv, row 2, service: "day_cares" is not a service of the catalogue; the nearest is "day_care".'],
    ),
    "Cyrillic letters in the code of a service": (
        long(N1=ROWS["N1"].replace("day_care", "day_саrе")),
        [
            'map.csv, row 2, service: "day_саrе" is not a service of the catalogue; '
            'the nearest is "day_care" ("с" in the value is not a Latin letter).'
        ],
    ),
    "no service": (
        long(N1=ROWS["N1"].replace("day_care", "")),
        ["map.csv, row 2, service: is empty; write the service by its code or name."],
    ),
    # totals
    "total that is none": (
        long(f"Общо,,,,38,{END}"),
        [f'map.csv, row 6, max_users: "38" stands in a row of totals ("Общо"), the rows that it sums give 37; {MEND}'],
    ),
    "region and municipalities that do not add up": (
        wide(["Област Север", 20, 8]),
        [
            'map.xlsx, sheet Приложение, row 8, Дневна грижа (B8): "20" stands in a row of totals ("Област Север"), '
            f"the rows that it sums give 21; {MEND}"
        ],
    ),
    "sum of a service that is none": (
        long(f"Общо,municipal,,day_care,30,{END}", f"NOR,regional,общо,residence,9,{END}"),
        [
            'map.csv, row 6, max_users: "30" stands in a row of totals ("Общо"), the rows that it sums give 29; '
            f"{MEND}",
            f'map.csv, row 7, max_users: "9" stands in a row of totals ("NOR"), the rows that it sums give 8; {MEND}',
        ],
    ),
    "column of totals that does not add up": (
        wide(rows=[["Община", "Дневна грижа", "Дом", "Общо"], ["Горно", 12, 6, 19]]),
        [
            'map.xlsx, sheet Приложение, row 5, Общо (D5): "19" stands in a column of totals, the row sums to 18; '
            "mend the figure that is wrong."
        ],
    ),
    # what a map has to say of itself
    "no document, date and status": (
        wide(said=[]),
        [
            unsaid("date", "map.xlsx, sheet Приложение"),
            unsaid("document", "map.xlsx, sheet Приложение"),
            unsaid("status", "map.xlsx, sheet Приложение"),
        ],
    ),
    "a row without a document": (
        long(N1=ROWS["N1"].replace("Пример", "")),
        ["map.csv, row 2, document: is empty; write the value; no data has to be declared where the table allows it."],
    ),
    "a day that is none": (
        long(N1=ROWS["N1"].replace("2024-08-08", "08.08.2024")),
        ['map.csv, row 2, date: "08.08.2024" is not a date; write YYYY, YYYY-MM or YYYY-MM-DD.'],
    ),
    "a status that is none": (
        long(N1=ROWS["N1"].replace("illustrative", "legal")),
        ['map.csv, row 2, status: "legal" is not one of adopted, draft, illustrative; …'],
    ),
    "a formula as document": (
        wide(said=[["Документ", "=cmd|' /C calc'!A0".replace("=", "@"), None], *SAID[1:]]),
        [
            'map.xlsx, sheet Приложение, document: "@cmd|\' /C calc\'!A0" begins with "@": '
            "a spreadsheet would run it; begin with a letter or a digit."
        ],
    ),
    "a formula as the name of a service": (
        wide(edit=put("C4", "@SUM(1)")),
        [
            f'map.xlsx, sheet Приложение, row {row}, service: "@SUM(1)" begins with "@": a spreadsheet would run it; '
            "begin with a letter or a digit."
            for row in (5, 6, 7)
        ],
    ),
    # layout
    "no header": (
        wide(said=[], rows=WIDE[1:]),
        [
            "map.xlsx, sheet Приложение: has no row among the first 30 that names the columns; name the columns in one "
            "row: territory (община), then service and max_users, or a column for each service."
        ],
    ),
    "no service of the catalogue across": (
        wide(rows=[["Община", "Първо", "Второ"], ["Горно", 1, 2]]),
        [
            "map.xlsx, sheet Приложение, row 4: names no service of the catalogue in its header; give it a column "
            "service (услуга), or name the columns by the services of the catalogue."
        ],
    ),
    "one service in two columns": (
        wide(rows=[["Община", "Дневна грижа", "day_care"], ["Горно", 1, 2]]),
        ['map.xlsx, sheet Приложение, row 4, day_care: means the same as the column "Дневна грижа"; keep one of them.'],
    ),
    "no column of figures": (
        long(head=HEAD.replace("max_users", "колко")),
        ["map.csv, row 1, max_users: this column is missing; name the column max_users (максимален брой потребители)."],
    ),
    "merged header": (
        wide(edit=lambda sheet: sheet.merge_cells("B4:C4")),
        [
            f"map.xlsx, sheet Приложение, row {row}: this row has a value outside the columns of the header; …"
            for row in (5, 6)
        ],
    ),
    "merged header that hides nothing": (
        wide(edit=lambda sheet: sheet.merge_cells("A4:A5")),
        [
            "map.xlsx, sheet Приложение, row 4, territory (A4): the cells A4:A5 are merged in the header; split them, and…"
        ],
    ),
    "merged figures": (
        wide(edit=lambda sheet: sheet.merge_cells("B5:B6")),
        ["map.xlsx, sheet Приложение, row 5, Дневна грижа (B5): the cells B5:B6 are merged; split them, and write…"],
    ),
    "hidden row": (
        wide(edit=lambda sheet: setattr(sheet.row_dimensions[6], "hidden", True)),
        ["map.xlsx, sheet Приложение, row 6: this row is hidden; show it, or delete it: nobody can say whether it…"],
    ),
    "formula without a value": (
        wide(edit=put("B6", "=4+5")),
        ["map.xlsx, sheet Приложение, row 6, Дневна грижа (B6): is a formula of which the file holds no value; open…"],
    ),
    "a sheet that is none beside one that is": (
        wide(edit=lambda sheet: sheet.parent.create_sheet("Юг").append(["нищо", "тук"])),
        ["map.xlsx, sheet Юг: has no row among the first 30 that names the columns; name the columns in one row:…"],
    ),
    "cut within a row": (
        lambda folder: [long()(folder), (folder / "map.csv").write_bytes((folder / "map.csv").read_bytes()[:-5])],
        [
            'map.csv, row 5, status: "illustra" ends the file without a line break, as a file cut short does; compare the last…'
        ],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_annex_is_refused(run, toyland, toyland_run, name):
    change, said = REFUSED[name]
    file = toyland / said[0].split(",")[0].split(":")[0]
    words = ("in-force", toyland_run.folder, "--map", file, "--out", toyland.parent / "runs")
    says(refused(run, toyland, change, *words), [sentence.rstrip("…") + "…" for sentence in said])


def test_everything_wrong_is_told_at_once(run, toyland, toyland_run):
    change = long(
        f"NOR,regional,SOU01,residence,8,{END}",
        N1=ROWS["N1"].replace("12", "1.5"),
        N2=ROWS["N2"].replace("NOR02", "Бяла"),
    )
    words = ("in-force", toyland_run.folder, "--map", toyland / "map.csv", "--out", toyland.parent / "runs")
    lines = refused(run, toyland, change, *words)
    assert [line.split(":")[0] for line in lines] == [
        "map.csv, row 2, max_users", "map.csv, row 3, territory", "map.csv, row 6, host",
    ]  # fmt: skip

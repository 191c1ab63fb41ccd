"""Bad tables of toyland: codes, figures, files, services, the register, the catalogue of indicators.

``UNUSUAL`` files are right all the same.
"""

import re
import shutil

import pytest

from nationalmap import planning
from tests.conftest import TOYLAND
from tests.hostile.corpus import OLDER, REGISTER, SCENARIO, append, both, refused, remake, swap

CATALOGUE = "indicators/indicators.csv"
MUNICIPALITIES = "municipalities.csv"
REGIONS = "regions.csv"
SERVICES = "catalogue/services.csv"
BASES = "catalogue/bases.csv"
TRAVEL = "known_travel.csv"

NO_DATA = "may mean no data, or none; leave it blank or write 0; or declare it in blanks or zeros of its reading."
NUMBER = "write digits with a decimal point and no spaces, e.g. 1234.5."
BLANK = "is empty; write the value; no data has to be declared where the table allows it."
QUOTES = "a separator inside a cell needs quotes round the cell."
ABOVE = "stands above the header and could be a record; put the header above all records, or take the row out."
POINT = "check the unit and the decimal point."
NO_ROWS = "older.csv: holds no rows; a header and one row per record are asked."
CODE = "is not a code; letters, digits and _ . : - only, no blanks."
LEAVES = (
    "leaves the scenario's folder; write a path relative to the scenario's folder, "
    "or give the file on the command line."
)


def missing(code, name, file="older.csv"):
    return f'{file}, municipality: "{code}" ({name}) is missing; add its row.'


def unknown(written, row=4, cure='the nearest is "NOR03"', file="older.csv"):
    return f'{file}, row {row}, municipality: "{written}" is not one of the 6 known codes; {cure}.'


def code(written):
    """The code of Крайно, written so in the file of the indicator."""
    return swap(OLDER, "NOR03", written)


def figure(written):
    """The figure of Крайно."""
    return swap(OLDER, "NOR03,400", f"NOR03,{written}")


def older(rule):
    return f"older.csv, row 4, older: {rule}"


REFUSED = {
    # codes
    "unknown code": (code("NOR09"), [missing("NOR03", "Крайно"), unknown("NOR09", cure='the nearest is "NOR03"')]),
    "code with a zero too many": (code("NOR003"), [missing("NOR03", "Крайно"), unknown("NOR003")]),
    "code that lost its zero": (code("NOR3"), [missing("NOR03", "Крайно"), unknown("NOR3")]),
    "misspelt name instead of the code": (
        code("Крайна"),
        [
            missing("NOR03", "Крайно"),
            'older.csv, row 4, municipality: "Крайна" is no municipality\'s name or code; '
            "the nearest is NOR03 (Крайно, Север): write its code.",
        ],
    ),
    "NA as code": (code("NA"), [missing("NOR03", "Крайно"), unknown("NA", cure="one of 6 known values is asked")]),
    "code twice": (
        code("NOR02"),
        [
            missing("NOR03", "Крайно"),
            'older.csv, row 4, municipality: "NOR02" stands twice, first in row 3; keep one row per municipality.',
        ],
    ),
    "municipality missing": (swap(OLDER, "NOR03,400\n", ""), [missing("NOR03", "Крайно")]),
    "row of totals that is none": (
        append(OLDER, "Общо,4301\n"),
        [
            'older.csv, row 8, older: "4301" stands in a row of totals ("Общо"), the rows above sum to 4300; '
            "mend the row that is wrong."
        ],
    ),
    "cut within a row": (
        remake(OLDER, lambda data: data.rstrip(b"\n")),
        [
            'older.csv, row 7, older: "300" ends the file without a line break, as a file cut short does; '
            "compare the last row with the original; where nothing is missing press Enter at its end and save."
        ],
    ),
    "header sorted among the records": (
        remake(OLDER, lambda data: b"".join([(rows := data.splitlines(True))[1], rows[0], *rows[2:]])),
        [f"older.csv, row 1: {ABOVE}"],
    ),
    "header sorted behind the records": (
        remake(REGISTER, lambda data: b"".join([*(rows := data.splitlines(True))[1:3], rows[0]])),
        [
            f"register.csv, row 1: {ABOVE}",
            f"register.csv, row 2: {ABOVE}",
        ],
    ),
    "row of totals without a name": (
        append(OLDER, ",4300\n"),
        [f"older.csv, row 8, municipality: {BLANK}"],
    ),
    # figures
    "negative": (figure("-400"), [older('"-400" is negative; the smallest value allowed is 0.')]),
    "blank": (
        figure(""),
        [
            older(
                "is empty for NOR03; write the figure, or declare the municipality in declared_blank of indicators.csv."
            )
        ],
    ),
    "NaN": (figure("NaN"), [older(f'"NaN" is not a number; {NUMBER}')]),
    "infinite": (figure("inf"), [older(f'"inf" is not a number; {NUMBER}')]),
    "1e400": (figure("1e400"), [older('"1e400" is not a finite number; write the figure itself.')]),
    "huge": (figure("4000000000000"), [older(f'"4000000000000" is above 1e+12; {POINT}')]),
    "decimal comma": (figure('"400,0"'), [older(f'"400,0" is not a number; {NUMBER}')]),
    "1 234,5": (figure('"1 234,5"'), [older(f'"1 234,5" is not a number; {NUMBER}')]),
    "no-break thousands": (figure("1\u00a0234"), [older(f'"1\\u00a0234" is not a number; {NUMBER}')]),
    "narrow no-break thousands": (figure("1\u202f234"), [older(f'"1\\u202f234" is not a number; {NUMBER}')]),
    "1.234": (
        figure("1.234"),
        [older('"1.234" is not a whole number; write it without decimals, and without a point for thousands.')],
    ),
    "1.000": (figure("1.000"), [older('"1.000" may be one or a thousand; write it without a point.')]),
    "cut by a spreadsheet": (
        figure("4E+2"),
        [older('"4E+2" is written with an exponent; write all its digits: a spreadsheet may have cut them.')],
    ),
    "per cent": (figure("35%"), [older('"35%" is a per cent, its column is not; write the figure itself.')]),
    "dash": (figure("-"), [older(f'"-" {NO_DATA}')]),
    "two dots": (figure(".."), [older(f'".." {NO_DATA}')]),
    "formula": (figure("=1+1"), [older(f'"=1+1" is not a number; {NUMBER}')]),
    "date": (figure("3-7"), [older(f'"3-7" is not a number; {NUMBER}')]),
    "word": (figure("четиристотин"), [older(f'"четиристотин" is not a number; {NUMBER}')]),
    "another total": (
        figure("401"),
        [
            "older.csv, older: sums to 4301, the published national total is 4300; "
            "compare the rows with the published table."
        ],
    ),
    "shares above 100": (
        both(swap(CATALOGUE, "persons", "percent"), swap(CATALOGUE, ",4300,", ",,")),
        [
            f'older.csv, row {row}, older: "{n}" is above 100; {POINT}'
            for row, n in enumerate((1200, 800, 400, 1000, 600, 300), 2)
        ],
    ),
    # files
    "empty file": (remake(OLDER, lambda _: b""), [NO_ROWS]),
    "header only": (
        remake(OLDER, lambda data: data.split(b"\n")[0]),
        [NO_ROWS],
    ),
    "no header": (
        swap(OLDER, "municipality,older\n", ""),
        ["older.csv, row 1, municipality: this column is missing; the columns are municipality, older."],
    ),
    "header misspelt": (
        swap(OLDER, "older\n", "oldr\n"),
        [
            "older.csv, row 1, older: this column is missing; older has the columns municipality, older.",
            'older.csv, row 1, oldr: this column is not known; the nearest is "older".',
        ],
    ),
    "header twice": (
        remake(OLDER, lambda data: re.sub(rb"(older|\d+)\n", rb"\1,\1\n", data.replace(b"SOU03,300\n", b""))),
        ["older.csv, row 1, older: this column stands twice; keep one of them."],
    ),
    "code column twice": (
        remake(OLDER, lambda data: data.replace(b"\n", b",x\n").replace(b"older,x", b"older,municipality")),
        ["older.csv, row 1, municipality: this column stands twice; keep one of them."],
    ),
    "field too many": (
        figure("400,1"),
        [f"older.csv, row 4: this row has 3 fields, the header 2; {QUOTES}"],
    ),
    "separator at the end of rows only": (
        remake(OLDER, lambda data: data.replace(b"\n", b",\n").replace(b"older,\n", b"older\n")),
        [f"older.csv, row {row}: this row has 3 fields, the header 2; {QUOTES}" for row in range(2, 8)],
    ),
    "quote left open": (
        figure('"400'),
        [
            "older.csv, row 4: is not a CSV file from here on (unexpected end of data); "
            "open and save it again as CSV UTF-8; a quote may be left open."
        ],
    ),
    "quote left open in the last column": (
        swap(REGISTER, "Toyland: larger", '"Toyland: larger'),
        [
            "register.csv, row 2: is not a CSV file from here on (unexpected end of data); "
            "open and save it again as CSV UTF-8; a quote may be left open."
        ],
    ),
    "quote that swallows a row and closes": (
        both(
            swap(REGISTER, "Toyland: larger than the largest facility", '"Toyland'),
            swap(REGISTER, "Toyland: smaller than the smallest facility", 'Toyland"'),
        ),
        [
            'register.csv, row 2: "Toyland\\u000aday_NOR02,NOR02,day_care,3,3,keep,,,,attested,Toyland" '
            "holds a line break; "
            "write the cell on one line; a quote may be left open."
        ],
    ),
    "cp866": (
        remake(MUNICIPALITIES, lambda data: data.decode().encode("cp866")),
        [
            "municipalities.csv, row 2: is neither UTF-8 nor Windows-1251; "
            "save it as CSV UTF-8 (it may be in another encoding, or damaged)."
        ],
    ),
    "NUL": (figure("4\x0000"), ["older.csv: is not a text file; save it as CSV UTF-8."]),
    "broken spreadsheet under the name of a CSV": (
        remake(OLDER, lambda _: b"PK\x03\x04" + b"\x00" * 40),
        ["older.csv: is a broken archive (File is not a zip file); save it again with Excel or LibreOffice."],
    ),
    "separated by bars": (
        remake(OLDER, lambda data: data.replace(b",", b"|")),
        ["older.csv, row 1, municipality: this column is missing; the columns are municipality, older."],
    ),
    "folder instead of a file": (
        lambda folder: ((folder / REGISTER).unlink(), (folder / REGISTER).mkdir()),
        ['toyland.toml, inputs.register: "register.csv" is a folder; name the file in it.'],
    ),
    "file gone": (
        lambda folder: (folder / OLDER).unlink(),
        ["{folder}/indicators/2025/older.csv: does not exist; check the name."],
    ),
    # territory
    "region misspelt": (
        remake(MUNICIPALITIES, lambda data: re.sub(rb"(?m)^(NOR03.*),NOR,", rb"\1,NRO,", data)),
        ['municipalities.csv, row 4, region: "NRO" is not one of the 2 known codes; the nearest is "NOR".'],
    ),
    "region left out": (
        swap(REGIONS, "SOU,Юг,South,BG902,SOU01\n", ""),
        [
            f'municipalities.csv, row {row}, region: "SOU" is not one of the 1 known codes; '
            "one of 1 known values is asked."
            for row in (5, 6, 7)
        ],
    ),
    "seat in no municipality": (
        swap(REGIONS, "BG902,SOU01", "BG902,SOU09"),
        ['regions.csv, seat_municipality: "SOU09" is not a municipality; the nearest is "SOU03".'],
    ),
    "longitude and latitude swapped": (
        swap(MUNICIPALITIES, "25.4,43.0", "43.0,25.4"),
        [
            'municipalities.csv, row 4, seat_lat: "25.4" is below 40; the smallest value allowed is 40.',
            f'municipalities.csv, row 4, seat_lon: "43.0" is above 32; {POINT}',
        ],
    ),
    "municipality twice": (
        swap(MUNICIPALITIES, "NOR03,Крайно", "NOR02,Крайно"),
        [
            'municipalities.csv, row 4, municipality: "NOR02" stands twice, first in row 3; '
            "keep one row per municipality."
        ],
    ),
    "name that a spreadsheet would run": (
        swap(MUNICIPALITIES, "NOR03,Крайно", "NOR03,=1+1"),
        [
            'municipalities.csv, row 4, name_bg: "=1+1" begins with "=": a spreadsheet would run it; '
            "begin with a letter or a digit."
        ],
    ),
    "name with a terminal's command": (
        swap(MUNICIPALITIES, "NOR03,Крайно", "NOR03,\x1b[2JКрайно"),
        ['municipalities.csv, row 4, name_bg: "\\u001b[2JКрайно" holds a control character; type the text again.'],
    ),
    # services
    "no largest size": (
        swap(SERVICES, ",5,10,0.25", ",5,0,0.25"),
        [
            'services.csv, service "day_care", max_places: "0" does not follow min_places 5; '
            "1 <= min_places <= max_places is asked."
        ],
    ),
    "smallest above largest": (
        swap(SERVICES, ",5,10,0.25", ",11,10,0.25"),
        [
            'services.csv, service "day_care", max_places: "10" does not follow min_places 11; '
            "1 <= min_places <= max_places is asked."
        ],
    ),
    "sizes of a service at home": (
        swap(SERVICES, "municipal,community", "municipal,home"),
        [
            'services.csv, service "day_care", max_places: "10" has facilities of no size: it is given at home; '
            "write 0 for both sizes."
        ],
    ),
    "cost with a point for thousands": (
        swap(SERVICES, "1000.00,1000.00,100.00", "12.500,1000.00,100.00"),
        [
            'services.csv, row 2, running_cost_place_eur: "12.500" has more than two decimals; '
            "money is EUR to the cent, no point for thousands."
        ],
    ),
    "no user per place": (
        swap(SERVICES, "older_people,1,5,10", "older_people,0,5,10"),
        ['services.csv, row 2, users_per_place: "0" is below 1; the smallest value allowed is 1.'],
    ),
    "level misspelt": (
        swap(SERVICES, ",regional,", ",region,"),
        [
            'services.csv, row 3, level: "region" is not one of municipal, regional, national; '
            'the nearest is "regional".'
        ],
    ),
    "basis of no service": (
        append(BASES, "day_car,level,illustrative,x,\n"),
        ['bases.csv, row 16, service: "day_car" is not one of the 3 known codes; the nearest is "day_care".'],
    ),
    # register
    "site of an unknown service": (
        swap(REGISTER, "home_NOR01,NOR01,residence", "home_NOR01,NOR01,residense"),
        ['register.csv, row 7, service: "residense" is not one of the 2 known codes; the nearest is "residence".'],
    ),
    "site twice": (
        swap(REGISTER, "day_NOR02,", "day_NOR01,"),
        ['register.csv, row 3, site: "day_NOR01" stands twice, first in row 2; keep one row per site.'],
    ),
    "site that differs in signs only": (
        swap(REGISTER, "day_NOR02,", "day-NOR01,"),
        ['register.csv, site: "day_NOR01" differs from "day-NOR01" in signs only; give one of them another name.'],
    ),
    "site with the name of a planned one": (
        swap(REGISTER, "day_NOR02,", "new:day_care:NOR02,"),
        [
            'register.csv, site: "new:day_care:NOR02" begins with "new:", as the sites that a plan opens; '
            "give it a name of its own."
        ],
    ),
    "site with markup": (
        swap(REGISTER, "day_NOR02,", "<b>day</b>,"),
        [f'register.csv, row 3, site: "<b>day</b>" {CODE}'],
    ),
    "half a place": (
        swap(REGISTER, "day_care,12,", "day_care,12.5,"),
        [
            'register.csv, row 2, places: "12.5" is not a whole number; '
            "write it without decimals, and without a point for thousands."
        ],
    ),
    "status misspelt": (
        swap(REGISTER, ",free,", ",fre,"),
        [
            'register.csv, row 4, status: "fre" is not one of keep, free, protected, must_close_by; '
            'the nearest is "free".'
        ],
    ),
    "must close, but when": (
        swap(REGISTER, "must_close_by,2027", "must_close_by,"),
        ["register.csv, close_by_year: is empty for site day_SOU03, which must close; write the year."],
    ),
    "closing year of a site that stays": (
        swap(REGISTER, ",free,,", ",free,2027,"),
        [
            'register.csv, close_by_year: "2027" stands at site day_SOU01, whose status is free; '
            "write must_close_by, or leave it blank."
        ],
    ),
    "journey to nowhere": (
        swap(TRAVEL, "NOR01,NOR02,20", "NOR01,NOR09,20"),
        ['known_travel.csv, row 2, host: "NOR09" is not one of the 6 known codes; the nearest is "NOR03".'],
    ),
    # the catalogue of indicators
    "file of another folder": (
        swap(CATALOGUE, "2025/older.csv", "../../secret.csv"),
        [f'indicators.csv, file: "../../secret.csv" {LEAVES}'],
    ),
    "a device as file": (
        swap(CATALOGUE, "2025/older.csv", "/dev/zero"),
        [f'indicators.csv, file: "/dev/zero" {LEAVES}'],
    ),
    "a day that is none": (
        swap(CATALOGUE, "2025-12-31", "2025-31-12"),
        ['indicators.csv, row 2, reference_date: "2025-31-12" is not a date; write YYYY, YYYY-MM or YYYY-MM-DD.'],
    ),
    "nobody answers for it": (
        swap(CATALOGUE, ",estimate,", ",,"),
        [f"indicators.csv, row 2, source_class: {BLANK}"],
    ),
}

UNUSUAL = {
    "BOM": remake(OLDER, lambda data: b"\xef\xbb\xbf" + data),
    "CRLF": remake(OLDER, lambda data: data.replace(b"\n", b"\r\n")),
    "CR": remake(OLDER, lambda data: data.replace(b"\n", b"\r")),
    "semicolons": remake(MUNICIPALITIES, lambda data: data.replace(b",", b";")),
    "tabs": remake(REGISTER, lambda data: data.replace(b",", b"\t")),
    "code in small letters": swap(OLDER, "NOR03", "nor03"),
    "code with Cyrillic letters": swap(OLDER, "NOR03", "NОR03"),
    "code with a zero-width space": swap(OLDER, "NOR03", "NOR\u200b03"),
    "code with a no-break space": swap(OLDER, "NOR03", "NOR\u00a003"),
    "code of GISCO": swap(OLDER, "NOR03", "BG_NOR03"),
    "code of the seat": swap(OLDER, "NOR03", "90003"),
    "name instead of the code": swap(OLDER, "NOR03", "Крайно"),
    "name with Latin letters": swap(OLDER, "NOR03", "Kpaйно"),
    "row of totals": append(OLDER, "Общо,4300\n"),
    "row of totals in capitals": append(OLDER, "ВСИЧКО:,4300\n"),
    "empty lines": remake(OLDER, lambda data: data.replace(b"\n", b"\n\n")),
    "separators at every end": remake(REGISTER, lambda data: data.replace(b"\n", b",,\n")),
    "rows in another order": remake(OLDER, lambda data: b"".join([(rows := data.splitlines(True))[0], *rows[:0:-1]])),
    "columns in another order": remake(
        OLDER, lambda data: b"".join(b",".join(row.split(b",")[::-1]) + b"\n" for row in data.splitlines())
    ),
    "invisible signs round a code": swap(OLDER, "NOR03", "\u200b NOR03\u00a0"),
    "numbers with .0": swap(OLDER, "NOR03,400", "NOR03,400.0"),
    "scenario with BOM and CRLF": remake(SCENARIO, lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")),
    "an empty list of services": swap(SCENARIO, "years = [2027]", "years = [2027]\nservices = []"),
    "a list of all services": swap(SCENARIO, "years = [2027]", 'years = [2027]\nservices = ["residence", "day_care"]'),
}


@pytest.mark.parametrize(("change", "sentences"), REFUSED.values(), ids=REFUSED)
def test_a_bad_table_is_refused_in_these_sentences(toyland, run, change, sentences):
    shutil.copy(toyland / REGISTER, toyland.parent / "secret.csv")
    assert refused(run, toyland, change) == [sentence.replace("{folder}", str(toyland)) for sentence in sentences]


@pytest.fixture(scope="module")
def needs():
    return planning.check(str(TOYLAND)).needs


@pytest.mark.parametrize("change", UNUSUAL.values(), ids=UNUSUAL)
def test_an_unusual_file_gives_the_same_needs(toyland, needs, change):
    change(toyland)
    assert planning.check(str(toyland)).needs.equals(needs)

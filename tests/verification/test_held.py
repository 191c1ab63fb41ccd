"""Figures of the two towns held against originals made by hand, one kind of table after another."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from nationalmap.verification.findings import Findings
from nationalmap.verification.originals import _budgets, _holds, originals
from nationalmap.verification.question import read_question
from tests.verification.towns import INPUTS, NORMS, towns


class Held:
    """What is said of originals in a folder."""

    def __init__(self, folder: Path, texts: dict[str, str], origins: str, **parts: Any) -> None:
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
            origins = origins.replace(f"#{name}", hashlib.sha256(text.encode()).hexdigest())
        inputs = {"provenance": origins} | parts.pop("inputs", {})
        files = towns(inputs=inputs, **parts)
        say, asked = Findings(), Findings()
        q = read_question(files, asked)
        assert asked.sentences == []
        # What begins otherwise does not lie in another place.
        originals(q, files, {"ours/": [folder / "ours"], "": [folder]}, say)
        assert say.rules == {"originals"}
        self.sentences, self.notes, self.rows = say.sentences, say.notes, say.rows


def origin(table: str, columns: str, rows: str, records: str = "", part: int = 1, file: str = "") -> str:
    file = file or f"{table}.csv"
    return f"{table},{file},{part},{file},,#{file},,,stated,{columns},{rows},{records}"


REGISTER = "title\nplaces;site\n5;day_R2\n6;day_R1\n\n10;old_R1\n3;help_R2\n"
COLUMNS = "A:places B:site"


def test_figures_of_a_table_in_the_order_of_its_records(tmp_path: Path) -> None:
    good = origin("register", COLUMNS, "4 3 7 6")
    held = Held(tmp_path, {"register.csv": REGISTER}, good)
    assert (held.sentences, held.rows) == ([], 8)
    assert held.notes == ["originals: 1 of 1 files opened, 8 figures held against theirs."]
    # What nobody read, a study computed or a file that is not there holds no figure.
    lines = [origin("agreements", "A:host", "2"), "apart,b,1,,,,by a study,,estimated,,,", good]
    held = Held(tmp_path, {"register.csv": REGISTER}, "\n".join(lines))
    assert held.sentences == [
        "agreements.csv: is not there; the figures of agreements were not held against their cells."
    ]
    assert (held.notes, held.rows) == (["originals: 1 of 2 files opened, 8 figures held against theirs."], 8)
    wrong = origin("register", COLUMNS, "4 3 6 7")
    assert Held(tmp_path, {"register.csv": REGISTER}, wrong).sentences == [
        'register.csv, A6: holds "10"; "3" is planned with as places of register help_R2 R2 help 3.',
        'register.csv, B6: holds "old_R1"; "help_R2" is planned with as site of register help_R2 R2 help 3.',
        'register.csv, A7: holds "3"; "10" is planned with as places of register old_R1 R1 old_house 10.',
        'register.csv, B7: holds "help_R2"; "old_R1" is planned with as site of register old_R1 R1 old_house 10.',
    ]
    assert Held(tmp_path, {"register.csv": REGISTER}, origin("register", COLUMNS, "4 3 7 5")).sentences == [
        'register.csv, A5: holds nothing; "10" is planned with as places of register old_R1 R1 old_house 10.',
        'register.csv, B5: holds nothing; "old_R1" is planned with as site of register old_R1 R1 old_house 10.',
    ]


@pytest.mark.parametrize("rows", ["4 3 7 6 2", "2-9"])
def test_more_rows_than_records_are_no_originals_of_them(tmp_path: Path, rows: str) -> None:
    held = Held(tmp_path, {"register.csv": REGISTER}, origin("register", COLUMNS, rows))
    assert [s.partition(" (")[0] for s in held.sentences] == ["register.csv: cannot be read as register"]


def test_a_table_of_two_files(tmp_path: Path) -> None:
    texts = {"one.csv": "site,places\nday_R1,6\nday_R2,5\n", "two.csv": "site,places\nhelp_R2,3\nold_R1,10\n"}

    def said(one: str, two: str) -> list[str]:
        lines = [
            origin("register", "A:site B:places", rows, file=f"{file}.csv")
            for file, rows in (("one", one), ("two", two))
        ]
        return Held(tmp_path, texts, "\n".join(lines)).sentences

    assert said("2-3", "2-3") == []
    assert len(said("2-3", "3 2")) == 4
    assert len(said("3 2", "2-3")) == 4


def test_a_mended_cell_is_told_by_the_head_of_its_record(tmp_path: Path) -> None:
    texts = {"register.csv": REGISTER.replace("10;old", "ten;old")}
    lines = origin("register", COLUMNS, "4 3 7 6")
    for record in ("old_R1", "old_R1 R1", "old_R1 R1 old_house", "old_R1 R1 old_house 10"):
        mended = f'register,{record},places,"""ten""","""10"""'
        assert Held(tmp_path, texts, lines, inputs={"mended": mended}).sentences == []
    for mended in ('register,old_R1,users,"""ten""","""10"""', 'staff,old_R1,places,"""ten""","""10"""',
                   'register,old_R1 R1 old_house 10 10,places,"""ten""","""10"""',
                   'register,day_R1,site,"""ten""","""10"""'):  # fmt: skip
        found = Held(tmp_path, texts, lines, inputs={"mended": mended}).sentences
        assert (
            'register.csv, A6: holds "ten"; "10" is planned with as places of register old_R1 R1 old_house 10.' in found
        )


INDICATORS = {
    "indicators": "older,R1,2000\nolder,R2,1000\nolder,X1,500\npoor,R1,1\npoor,R2,2\npoor,X1,3",
    "indicator_catalogue": f"{INPUTS['indicator_catalogue'].replace(',,,', ',70,,old')}\n"
    "poor,Бедни,Poor,persons,a.csv,2021-09-07,nsi,census,6,,sum",
}
WIDE = "town,poor,older\nX1,3,500\nR1,1,2000\nR2,2,1000\n"


def test_indicators_of_a_wide_file_and_own_ones(tmp_path: Path) -> None:
    texts = {"indicators.csv": WIDE, "own.csv": "value,municipality,indicator\n1000,R2,older\n3,X1,poor\n"}
    wide = origin("indicators", "A:municipality B:poor C:older", "3 4 2")
    own = origin("indicators", "C:indicator B:municipality A:value", "2 3", "older R2; poor X1", file="own.csv")

    def said(**changed: str) -> Held:
        return Held(tmp_path, {f"{n}.csv": changed.get(n, texts[f"{n}.csv"]) for n in ("indicators", "own")},
                    f"{wide}\n{own}", inputs=INDICATORS)  # fmt: skip

    # Nine cells of the one without two that the other replaces, and six of that.
    assert (said().sentences, said().rows) == ([], 9 - 2 + 6)
    # What own figures replace may be anything.
    assert said(indicators=WIDE.replace("R2,2,1000", "R2,2,999")).sentences == []
    assert said(indicators=WIDE.replace("R1,1,2000", "R1,1,1999")).sentences == [
        'indicators.csv, C3: holds "1999"; "2000" is planned with as value of indicators older R1.'
    ]
    assert said(indicators=WIDE.replace("R1,1", "R9,1")).sentences == [
        'indicators.csv, A3: holds "R9"; "R1" is planned with as municipality of indicators R1.'
    ]
    assert said(own=texts["own.csv"].replace("3,X1,poor", "4,X2,poor")).sentences == [
        'own.csv, B3: holds "X2"; "X1" is planned with as municipality of indicators poor X1.',
        'own.csv, A3: holds "4"; "3" is planned with as value of indicators poor X1.',
    ]
    for line in (wide.replace("3 4 2", "3 4"), wide.replace("3 4 2", "3 4 2 1")):
        found = Held(tmp_path, texts, f"{line}\n{own}", inputs=INDICATORS).sentences
        assert [s.partition(" (")[0] for s in found] == ["indicators.csv: cannot be read as indicators"]
    found = Held(tmp_path, texts, f"{wide}\n{own.replace('2 3,', '2 3 4,')}", inputs=INDICATORS).sentences
    assert [s.partition(" (")[0] for s in found] == ["own.csv: cannot be read as indicators"]


def test_what_own_figures_write_anew_in_the_catalogue_is_not_compared(tmp_path: Path) -> None:
    catalogue = "indicator,total,note\nolder,7,new\npoor,6,sum\n"
    columns = "A:indicator B:national_total C:note"
    texts = {"indicator_catalogue.csv": catalogue, "indicators.csv": WIDE, "own.csv": "i,m,v\nolder,R2,1000\n"}
    own = origin("indicators", "A:indicator B:municipality C:value", "2", "older R2", file="own.csv")
    for lines, text, says in (
        (own, catalogue, []),
        (own, catalogue.replace("older,", "old,"), [('A2: holds "old"; "older"', "indicator")]),
        (own, catalogue.replace("poor,6,sum", "poor,5,"), [('B3: holds "5"; "6"', "national_total"),
                                                           ('C3: holds nothing; "sum"', "note")]),
        ("", catalogue, [('B2: holds "7"; "70"', "national_total"), ('C2: holds "new"; "old"', "note")]),
    ):  # fmt: skip
        both = f"{origin('indicator_catalogue', columns, '2-3')}\n{lines}".strip()
        held = Held(tmp_path, texts | {"indicator_catalogue.csv": text}, both, inputs=INDICATORS)
        assert len(held.sentences) == len(says)
        for sentence, (cell, name) in zip(held.sentences, says, strict=True):
            assert sentence.startswith(
                f"indicator_catalogue.csv, {cell} is planned with as {name} of indicator_catalogue "
            )


# ------------------------------------------------------------------------ norms

TOML = """
[[norms]]
id = "care.need"
gives = "need"
regions = []
rule = { type = "ratio", indicator = "older", rate = 1.0, per = 100.0 }

[[norms]]
rule.amount = 4
id = "help.minimum\""""
USED = [NORMS[0], NORMS[4]]


def norm_file(tmp_path: Path, text: str = TOML, rows: str = "3 10", norms: list[dict[str, Any]] = USED) -> Held:
    return Held(tmp_path, {"norms.toml": text}, origin("norms", "", rows, file="norms.toml"), norms=norms)


def test_norms_of_a_file_hold_what_it_says_of_them(tmp_path: Path) -> None:
    assert (norm_file(tmp_path).sentences, norm_file(tmp_path).rows) == ([], 2)
    # Which lines they stand on may be left unsaid, and one that does not count is none of the plan's.
    assert norm_file(tmp_path, rows="").sentences == []
    assert norm_file(tmp_path, rows="3", norms=USED[:1]).sentences == []
    for rows, says in (("3 9", 'line 9: is not that of norm "help.minimum"'),
                       ("3 11", 'line 11: is not that of norm "help.minimum"'),
                       ("2 10", 'line 2: is not that of norm "care.need"')):  # fmt: skip
        assert norm_file(tmp_path, rows=rows).sentences == [f"norms.toml, {says}."]
    for old, new in (("100.0", "100.1"), ("amount = 4", "amount = 5"), ("regions = []", 'regions = ["R"]'),
                     ('"need"', '"minimum"'), ("gives", "gave")):  # fmt: skip
        found = norm_file(tmp_path, TOML.replace(old, new)).sentences
        name = "help.minimum" if old == "amount = 4" else "care.need"
        assert found == [f'norms.toml: norm "{name}" is not as it is planned with.']
    assert norm_file(tmp_path, TOML.replace('"care.need"', '"care.needs"')).sentences == [
        'norms.toml: holds no norm "care.need".'
    ]


def test_whether_what_is_said_holds() -> None:
    for used, said, holds in (
        (Fraction("0.1"), 0.1, True), (Fraction("0.1"), 0.2, False), (Fraction(4), 4, True), (4, 5, False),
        ("a", "a", True), ("a", "b", False), (["a", 1], ["a", 1], True), (["a"], ["b"], False),
        (["a", "b"], ["a"], False), (["a"], ["a", "b"], False), ("a", ["a"], False),
        # What a file leaves out is as the rule has it; what it says has to be there.
        ({"a": 1, "b": 2}, {"a": 1}, True), ({"a": 1}, {"a": 2}, False), ({"b": 1}, {"a": 1}, False), (1, {}, False),
        ({"a": [{"b": Fraction(1, 2)}]}, {"a": [{"b": 0.5}]}, True),
        ({"a": [{"b": Fraction(1, 2)}]}, {"a": [{"b": 0.25}]}, False),
    ):  # fmt: skip
        assert _holds(used, said) is holds


def test_norms_of_a_sheet_hold_their_figures_and_leave_the_rest_to_the_rule(tmp_path: Path) -> None:
    columns = "A:norm B:status C:rate D:per E:amount F:indicator"
    sheet = "n,s,r,p,a,i\nhelp.minimum,illustrative,,,4,\ncare.need,illustrative,1,100,,older\n"

    def said(text: str, rows: str = "3 2") -> list[str]:
        return Held(tmp_path, {"norms.csv": text}, origin("norms", columns, rows), norms=USED).sentences

    assert said(sheet) == []
    # A rate that nobody wrote is the one of the rule; a norm without a name is none.
    assert said(sheet.replace("1,100", ",100")) == []
    assert said(sheet.replace("care.need", "")) == [
        'norms.csv, A3: holds nothing; "care.need" is planned with as norm of norms care.need.'
    ]
    assert said(sheet.replace("1,100", "1,101").replace("4", "5")) == [
        'norms.csv, D3: holds "101"; "100.0" is planned with as per of norms care.need.',
        'norms.csv, E2: holds "5"; "4.0" is planned with as amount of norms help.minimum.',
    ]
    assert said(sheet.replace(",4,", ",4,older")) == [
        'norms.csv, F2: holds "older"; "" is planned with as indicator of norms help.minimum.'
    ]


# ------------------------------------------------------------------------ what a run holds otherwise


def test_own_amounts_stand_in_the_streams(tmp_path: Path) -> None:
    def said(text: str) -> Held:
        return Held(tmp_path, {"budgets.csv": text}, origin("budgets", "A:stream B:year C:amount_eur", "2-4"))

    held = said("s,y,a\nown,2027,\nnew,2027,2400.00\n")
    assert (held.sentences, held.rows) == ([], 1)
    lines = ("new,2027,2400.01", "new,2028,2400", "build,2027,1", "no,2027,1", ",2027,1")
    for line, used in zip(lines, ("2400.0", "", "", "", ""), strict=True):
        stream, year, amount = line.split(",")
        what = f"the amount of {f'{stream} {year}'.strip()}"
        assert said(f"s,y,a\n{line}\n").sentences == [
            f'budgets.csv, C2: holds "{amount}"; "{used}" is planned with as {what}.'
        ]


def test_an_own_amount_is_named_by_the_first_of_what_its_cells_may_hold() -> None:
    q, say = read_question(towns(), Findings()), Findings()
    row = {"file": "budgets.xlsx", "sheet": "A", "table": "budgets"}
    found = {(2, 1): ("new", "NEW"), (2, 2): ("2027", "202700%"), (2, 3): ("1", "100%")}
    assert _budgets(row, [2], {"stream": 1, "year": 2, "amount_eur": 3}, found, q, say) == 1
    assert say.sentences == [
        'budgets.xlsx, sheet A, C2: holds "1"; "2400.0" is planned with as the amount of new 2027.'
    ]


TRAVEL = "R1,R1,0,0,computed\nR1,R2,20,20,known\nR2,R1,20,20,known\nR2,R2,0,0,computed"


def test_known_journeys_stand_among_the_others_in_both_directions(tmp_path: Path) -> None:
    def said(text: str, travel: str = TRAVEL, **inputs: str) -> Held:
        line = origin("known_travel", "B:municipality A:host C:travel_min", "2-3")
        texts = {"known_travel.csv": text}
        return Held(tmp_path, texts, line, inputs={"travel": travel} | inputs)

    held = said("h,m,min\nR2,R1,20\n")
    assert (held.sentences, held.rows) == ([], 2)
    assert held.notes == ["originals: 1 of 1 files opened, 2 figures held against theirs."]
    # Those of other regions are none of the plan's.
    assert said("h,m,min\nX1,R1,99\nR1,R2,20\n").sentences == []
    assert said("h,m,min\nR2,R1,21\n").sentences == [
        'known_travel.csv, C2: holds "21"; "20.0" is planned with as the minutes of R1 R2.'
    ]
    missing = "known_travel.csv: no named row holds the journey {}, which counts as known."
    assert said("h,m,min\nX1,R1,20\n").sentences == [missing.format("R1 R2"), missing.format("R2 R1")]
    # One direction of its own, and a way that is known but in one of them.
    both = TRAVEL.replace("R2,R1,20,20", "R2,R1,25,25")
    assert said("h,m,min\nR1,R2,25\nR2,R1,20\n", both).sentences == []
    one = TRAVEL.replace("R2,R1,20,20,known", "R2,R1,20,20,computed")
    assert (said("h,m,min\nR1,R2,20\n", one).sentences, said("h,m,min\nR1,R2,20\n", one).rows) == ([], 1)
    # A code that was read otherwise may be of any row.
    mended = 'known_travel,R1,host,"""r1""","""R1"""'
    held = said("h,m,min\nX1,R1,20\n", mended=mended)
    assert held.sentences == []
    assert held.notes[0].startswith("known_travel.csv: some of its codes were read otherwise")
    elsewhere = 'register,old_R1,places,"""ten""","""10"""'
    assert len(said("h,m,min\nX1,R1,20\n", mended=elsewhere).sentences) == 2


def test_of_the_scenario_and_of_polygons_the_hash_alone_is_compared(tmp_path: Path) -> None:
    lines = "\n".join(origin(table, "", "", file=f"{table}.x") for table in ("boundaries", "scenario"))
    held = Held(tmp_path, {"boundaries.x": "{", "scenario.x": json.dumps("?")}, lines)
    assert (held.sentences, held.rows) == ([], 0)
    held = Held(tmp_path, {"boundaries.x": "{"}, lines.replace("#scenario.x", "0"))
    assert held.sentences == ["scenario.x: was changed since the plan was made; its figures were not compared."]

"""Scenario and norm files: taken as written, or refused with the key and the nearest right one."""

from datetime import date
from pathlib import Path

import pytest

from nationalmap.domain.norm import Banded, Presence, Ratio, Threshold
from nationalmap.domain.scenario import Share, SiteLimit
from nationalmap.errors import InputRefused
from nationalmap.sources.scenarios import find, read_norms, read_scenario, shipped_scenarios
from nationalmap.sources.toml_files import read_toml

WHOLE = """\
format = 1
name = "whole"
title_bg = "Цялост"
title_en = "Whole"
says_bg = "т"
says_en = "t"
as_of = 2026-01-01
regions = ["NOR"]
years = [2027]

[streams.state]
name_bg = "Държава"
name_en = "State"
kind = "running"
amount_eur = 1000.0
status = "illustrative"
basis = "b"
"""


def write(tmp_path, text, name="whole.toml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(call):
    with pytest.raises(InputRefused) as caught:
        call()
    return str(caught.value).split("\n")


def changed(old, new):
    assert WHOLE.count(old) == 1
    return WHOLE.replace(old, new)


def streams(extra):
    return WHOLE + extra + "\n"


# ------------------------------------------------------------------ taken


def test_a_whole_scenario_and_what_it_leaves_to_the_defaults(tmp_path):
    file = read_scenario(write(tmp_path, WHOLE))
    scenario = file.scenario
    assert (scenario.name, scenario.years, scenario.as_of) == ("whole", (2027,), date(2026, 1, 1))
    assert scenario.regions == ("NOR",)
    assert (scenario.mode, scenario.no_loss, scenario.services) == ("within_the_money", True, ())
    assert scenario.stages[0] == "keep"
    assert (scenario.inputs.catalogue, scenario.travel.detour_factor) == ("catalogue", 1.2)
    state = scenario.streams["state"]
    assert (state.amount_eur, state.factor, state.over_years, state.new_places_only) == (1000.0, 1.0, 1, False)
    assert file.folder == tmp_path.resolve()
    assert [path.name for path in file.files] == ["whole.toml"]


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + WHOLE.encode(),
        WHOLE.replace("\n", "\r\n"),
        WHOLE.rstrip("\n"),
        WHOLE.replace("amount_eur = 1000.0", "amount_eur = 1000"),
        WHOLE.replace("amount_eur = 1000.0", "amount_eur = 1_000.0"),
        WHOLE.replace("as_of = 2026-01-01", 'as_of = "2026-01-01"'),
    ],
    ids=["BOM", "CRLF", "no newline at the end", "whole number", "underscore", "date in quotes"],
)
def test_the_same_in_another_writing(tmp_path, text):
    assert read_scenario(write(tmp_path, text)).scenario == read_scenario(write(tmp_path, WHOLE, "b.toml")).scenario


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "{{title}}", "../../x", "a\\u0026b"])
def test_a_title_may_hold_what_no_output_runs(tmp_path, title):
    scenario = read_scenario(write(tmp_path, changed('"Whole"', f'"{title}"'))).scenario
    assert scenario.title_en == title.replace("\\u0026", "&")


MORE = """
years = [2027, 2030]
shares = [{ service = "care", most = 0.5 }]
hubs = [{ municipality = "A1", most_services = 2, reason = "r" }]
site_limits = [{ service = "care", number = 3, basis = "b" }]
[[locks]]
id = "l"
author = "a"
reason = "r"
what = "places"
value = 5
service = "care"
municipality = "A1"
year = 2030
"""


def test_the_parts_of_a_whole_scenario(tmp_path):
    text = changed("years = [2027]\n", MORE).replace("amount_eur = 1000.0", "by_year = { 2027 = 1.5, 2030 = 2 }")
    text += "[solver]\nsolver = 'cbc'\ntolerances = { unmet = 1e-3 }\nnodes = { cost = 7 }\n"
    scenario = read_scenario(write(tmp_path, text + "[projection]\nmethod = 'cohorts'\n")).scenario
    assert (scenario.years, scenario.last_year, scenario.former_year(2030)) == ((2027, 2030), 2030, 2027)
    assert scenario.shares == (Share(service="care", most=0.5),)
    assert (scenario.hubs[0].most_services, scenario.hubs[0].excluded_services) == (2, ())
    assert scenario.site_limits == (SiteLimit(service="care", territory="", relation="most", number=3, basis="b"),)
    lock = scenario.locks[0]
    assert (lock.what, lock.relation, lock.value, lock.year, lock.host) == ("places", "exactly", 5, 2030, None)
    assert scenario.streams["state"].by_year == {"2027": 1.5, "2030": 2.0}
    assert (scenario.solver.solver, scenario.solver.tolerances, scenario.solver.nodes) == (
        "cbc", {"unmet": 1e-3}, {"cost": 7},
    )  # fmt: skip
    assert scenario.projection.method == "cohorts"


@pytest.mark.parametrize(
    ("given", "cure"),
    [("2028", "write years = [2028]"), ("'soon'", "write years = [2027]"), ("[2028]", "write years = [2027]")],
)
def test_the_former_key_year_is_told_with_its_cure_and_hides_no_other_fault(tmp_path, given, cure):
    lines = told(lambda: read_scenario(write(tmp_path, changed("years = [2027]", f"year = {given}\nmoed = 1"))))
    assert len(lines) == 2
    assert lines[0].endswith('moed: this key is not known; the nearest is "mode".')
    assert lines[1].endswith(f"is the former way to say it; {cure}.")


@pytest.mark.parametrize(
    ("stages", "fault"),
    [
        ('["travel"]', ""),
        ('["sites"]', ""),
        ('["worst_travel"]', ""),
        ('["staff", "keep", "overspend", "preference", "cost"]', ""),
        ('["cost"]', "overspend is missing or comes too late"),
        ('["overspend", "worst_unmet"]', '"worst_unmet" has no meaning in this mode'),
    ],
)
def test_stages_that_fit_the_question_what_it_would_cost(tmp_path, stages, fault):
    text = changed("years =", f"mode = 'what_it_would_cost'\nstages = {stages}\nyears =")
    if not fault:
        assert read_scenario(write(tmp_path, text)).scenario.mode == "what_it_would_cost"
    else:
        (line,) = told(lambda: read_scenario(write(tmp_path, text)))
        assert fault in line


LIMIT = '{{ service = "care", relation = "{}", number = {}, basis = "b" }}'


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        (("least", 2), ("most", 2), True),
        (("least", 3), ("most", 2), False),
        (("exactly", 3), ("most", 3), True),
        (("exactly", 3), ("least", 4), False),
        (("exactly", 3), ("exactly", 4), False),
        (("most", 0), ("most", 5), True),
    ],
)
def test_two_limits_of_one_service_fit_together_or_are_refused(tmp_path, one, other, fit):
    text = changed("years =", f"site_limits = [{LIMIT.format(*one)}, {LIMIT.format(*other)}]\nyears =")
    if fit:
        assert len(read_scenario(write(tmp_path, text)).scenario.site_limits) == 2
    else:
        (line,) = told(lambda: read_scenario(write(tmp_path, text)))
        assert 'site_limits.1: "care" cannot be kept together with site_limits.0' in line


# ------------------------------------------------------------------ refused: text that is not TOML


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (changed("2027]", "2027]\nyears = [2028]"), "says a key or table twice (at line 10, column 15)"),
        (WHOLE + "[streams.state]\n", "says a key or table twice (at line 18, column 15)"),
        (WHOLE + "[streams]\nstate = 1\n", "says a key or table twice"),
        (changed("years = [2027]", "years [2027]"), "is not TOML: Expected '=' after a key"),
        (changed("years = [2027]", "years = [02027]"), "is not TOML: "),
        (changed("years = [2027]", "years = [two]"), "is not TOML: "),
        (changed('"Whole"', '"Whole'), "is not TOML: Illegal character"),
        (WHOLE.encode("cp1251"), "is not UTF-8"),
        (WHOLE.encode("utf-16"), "is not UTF-8"),
        (WHOLE.replace("\n", "\r"), "is not TOML: "),
        (WHOLE.encode() + b"\x00", "is not TOML: "),
        (WHOLE + "x = " + "[" * 3000 + "]" * 3000, "nests more than 20 tables or lists in each other"),
        (WHOLE + ".".join("a" * 500) + " = 1", "nests more than 20 tables or lists in each other"),
        (changed("years = [2027]", "years = [" + "9" * 5000 + "]"), "holds a number of thousands of digits"),
    ],
    ids=[
        "key twice", "table twice", "table twice by another way", "no equals sign", "leading zero", "a word",
        "open quote", "cp1251", "UTF-16", "CR", "NUL", "deep lists", "deep tables", "thousands of digits",
    ],
)  # fmt: skip
def test_text_that_is_not_toml(tmp_path, text, sentence):
    (only,) = told(lambda: read_scenario(write(tmp_path, text)))
    assert only.startswith(f"whole.toml: {sentence}")


# ------------------------------------------------------------------ refused: keys and values

FITS = "does not fit: input should be"
UNIT = "check the figure and its unit."
CODE = "is not a code; letters, digits and _ . : - only, no blanks."
FIGURE = "is not a finite number; write the figure itself."
MISSING = "this key is missing; add it."
NEWER = (
    "is the format of a newer version, which may mean something else by the same words; "
    "take that version; this one reads format 1."
)
UNKNOWN = "this key is not known; the nearest is"
STATE = "streams.state"
TWINS = "".join(
    f'[streams."sta{sign}te"]\nname_bg = "x"\nname_en = "x"\nkind = "running"\namount_eur = 1.0\n'
    'status = "derived"\nbasis = "b"\n'
    for sign in "-_"
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (changed("years", "yaers"), [f'yaers: {UNKNOWN} "years".', f"years: {MISSING}"]),
        (changed("[streams.state]", "[stream.state]"), [f'stream: {UNKNOWN} "streams".', f"streams: {MISSING}"]),
        (changed("amount_eur", "amount_euro"), [f'{STATE}.amount_euro: {UNKNOWN} "amount_eur".']),
        (streams("factr = 0.9"), [f'{STATE}.factr: {UNKNOWN} "factor".']),
        (WHOLE + "[travel]\ndetur_factor = 1.1\n", [f'travel.detur_factor: {UNKNOWN} "detour_factor".']),
        (WHOLE + "[solver]\ntolerence = 1e-3\n", [f'solver.tolerence: {UNKNOWN} "tolerance".']),
        (WHOLE + "[inputs]\nregistry = 'x'\n", [f'inputs.registry: {UNKNOWN} "register".']),
        (changed('kind = "running"\n', ""), [f"{STATE}.kind: {MISSING}"]),
        (changed("2027", "2027.0"), [f'years.0: "2027.0" {FITS} a valid integer; mend the value.']),
        (changed("2027", '"2027"'), [f'years.0: "2027" {FITS} a valid integer; mend the value.']),
        (changed("2027", "true"), [f'years.0: "true" {FITS} a valid integer; mend the value.']),
        (changed("1000.0", "true"), [f'{STATE}.amount_eur: "true" {FITS} a valid number; mend the value.']),
        (changed("1000.0", '"1000"'), [f'{STATE}.amount_eur: "1000" {FITS} a valid number; mend the value.']),
        (changed("1000.0", "nan"), [f'{STATE}.amount_eur: "nan" {FIGURE}']),
        (changed("1000.0", "-inf"), [f'{STATE}.amount_eur: "-inf" {FIGURE}']),
        (changed("1000.0", "1e400"), [f'{STATE}.amount_eur: "inf" {FIGURE}']),
        (changed("1000.0", "-1.0"), [f'{STATE}.amount_eur: "-1" is negative; {UNIT}']),
        (changed("1000.0", "1e12"), [f'{STATE}.amount_eur: "1e+12" is not between 0 and 1e+11; {UNIT}']),
        (streams("factor = -0.9"), [f'{STATE}.factor: "-0.9" is negative; {UNIT}']),
        (
            streams("index = 1.05"),
            [f'{STATE}.index: "1.05" multiplies an indicator, and none is named; leave it out, or multiply'],
        ),
        (streams("over_years = 3"), [f'{STATE}.over_years: "3" spreads national_eur only; leave it out.']),
        (
            streams("over_years = 0"),
            [f'{STATE}.over_years: "0" is not between 1 and 100; {UNIT}', f"{STATE}.over_years"],
        ),
        (
            streams('indicator = "x"'),
            [f"{STATE}: does not say its amount in exactly one way; give one of amount_eur, by_year, indicator"],
        ),
        (
            streams("national_eur = 1.0"),
            [
                f"{STATE}: does not say",
                f"{STATE}.shared_by: a national amount needs a key to share it; national_eur and shared_by come",
            ],
        ),
        (
            streams('shared_by = "x"'),
            [f"{STATE}.shared_by: a national amount needs a key to share it; national_eur and shared_by come"],
        ),
        (streams('services = "care"'), [f'{STATE}.services: "care" {FITS} a valid array; mend the value.']),
        (streams('services = ["care", "care"]'), [f'{STATE}.services: "care" stands twice; name it once.']),
        (changed("streams.state", 'streams."a b"'), [f"streams.a b: {CODE}"]),
        (changed("streams.state", 'streams.""'), [f"streams.: {CODE}"]),
        (changed("streams.state", 'streams."<b>{x}"'), [f"streams.<b>{{x}}: {CODE}"]),
        (WHOLE + TWINS, ['streams.sta_te: differs from "sta-te" in signs only; give one of them another name.']),
        (changed("2027", "2026"), ['years: "2026" is not after as_of (2026-01-01); plan a later year.']),
        (changed("2027", "9999"), [f'years.0: "9999" is not between 2020 and 2100; {UNIT}']),
        (changed("2027", "1" + "0" * 30), ['years[0]: "1' + "0" * 30 + '" is too large; check the figure.']),
        (changed("2026-01-01", "1900-01-01"), [f'as_of: "1900" is not between 2000 and 2100; {UNIT}']),
        (changed("2026-01-01", "2026-01-01T10:00:00"), [f'as_of: "2026-01-01 10:00:00" {FITS} a valid date']),
        (changed("2026-01-01", "2026-02-30"), ["is not TOML: "]),
        (changed("2026-01-01", "7"), [f'as_of: "7" {FITS} a valid date']),
        (changed("format = 1", "format = 2"), ['format: "2" does not fit', f'format: "2" {NEWER}']),
        (changed("format = 1", "format = true"), ['format: "True" is not 1; write format = 1.']),
        (changed("format = 1", "format = 1.0"), ['format: "1.0" is not 1; write format = 1.']),
        (
            changed('"whole"', '"../x"'),
            ['name: "../x" cannot name a folder; use Latin letters, digits, - and _, at most 100: it names a folder.'],
        ),
        (changed('"whole"', '"Хасково"'), ['name: "Хасково" cannot name a folder']),
        (changed('"whole"', '""'), ["name: cannot name a folder"]),
        (changed('"whole"', '"..."'), ['name: "..." cannot name a folder']),
        (changed('"whole"', '"NUL"'), ['name: "NUL" cannot name a folder']),
        (changed('"whole"', '"' + "a" * 101 + '"'), ['name: "aaa']),
        (
            changed('"Whole"', '"a\\u001b[2Jb"'),
            ['title_en: "a\\u001b[2Jb" holds a control character; type the text again.'],
        ),
        (changed('["NOR"]', '"NOR"'), [f'regions: "NOR" {FITS} a valid array; mend the value.']),
        (changed('["NOR"]', "[1]"), [f'regions.0: "1" {FITS} a valid string; mend the value.']),
        (changed('["NOR"]', '["NOR", "NOR"]'), ['regions: "NOR" stands twice; name it once.']),
        (
            changed("years =", "stages = []\nyears ="),
            ["stages: is empty; name the stages in their order, or leave the key out."],
        ),
        (
            changed("years =", "stages = ['keep', 'keep']\nyears ="),
            ["stages: a stage stands twice; name each stage once."],
        ),
        (changed("years =", "stages = ['kep']\nyears ="), [f"stages.0: \"kep\" {FITS} 'keep', 'package'"]),
        (
            changed("years =", "stages = ['overspend']\nyears ="),
            ['stages: "overspend" has no meaning in this mode; leave it out, or change the mode'],
        ),
        (
            changed("years =", "mode = 'what_it_would_cost'\nstages = ['cost', 'overspend']\nyears ="),
            ["stages: overspend is missing or comes too late; the mode what_it_would_cost needs it before cost."],
        ),
        (
            changed("years =", "mode = 'free'\nyears ="),
            [f"mode: \"free\" {FITS} 'within_the_money' or 'what_it_would_cost'; mend the value."],
        ),
        (
            changed("years =", "capital_life_years = 0\nyears ="),
            [f'capital_life_years: "0" is not between 1 and 200; {UNIT}'],
        ),
        (changed("years =", "no_loss = 1\nyears ="), [f'no_loss: "1" {FITS} a valid boolean; mend the value.']),
        (WHOLE + "[travel]\nspeed_km_h = 0.0\n", [f'travel.speed_km_h: "0" is not between 1 and 300; {UNIT}']),
        (WHOLE + "[travel]\ndetour_factor = 0.5\n", [f'travel.detour_factor: "0.5" is not between 1 and 10; {UNIT}']),
        (WHOLE + "[travel]\nstart_min = -1.0\n", [f'travel.start_min: "-1" is negative; {UNIT}']),
        (
            WHOLE + "[solver]\nmax_nodes = 10_000_000_000\n",
            [f'solver.max_nodes: "1e+10" is not between 1 and 2.14748e+09; {UNIT}'],
        ),
        (WHOLE + "[solver]\ntolerance = 0.6\n", [f'solver.tolerance: "0.6" is not between 0 and 0.5; {UNIT}']),
        (
            WHOLE + "[solver]\ntime_limit_s = 0.0\n",
            [f'solver.time_limit_s: "0" is not between 1e-09 and 1e+06; {UNIT}'],
        ),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path, text, sentence):
    lines = told(lambda: read_scenario(write(tmp_path, text)))
    assert len(lines) == len(sentence)
    for start in sentence:
        assert any(line.startswith((f"whole.toml, {start}", f"whole.toml: {start}")) for line in lines), lines
    assert all(line.endswith(".") for line in lines)


def test_an_empty_file_names_every_missing_key(tmp_path):
    lines = told(lambda: read_scenario(write(tmp_path, "")))
    keys = ["as_of", "format", "name", "regions", "says_bg", "says_en", "streams", "title_bg", "title_en", "years"]
    assert lines == [f"whole.toml, {key}: this key is missing; add it." for key in keys]


def test_every_fault_is_told_at_once(tmp_path):
    text = changed("2027", "2026").replace("1000.0", "-1.0").replace('"whole"', '"a/b"')
    assert len(told(lambda: read_scenario(write(tmp_path, text)))) == 3


# ------------------------------------------------------------------ extends


def below(tmp_path, text=WHOLE):
    write(tmp_path, text)
    return tmp_path


def above(tmp_path, text):
    return read_scenario(write(below(tmp_path), 'extends = "whole"\nname = "above"\n' + text, "above.toml"))


def test_what_is_said_replaces_the_same_key_and_nothing_else(tmp_path):
    base = read_scenario(write(tmp_path, WHOLE)).scenario
    file = above(tmp_path, "years = [2030]\n[streams.state]\nfactor = 0.5\n")
    made = file.scenario
    assert (made.name, made.years) == ("above", (2030,))
    assert made.streams["state"].factor == 0.5
    assert made.streams["state"].amount_eur == 1000.0
    assert (made.title_bg, made.regions, made.as_of) == (base.title_bg, base.regions, base.as_of)
    assert [path.name for path in file.files] == ["above.toml", "whole.toml"]


def test_a_list_is_replaced_whole(tmp_path):
    assert above(tmp_path, 'regions = ["SOU"]\n').scenario.regions == ("SOU",)


def test_a_scenario_may_extend_one_that_extends(tmp_path):
    above(tmp_path, "years = [2030]\n")
    top = write(tmp_path, 'extends = "above"\nname = "top"\n', "top.toml")
    assert read_scenario(top).scenario.years == (2030,)


def test_a_shipped_scenario_may_be_extended_from_anywhere(tmp_path):
    path = write(tmp_path, 'extends = "haskovo-2027"\nname = "mine"\nyears = [2028]\n', "mine.toml")
    file = read_scenario(path)
    assert (file.scenario.name, file.scenario.years) == ("mine", (2028,))
    assert file.scenario.regions == ("HKV",)
    assert file.folder == tmp_path.resolve()


def test_an_amount_said_in_another_way_replaces_the_one_of_the_base(tmp_path):
    text = 'extends = "haskovo-2027"\nname = "mine"\n[streams.hr_programme]\namount_eur = 5.0\n'
    stream = read_scenario(write(tmp_path, text, "mine.toml")).scenario.streams["hr_programme"]
    assert (stream.amount_eur, stream.national_eur, stream.shared_by, stream.over_years) == (5.0, None, None, 1)
    assert (stream.first_year, stream.new_places_only) == (2027, True)


def test_a_factor_of_the_base_goes_with_the_amount_that_it_multiplied(tmp_path):
    """The base says two per cent of the subsidy; a scenario that states the money itself has all of it."""
    text = 'extends = "haskovo-2027"\nname = "mine"\n[streams.own_contribution]\namount_eur = 5.0\n'
    stream = read_scenario(write(tmp_path, text, "mine.toml")).scenario.streams["own_contribution"]
    assert (stream.amount_eur, stream.indicator, stream.factor) == (5.0, None, 1.0)
    stream = read_scenario(write(tmp_path, text + "factor = 0.5\n", "mine.toml")).scenario.streams["own_contribution"]
    assert stream.factor == 0.5


def test_a_fault_is_told_of_the_file_that_was_asked_for(tmp_path):
    (line,) = told(lambda: above(tmp_path, "yeers = [2030]\n"))
    assert line == 'above.toml, yeers: this key is not known; the nearest is "years".'


@pytest.mark.parametrize(
    ("base", "rule"),
    [
        ('"above"', "extends itself"),
        ('"whole.toml"', '"whole.toml" is neither beside this file nor shipped; the nearest is "whole".'),
        ('"nowhere"', '"nowhere" is neither beside this file nor shipped'),
        ('"../whole"', '"../whole" is not a scenario\'s name; write its name only.'),
        ('"/etc/passwd"', '"/etc/passwd" is not a scenario\'s name'),
        ('".."', '".." is neither beside this file nor shipped'),
        ('"."', '"." is not a scenario\'s name'),
        ('""', "is neither beside this file nor shipped"),
        ('"\\u0000"', '"\\u0000" is neither beside this file nor shipped'),
        ("5", '"5" is not a scenario\'s name'),
        ("['whole']", "is not a scenario's name"),
    ],
)
def test_what_cannot_be_extended(tmp_path, monkeypatch, base, rule):
    # Neither the folder that the command runs in, nor one above, may lend its files.
    elsewhere = tmp_path / "elsewhere" / "inner"
    elsewhere.mkdir(parents=True)
    for folder in (elsewhere, elsewhere.parent):
        write(folder, WHOLE.replace('"whole"', '"foreign"'), "foreign.toml")
    monkeypatch.chdir(elsewhere)
    below(tmp_path)
    (line,) = told(lambda: read_scenario(write(tmp_path, f"extends = {base}\n", "above.toml")))
    assert "extends" in line
    assert rule in line


def test_two_that_extend_each_other(tmp_path):
    write(tmp_path, 'extends = "b"\n', "a.toml")
    (line,) = told(lambda: read_scenario(write(tmp_path, 'extends = "a"\n', "b.toml")))
    assert "extends itself; remove one of the two extends" in line


# ------------------------------------------------------------------ find


def test_a_name_a_file_and_a_folder(tmp_path):
    path = write(tmp_path, WHOLE)
    assert find("haskovo-2027").name == "haskovo-2027.toml"
    assert find(str(path)) == path
    assert find(str(tmp_path)) == path


def test_a_folder_with_several_holds_one_called_scenario(tmp_path):
    write(tmp_path, WHOLE)
    write(tmp_path, WHOLE, "other.toml")
    (line,) = told(lambda: find(str(tmp_path)))
    assert line == f"{tmp_path}: holds 2 scenario files; name the one to plan."
    chosen = write(tmp_path, WHOLE, "scenario.toml")
    assert find(str(tmp_path)) == chosen


def test_a_folder_of_runs_does_not_hide_the_shipped_scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "haskovo-2027").mkdir()
    assert find("haskovo-2027") in shipped_scenarios()
    own = write(tmp_path / "haskovo-2027", WHOLE)
    assert find("haskovo-2027").resolve() == own.resolve()


def test_the_sources_of_the_data_are_no_scenario(tmp_path):
    path = write(tmp_path, WHOLE)
    write(tmp_path, "[files]\n", "SOURCES.toml")
    assert find(str(tmp_path)) == path
    assert "SOURCES" not in [file.stem for file in shipped_scenarios()]


def test_an_empty_folder(tmp_path):
    assert "holds 0 scenario files" in told(lambda: find(str(tmp_path)))[0]


@pytest.mark.parametrize("name", ["haskovo-2O27", "", "a" * 5000, "a\0b", "no/such.toml"])
def test_neither_name_nor_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (line,) = told(lambda: find(name))
    if name:
        assert "is neither a shipped scenario nor a file" in line
        assert "shipped are haskovo-2027" in line
    assert line.isprintable()
    assert len(line) < 500


def test_the_nearest_shipped_name_is_offered():
    (line,) = told(lambda: find("haskovo-2O27"))
    assert 'the nearest is "haskovo-2027"' in line


def test_a_folder_is_no_file(tmp_path):
    assert "folder" in told(lambda: read_toml(tmp_path))[0] or "cannot be read" in told(lambda: read_toml(tmp_path))[0]


# ------------------------------------------------------------------ norms

KINDS = "ratio, subgroup, composite, banded, presence, threshold, complement"
NORMS = """\
format = 1
[[norms]]
id = "care.need"
service = "care"
gives = "need"
status = "illustrative"
citation = "c"
basis = "b"
rule = { type = "ratio", indicator = "pop", rate = 1.5, per = 1000.0 }
"""


def norms(tmp_path, text):
    return read_norms(write(tmp_path, text, "norms.toml"))


def test_the_three_rules(tmp_path):
    ratio = 'rule = { type = "ratio", indicator = "pop", rate = 1.5, per = 1000.0 }'
    (norm,) = norms(tmp_path, NORMS)
    assert norm.rule == Ratio(type="ratio", indicator="pop", rate=1.5, per=1000.0)
    assert (norm.territory, norm.unit, norm.rounding, norm.estimate) == ("municipality", "users", "half_up", False)
    (norm,) = norms(tmp_path, NORMS.replace(ratio, 'rule = { type = "presence", amount = 8 }'))
    assert norm.rule == Presence(type="presence", amount=8.0)
    assert norm.indicator == ""
    banded = 'rule = { type = "banded", indicator = "pop", bands = [{ below = 9.0, amount = 0 }, { amount = 8 }] }'
    (norm,) = norms(tmp_path, NORMS.replace(ratio, banded))
    assert isinstance(norm.rule, Banded)
    assert [(band.below, band.amount) for band in norm.rule.bands] == [(9.0, 0.0), (None, 8.0)]


INNER = 'rule = { type = "threshold", own_from = 8, inner = { type = "ratio", indicator = "pop", rate = 1, per = 2 } }'


def test_a_rule_within_a_rule(tmp_path):
    ratio = 'rule = { type = "ratio", indicator = "pop", rate = 1.5, per = 1000.0 }'
    (norm,) = norms(tmp_path, NORMS.replace(ratio, INNER))
    assert norm.rule == Threshold(
        type="threshold", own_from=8.0, inner=Ratio(type="ratio", indicator="pop", rate=1.0, per=2.0)
    )


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("rate = 1,", "rte = 1,", [f"rule.inner.rate: {MISSING}", f'rule.inner.rte: {UNKNOWN} "rate".']),
        (
            '"ratio"',
            '"ration"',
            [
                'rule.inner.type: "ration" is not one of ratio, subgroup, composite, banded, presence; '
                'the nearest is "ratio".'
            ],
        ),
        (
            '"ratio"',
            '"threshold"',
            ['rule.inner.type: "threshold" is not one of ratio, subgroup, composite, banded, presence'],
        ),
        ('type = "ratio", ', "", [f"rule.inner.type: {MISSING}"]),
        ("own_from = 8, ", "", [f"rule.own_from: {MISSING}"]),
    ],
)
def test_a_fault_within_a_rule_within_a_rule(tmp_path, old, new, lines):
    ratio = 'rule = { type = "ratio", indicator = "pop", rate = 1.5, per = 1000.0 }'
    found = told(lambda: norms(tmp_path, NORMS.replace(ratio, INNER.replace(old, new))))
    assert len(found) == len(lines), found
    for line, start in zip(found, lines, strict=True):
        assert line.startswith(f'norms.toml, norm "care.need", {start}')


def test_norms_come_sorted_by_id(tmp_path):
    second = NORMS.replace("format = 1\n", "").replace("care.need", "a.need")
    assert [norm.id for norm in norms(tmp_path, NORMS + second)] == ["a.need", "care.need"]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            '"ratio"',
            '"ration"',
            [f'norm "care.need", rule.type: "ration" is not one of {KINDS}; the nearest is "ratio".'],
        ),
        ('type = "ratio", ', "", [f'norm "care.need", rule.type: {MISSING}']),
        ('"ratio"', "1", [f'norm "care.need", rule.type: "1" is not one of {KINDS}']),
        (
            "rate = 1.5",
            'rate = "1.5"',
            ['norm "care.need", rule.rate: "1.5" does not fit: input should be a valid number; mend the value.'],
        ),
        (
            "rate = 1.5",
            "rate = true",
            ['norm "care.need", rule.rate: "true" does not fit: input should be a valid number; mend the value.'],
        ),
        ("rate = 1.5", "rate = nan", [f'norm "care.need", rule.rate: "nan" {FIGURE}']),
        ("rate = 1.5, ", "", [f'norm "care.need", rule.rate: {MISSING}']),
        (
            "rate = 1.5",
            "rte = 1.5",
            [f'norm "care.need", rule.rate: {MISSING}', f'norm "care.need", rule.rte: {UNKNOWN} "rate".'],
        ),
        ("per = 1000.0", "per = 1000.0, amount = 3.0", ['norm "care.need", rule.amount: this key is not known']),
        (
            'rule = { type = "ratio", indicator = "pop", rate = 1.5, per = 1000.0 }',
            "rule = 5",
            ['norm "care.need", rule'],
        ),
        (
            'gives = "need"',
            'gives = "needs"',
            [f"norm \"care.need\", gives: \"needs\" {FITS} 'need', 'minimum' or 'maximum'; mend the value."],
        ),
        ('basis = "b"', 'basis = "b"\nroundin = "ceil"', [f'norm "care.need", roundin: {UNKNOWN} "rounding".']),
        ('citation = "c"\n', "", [f'norm "care.need", citation: {MISSING}']),
        ('id = "care.need"\n', "", [f'norm "1", id: {MISSING}']),
        ('"care.need"', '"care need"', [f'id: "care need" {CODE}']),
        ("format = 1", "format = 2", [f'format: "2" {NEWER}']),
        ("format = 1", "", ["format: is not 1; write format = 1."]),
        ("format = 1", "format = true", ['format: "True" is not 1; write format = 1.']),
        ("format = 1", "format = 1\nnorm = 1", [f'norm: {UNKNOWN} "norms".']),
        (
            "per = 1000.0",
            "per = " + "9" * 25,
            ['norm "care.need", rule.per: "' + "9" * 25 + '" is too large; check the figure.'],
        ),
    ],
)
def test_a_wrong_norm_is_named(tmp_path, old, new, lines):
    assert NORMS.count(old) == 1
    found = told(lambda: norms(tmp_path, NORMS.replace(old, new)))
    assert len(found) == len(lines)
    for line, start in zip(found, lines, strict=True):
        assert line.startswith(f"norms.toml, {start}")


@pytest.mark.parametrize("text", ["norms = 5\n", "norms = 'x'\n", "[norms]\nid = 'x'\n"])
def test_norms_are_a_list(tmp_path, text):
    assert told(lambda: norms(tmp_path, "format = 1\n" + text)) == [
        "norms.toml, norms: is not a list; begin each norm with [[norms]]."
    ]


def test_an_entry_that_is_no_table(tmp_path):
    (line,) = told(lambda: norms(tmp_path, "format = 1\nnorms = [5]\n"))
    assert line.startswith('norms.toml, norm "1"')


def test_an_id_that_stands_twice(tmp_path):
    (line,) = told(lambda: norms(tmp_path, NORMS + NORMS.replace("format = 1\n", "")))
    assert line == 'norms.toml, id: "care.need" stands twice; give each norm an id of its own.'


def test_the_shipped_ones_are_found_by_name():
    names = [path.stem for path in shipped_scenarios()]
    assert names == sorted(names)
    assert "haskovo-2027" in names
    assert all(isinstance(path, Path) for path in shipped_scenarios())

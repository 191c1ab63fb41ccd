"""The command line: the same list as the functions, sentences instead of tracebacks, exit codes."""

import dataclasses
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import nationalmap
from nationalmap import cli, errors, planning
from nationalmap.cli import shared

TOYLAND = Path(__file__).resolve().parent / "toyland"
ROOT = TOYLAND.parent.parent

#: What a command alone needs: the tongue of its sentences, and a file instead of the screen.
ONLY_SHOWN = {"language", "out"}


# ------------------------------------------------------------------ one list


def commands():
    """Callback of every command by the name of its function."""
    found = {}
    for command in cli.app.registered_commands:
        found[(command.name or command.callback.__name__).replace("-", "_")] = command.callback
    for group in cli.app.registered_groups:
        for command in group.typer_instance.registered_commands:
            name = (command.name or command.callback.__name__).replace("-", "_")
            found[f"{group.name}_{name}"] = command.callback
    return found


def test_commands_and_functions_are_one_list():
    assert set(commands()) == set(nationalmap.__all__) - {"__version__"}


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_command_and_its_function_have_the_same_parameters(name):
    function = inspect.signature(getattr(nationalmap, name)).parameters
    command = inspect.signature(commands()[name]).parameters
    asked = [parameter for parameter in function if parameter != "progress"]
    assert [parameter for parameter in command if parameter in asked] == asked
    assert set(command) - set(asked) <= ONLY_SHOWN
    for parameter in asked:
        mine, theirs = command[parameter].default, function[parameter].default
        assert mine == theirs, parameter


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_says_what_it_does(run, name):
    words = name.split("_") if name.startswith(("boundaries_", "runs_")) else [name.replace("_", "-")]
    answer = run(*words, "--help")
    assert answer.code == 0
    assert inspect.getdoc(commands()[name]).split("\n")[0].rstrip(".") in " ".join(answer.out.split())
    assert inspect.getdoc(getattr(nationalmap, name))


def test_the_functions_are_there_without_the_libraries_until_they_are_called():
    assert nationalmap.plan is planning.plan
    with pytest.raises(AttributeError, match="no attribute 'plann'"):
        _ = nationalmap.plann


def test_help_loads_no_library_of_tables_maps_or_solvers():
    code = """
import sys
from nationalmap.cli import main
for words in (["--help"], ["plan", "--help"], ["check", "--help"], ["boundaries", "build", "--help"]):
    try:
        main(words)
    except SystemExit as end:
        assert not end.code
import nationalmap
heavy = {"pandas", "numpy", "geopandas", "shapely", "pulp", "highspy", "folium", "xlsxwriter", "pyproj", "matplotlib"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().split("\n")[-1] == "[]"


def test_the_module_is_the_command():
    words = [sys.executable, "-m", "nationalmap", "check", "nowhere"]
    done = subprocess.run(words, capture_output=True, cwd=ROOT, check=False, env={"PYTHONUTF8": "0", "LC_ALL": "C"})
    assert done.returncode == 3
    assert done.stdout == b""
    assert done.stderr.decode().startswith('scenario: "nowhere" is neither a shipped scenario nor a file; ')
    assert b"Traceback" not in done.stderr


# ------------------------------------------------------------------ 0: it worked


def test_plan_says_where_the_map_lies_and_how_it_stands(run, tmp_path):
    answer = run("plan", TOYLAND, "--out", tmp_path, "--language", "en")
    assert (answer.code, answer.out.split("\n")[0]) == (0, "Toyland 2027")
    assert len(re.findall(r"(?m)^- ", answer.out)) == 5
    (folder,) = [path for path in (tmp_path / "toyland").iterdir() if path.is_dir()]
    assert f"map:      {folder / 'map.html'}" in answer.out
    assert f"workbook: {folder / 'plan.xlsx'}" in answer.out
    assert (folder / "map.html").is_file()
    assert (folder / "plan.xlsx").is_file()


def test_check_reports_the_joins_and_writes_nothing(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = run("check", "haskovo-2027")
    assert answer.code == 0
    assert "census.csv: 265 matched, 0 missing, 0 extra, 0 duplicated" in answer.out
    assert "no data, declared: social_services_subsidy of SFO06" in answer.out
    assert answer.out.endswith(
        "haskovo-2027: 11 municipalities, 31 services, 43 norms, 66 register rows, boundaries schematic: "
        "nothing to mend\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_scenarios_lists_the_shipped_ones(run):
    answer = run("scenarios")
    assert answer.code == 0
    assert re.findall(r"(?m)^\S+", answer.out) == [s.name for s in planning.scenarios()]
    assert "Хасково 2027: с наличните средства" in answer.out


def test_needs_on_the_screen_and_in_a_file(run, tmp_path):
    shown = run("needs", TOYLAND)
    assert shown.code == 0
    assert re.search(r"day_care +12 +8 +4 +10 +6 +3 +43", shown.out)
    path = tmp_path / "new" / "needs.csv"
    assert run("needs", TOYLAND, "--out", path).out == f"written: {path}\n"
    assert path.read_bytes() == (TOYLAND / "solved" / "needs.csv").read_bytes()


def test_a_total_with_a_blank_in_it_is_no_total(run, toyland):
    swap(OLDER, "SOU03,300", "SOU03,")(toyland)
    swap("indicators/indicators.csv", ",4300,,", ",,SOU03,")(toyland)
    answer = run("needs", toyland)
    assert re.search(r"day_care +12 +8 +4 +10 +6 +no data +no data", answer.out)


def test_compare_of_a_run_with_itself_finds_nothing(run, toyland_run, tmp_path):
    answer = run("compare", toyland_run.folder, toyland_run.folder, "--out", tmp_path, "--language", "en")
    assert answer.code == 0
    (table,) = tmp_path.glob("*/*-allocation.csv")
    assert table.read_text(encoding="utf-8").count("\n") == 1


def test_render_draws_the_same_page_again(run, toyland_run, tmp_path):
    answer = run("render", toyland_run.folder, "--out", tmp_path)
    assert answer.code == 0
    stem = f"toyland-{toyland_run.plan.run_id}"
    for name in ("map.html", "plan.xlsx", "about.txt"):
        assert (tmp_path / f"{stem}-{name}").read_bytes() == (toyland_run.folder / name).read_bytes()


# ------------------------------------------------------------------ 2: usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plann", "x"], "No such command 'plann'"),
        (["plan"], "Missing argument"),
        (["plan", "x", "--colour", "red"], "No such option: --colour"),
        (["plan", "x", "--language", "fr"], '"fr" is not bg or en'),
        (["compare"], "Missing argument"),
        (["compare", TOYLAND], "compare: 1 run given; name two or more, the base first."),
        (["boundaries", "build"], "Missing option"),
        (["boundaries", "build", "--tolerance-m", "x"], "--tolerance-m"),
    ],
)  # fmt: skip
def test_words_that_do_not_fit(run, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    answer = run(*words)
    assert answer.code == 2
    assert said in " ".join(answer.err.split())
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ 3: input refused


def swap(file, old, new):
    def change(folder):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


OLDER, SCENARIO, NORMS = "indicators/2025/older.csv", "toyland.toml", "catalogue/norms.toml"

BAD_INPUT = {
    "unknown municipality": (
        swap(OLDER, "SOU03,300\n", "SOU03,300\nSOU04,0\n"),
        'older.csv, row 8, municipality: "SOU04" is not one of the 6 known codes; the nearest is "SOU03".',
    ),
    "municipality twice": (
        swap(OLDER, "SOU03,300\n", "SOU03,300\nSOU03,300\n"),
        'older.csv, row 8, municipality: "SOU03" stands twice, first in row 7; keep one row per municipality.',
    ),
    "municipality missing": (
        swap(OLDER, "SOU03,300\n", ""),
        'older.csv, municipality: "SOU03" (Гранично) is missing; add its row.',
    ),
    "negative indicator": (
        swap(OLDER, "SOU03,300", "SOU03,-300"),
        'older.csv, row 7, older: "-300" is negative; the smallest value allowed is 0.',
    ),
    "empty indicator": (
        swap(OLDER, "SOU03,300", "SOU03,"),
        "older.csv, row 7, older: is empty for SOU03; "
        "write the figure, or declare the municipality in declared_blank of indicators.csv.",
    ),
    "norm on no indicator": (
        swap(NORMS, 'indicator = "older"', 'indicator = "oldre"'),
        'norms.toml, norm "day_care.need", indicator: "oldre" is not an indicator at hand; the nearest is "older".',
    ),
    "service without budget": (
        swap(SCENARIO, "amount_eur = 62600.0", 'amount_eur = 62600.0\nservices = ["residence"]'),
        'toyland.toml, streams: "day_care" has no budget: no running stream may pay it; '
        "add the service to a running stream, or leave it out of the scenario's services.",
    ),
    "misspelt key": (
        swap(SCENARIO, "years = [2027]", "years = [2027]\nno_los = true"),
        'toyland.toml, no_los: this key is not known; the nearest is "no_loss".',
    ),
    "misspelt key of a stream": (
        swap(SCENARIO, "amount_eur = 62600.0", "amount_eur = 62600.0\nfaktor = 0.9"),
        'toyland.toml, streams.state.faktor: this key is not known; the nearest is "factor".',
    ),
    "key twice": (
        swap(SCENARIO, "years = [2027]", "years = [2027]\nyears = [2028]"),
        "toyland.toml: says a key or table twice (at line 11, column 15); keep one of them.",
    ),
    "NaN": (
        swap(SCENARIO, "62600.0", "nan"),
        'toyland.toml, streams.state.amount_eur: "nan" is not a finite number; write the figure itself.',
    ),
    "path outside": (
        swap(SCENARIO, '"register.csv"', '"../register.csv"'),
        'toyland.toml, inputs.register: "../register.csv" leaves the scenario\'s folder; '
        "write a path relative to the scenario's folder, or give the file on the command line.",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_a_bad_input_is_one_sentence_and_no_run(run, toyland, tmp_path, change, sentence):
    shutil.copy(toyland / "register.csv", tmp_path / "register.csv")
    change(toyland)
    answer = run("plan", toyland, "--out", tmp_path / "runs")
    assert (answer.code, answer.out, answer.err) == (3, "", sentence + "\n")
    assert not (tmp_path / "runs").exists()


def test_all_faults_of_the_files_come_at_once(run, toyland):
    for old, new in (("NOR01,1200", "NOR01,1 200"), ("NOR02,800\n", ""), ("SOU03,300", "SOU03,-300")):
        swap(OLDER, old, new)(toyland)
    answer = run("check", toyland)
    assert answer.code == 3
    assert [line.split(":")[0] for line in answer.err.strip().split("\n")] == [
        "older.csv, municipality",
        "older.csv, row 2, older",
        "older.csv, row 6, older",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "nowhere"],
        ["check", "a" * 5000],
        ["check", ""],
        ["check", TOYLAND, "--register", "nowhere.csv"],
        ["check", TOYLAND, "--register", TOYLAND],
        ["check", TOYLAND, "--boundaries", "nowhere.geojson"],
        ["check", TOYLAND / "register.csv"],
        ["compare", "nowhere", "nowhere"],
        ["render", "nowhere"],
        ["render", TOYLAND],
        ["boundaries", "build", "--points", "no.csv", "--outline", "no.geojson", "--out", "x.geojson"],
    ],
    ids=lambda words: " ".join(str(word)[:30] for word in words[:3]).replace(str(TOYLAND)[:30], "TOYLAND"),
)  # fmt: skip
def test_what_is_not_there_is_named(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    answer = run(*words)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.endswith(".\n")
    assert list(tmp_path.iterdir()) == []


def test_the_registers_file_may_lie_anywhere_when_the_person_names_it(run, toyland, tmp_path):
    elsewhere = tmp_path / "mine.csv"
    rows = (toyland / "register.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    elsewhere.write_text("".join(rows[:3]), encoding="utf-8")
    answer = run("check", toyland, "--register", elsewhere)
    assert answer.code == 0
    assert "2 register rows" in answer.out


# ------------------------------------------------------------------ names that hold code


ATTACK = "<script>alert(1)</script>{{7*7}}${x}{0}%s"


def test_markup_and_braces_in_names_are_taken_and_harmless(run, toyland, tmp_path):
    swap("municipalities.csv", "Крайно,Krayno", f"{ATTACK},{ATTACK}")(toyland)
    swap("regions.csv", "Север,North", f"{ATTACK},{ATTACK}")(toyland)
    swap("catalogue/services.csv", "Дневна грижа,Day care,Дневна грижа,Day care", ",".join([ATTACK] * 4))(toyland)
    for word in ("Държавна субсидия", "State subsidy", "Играландия 2027", "Toyland 2027"):
        swap(SCENARIO, word, ATTACK)(toyland)
    answer = run("plan", toyland, "--out", tmp_path / "runs")
    assert answer.code == 0
    assert ATTACK in answer.out
    (page,) = (tmp_path / "runs" / "toyland").glob("*/map.html")
    text = page.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "alert(1)" in text
    assert "49{" not in text
    tables = (page.parent / "inputs" / "municipalities.csv").read_text(encoding="utf-8")
    assert ATTACK in tables


# ------------------------------------------------------------------ the other ends


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.NationalMapError("what"), 1),
        (errors.UsageError("what"), 2),
        (errors.InputRefused([errors.Fault("f.csv", 2, "c", "v", "is wrong", "mend it")]), 3),
        (errors.NoPlanPossible("what"), 4),
        (errors.NoPlanFound("what"), 6),
        (errors.SolverFailed("what"), 7),
        (errors.OutputFailed("what"), 8),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, BaseException) else "",
)
def test_each_end_has_its_exit_code_and_a_sentence(run, monkeypatch, error, code):
    def stop(*_):
        raise error

    monkeypatch.setattr(planning, "plan", stop)
    answer = run("plan", "haskovo-2027")
    said = {3: 'f.csv, row 2, c: "v" is wrong; mend it.', 130: "interrupted; nothing was published"}
    assert (answer.code, answer.out, answer.err) == (code, "", said.get(code, "what") + "\n")


def test_a_plan_that_is_not_proven_ends_with_5(run, monkeypatch, toyland_run):
    stages = (dataclasses.replace(toyland_run.plan.stages[0], status="feasible_with_gap"), *toyland_run.plan.stages[1:])
    unproven = dataclasses.replace(toyland_run, plan=dataclasses.replace(toyland_run.plan, stages=stages))
    monkeypatch.setattr(planning, "plan", lambda *_: unproven)
    answer = run("plan", TOYLAND)
    assert answer.code == 5
    assert "map:      " in answer.out


def test_debug_shows_what_a_programmer_wants_to_see(monkeypatch):
    monkeypatch.setattr(cli, "_debug", False)
    with pytest.raises(errors.InputRefused):
        cli.main(["--debug", "check", "nowhere"])


def test_a_full_disk_ends_with_8_and_leaves_nothing(run, monkeypatch, toyland_run, tmp_path):
    monkeypatch.setattr(planning, "answered", lambda question, progress: (toyland_run.plan, {}))
    (tmp_path / "runs").write_text("a file stands where the folder should", encoding="utf-8")
    answer = run("plan", TOYLAND, "--out", tmp_path / "runs")
    assert (answer.code, answer.out) == (8, "")
    assert "could not be written" in answer.err
    assert "nothing was published" in answer.err


@pytest.mark.parametrize("out", ["", ".", "folder"])
def test_a_table_needs_the_name_of_a_file(run, tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    answer = run("needs", TOYLAND, "--out", out)
    assert (answer.code, answer.out) == (8, "")
    assert "could not be written" in answer.err


def test_every_error_has_a_code_of_its_own():
    kinds = [errors.NationalMapError, *errors.NationalMapError.__subclasses__()]
    codes = [kind.exit_code for kind in kinds]
    assert sorted(codes) == sorted(set(codes))
    assert {shared.NOT_PROVEN, cli.INTERRUPTED}.isdisjoint(codes)


def test_typer_shows_no_tracebacks_of_its_own():
    assert isinstance(cli.app, typer.Typer)
    assert cli.app.pretty_exceptions_enable is False


def test_the_stages_of_the_manifest_are_those_of_the_plan(toyland_run):
    manifest = json.loads((toyland_run.folder / "manifest.json").read_bytes())
    assert [stage["name"] for stage in manifest["stages"]] == [stage.name for stage in toyland_run.plan.stages]

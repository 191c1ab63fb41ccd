"""A register that replaces another is counted beside it: what was cut at the end of a line is seen."""

import pytest

import nationalmap
from nationalmap import planning
from nationalmap.sources.inputs import read_inputs
from nationalmap.sources.resources import shipped
from nationalmap.sources.scenarios import find, read_scenario

HKV = shipped("scenarios") / "register" / "HKV.csv"


def written(path, lines, ends="\n"):
    path.write_text("".join(f"{line}{ends}" for line in lines), encoding="utf-8")
    return path


def told(scenario, register=None):
    """The notes on a register that replaces another."""
    notes = read_inputs(read_scenario(find(str(scenario))), register).notes
    return [note for note in notes if note.startswith("register: ")]


def shipped_lines():
    return HKV.read_text(encoding="utf-8").splitlines()


def extending(folder, register, more=""):
    """A scenario in a folder that has a register of its own."""
    folder.mkdir(exist_ok=True)
    inputs = f'[inputs]\nregister = "{register}"\nrenovations = ""\nagreements = ""\n'
    text = f'extends = "haskovo-2027"\nname = "mine"\n{more}\n{inputs}'
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return folder / "mine.toml"


@pytest.mark.parametrize(
    ("rows", "said"), [(33, "33 rows and 1,139 places"), (1, "1 row and 111 places"), (65, "65 rows and 1,630 places")]
)
def test_a_register_cut_at_a_line_end_is_counted_beside_the_scenarios_own(rows, said, tmp_path):
    cut = written(tmp_path / "register.csv", shipped_lines()[: rows + 1])
    whole = "HKV.csv, the scenario's own, has 66 and 1,667"
    assert told("haskovo-2027", cut) == [f"register: register.csv has {said} in the planned regions; {whole}"]


def test_who_checks_or_plans_is_told(toyland, tmp_path):
    cut = written(tmp_path / "mine.csv", (toyland / "register.csv").read_text(encoding="utf-8").splitlines()[:2])
    note = "register: mine.csv has 1 row and 12 places in the planned regions; register.csv, the scenario's own, has "
    assert f"{note}6 and 36" in planning.check(str(toyland), cut).notes
    said = []
    planning.plan(str(toyland), tmp_path / "runs", cut, progress=said.append)
    assert f"note: {note}6 and 36" in said


def test_places_alone_may_differ(tmp_path):
    lines = shipped_lines()
    at = lines[0].split(",").index("places")
    cells = lines[1].split(",")
    cells[at] = str(int(cells[at]) - 1)
    fewer = written(tmp_path / "fewer.csv", [lines[0], ",".join(cells), *lines[2:]])
    assert told("haskovo-2027", fewer) == [
        "register: fewer.csv has 66 rows and 1,666 places in the planned regions; "
        "HKV.csv, the scenario's own, has 66 and 1,667"
    ]


def test_the_same_rows_in_another_order_are_nothing_to_tell(tmp_path):
    lines = shipped_lines()
    assert told("haskovo-2027", written(tmp_path / "mine.csv", [lines[0], *reversed(lines[1:])], "\r\n")) == []


def test_the_register_of_a_folder_is_counted_beside_that_of_the_question_which_it_extends(tmp_path):
    mine = extending(tmp_path / "mine", "own.csv")
    written(tmp_path / "mine" / "own.csv", shipped_lines())
    assert told(mine) == []
    written(tmp_path / "mine" / "own.csv", shipped_lines()[:34])
    whole = "HKV.csv, which it replaces, has 66 and 1,667"
    assert told(mine) == [f"register: own.csv has 33 rows and 1,139 places in the planned regions; {whole}"]
    # Through a scenario of the same folder that extends the shipped one and has this register already.
    (tmp_path / "mine" / "above.toml").write_text('extends = "mine"\nname = "above"\n', encoding="utf-8")
    assert told(tmp_path / "mine" / "above.toml") == told(mine)
    # What is named beside the scenario replaces the folder's.
    assert told(mine, HKV) == [
        "register: HKV.csv has 66 rows and 1,667 places in the planned regions; "
        "own.csv, the scenario's own, has 33 and 1,139"
    ]


def test_a_folder_of_another_region_is_counted_beside_the_national_register(tmp_path):
    """Gabrovo's rows of the national register, all but the last."""
    rows = (HKV.parent / "BG.csv").read_text(encoding="utf-8").splitlines()
    at, places = rows[0].split(",").index("municipality"), rows[0].split(",").index("places")
    gabrovo = [row for row in rows[1:] if row.split(",")[at].startswith("GAB")]
    assert len(gabrovo) > 10
    total = [sum(int(row.split(",")[places]) for row in some) for some in (gabrovo[:-1], gabrovo)]
    mine = extending(tmp_path / "gab", "gab.csv", more='regions = ["GAB"]')
    written(tmp_path / "gab" / "gab.csv", [rows[0], *gabrovo[:-1]])
    assert told(mine) == [
        f"register: gab.csv has {len(gabrovo) - 1} rows and {total[0]:,} places in the planned regions; "
        f"BG.csv, which it replaces, has {len(gabrovo)} and {total[1]:,}"
    ]


def test_rows_of_other_regions_do_not_count():
    """The register of the country has 2,044 rows; in Haskovo as many rows and places as Haskovo's."""
    assert told("haskovo-2027", HKV.parent / "BG.csv") == []


@pytest.mark.parametrize("own", ["site\n", None], ids=["broken", "missing"])
def test_one_that_cannot_be_read_is_replaced_without_a_word(own, toyland, tmp_path):
    mine = written(tmp_path / "mine.csv", (toyland / "register.csv").read_text(encoding="utf-8").splitlines()[:2])
    if own is None:
        (toyland / "register.csv").unlink()
    else:
        (toyland / "register.csv").write_text(own, encoding="utf-8")
    assert told(toyland, mine) == []


def test_a_folder_that_nobody_has_touched_is_nothing_to_tell(tmp_path):
    for region in ("HKV", "GAB"):
        assert told(nationalmap.new(tmp_path / region, [region])) == []

"""The use cases from files to files: toyland's hand-made answer, overrides, and what is left behind."""

import shutil
from pathlib import Path

import pytest

import nationalmap
from nationalmap import planning, schema
from nationalmap.errors import InputRefused, NoPlanPossible, OutputFailed
from nationalmap.sources import resources

TOYLAND = Path(__file__).resolve().parent / "toyland"
SOLVED = sorted((TOYLAND / "solved").glob("*.csv"))


@pytest.mark.parametrize("solved", SOLVED, ids=lambda path: path.stem)
def test_the_run_folder_holds_the_answer_made_by_hand(toyland_run, solved):
    assert (toyland_run.folder / solved.name).read_text(encoding="utf-8") == solved.read_text(encoding="utf-8")


def test_every_result_table_was_made_by_hand():
    assert [path.stem for path in SOLVED] == sorted(table.name for table in schema.RESULT_TABLES)


def test_a_plan_says_its_question_and_its_folder(toyland_run, tmp_path):
    plan = toyland_run.plan
    assert (plan.scenario.name, plan.status, len(plan.run_id)) == ("toyland", "proven", 12)
    assert toyland_run.folder.parent.name == "toyland"
    assert toyland_run.folder.name == plan.run_id
    money = plan.tables["budget"]
    assert money.set_index("stream")["budget_eur"].to_dict() == {"state": 62600, "programme": 22000, "building": 70000}


def test_progress_is_told_stage_by_stage(monkeypatch, tmp_path):
    said = []
    planning.plan(str(TOYLAND), tmp_path, progress=said.append)
    # The toy register has a centre larger than a new one may be, and nothing in one municipality: said first.
    assert [words.startswith("note: register: ") for words in said[:3]] == [True, True, False]
    assert "day_NOR01 (12)" in said[0]
    assert "no row for municipality NOR03" in said[1]
    assert said[2] == "inputs read and checked"
    assert said[-1] == "drawing the page and the workbook"
    assert next(words for words in said if "keep" in words).startswith("stage 1 of ")


def test_needs_are_those_of_the_check():
    table = nationalmap.needs(str(TOYLAND))
    assert table.equals(nationalmap.check(str(TOYLAND)).needs)
    # One in a hundred and one in two hundred, half up: 300 / 200 = 1.5 is 2.
    wide = table.pivot(index="municipality", columns="group", values="need_users")
    assert wide["day_care"].tolist() == [12, 8, 4, 10, 6, 3]
    assert wide["residence"].tolist() == [6, 4, 2, 5, 3, 2]


def test_the_order_of_the_rows_changes_no_table(toyland, toyland_run, tmp_path):
    for path in toyland.rglob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(header + "".join(reversed(rows)), encoding="utf-8")
    turned = planning.plan(str(toyland), tmp_path / "runs")
    for path in SOLVED:
        assert (turned.folder / path.name).read_bytes() == (toyland_run.folder / path.name).read_bytes(), path.name
    # The files are others, and the run says so.
    assert turned.plan.run_id != toyland_run.plan.run_id


# ------------------------------------------------------------------ what a scenario leaves out


def test_fewer_services_take_only_their_own_norms_sites_and_streams(toyland):
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("years = [2027]", 'years = [2027]\nservices = ["day_care"]'), encoding="utf-8")
    question = planning.check(str(toyland))
    assert {norm.target for norm in question.inputs.norms} == {"day_care"}
    assert set(question.inputs.tables["register"]["service"]) == {"day_care"}
    assert question.inputs.tables["services"]["service"].tolist() == ["day_care"]
    assert set(question.needs["group"]) == set(question.package["service"]) == {"day_care"}
    # The programme for the residence stays in the scenario: it pays nothing here, and is no fault.
    assert "programme" in question.budgets_eur


def test_one_region_plans_its_own_municipalities(toyland):
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace('["NOR", "SOU"]', '["SOU"]'), encoding="utf-8")
    question = planning.check(str(toyland))
    assert question.municipalities["municipality"].tolist() == ["SOU01", "SOU02", "SOU03"]
    assert set(question.needs["municipality"]) == {"SOU01", "SOU02", "SOU03"}
    assert set(question.inputs.tables["travel"]["host"]) == {"SOU01", "SOU02", "SOU03"}


def test_a_norm_holds_in_its_years_only(toyland):
    norms = toyland / "catalogue/norms.toml"
    text = norms.read_text(encoding="utf-8")
    later = text[text.index("[[norms]]") : text.index("[[norms]]", 60 + text.index("[[norms]]"))]
    assert later.count("day_care.need") == 1
    later = later.replace("day_care.need", "day_care.need.later").replace("rate = 1.0", "rate = 3.0")
    now = text.replace('gives = "need"', 'gives = "need"\nvalid_to = 2027', 1)
    norms.write_text(now + "\n" + later + "valid_from = 2028\n", encoding="utf-8")
    assert "day_care.need.later" not in {norm.id for norm in planning.check(str(toyland)).inputs.norms}
    scenario = toyland / "toyland.toml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("[2027]", "[2028]"), encoding="utf-8")
    question = planning.check(str(toyland))
    assert question.needs.query("group == 'day_care'")["need_users"].tolist() == [36, 24, 12, 30, 18, 9]


# ------------------------------------------------------------------ overrides


def test_another_register_replaces_the_scenarios_own(toyland, tmp_path):
    mine = tmp_path / "mine.csv"
    rows = (toyland / "register.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    mine.write_text("".join(rows[:2]), encoding="utf-8")
    question = planning.check(str(toyland), register=mine)
    assert question.inputs.tables["register"]["site"].tolist() == ["day_NOR01"]
    own = planning.check(str(toyland))
    assert len(own.inputs.tables["register"]) == 6
    assert question.inputs.sources["register"] != own.inputs.sources["register"]
    assert question.needs.equals(own.needs)


def test_another_layer_replaces_the_boundaries(toyland, tmp_path):
    layer = tmp_path / "layer.geojson"
    shutil.move(toyland / "boundaries.geojson", layer)
    scenario = toyland / "toyland.toml"
    text = scenario.read_text(encoding="utf-8").replace('boundaries = "boundaries.geojson"\n', "")
    scenario.write_text(text, encoding="utf-8")
    question = planning.check(str(toyland), boundaries=layer)
    assert len(question.inputs.boundaries.polygons) == 6
    assert question.inputs.boundaries.source == "layer.geojson"
    with pytest.raises(InputRefused):  # the shipped boundaries are those of another country
        planning.check(str(toyland))


def test_every_file_that_was_read_is_named_with_its_hash(toyland):
    sources = planning.check(str(toyland)).inputs.sources
    assert set(sources) == {
        "2025/older.csv", "bases", "boundaries", "calibration", "groups", "indicator_catalogue", "known_travel",
        "municipalities", "norms", "regions", "register", "services", "toyland.toml",
    }  # fmt: skip
    assert all(len(digest) == 64 for digest in sources.values())


# ------------------------------------------------------------------ a folder is left by a plan and by nothing else


@pytest.mark.parametrize("failure", [NoPlanPossible("no"), OutputFailed("no"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("place", ["planning.answered", "reports.documents.documents"])
def test_what_fails_leaves_no_folder(toyland_run, tmp_path, monkeypatch, failure, place):
    def fail(*_):
        raise failure

    monkeypatch.setattr(planning, "answered", lambda *_: (toyland_run.plan, {}))
    monkeypatch.setattr(f"nationalmap.{place}", fail)
    with pytest.raises(type(failure)):
        planning.plan(str(TOYLAND), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_fault_is_told_of_the_scenario_that_was_asked_for(toyland):
    above = toyland / "above.toml"
    above.write_text('extends = "toyland"\nname = "above"\nregions = ["NRO"]\n', encoding="utf-8")
    with pytest.raises(InputRefused) as caught:
        planning.check(str(above))
    assert str(caught.value) == 'above.toml, regions: "NRO" is not a region; the nearest is "NOR".'


def test_a_register_row_of_another_region_is_named_and_not_used(tmp_path):
    shipped = (resources.shipped("scenarios") / "register" / "HKV.csv").read_text(encoding="utf-8")
    moved = tmp_path / "register.csv"
    moved.write_text(
        shipped.replace("day_centre_older:HKV28:1,HKV28,", "day_centre_older:HKV28:1,BGS01,"), encoding="utf-8"
    )
    notes = planning.check("haskovo-2027", moved).notes
    assert notes[0] == (
        "register: 1 rows lie outside the planned regions and are not used: day_centre_older:HKV28:1 (BGS01)"
    )


def test_a_register_cut_at_a_line_end_says_what_has_no_row(tmp_path):
    shipped = (resources.shipped("scenarios") / "register" / "HKV.csv").read_text(encoding="utf-8").splitlines()
    half = tmp_path / "register.csv"
    half.write_text("\n".join(shipped[:33]) + "\n", encoding="utf-8")
    notes = planning.check("haskovo-2027", half).notes
    assert any("no row for service" in note and "therapy_rehabilitation" in note for note in notes)
    assert (
        "renovations: 5 rows are of sites not in the register and are not used: home_older_people:HKV09:1, "
        "home_older_people:HKV28:1, home_older_people:HKV32:1, home_older_people:HKV34:1, institution_adults:HKV34:1"
    ) in notes

"""What the documents say is what the code does."""

import dataclasses
import importlib.util
import re
from pathlib import Path

import pytest

import nationalmap
from nationalmap import schema
from nationalmap.domain import scenario
from nationalmap.sources.cases import QUESTIONS, USUAL, case

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(("script", "page"), [("formulas", "program"), ("tables", "tables")])
def test_a_page_is_made_from_what_is_declared(script, page) -> None:
    spec = importlib.util.spec_from_file_location(script, ROOT / "docs" / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8") == module.page()


def test_the_page_of_tables_holds_every_table_and_key() -> None:
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert [name for name in schema.TABLES if f"### `{name}`\n" not in page] == []
    kinds = [kind for kind in vars(scenario).values() if dataclasses.is_dataclass(kind)]
    assert [kind.__name__ for kind in kinds if f"### `{kind.__name__}`" not in page] == []


def test_the_page_of_families_names_every_question_with_its_stages() -> None:
    page = (ROOT / "docs" / "families.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[2:]] for line in page.splitlines() if line.startswith("|")]
    told = {row[0].strip("`"): (row[2], row[4]) for row in rows if row[0].strip("`") in QUESTIONS}
    assert set(told) == set(QUESTIONS)
    for question, (stages, command) in told.items():
        assert stages == ", ".join(f"`{stage}`" for stage in QUESTIONS[question].stages)
        assert f"--question {question}" in command or question in USUAL.values()


def test_the_folder_of_the_families_is_what_case_writes(tmp_path) -> None:
    for name, lines in {
        "supply.csv": ["plant,supply", "Seattle,350", "San Diego,600"],
        "demand.csv": ["market,demand", "New York,325", "Chicago,300", "Topeka,275"],
        "costs.csv": [
            "plant,market,cost", "Seattle,New York,225", "Seattle,Chicago,153", "Seattle,Topeka,162",
            "San Diego,New York,225", "San Diego,Chicago,162", "San Diego,Topeka,126",
        ],
    }.items():  # fmt: skip
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder = case("transport", [tmp_path / f"{name}.csv" for name in ("supply", "demand", "costs")], tmp_path / "out")
    page = (ROOT / "docs" / "families.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)```", page, flags=re.DOTALL | re.MULTILINE)
    assert [name for name, _ in blocks] == ["stated_needs.csv", "register.csv", "trip_costs.csv", "scenario.toml"]
    for name, block in blocks:
        written = (folder / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in block.splitlines() if line not in written] == []


def test_the_readmes_own_scenario_is_taken_and_adds_its_money(tmp_path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r"```toml\n(.*?)```", readme, flags=re.DOTALL)
    folder = tmp_path / "my"
    folder.mkdir()
    (folder / "scenario.toml").write_text(toml, encoding="utf-8")
    question = nationalmap.check(str(folder))
    base = nationalmap.check("haskovo-2027")
    assert question.budgets_eur == {**base.budgets_eur, "municipal": {2027: 500_000.0}}


def test_every_data_file_of_the_scenarios_has_its_source() -> None:
    import tomllib

    folder = ROOT / "scenarios"
    listed = set(tomllib.loads((folder / "SOURCES.toml").read_text(encoding="utf-8"))["files"])
    tables = {path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")}
    assert listed == tables | {"catalogue/norms.toml"}

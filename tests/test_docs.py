"""What the documents say is what the code does."""

import importlib.util
import re
from pathlib import Path

import nationalmap

ROOT = Path(__file__).resolve().parents[1]


def test_the_page_of_formulas_is_made_from_the_rules() -> None:
    spec = importlib.util.spec_from_file_location("formulas", ROOT / "docs" / "formulas.py")
    formulas = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(formulas)
    assert (ROOT / "docs" / "program.md").read_text(encoding="utf-8") == formulas.page()


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

"""The pages of the site that are no copy of the code: what they quote is what the program says."""

import importlib.util
import re
import sys
from html import unescape
from pathlib import Path

import pytest

import nationalmap
from nationalmap import runs
from nationalmap.reports import summary
from nationalmap.reports.texts import number
from nationalmap.sources.scenarios import shipped_scenarios
from tests.beside import missing

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLANNED = DOCS.parent / "runs" / "haskovo-2027"


def script(name):
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told(page):
    """The page's blocks of text as they are quoted."""
    return re.findall(r"```text\n(.*?)```", (DOCS / "planner" / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def quoted(block, whole):
    """Whether a quotation says what was said, in its order; … stands for what is left out, white space for itself."""
    pieces = [re.escape(" ".join(piece.split())) for piece in block.split("…")]
    return re.search(".*".join(pieces), " ".join(whole.split()), flags=re.DOTALL) is not None


@pytest.fixture(scope="module")
def planned():
    """The run that ``make plan`` leaves, which CI makes before it tests."""
    if not (PLANNED / "LATEST").is_file():
        missing("no run of haskovo-2027 that the planner's pages quote; make plan")
    return runs.read_run(PLANNED)


def test_what_the_first_map_quotes_is_what_the_plan_says(planned):
    page = "\n".join(told("first-map.md"))
    lines = (planned.scenario.title_bg, *(f"- {line}" for line in summary.five_lines(planned, "bg")))
    (block,) = [block for block in told("first-map.md") if block.startswith(planned.scenario.title_bg)]
    assert quoted(block.partition("\n\nmap:")[0], "\n".join(lines))
    asked = {"municipality": "HKV18", "service": "therapy_rehabilitation", "language": "bg"}
    (why,) = [block for block in told("first-map.md") if block.startswith("- Показател")]
    assert quoted(why, "\n".join(f"- {line}" for line in nationalmap.explain(PLANNED, **asked)))
    checked = nationalmap.verify(PLANNED)
    assert f"{checked.rules} rules, {checked.rows} rows checked: everything agrees" in page


def test_the_figures_that_are_explained_are_the_plans(planned):
    page = " ".join((DOCS / "planner" / "figures.md").read_text(encoding="utf-8").split())
    access = planned.tables["access"].set_index("municipality")
    said = {
        "need_users": f"„{number(access['need_users'].sum(), 'bg')} случая“",
        "served_users": f"**с място** ({number(access['served_users'].sum(), 'bg')})",
        "no_place_users": f"**в обхват, без място** ({access['no_place_users'].sum()})",
    }
    assert [name for name, words in said.items() if " ".join(words.split()) not in page] == []
    need, served = access.loc["HKV19", ["need_users", "served_users"]].astype(int)
    assert f"в Минерални бани те са {need - served} от {need}" in page


def test_the_scenario_that_a_planner_copies_is_the_readmes_and_its_misspelling_refused(tmp_path, run):
    lines = (script("pictures").own_scenario(tmp_path) / "scenario.toml").read_text(encoding="utf-8")
    # test_docs.py asks what the readme's does.
    assert f"```toml\n{lines}```" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
    (tmp_path / "scenario.toml").write_text(lines.replace("amount_eur", "amont_eur"), encoding="utf-8")
    (refused,) = [block for block in told("own-scenario.md") if "amont_eur" in block]
    answer = run("check", tmp_path)
    assert answer.code == 3
    assert refused.strip() in answer.err


def test_every_command_and_scenario_that_the_planners_pages_name_exists():
    pages = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "planner").glob("*.md")}
    words = {word for page in pages.values() for word in re.findall(r"nationalmap ([a-z][a-z-]+) ", page)}
    assert words >= {"plan", "new", "collect", "check", "compare", "explain", "verify", "source"}
    assert {word for word in words if not hasattr(nationalmap, word.replace("-", "_"))} == set()
    names = {name for page in pages.values() for name in re.findall(r"\b(?:haskovo|national)-20\d\d[a-z-]*", page)}
    assert names - {path.stem for path in shipped_scenarios()} == set()


def test_every_view_is_drawn_shown_called_indicative_and_small():
    names = {view.name for view in script("pictures").VIEWS}
    assert {path.stem for path in (DOCS / "pictures").iterdir()} == names
    assert [path.name for path in (DOCS / "pictures").iterdir() if path.stat().st_size >= 150_000] == []
    page = (DOCS / "planner" / "reading.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\.\./pictures/([a-z-]+)\.png\)\n\n\*Индикативно\.", page)) == names


def test_formulas_are_set_as_their_notation_says():
    formula = script("algebra").formula
    assert formula("sum over i in h of k[i,t-1] <= rho[s]") == (
        "<munder><mo>∑</mo><mrow><mrow><mi>i</mi></mrow><mtext>\xa0in\xa0</mtext><mrow><mi>h</mi></mrow></mrow></munder>"
        "<msub><mrow><mi>k</mi></mrow><mrow><mrow><mi>i</mi></mrow><mo>,</mo><mrow><mi>t</mi></mrow><mo>−</mo><mn>1</mn>"
        "</mrow></msub><mo>≤</mo><msub><mrow><mi>ρ</mi></mrow><mrow><mrow><mi>s</mi></mrow></mrow></msub>"
    )
    above = formula("x_other[m]")
    assert above == (
        "<msubsup><mrow><mi>x</mi></mrow><mrow><mrow><mi>m</mi></mrow></mrow><mtext>other</mtext></msubsup>"
    )


def test_every_formula_of_the_program_becomes_one_and_loses_no_word():
    algebra = script("algebra")
    blocks = re.findall(r"```\n(.*?)\n```", (DOCS / "program.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 61
    for block in blocks:
        html = algebra.lines(block)
        shown = unescape(re.sub(r"<[^>]*>", "", html))
        assert "sum over" not in shown.replace("sum over territories", "")
        assert "[" not in shown
        written = re.sub(r"sum over|\bof\b", "", block).replace("_", " ")
        letters = {"rho": "ρ", "theta": "θ", "eta": "η", "nu": "ν"}
        missing_words = [
            word
            for word in re.findall(r"[A-Za-z]+", written)
            if letters.get(word, word) not in shown and word not in ("kmin", "kmax")
        ]
        assert missing_words == []

"""The published optimum of every instance in ../shared/cases, to one part in a million.

Each is written by ``cases.case`` as ordinary tables and a scenario, read through the usual doors and
solved by the one program. The figures are those of ../shared/cases/README.md.
"""

import pytest

from nationalmap import finished, planning
from nationalmap.program.answer import result_tables
from nationalmap.program.assemble import assemble
from nationalmap.program.index import index
from nationalmap.program.solve import solve
from nationalmap.sources.cases import case
from tests.beside import SHARED, needs_cases

CASES = SHARED / "cases"
FRANCISCO = [
    CASES / "san_francisco" / name
    for name in (
        "SF_demand_205_centroid_uniform_weight.csv",
        "SF_store_site_16_longlat.csv",
        "SF_network_distance_candidateStore_16_censusTract_205_new.csv",
    )
]
MILLIONTH = 1e-6


def solved(folder):
    """Program and solution of a case, every stage proven."""
    question = planning.check(str(folder))
    tables = question.inputs.tables
    asked = (question.needs, question.package, question.budgets_eur)
    program = assemble(index(question.scenario, question.municipalities, tables, *asked))
    solution = solve(program, child=False)
    assert [stage.status for stage in solution.stages] == ["proven"] * len(solution.stages)
    return program, solution


def value(solution, name):
    (stage,) = [stage for stage in solution.stages if stage.name == name]
    return stage.value


# ------------------------------------------------------------------ capacitated location


@needs_cases
@pytest.mark.parametrize(
    ("instance", "question", "optimum_eur"),
    [
        ("cap41", "least_cost", 1040444.375),
        ("cap42", "least_cost", 1098000.450),
        ("cap61", "least_cost", 932615.750),
        ("cap63", "least_cost", 1014062.050),
        ("cap71", "least_cost", 932615.750),
        ("cap91", "least_cost", 796648.438),
        ("cap101", "least_cost", 796648.437),
        ("cap63", "least_cost_single", 1014099.61),
        ("cap71", "least_cost_uncapacitated", 932615.750),
    ],
)
def test_location_with_capacities(tmp_path, instance, question, optimum_eur):
    folder = case("capacitated", [CASES / "capacitated" / f"{instance}.txt"], tmp_path, question)
    program, solution = solved(folder)
    assert value(solution, "overspend") == 0
    assert 1000 * value(solution, "cost") == pytest.approx(optimum_eur, rel=MILLIONTH)
    allocation = result_tables(program, solution)["allocation"]
    assert allocation["users"].sum() == sum(program.known.need.values())
    if question == "least_cost_single":
        assert allocation["municipality"].is_unique


# ------------------------------------------------------------------ p-median


@needs_cases
@pytest.mark.parametrize(("instance", "p", "optimum"), [("pmed1", 5, 5819), ("pmed5", 33, 1355)])
def test_medians_of_a_graph(tmp_path, instance, p, optimum):
    program, solution = solved(case("pmedian", [CASES / "pmedian" / f"{instance}.txt"], tmp_path))
    assert value(solution, "travel") == optimum
    assert result_tables(program, solution)["capacity"]["facilities"].sum() == p


# ------------------------------------------------------------------ San Francisco


@needs_cases
def test_the_fewest_sites_within_five_kilometres(tmp_path):
    program, solution = solved(case("places", FRANCISCO, tmp_path, "fewest_sites", distance=5000.0))
    assert value(solution, "sites") == 8
    unmet = result_tables(program, solution)["unmet"]
    assert unmet["served_users"].sum() == unmet["need_users"].sum()


@needs_cases
def test_the_most_people_within_five_kilometres_of_four_sites(tmp_path):
    program, solution = solved(case("places", FRANCISCO, tmp_path, "most_people", sites=4, distance=5000.0))
    unmet = result_tables(program, solution)["unmet"]
    assert unmet["served_users"].sum() == 875_247
    people = unmet[unmet["need_users"] > 0]
    assert (people["served_users"] == people["need_users"]).sum() == 184 - (205 - len(people))


@needs_cases
def test_the_least_weighted_distance_with_four_sites(tmp_path):
    _, solution = solved(case("places", FRANCISCO, tmp_path, "least_travel", sites=4))
    assert value(solution, "travel") == pytest.approx(2848268129.7145104, rel=MILLIONTH)


@needs_cases
def test_the_least_worst_distance_with_four_sites(tmp_path):
    program, solution = solved(case("places", FRANCISCO, tmp_path, "least_worst", sites=4))
    assert value(solution, "worst_travel") == pytest.approx(7403.06, abs=0.005)
    assert result_tables(program, solution)["allocation"]["travel_min"].max() == pytest.approx(7403.06, abs=0.005)


# ------------------------------------------------------------------ transport


@pytest.fixture
def dantzig(tmp_path):
    """Supply 350 and 600 cases, demand 325, 300, 275; 90 $ per case and thousand miles."""
    miles = {"Seattle": (2.5, 1.7, 1.8), "San Diego": (2.5, 1.8, 1.4)}
    markets = ("New York", "Chicago", "Topeka")
    costs = [f"{plant},{m},{90 * d}" for plant, row in miles.items() for m, d in zip(markets, row, strict=True)]
    texts = {
        "supply.csv": ["plant,supply", "Seattle,350", "San Diego,600"],
        "demand.csv": ["market,demand", "New York,325", "Chicago,300", "Topeka,275"],
        "costs.csv": ["plant,market,cost", *costs],
    }
    for name, lines in texts.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return case("transport", [tmp_path / name for name in texts], tmp_path / "out")


def test_dantzigs_transport_problem_and_its_marginal_prices(dantzig, tmp_path):
    run = planning.plan(str(dantzig), tmp_path / "runs")
    assert {stage.name: stage.value for stage in run.plan.stages}["cost"] == pytest.approx(153.675, rel=MILLIONTH)
    table = finished.prices(run.folder)
    found = table[table["rule"] == "meet_need"].set_index("key")["price"]
    assert found.to_list() == pytest.approx([0.225, 0.153, 0.126], rel=MILLIONTH)


def test_a_case_is_planned_like_any_scenario(dantzig, tmp_path):
    run = planning.plan(str(dantzig), tmp_path / "runs")
    assert run.plan.status == "proven"
    spent = run.plan.tables["spending"]["amount_eur"].sum()
    assert spent == pytest.approx(153_675.00, abs=0.005)
    assert (run.folder / "map.html").is_file()

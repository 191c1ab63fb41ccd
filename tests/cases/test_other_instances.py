"""Small instances of the published families against every choice tried in turn: costs of cents, decimals, ties, zeros.

Independent of the program: an optimum is the best of all sets of sites, or of all assignments.
"""

import random
from itertools import combinations, product

import pytest

from nationalmap import finished, planning
from nationalmap.errors import InputRefused, NoPlanPossible
from nationalmap.program.assemble import assemble
from nationalmap.program.index import index
from nationalmap.program.solve import solve
from nationalmap.sources.cases import case

MILLIONTH = 1e-6


def reached(folder, name):
    """Value of a stage, every stage proven."""
    question = planning.check(str(folder))
    asked = (question.needs, question.package, question.budgets_eur)
    program = assemble(index(question.scenario, question.municipalities, question.inputs.tables, *asked))
    solution = solve(program, child=False)
    assert [stage.status for stage in solution.stages] == ["proven"] * len(solution.stages)
    return {stage.name: stage.value for stage in solution.stages}[name]


# ------------------------------------------------------------------ location with costs


def located(seed, scale, decimals):
    """Sites (capacity, fixed cost), demands, and the cost of serving a customer wholly, by customer and site."""
    draw = random.Random(seed)  # noqa: S311 - an instance, no secret
    demands = [round(draw.uniform(1, 9), decimals) for _ in range(5)]
    sites = [(round(sum(demands) * draw.uniform(0.4, 0.7)), round(scale * draw.uniform(20, 60), 2)) for _ in range(4)]
    costs = [[round(scale * draw.uniform(1, 50), 6) for _ in sites] for _ in demands]
    return sites, demands, costs


def as_file(path, sites, demands, costs):
    lines = [f"{len(sites)} {len(demands)}", *(f"{capacity} {fixed}" for capacity, fixed in sites)]
    lines += [f"{demand} {' '.join(map(str, row))}" for demand, row in zip(demands, costs, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def least_single(sites, demands, costs, limited):
    """Cheapest assignment of every customer to one site."""
    best = float("inf")
    for chosen in product(range(len(sites)), repeat=len(demands)):
        loads = [sum(d for d, j in zip(demands, chosen, strict=True) if j == site) for site in range(len(sites))]
        if limited and any(load > capacity + 1e-9 for load, (capacity, _) in zip(loads, sites, strict=True)):
            continue
        fixed = sum(sites[site][1] for site in set(chosen))
        best = min(best, fixed + sum(costs[customer][site] for customer, site in enumerate(chosen)))
    return best


@pytest.mark.parametrize(("scale", "decimals"), [(1.0, 0), (1.0, 2), (0.01, 0), (0.01, 2), (1.0, 4), (10_000.0, 1)])
@pytest.mark.parametrize("limited", [True, False], ids=["single", "uncapacitated"])
def test_location_costs_of_every_size(tmp_path, scale, decimals, limited):
    problem = located(7, scale, decimals)
    question = "least_cost_single" if limited else "least_cost_uncapacitated"
    folder = case("capacitated", [as_file(tmp_path / "cap.txt", *problem)], tmp_path, question)
    assert 1000 * reached(folder, "cost") == pytest.approx(least_single(*problem, limited), rel=MILLIONTH)


def test_costs_in_a_larger_unit_keep_parts_of_a_cent(tmp_path):
    sites, demands, costs = located(8, 0.1, 1)
    sites = [(capacity, fixed + 0.00123) for capacity, fixed in sites]
    file = as_file(tmp_path / "cap.txt", sites, demands, costs)
    folder = case("capacitated", [file], tmp_path, "least_cost_single", unit=1000.0)
    assert reached(folder, "cost") == pytest.approx(least_single(sites, demands, costs, limited=True), rel=MILLIONTH)


def test_more_demand_than_capacity_has_no_plan(tmp_path):
    sites, demands, costs = located(7, 1.0, 0)
    file = as_file(tmp_path / "cap.txt", [(1, fixed) for _, fixed in sites], demands, costs)
    with pytest.raises(NoPlanPossible):
        reached(case("capacitated", [file], tmp_path), "cost")


# ------------------------------------------------------------------ distances


@pytest.fixture(params=[(1, 100.0, 0, 0), (2, 1.0, 6, 0), (3, 6.0, 0, 3), (4, 50_000.0, 3, 0), (5, 0.01, 8, 0)])
def spread(request, tmp_path):
    """Seven places with weights (a zero among them), five sites, distances of every size; and their files."""
    seed, scale, decimals, weighed = request.param
    draw = random.Random(seed)  # noqa: S311 - an instance, no secret
    weights = [0.0, *(round(draw.uniform(1, 40), weighed) for _ in range(6))]
    far = [[round(draw.uniform(0, scale), decimals) for _ in range(5)] for _ in weights]
    texts = {
        "places": ["place,weight", *(f"P{m},{weight}" for m, weight in enumerate(weights))],
        "sites": ["site", *(f"S{h}" for h in range(5))],
        "far": ["place,site,distance", *(f"P{m},S{h},{d:.9f}" for m, row in enumerate(far) for h, d in enumerate(row))],
    }
    for name, lines in texts.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return weights, far, [tmp_path / f"{name}.csv" for name in texts]


def nearest(far, chosen):
    return [min(row[h] for h in chosen) for row in far]


@pytest.mark.parametrize("p", [1, 2, 5])
def test_least_travel_and_least_worst(tmp_path, spread, p):
    weights, far, files = spread
    every = [nearest(far, chosen) for chosen in combinations(range(5), p)]
    least = min(sum(w * d for w, d in zip(weights, near, strict=True)) for near in every)
    folder = case("places", files, tmp_path / "out", "least_travel", sites=p)
    assert reached(folder, "travel") == pytest.approx(least, rel=MILLIONTH)
    worst = min(max(d for w, d in zip(weights, near, strict=True) if w) for near in every)
    folder = case("places", files, tmp_path / "out", "least_worst", sites=p)
    assert reached(folder, "worst_travel") == pytest.approx(worst, rel=MILLIONTH)


def test_coverage(tmp_path, spread):
    weights, far, files = spread
    within = max(d for w, d in zip(weights, nearest(far, range(5)), strict=True) if w)
    served = [(len(chosen), [d <= within for d in nearest(far, chosen)])
              for p in range(1, 6) for chosen in combinations(range(5), p)]  # fmt: skip
    fewest = min(p for p, near in served if all(ok for w, ok in zip(weights, near, strict=True) if w))
    assert reached(case("places", files, tmp_path, "fewest_sites", distance=within), "sites") == fewest
    left = min(sum(w for w, ok in zip(weights, near, strict=True) if not ok) for p, near in served if p == 1)
    times = 1 if all(w.is_integer() for w in weights) else 1000
    folder = case("places", files, tmp_path, "most_people", sites=1, distance=within)
    assert reached(folder, "unmet_1") == pytest.approx(times * left, rel=MILLIONTH)
    with pytest.raises(InputRefused, match="no sites cover everybody"):
        case("places", files, tmp_path, "fewest_sites", distance=within * 0.99)


# ------------------------------------------------------------------ transport


def test_a_transport_problem_of_small_costs_and_its_prices(tmp_path):
    texts = {
        "supply.csv": ["plant,supply", "Seattle,350", "San Diego,600"],
        "demand.csv": ["market,demand", "New York,325", "Chicago,300", "Topeka,275"],
        "costs.csv": [
            "plant,market,cost", "Seattle,New York,0.225", "Seattle,Chicago,0.153", "Seattle,Topeka,0.162",
            "San Diego,New York,0.225", "San Diego,Chicago,0.162", "San Diego,Topeka,0.126",
        ],
    }  # fmt: skip
    for name, lines in texts.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = planning.plan(str(case("transport", [tmp_path / name for name in texts], tmp_path)), tmp_path / "runs")
    assert run.plan.status == "proven"
    (cost,) = [stage.value for stage in run.plan.stages if stage.name == "cost"]
    assert 1000 * cost == pytest.approx(153.675, rel=MILLIONTH)
    table = finished.prices(run.folder)
    found = 1000 * table[table["rule"] == "meet_need"]["price"]
    assert found.to_list() == pytest.approx([0.225, 0.153, 0.126], rel=MILLIONTH)

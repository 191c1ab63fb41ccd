"""Published problems: read as they were published, written as tables that the doors take."""

import pytest

from nationalmap.errors import InputRefused, OutputFailed, UsageError
from nationalmap.sources.cases import QUESTIONS, case
from nationalmap.sources.inputs import read_inputs
from nationalmap.sources.published import read_capacitated, read_places, read_pmedian, read_transport
from nationalmap.sources.scenarios import find, read_scenario

#: Two sites, three customers: the second is served by site 1 for 30 in all, 3 a unit.
CAP = " 2 3 \n 20 100. \n 15 50.5 \n 5 \n 10 20 \n 10 \n 30. 5.0 \n 8 \n 16 \n 24 \n"
#: 1 - 2 (given twice: 30, then 4), 2 - 3 (5), 1 - 3 (20): from 1 to 3 it is 9.
PMED = " 3 4 2 \n 1 2 30 \n 1 2 4 \n 2 3 5 \n 3 1 20 \n"


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return [folder / f"{name}.txt" for name in texts]


def told(call, kind=InputRefused):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


@pytest.fixture
def places(tmp_path):
    return write(
        tmp_path,
        places="name,POP2000,note\nHill,10,x\nDale,20,y\n",
        sites="id,NAME\n1,North\n2,South\n",
        table="distance,name,DestinationName\n1.5,North,Hill\n4,North,Dale\n3.25,South,Hill\n2,South,Dale\n",
    )


@pytest.fixture
def transport(tmp_path):
    return write(
        tmp_path,
        supply="plant,supply\nA,35\nB,60.5\n",
        demand="market,demand\nX,32.5\nY,30\n",
        cost="plant,market,cost\nA,X,2\nA,Y,3\nB,X,4\nB,Y,5\n",
    )


# ------------------------------------------------------------------ readers


def test_a_capacitated_problem(tmp_path):
    problem = read_capacitated(write(tmp_path, cap=CAP)[0])
    assert problem.weights == (5.0, 10.0, 8.0)
    assert problem.capacities == (20.0, 15.0)
    assert problem.fixed == (100.0, 50.5)
    assert problem.between.tolist() == [[2.0, 4.0], [3.0, 0.5], [2.0, 3.0]]
    assert not problem.is_distance


def test_a_large_instance_says_capacity_in_a_word(tmp_path):
    (path,) = write(tmp_path, cap=CAP.replace(" 20 100", " capacity 100").replace(" 15 ", " capacity "))
    assert read_capacitated(path, capacity=8000).capacities == (8000.0, 8000.0)
    assert 'capacity: "capacity" is not a number' in told(lambda: read_capacitated(path))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (" 24 \n", "", "cap.txt, cost: is missing: the file ends; it may be cut short."),
        (" 24 \n", " 24 7 \n", "cap.txt: has 1 numbers too many; it may be another format."),
        (
            " 5 \n",
            " 0 \n",
            'cap.txt, demand: "customer 1" has no demand, and costs 20 to serve; leave the customer out.',
        ),
        (" 2 3 ", " 2.5 3 ", 'cap.txt, number of sites: "2.5" is not a whole number from 1 to 1000000; it may be'),
        (" 30. ", " -30. ", 'cap.txt, cost: "-30." is not a number of 0 or more; mend the figure.'),
        (" 30. ", " nan ", 'cap.txt, cost: "nan" is not a number of 0 or more; mend the figure.'),
        (" 30. ", " тридесет ", "cap.txt: is not a text of numbers; give the file as it was published."),
    ],
)
def test_a_broken_capacitated_problem(tmp_path, old, new, sentence):
    (path,) = write(tmp_path, cap=CAP.replace(old, new, 1))
    assert told(lambda: read_capacitated(path)).startswith(sentence)


def test_distances_on_a_graph_are_shortest_paths_and_the_last_of_two_edges_counts(tmp_path):
    problem = read_pmedian(write(tmp_path, pmed=PMED)[0])
    assert problem.between.tolist() == [[0, 4, 9], [4, 0, 5], [9, 5, 0]]
    assert (problem.choose, problem.weights, problem.same_places) == (2, (1.0, 1.0, 1.0), True)


def test_a_graph_in_pieces(tmp_path):
    (path,) = write(tmp_path, pmed="4 2 1\n1 2 5\n3 4 5\n")
    assert told(lambda: read_pmedian(path)) == 'pmed.txt: "node 3" is not joined to node 1; add its edge.'


def test_a_node_that_is_not_there(tmp_path):
    (path,) = write(tmp_path, pmed="2 1 1\n1 3 5\n")
    assert told(lambda: read_pmedian(path)).startswith('pmed.txt, node: "3" is not a whole number from 1 to 2')


def test_places_sites_and_distances_find_each_other_by_their_names(places):
    problem = read_places(*places)
    assert (problem.customers, problem.sites) == (("Hill", "Dale"), ("North", "South"))
    assert problem.weights == (10.0, 20.0)
    assert problem.between.tolist() == [[1.5, 3.25], [4.0, 2.0]]


@pytest.mark.parametrize(
    ("at", "old", "new", "sentence"),
    [
        (2, "2,South,Dale\n", "", 'table.txt, distance: "Dale / South" is missing; every pair'),
        (
            2,
            "2,South,Dale\n",
            "2,South,Dale\n3,South,Dale\n",
            'table.txt, row 6, distance: "Dale / South" stands twice',
        ),
        (2, "distance,", "far,", "table.txt, row 1, distance or cost or minutes or travel_min: this column is missing"),
        (1, "North", "Nord", "sites.txt: holds no column whose names all stand in the table of distances"),
        (0, "POP2000", "people", "places.txt, row 1, weight or demand or population or pop2000 or amount: this column"),
        (0, ",10,", ",ten,", 'places.txt, POP2000: "ten" is not a number of 0 or more; mend the figure.'),
    ],
)
def test_broken_places(places, at, old, new, sentence):
    places[at].write_text(places[at].read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert told(lambda: read_places(*places)).startswith(sentence)


def test_a_transport_problem(transport):
    problem = read_transport(*transport)
    assert (problem.sites, problem.capacities) == (("A", "B"), (35.0, 60.5))
    assert problem.between.tolist() == [[2.0, 4.0], [3.0, 5.0]]
    assert (problem.is_distance, problem.fixed) == (False, None)


# ------------------------------------------------------------------ written tables


def read(folder):
    file = read_scenario(find(str(folder)))
    return file.scenario, read_inputs(file).tables


def test_a_capacitated_problem_as_tables(tmp_path):
    folder = case("capacitated", write(tmp_path, cap=CAP), tmp_path / "out")
    assert folder == tmp_path / "out" / "cap-least-cost"
    scenario, tables = read(folder)
    assert (scenario.mode, scenario.stages) == ("what_it_would_cost", ("overspend", "cost"))
    assert scenario.single_assignment == ()
    needs = dict(zip(tables["stated_needs"]["municipality"], tables["stated_needs"]["need_users"], strict=True))
    assert needs == {"c001": 5, "c002": 10, "c003": 8, "s001": 0, "s002": 0}
    sites = tables["candidates"].set_index("site")
    assert sites["max_places"].tolist() == [20, 15]
    assert sites["running_cost_facility_eur"].tolist() == [100.0, 50.5]
    assert sites["most_facilities"].tolist() == [1, 1]
    costs = tables["trip_costs"].set_index(["municipality", "host"])["cost_user_eur"]
    assert costs["c002", "s002"] == 0.5
    assert tables["register"].empty
    # Everything open and everybody at the dearest site: 150.5 + 20 + 30 + 24 = 224.5, so there is enough.
    assert scenario.streams["money"].amount_eur == 226.0


def test_the_other_questions_of_a_capacitated_problem(tmp_path):
    files = write(tmp_path, cap=CAP)
    scenario, _ = read(case("capacitated", files, tmp_path / "out", "least_cost_single"))
    assert scenario.single_assignment == ("served",)
    _, tables = read(case("capacitated", files, tmp_path / "out", "least_cost_uncapacitated"))
    assert tables["candidates"]["max_places"].tolist() == [23, 23]


def test_a_graph_as_tables(tmp_path):
    scenario, tables = read(case("pmedian", write(tmp_path, pmed=PMED), tmp_path / "out"))
    assert scenario.stages == ("travel",)
    assert [(limit.relation, limit.number) for limit in scenario.site_limits] == [("exactly", 2)]
    assert tables["candidates"]["municipality"].tolist() == ["c001", "c002", "c003"]
    assert tables["municipalities"]["name_en"].tolist() == ["Node 1", "Node 2", "Node 3"]
    assert tables["services"].loc[0, "travel_limit_min"] == 10_000_000


def test_places_within_a_distance(places, tmp_path):
    scenario, tables = read(case("places", places, tmp_path / "out", "most_people", sites=1, distance=2.5))
    assert (scenario.mode, scenario.stages) == ("within_the_money", ("unmet",))
    assert tables["services"].loc[0, "travel_limit_min"] == 2.5
    assert "2.5" in scenario.says_bg
    scenario, _ = read(case("places", places, tmp_path / "out", "fewest_sites", distance=2.0))
    assert (scenario.stages, scenario.site_limits) == (("sites",), ())


def test_a_transport_problem_as_tables(transport, tmp_path):
    scenario, tables = read(case("transport", transport, tmp_path / "out"))
    # Halves are counted as tenths: 325 and 300 cases, at a tenth of the cost of one unit.
    assert tables["stated_needs"]["need_users"].tolist() == [325, 300, 0, 0]
    assert tables["register"]["places"].tolist() == [350, 605]
    assert tables["register"]["status"].tolist() == ["protected", "protected"]
    assert tables["trip_costs"]["cost_user_eur"].tolist() == [0.2, 0.4, 0.3, 0.5]
    # Nothing else can open before the horizon.
    assert tables["services"].loc[0, "lead_years"] + scenario.as_of.year > scenario.last_year


def test_names_of_any_kind_are_written_so_that_nothing_runs_them(places, tmp_path):
    for path in places:
        path.write_text(path.read_text(encoding="utf-8").replace("Hill", "=1+1"), encoding="utf-8")
    _, tables = read(case("places", places, tmp_path / "out", sites=1))
    assert tables["municipalities"].loc[0, "name_bg"] == "No. =1+1"


def test_the_largest_cases_have_squares_enough(tmp_path):
    n, m = 250, 100
    rows = "\n".join(f"1 {' '.join(['2'] * m)}" for _ in range(n))
    files = write(tmp_path, cap=f"{m} {n}\n" + "5 1\n" * m + rows)
    scenario = read_scenario(find(str(case("capacitated", files, tmp_path / "out"))))
    boundaries = read_inputs(scenario).boundaries
    assert len(boundaries.polygons) == n + m
    assert boundaries.status == "schematic"
    assert not boundaries.notes


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "capacitate"}, '"capacitate" is no kind of case; kinds are capacitated, pmedian, places, transport.'),
        ({"question": "cheapest"}, '"cheapest" is no question; questions are least_cost, '),
        ({"kind": "places"}, "A case of kind places is read from 3 file(s), not 1."),
        ({"question": "least_travel"}, "least_travel does not fit cap: it gives costs."),
        ({"unit": 0.0}, "One unit of cost is written as more than 0 EUR, and at most 1e+06."),
    ],
)
def test_a_case_that_nobody_can_write(tmp_path, facts, sentence):
    asked = {"kind": "capacitated", "files": write(tmp_path, cap=CAP), "out": tmp_path / "out", **facts}
    assert told(lambda: case(**asked), UsageError).startswith(sentence)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"question": "least_worst", "sites": 4}, "least_worst asks how many sites: a number from 1 to 3."),
        ({"question": "fewest_sites"}, "fewest_sites asks a distance: how far is within reach."),
        ({"question": "most_people", "distance": -1.0}, "most_people asks a distance"),
        ({"question": "least_cost"}, "least_cost does not fit pmed: it gives distances."),
    ],
)
def test_a_question_without_what_it_asks(tmp_path, asked, sentence):
    files = write(tmp_path, pmed=PMED)
    assert told(lambda: case("pmedian", files, tmp_path / "out", **asked), UsageError).startswith(sentence)


def test_a_folder_that_is_there_is_not_touched(tmp_path):
    files = write(tmp_path, pmed=PMED)
    folder = case("pmedian", files, tmp_path / "out")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert "is there already" in told(lambda: case("pmedian", files, tmp_path / "out"), OutputFailed)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_same_problem_gives_the_same_bytes(tmp_path):
    files = write(tmp_path, cap=CAP)
    one, other = (case("capacitated", files, tmp_path / name) for name in ("a", "b"))
    assert all((other / path.relative_to(one)).read_bytes() == path.read_bytes() for path in one.glob("*.*"))


def test_weights_of_many_decimals_are_not_cases(places, tmp_path):
    places[0].write_text("name,POP2000\nHill,1.2345678\nDale,20\n", encoding="utf-8")
    assert "more than six decimals" in told(lambda: case("places", places, tmp_path / "out", sites=1))


def test_weights_with_decimals_are_written_larger_and_their_sums_stay(places, tmp_path):
    places[0].write_text("name,POP2000\nHill,1.5\nDale,20\n", encoding="utf-8")
    folder = case("places", places, tmp_path / "out", "least_travel", sites=1)
    assert ",15," in (folder / "stated_needs.csv").read_text(encoding="utf-8")
    assert ",0.15\n" in (folder / "known_travel.csv").read_text(encoding="utf-8")
    assert "Weights are written 10 times larger" in (folder / "scenario.toml").read_text(encoding="utf-8")
    folder = case("places", places, tmp_path / "out", "least_worst", sites=1)
    assert ",1.5\n" in (folder / "known_travel.csv").read_text(encoding="utf-8")


def test_a_place_that_no_site_reaches_cannot_be_covered(places, tmp_path):
    sentence = told(lambda: case("places", places, tmp_path / "out", "fewest_sites", distance=1.75))
    assert '"Dale" has no site within 1.75, as 1 of 2: no sites cover everybody' in sentence
    assert "a distance of 2 reaches all" in sentence


def test_costs_of_parts_of_a_cent_are_not_rounded(tmp_path):
    files = write(tmp_path, cap=CAP.replace("50.5 ", "50.125 "))
    assert "has parts of a cent; write one unit of cost as more EUR" in told(
        lambda: case("capacitated", files, tmp_path / "out")
    )
    folder = case("capacitated", files, tmp_path / "out", unit=1000.0)
    assert "50125.00" in (folder / "candidates.csv").read_text(encoding="utf-8")
    assert "A unit of cost is written as 1000 EUR" in (folder / "scenario.toml").read_text(encoding="utf-8")


def test_costs_that_a_solver_takes_for_nothing(transport, tmp_path):
    transport[2].write_text("plant,market,cost\nA,X,2e-5\nA,Y,3e-5\nB,X,4e-5\nB,Y,5e-5\n", encoding="utf-8")
    assert "is less than a tenth of a cent" in told(lambda: case("transport", transport, tmp_path / "out"))
    assert case("transport", transport, tmp_path / "out", unit=1e6).is_dir()


def test_every_question_has_its_words():
    import tomllib
    from importlib import resources

    words = tomllib.loads(resources.files("nationalmap.sources").joinpath("cases.toml").read_text(encoding="utf-8"))
    assert set(words) == set(QUESTIONS)
    assert all(set(text) == {"title_bg", "title_en", "says_bg", "says_en"} for text in words.values())

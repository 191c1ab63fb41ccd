"""Coverage against money: a little country whose whole frontier is worked out by hand, and toyland.

The little country is the north of toyland with day care alone, and S thousand EUR (T) a year of the state.

    need N1 12, N2 8, N3 4; minimum N1 6 places, N2 4 users, N3 2 users; N2 may travel to N1 (0.1 T a user), N3 nowhere
    today N1 12 places (kept), N2 3 places (kept), nothing in N3; a place costs 1 T a year, a centre 1 T, a new centre
    has 5 places at least; once: 1 T a new place, 5 T a new centre, 70 T there

    What stands costs 12 + 1 + 3 + 1 = 17. Of the package N2 lacks one user (one place more, or one who travels to N1
    for 0.1 and takes a place there), N3 all of it (a centre of five places, 6 T, of which four are of use). The package
    comes before the unmet need.

    S      each budget by itself                                         served  packages   spent
    17     what stands: 12 of N1, 3 of N2                                    15  N1         17
    22     N2 has 5 places more: all 8; N3 cannot have a centre beside       20  N1 N2      22
           what stands for less than 17 + 6 + 0.1 = 23.1
    23.5   the package is whole: a centre in N3, 4 of N2 with one at N1      19  N1 N2 N3   23.1
           (11 of N1, 4 of N2, 4 of N3); 0.4 is left, no place for it
    28     everybody: 13 + 9 + 6                                             24  N1 N2 N3   28
    30     nobody is left: the curve ended at 28                             24  N1 N2 N3   28

    nested: 23.5 keeps the 8 places of N2 (22 T) and has no 6 T for N3: 20 served, two packages. One more is served than
    without nesting, and a package is lost: the price is -1 case, and a package. From 28 on there is none.
    Added: N2 5 places (5 T a year, 5 T once), then nothing, then N3 a centre of 5 places (6 T a year, 10 T once).
"""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import nationalmap
from nationalmap import finished, frontiers, planning
from nationalmap.domain.plan import Plan, StageResult
from nationalmap.errors import InputRefused, NoPlanPossible, OutputFailed
from nationalmap.reports.frontier import figures, series, told
from nationalmap.studies import frontier as study

# Made once, in one process.
pytestmark = pytest.mark.xdist_group("frontier")

TOYLAND = Path(__file__).resolve().parents[1] / "toyland"
BUDGETS = (17.0, 22.0, 23.5, 28.0, 30.0)


@pytest.fixture(scope="module")
def little():
    """The little country's frontier, both ways."""
    whole = planning.check(str(TOYLAND))
    streams = {**whole.scenario.streams, "state": replace(whole.scenario.streams["state"], amount_eur=20_000.0)}
    scenario = replace(whole.scenario, regions=("NOR",), services=("day_care",), streams=streams)
    north = whole.municipalities[whole.municipalities["region"] == "NOR"]
    services = whole.inputs.tables["services"]
    tables = {**whole.inputs.tables, "services": services[services["service"] == "day_care"].reset_index(drop=True)}
    norms = tuple(norm for norm in whole.inputs.norms if norm.target == "day_care")
    question = replace(
        whole,
        scenario=scenario,
        municipalities=north.reset_index(drop=True),
        inputs=replace(whole.inputs, tables=tables, norms=norms),
    )
    factors = [money / 20 for money in BUDGETS]
    return study.walked(question, ["state"], factors, "unmet", nested=True, child=False)


@pytest.fixture(scope="module")
def toyland_frontier():
    """Toyland's frontier, both ways: 84.6 T of the state and the programme at 1."""
    question = planning.check(str(TOYLAND))
    factors = (0.6, 0.8, 0.9, 1.0, 1.1, 1.2)
    return study.walked(question, ["state", "programme"], factors, "unmet", nested=True, child=False)


def plain(lines):
    """Sentences with their no-break spaces as spaces."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def column(frontier, way, name):
    points = frontier.tables["points"]
    return points.loc[points["way"] == way, name].tolist()


# ------------------------------------------------------------------ the little country, by hand


def test_each_budget_by_itself_is_as_solved_by_hand(little):
    assert column(little, "free", "chosen_budget_eur") == [1000 * money for money in BUDGETS]
    assert column(little, "free", "served_users") == [15, 20, 19, 24, 24]
    assert column(little, "free", "no_place_users") == [9, 4, 5, 0, 0]
    assert column(little, "free", "complied_municipalities") == [1, 2, 3, 3, 3]
    assert column(little, "free", "chosen_spent_eur") == [17_000, 22_000, 23_100, 28_000, 28_000]
    assert column(little, "free", "capital_spent_eur") == [0, 5_000, 10_000, 15_000, 15_000]
    assert set(column(little, "free", "need_users")) == {24}
    assert set(column(little, "free", "gap")) == {0.0}


def test_nested_budgets_keep_what_there_was_and_say_what_it_costs(little):
    assert column(little, "nested", "served_users") == [15, 20, 20, 24, 24]
    assert column(little, "nested", "complied_municipalities") == [1, 2, 2, 3, 3]
    assert column(little, "nested", "chosen_spent_eur") == [17_000, 22_000, 22_000, 28_000, 28_000]
    assert column(little, "nested", "price_users") == [0, 0, -1, 0, 0]
    points = little.tables["points"]
    assert points.loc[points["way"] == "free", "price_users"].isna().all()


def test_the_order_of_investments_is_as_solved_by_hand(little):
    names = ["point", "municipality", "places_before", "places", "facilities_added"]
    rows = little.tables["investments"][[*names, "running_added_eur", "capital_added_eur"]]
    assert rows.to_numpy().tolist() == [
        [2, "NOR02", 3, 8, 0, 5000.0, 5000.0],
        [4, "NOR03", 0, 5, 1, 6000.0, 10000.0],
    ]


def test_it_is_said_where_the_curve_ends(little):
    assert little.asked.most_served is None
    assert series.end(little).factor == 1.4
    said = plain(told.sentences(little, "en"))
    assert any("ends at 140% at the latest" in line and "spends EUR 0.03 million" in line for line in said)
    assert any("all 3 municipalities from EUR 0.02 million a year on (117.5%)" in line for line in said)
    price = "price of keeping every service of the smaller budget: at 117.5% packages missing 1.00 instead of 0.00, "
    assert any(line.endswith(price + "1 case more of class 2.") for line in said)


def test_it_is_said_that_the_curve_goes_on(little):
    cut = {name: table[table["point"] <= 2] if "point" in table else table for name, table in little.tables.items()}
    short = replace(little, asked=replace(little.asked, most_served={"2": 24}), tables=cut)
    assert series.end(short) is None
    assert any(
        "goes on beyond 110%: with more of this money there is a place for 4 cases more" in line
        for line in plain(told.sentences(short, "en"))
    )
    assert any(
        "продължава и след 110 %: с повече от тези пари има място за още 4 случая" in line
        for line in plain(told.sentences(short, "bg"))
    )


# ------------------------------------------------------------------ toyland: more money never covers less


def lexicographic(frontier, way, point):
    """Values of the stages that decide coverage, in their order."""
    gaps = frontier.tables["gaps"]
    rows = gaps[(gaps["way"] == way) & (gaps["point"] == point)].sort_values("place")
    deciding = rows[~rows["stage"].str.startswith(("tie_break", "cost"))]
    return tuple(deciding["value"].round(5))


@pytest.mark.parametrize("way", ["free", "nested"])
def test_more_money_never_covers_less(toyland_frontier, little, way):
    for frontier, count in ((toyland_frontier, 6), (little, 5)):
        values = [lexicographic(frontier, way, point) for point in range(1, count + 1)]
        assert values == sorted(values, reverse=True)
        assert values[0] > values[-1]
    last = lexicographic(toyland_frontier, way, 6)
    assert last == (0.0,) * 6


def test_nesting_is_never_better(toyland_frontier, little):
    for frontier, count in ((toyland_frontier, 6), (little, 5)):
        for point in range(1, count + 1):
            assert lexicographic(frontier, "nested", point) >= lexicographic(frontier, "free", point)


def test_the_scenarios_own_budget_gives_the_plan_solved_by_hand(toyland_frontier):
    points = toyland_frontier.tables["points"]
    at_one = points[(points["factor"] == 1.0) & (points["way"] == "free")].iloc[0]
    assert (at_one["no_place_users"], at_one["above_maximum_users"], at_one["served_users"]) == (1, 6, 58)
    assert at_one["chosen_budget_eur"] == 84_600.0


def test_each_larger_nested_budget_has_what_the_smaller_has(toyland_frontier):
    places = toyland_frontier.tables["places"]
    nested = places[places["way"] == "nested"].set_index(["point", "municipality", "service"])[["places", "facilities"]]
    for point in range(2, 7):
        before, now = nested.loc[point - 1], nested.loc[point]
        assert (now.reindex(before.index).fillna(0) >= before).all().all()
    added = toyland_frontier.tables["investments"]
    assert (added.loc[added["point"] > 1, ["places_added", "facilities_added"]] >= 0).all().all()
    # One by one they lead from the smallest budget's plan to the largest's.
    gained = added[added["point"] > 1]["places_added"].sum()
    assert gained == nested.loc[6]["places"].sum() - nested.loc[1]["places"].sum()


def test_classes_add_up_to_the_points(toyland_frontier):
    names = ["need_users", "served_users", "no_place_users", "out_of_reach_users", "above_maximum_users"]
    classes = toyland_frontier.tables["by_class"].groupby(["way", "point"])[names].sum()
    points = toyland_frontier.tables["points"].set_index(["way", "point"])[names]
    assert classes.astype("int64").equals(points.astype("int64"))
    assert (points["need_users"] == points[names[1:]].sum(axis=1)).all()


# ------------------------------------------------------------------ where a search stays open


def stage(name, value, bound=0.0):
    gap = (value - bound) / value if value else 0.0
    return StageResult(name, "users", value, bound, gap, 0.01, "proven" if gap <= 0.01 else "feasible_with_gap")


def fake(toyland_run, *stages):
    return replace(toyland_run.plan, stages=stages)


def test_a_plan_of_a_smaller_budget_stands_where_the_search_found_a_worse_one(toyland_run):
    smaller = fake(toyland_run, stage("unmet_1", 5.0), stage("unmet_2", 9.0), stage("tie_break_places", 1.0))
    found = fake(toyland_run, stage("unmet_1", 5.0), stage("unmet_2", 10.0, 8.0), stage("tie_break_places", 0.0))
    budget = found.tables["budget"].assign(
        budget_eur=lambda t: t["budget_eur"] + 100, left_eur=lambda t: t["left_eur"] + 100
    )
    found = replace(found, tables={**found.tables, "budget": budget})
    assert study.worse(found, smaller)
    assert not study.worse(smaller, found)
    best = study.standing(smaller, found)
    assert [s.value for s in best.stages] == [5.0, 9.0, 1.0]
    assert best.stages[1].bound == 8.0
    assert best.tables["budget"]["budget_eur"].tolist() == budget["budget_eur"].tolist()
    assert best.tables["budget"]["left_eur"].tolist() == budget["left_eur"].tolist()
    assert not study.worse(found, found)


def test_a_choice_among_equal_plans_is_no_difference(toyland_run):
    one = fake(toyland_run, stage("unmet_1", 5.0), stage("tie_break_places", 9.0))
    other = fake(toyland_run, stage("unmet_1", 5.0), stage("tie_break_places", 1.0))
    assert not study.worse(one, other)
    assert isinstance(one, Plan)


def test_a_point_takes_the_plan_of_another_only_where_it_is_better(toyland_run):
    walk = study._Walk(planning.check(str(TOYLAND)), ("state",), "unmet", print, False)
    one, other = (study.Point("free", 2, 1.0, fake(toyland_run, stage("unmet_1", value, 5.0))) for value in (6.0, 5.0))
    assert walk.not_worse(one, other).plan.stages == (stage("unmet_1", 5.0, 5.0),)
    assert walk.not_worse(other, one) is other
    assert walk.not_worse(one, None) is one


def test_a_free_plan_that_keeps_all_is_the_nested_one_and_is_not_solved_again(toyland_run, monkeypatch):
    locks = study.kept_services(toyland_run.plan)
    assert study.keeps(toyland_run.plan, locks)
    assert not study.keeps(toyland_run.plan, [*locks[1:], replace(locks[0], value=locks[0].value + 1)])
    assert {lock.id: lock.value for lock in locks if lock.municipality == "NOR02"} == {
        "nested:NOR02:day_care:2027:places": 7,
        "nested:NOR02:day_care:2027:facilities": 1,
    }
    monkeypatch.setattr(study, "answered", None)
    walk = study._Walk(planning.check(str(TOYLAND)), ("state",), "unmet", print, False)
    free = study.Point("free", 2, 1.0, toyland_run.plan)
    assert walk.nested(free, replace(free, way="nested", number=1)) == replace(free, way="nested")


# ------------------------------------------------------------------ words and folders


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A short frontier of toyland, by the command's function."""
    out = tmp_path_factory.mktemp("frontiers")
    return nationalmap.frontier(str(TOYLAND), from_=1.0, to=1.1, points=2, out=out)


FILES = {"points.csv", "by_class.csv", "investments.csv", "places.csv", "gaps.csv", "frontier.html", "about.txt"} | {
    f"frontier-{language}.{ending}" for language in ("bg", "en") for ending in ("png", "svg")
}


def test_the_folder_is_whole_and_is_read_back(published):
    assert {path.name for path in published.folder.iterdir()} == FILES | {"manifest.json"}
    assert re.fullmatch(r"toyland-[0-9a-f]{12}", published.folder.name)
    again = frontiers.read_frontier(published.folder)
    assert again.asked == published.frontier.asked
    assert list(again.asked.streams) == ["programme", "state"]
    for name, table in published.frontier.tables.items():
        assert (
            again.tables[name].astype(str).to_numpy().tolist()
            == table.astype(again.tables[name].dtypes).astype(str).to_numpy().tolist()
        )
    assert frontiers.frontier_files(again) == frontiers.frontier_files(published.frontier)


def test_a_changed_byte_is_found(published, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in published.folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "points.csv").write_bytes((copy / "points.csv").read_bytes().replace(b",65,", b",64,", 1))
    with pytest.raises(InputRefused, match="is not as it was written"):
        frontiers.read_frontier(copy)


def test_nothing_is_published_where_the_folder_cannot_be_written(published, tmp_path):
    (tmp_path / "frontiers").write_text("a file stands where the folder should", encoding="utf-8")
    with pytest.raises(OutputFailed, match="nothing was published"):
        frontiers.write_frontier(published.frontier, tmp_path / "frontiers")
    assert [path.name for path in tmp_path.iterdir()] == ["frontiers"]


def test_a_frontier_of_other_inputs_is_refused(published, toyland_run):
    assert frontiers.frontier_of(published.folder, toyland_run.plan).asked.run_id == toyland_run.plan.run_id
    other = replace(toyland_run.plan, run_id="000000000000")
    with pytest.raises(InputRefused, match="not of run 000000000000"):
        frontiers.frontier_of(published.folder, other)
    with pytest.raises(InputRefused, match="none of a frontier"):
        frontiers.read_frontier(toyland_run.folder)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"stream": ["stat"]}, 'stream: "stat" is not a stream of this scenario; the nearest is "state"'),
        ({"stream": ["building"]}, 'stream: "building" is capital money; one of state, programme'),
        ({"through": "unmett"}, 'through: "unmett" is not a stage of this scenario; the nearest is "unmet"'),
        ({"points": 1}, 'points: "1" is no number of points; write 2 to 50'),
        ({"from_": 1.3, "to": 0.8}, 'from: "1.3 to 0.8" is no range of the money'),
        ({"from_": float("nan")}, 'from: "nan to 1.3" is no range'),
        ({"from_": 0.0}, 'from: "0 to 1.3" is no range'),
    ],
)
def test_wrong_words_are_refused_with_a_cure_and_nothing_is_written(tmp_path, words, said):
    with pytest.raises(InputRefused) as refused:
        nationalmap.frontier(str(TOYLAND), out=tmp_path / "frontiers", **words)
    assert said in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_whose_money_bends_has_no_frontier(tmp_path):
    with pytest.raises(InputRefused, match="spends what it needs"):
        nationalmap.frontier("haskovo-2035-what-it-would-cost", out=tmp_path / "frontiers")


def test_a_budget_without_any_plan_says_which(monkeypatch):
    def none(*_):
        raise NoPlanPossible("no plan fits all rules", {"en": ("no plan fits all rules",)})

    monkeypatch.setattr(study, "answered", none)
    with pytest.raises(NoPlanPossible, match=r"With 0\.8 of the money no plan is possible; begin higher with --from"):
        study.walked(planning.check(str(TOYLAND)), ["state"], (0.8, 1.0), "unmet")


def test_a_named_stream_alone_varies(tmp_path):
    question = planning.check(str(TOYLAND))
    found = study.walked(question, ["programme"], (0.5, 1.0), "unmet", child=False)
    points = found.tables["points"]
    assert points["chosen_budget_eur"].tolist() == [11_000.0, 22_000.0]
    assert points["running_budget_eur"].tolist() == [73_600.0, 84_600.0]
    assert json.loads(json.dumps(found.asked.streams)) == {
        "programme": {"bg": "Програма за нови места", "en": "Programme for new places"}
    }


def test_the_end_is_looked_for_beyond_the_last_point():
    question = planning.check(str(TOYLAND))
    found = study.walked(question, ["programme", "state"], (0.6, 0.8), "unmet", child=False)
    assert found.asked.most_served == {"1": 16, "2": 43}
    assert series.end(found) is None
    assert any("there is a place for 15 cases more" in line for line in plain(told.sentences(found, "en")))
    # Three times the programme alone pays every home there may be, and the state's money is what binds then.
    found = study.walked(question, ["programme"], (0.5, 3.0), "unmet", child=False)
    assert found.asked.most_served == {"1": 16, "2": 42}
    assert series.end(found).factor == 3.0
    assert any("whatever the amount of this money: 1 case, held" in line for line in plain(told.sentences(found, "en")))


def test_the_stages_end_with_the_least_cost_and_one_plan(published):
    gaps = published.frontier.tables["gaps"].sort_values(["point", "place"])
    names = gaps[gaps["point"] == 1]["stage"].tolist()
    assert names[:7] == ["keep_users", "keep_1", "keep_2", "package", "unmet_1", "unmet_2", "cost"]
    assert [name for name in names[7:] if not name.startswith("tie_break")] == []


# ------------------------------------------------------------------ several years, the command, the page of a run


def test_several_years_are_nested_year_by_year_and_drawn_together(toyland):
    text = (toyland / "toyland.toml").read_text(encoding="utf-8")
    (toyland / "toyland.toml").write_text(text.replace("years = [2027]", "years = [2027, 2030]"), encoding="utf-8")
    question = planning.check(str(toyland))
    found = study.walked(question, ["state"], (0.8, 1.2), "unmet", nested=True, child=False)
    points = found.tables["points"]
    assert points.groupby(["way", "point"])["year"].agg(list).tolist() == [[2027, 2030]] * 4
    first, last = series.steps(found, "free")
    assert (first.budget_eur, last.budget_eur) == (50_080.0, 75_120.0)
    assert first.need == points[(points["way"] == "free") & (points["point"] == 1)]["need_users"].sum() == 130
    places = found.tables["places"]
    nested = places[places["way"] == "nested"].set_index(["point", "year", "municipality", "service"])["places"]
    assert (nested.loc[2].reindex(nested.loc[1].index).fillna(0) >= nested.loc[1]).all()
    assert set(found.tables["investments"]["year"]) == {2027, 2030}
    assert "mean" not in " ".join(told.sentences(found, "en"))
    assert [grid.words for grid in figures.investments(found, "en")] == [3, 3]


def test_the_command_says_what_was_found_and_where_it_lies(run, published, monkeypatch):
    monkeypatch.setattr(study, "frontier", lambda *_: published)
    answer = run("frontier", TOYLAND, "--language", "en")
    assert (answer.code, answer.out.split("\n")[0]) == (0, "Toyland 2027")
    assert "- The curve ends at 110% at the latest" in answer.out
    assert f"page:   {published.folder / 'frontier.html'}" in answer.out
    points = published.frontier.tables["points"]
    opened = replace(published.frontier, tables={**published.frontier.tables, "points": points.assign(proven=False)})
    monkeypatch.setattr(study, "frontier", lambda *_: replace(published, frontier=opened))
    answer = run("frontier", TOYLAND, "--language", "en")
    assert answer.code == 5
    assert "Points not proven: 100%, 110%" in answer.out


def test_wrong_words_of_the_command_leave_with_their_codes(run, tmp_path):
    assert run("frontier", TOYLAND, "--stream", "nobody", "--out", tmp_path).code == 3
    assert run("frontier", TOYLAND, "--language", "de").code == 2
    assert list(tmp_path.iterdir()) == []


def test_render_shows_the_frontier_in_the_page_of_the_run(published, toyland_run, tmp_path):
    pages = finished.render([toyland_run.folder], tmp_path, published.folder)
    (drawn,) = [path for path in pages if path.suffix == ".html"]
    assert '"frontier":{"bg":' in drawn.read_text(encoding="utf-8")
    with pytest.raises(InputRefused):
        finished.render([toyland_run.folder], tmp_path, tmp_path)

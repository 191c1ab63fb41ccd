"""One test for each of the thirty-two kinds of rules in docs/rule-kinds.md, by hand.

Norms stand on three municipalities, A1 and A2 in region A, B1 in B; what needs a plan stands on toyland (T is
thousand EUR).
"""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nationalmap import finished, planning
from nationalmap.demand import Figures, exact, needs_table, package_table, rounded
from nationalmap.domain.norm import (
    Band,
    Banded,
    Complement,
    Composite,
    Part,
    Presence,
    Ratio,
    Scheme,
    Subgroup,
    Threshold,
)
from nationalmap.domain.scenario import ProjectionRule
from nationalmap.errors import InputRefused, NoPlanPossible
from nationalmap.projection import project
from tests.norms import CODES, MUNICIPALITIES, figures, norm
from tests.toyland import RICH
from tests.toyland import richer as more
from tests.toyland import toyland as toys

ROOT = Path(__file__).resolve().parent.parent
OLDER = Ratio(type="ratio", indicator="older", rate=20.0, per=1000.0)


def given(rule, table, **facts):
    """Amounts before rounding, by municipality."""
    return exact(norm(rule, **facts), Figures(table, MUNICIPALITIES), CODES)[0].tolist()


def packages(norms, table, **facts):
    service = {"service": "care", "group": "care", "typology": "new", "level": "municipal", "mode": "community"}
    services = pd.DataFrame([{**service, "users_per_place": 1, "min_places": 1, **facts}])
    need = needs_table(norms, {2027: table}, MUNICIPALITIES, [2027])
    return package_table(norms, {2027: table}, MUNICIPALITIES, services, need, [2027]).set_index("territory")


def n1(*services):
    """N1 alone, where nothing stands and nothing is asked: 12 need day care, 6 a home. Money for all."""
    return toys().only(("NOR01",), *services).without("register").without("package").money(**RICH)


def pair():
    """N3 with 4 and S3 with 3 in need of day care, 20 minutes from each other; a centre has 5 places at least."""
    country = toys().only(("NOR03", "SOU03"), "day_care").without("register").without("package")
    return country.money(**RICH).asking("unmet", "cost")


def places(country):
    capacity = country.results()["capacity"]
    return capacity["places"].astype(int).tolist()


def test_the_documentation_names_a_test_for_each_kind():
    text = (ROOT / "docs/rule-kinds.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| (\d+) \|.*`(test_kind_\d\d_\w+)` \|$", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in named] == list(range(1, 33))
    assert [name for _, name in named] == [name for name in globals() if name.startswith("test_kind_")]


# ------------------------------------------------------------------ norms


def test_kind_01_ratio():
    # 2 % of 1,500, 50 and 0 older people.
    assert given(OLDER, figures(older=[1500, 50, 0])) == [30, 1, 0]


def test_kind_02_certified_subgroup():
    # 30 of 100 certified children; 4 % of 1,000 and 10 % of 500 are certified; no share, no need.
    rule = Subgroup(type="subgroup", indicator="children", share_indicator="certified", rate=30.0, per=100.0)
    table = figures(children=[1000, 500, 800], certified=[4.0, 10.0, np.nan])
    assert given(rule, table)[:2] == pytest.approx([12, 15])
    assert np.isnan(given(rule, table)[2])
    stated = Subgroup(
        type="subgroup", indicator="children", share_percent=2.7, share_basis="published", rate=30.0, per=100.0
    )
    assert given(stated, table) == pytest.approx([8.1, 4.05, 6.48])


def test_kind_03_composite():
    # Poverty 10, 30, 20 %, mean over 100 + 100 + 200 people (1000 + 3000 + 4000) / 400 = 20: 0.5, 1.5, 1.
    # Jobless 20, 20, 40 of the people: 20, 20, 20 %, all at the mean. Weights 0.6 and 0.4: 0.7, 1.3, 1. Ratio 10 %.
    parts = (Part(indicator="poor", weight=0.6), Part(indicator="jobless", of="people", weight=0.4))
    rule = Composite(type="composite", indicator="people", parts=parts, rate=10.0, per=100.0)
    table = figures(people=[100, 100, 200], poor=[10, 30, 20], jobless=[20, 20, 40])
    assert given(rule, table) == pytest.approx([7, 13, 20])
    assert sum(given(rule, table)) == pytest.approx(0.1 * 400)


def test_kind_04_banded():
    # Under 6,000 a team, under 20,000 a centre, from 20,000 two.
    bands = (Band(amount=1.0, below=6000.0), Band(amount=2.0, below=20000.0), Band(amount=3.0))
    assert given(Banded(type="banded", indicator="people", bands=bands), figures(people=[5999, 6000, 20000])) == [
        1,
        2,
        3,
    ]


def test_kind_05_presence_and_maximum():
    norms = [
        norm(OLDER),
        norm(Presence(type="presence", amount=5.0), gives="minimum"),
        norm(Ratio(type="ratio", indicator="older", rate=10.0, per=1000.0), gives="maximum"),
    ]
    made = packages(norms, figures(older=[1500, 2000, 100]))
    assert made["minimum_users"].tolist() == [5, 5, 2]
    assert made["maximum_users"].tolist() == [15, 20, 1]


def test_kind_06_presence_in_a_region():
    one = norm(Presence(type="presence", amount=1.0), gives="minimum", territory="region", unit="places")
    made = packages([norm(OLDER), one], figures(older=[1500, 2000, 100]), level="regional")
    assert made["minimum_places"].to_dict() == {"A": 1, "B": 1}


def test_kind_07_level():
    # A home of level region in N3 does not serve S3 across the border, a municipal or national one does.
    country = toys().only(("NOR03", "SOU03"), "residence").without("register").without("package").money(**RICH)
    regional, national = country.known(), country.change("services", {}, level="national").known()
    assert "NOR03" not in regional.hosts["SOU03", "residence", 2027]
    assert "NOR03" in national.hosts["SOU03", "residence", 2027]


def test_kind_08_threshold():
    # Half the need: 8, 7.5 -> 8, 4. From 8 on a municipality has its own; B1 joins a neighbour. Needs 16, 15, 8.
    half = Ratio(type="ratio", indicator="older", rate=10.0, per=1000.0)
    rule = Threshold(type="threshold", inner=half, own_from=8.0)
    made = packages([norm(OLDER), norm(rule, gives="minimum")], figures(older=[800, 750, 400]))
    assert made["minimum_users"].tolist() == [8, 8, 4]
    assert made["kind"].tolist() == ["in_place", "in_place", "access"]
    by_people = Threshold(type="threshold", inner=half, own_from=6000.0, measure="people")
    made = packages(
        [norm(OLDER), norm(by_people, gives="minimum")], figures(older=[800, 750, 400], people=[5999, 6000, 9000])
    )
    assert made["kind"].tolist() == ["access", "in_place", "in_place"]


def test_kind_09_size_window():
    # Twelve in need, 5 to 10 places in a centre: two centres, never one of twelve.
    capacity = n1("day_care").asking("unmet", "cost").results()["capacity"]
    assert capacity[["places", "facilities"]].to_numpy().tolist() == [["12", "2"]]


def test_kind_10_rounding():
    amounts, regions = np.array([0.4, 0.4, 2.5]), np.array(["A", "A", "B"])
    found = {r: rounded(norm(OLDER, rounding=r), amounts, regions).tolist() for r in ("ceil", "floor", "half_up")}
    assert found == {"ceil": [1, 1, 3], "floor": [0, 0, 2], "half_up": [0, 0, 3]}
    # 0.4 + 0.4 = 0.8 in A is one person, not none.
    assert rounded(norm(OLDER, rounding="largest_remainder"), amounts, regions).tolist() == [1, 0, 3]


# ------------------------------------------------------------------ territory


def test_kind_11_sharing():
    # One centre of seven for both instead of two of five.
    assert places(pair()) == [7]


def test_kind_12_hub():
    # N3 may have no centre: it stands in S3.
    capacity = pair().asking(hubs=(more.hub("NOR03", None, "day_care"),)).results()["capacity"]
    assert capacity["municipality"].tolist() == ["SOU03"]


def test_kind_13_catchment():
    # The limit of 30 minutes is inclusive; a minute more, and neither may have the other's centre.
    assert places(pair().minutes("NOR03", "SOU03", 30)) == [7]
    assert places(pair().minutes("NOR03", "SOU03", 31)) == [5, 5]


def test_kind_14_apart():
    # Day care and a home under one roof save 1 T, unless their people may not share a unit.
    assert more.under_one_roof(n1()).results()["complex"]["saved_running_eur"].tolist() == ["1000.00"]
    assert more.under_one_roof(n1(), apart=True).results()["complex"].empty


def test_kind_15_complement():
    # Eligible 2 %: 30, 10, 8. Another scheme serves half of its 20, 40, 2 clients: 10, 20, 1; stated users 4, none, 0.
    schemes = (
        Scheme(name="patronage", basis="half its clients", indicator="clients", rate=0.5),
        Scheme(name="personal assistance", basis="stated", users={"A1": 4.0, "B1": 0.0, "A2": 0.0}),
    )
    rule = Complement(type="complement", inner=OLDER, schemes=schemes)
    table = figures(older=[1500, 500, 400], clients=[20, 40, 2])
    assert given(rule, table) == [16, 0, 7]
    # Who is not named in a stated table has no data, which is not 0.
    silent = dataclasses.replace(rule, schemes=(Scheme(name="s", basis="stated", users={"A1": 4.0}),))
    assert given(silent, table)[0] == 26
    assert np.isnan(given(silent, table)[1:]).all()


# ------------------------------------------------------------------ what stands, and when


def test_kind_16_existing():
    # What is protected or to be kept stays where there is money, what must close by 2027 is closed.
    country = toys().asking("keep", "cost")
    capacity = country.results()["capacity"].set_index("site")["places"]
    assert capacity["day_NOR01"] == "12"
    assert int(capacity["day_SOU02"]) >= 6
    assert capacity["day_SOU03"] == "0"


def test_kind_17_transformation():
    # Ten old places become six new ones for 20 T once the state no longer pays the old type.
    country = toys().only(("SOU01",), "residence").without("package").needs("residence", SOU01=6).money(**RICH)
    country = more.facility(more.old_homes(country, 0.6, financed_until=2026), "old_home_SOU01", 10, status="keep")
    (row,) = country.results()["transformed"].to_dict("records")
    assert (row["places_out"], row["places_in"], row["capital_eur"]) == ("10", "6", "20000.00")


def test_kind_18_phases():
    # Four years from the decision to the first user: nothing in 2027, twelve places in 2030.
    country = n1("day_care").periods(2027, 2030).change("services", {}, lead_years=4)
    unmet = country.results()["unmet"].set_index("year")["unmet_users"]
    assert unmet.to_dict() == {"2027": "12", "2030": "0"}


# ------------------------------------------------------------------ money, staff


def test_kind_19_running_money():
    # 8 T run a centre of seven (7 + 1), so five of twelve are left; 100 T in 2030 run all.
    country = n1("day_care").periods(2027, 2030).money(state=[8, 100])
    unmet = country.asking("unmet").results()["unmet"].set_index("year")["unmet_users"]
    assert unmet.to_dict() == {"2027": "5", "2030": "0"}


def test_kind_20_capital_by_stream():
    # A stream that ended in 2026 builds nothing; the same stream to 2027 builds for all.
    country = n1("day_care").asking("unmet")
    assert country.stream("building", last_year=2026).values()["unmet_2"] == 12
    assert country.stream("building", last_year=2027).values()["unmet_2"] == 0


def test_kind_21_staff():
    # Half a post a place, three posts: six places.
    country = n1("day_care").asking("staff", "unmet")
    country = country.add("professions", service="day_care", profession="carer", posts_per_place=0.5)
    country = country.add("staff", territory="NOR01", profession="carer", year=2027, posts=3)
    assert country.values() == {"staff": 0, "unmet_2": 6}


def test_kind_22_users_per_place():
    # Two users a place: twelve people in six places.
    assert places(n1("day_care").change("services", {}, users_per_place=2).asking("unmet", "cost")) == [6]


def test_kind_23_preference():
    # Help at home, 3 T a place, comes before day care, which would be cheaper.
    country = more.help_at_home(n1("day_care")).change("services", {"service": "day_care"}, preference=2)
    table = country.asking("unmet", "preference", "cost").results()["allocation"]
    assert table[["service", "users"]].to_numpy().tolist() == [["help", "12"]]


def test_kind_24_equity():
    # N1 and N2 need 12 and 8, nothing stands, 11 T run at most ten places. The worst share is at best a half.
    country = toys().only(("NOR01", "NOR02"), "day_care").without("register").without("package").money(**RICH)
    country = country.money(state=11.5).minutes("NOR01", "NOR02", 20).asking("worst_unmet")
    assert country.values()["worst_unmet"] == pytest.approx(0.5)


def test_kind_25_lock():
    assert places(n1("day_care").asking("unmet", locks=(more.lock(7),))) == [7]


def test_kind_26_agreement_refused():
    country = pair()
    for m, h in (("SOU03", "NOR03"), ("NOR03", "SOU03")):
        country = country.add("agreements", municipality=m, host=h, service="*", status="refused", basis="council")
    assert places(country) == [5, 5]


# ------------------------------------------------------------------ data and answers


def test_kind_27_vintage(haskovo):
    catalogue = haskovo.inputs.tables["indicator_catalogue"].set_index("indicator")
    assert catalogue.loc["pop_total", ["reference_date", "source_class"]].tolist() == ["2021-09-07", "nsi"]
    assert set(catalogue["source_class"]) <= {"nsi", "statutory_body", "municipal_study", "estimate"}
    assert catalogue["source"].str.len().min() > 0


def test_kind_28_missing_data():
    # No figure for A2: no need, never 0; the minimum of 5 stands.
    norms = [norm(OLDER), norm(Presence(type="presence", amount=5.0), gives="minimum")]
    table = figures(older=[1500, np.nan, 100])
    need = needs_table(norms, {2027: table}, MUNICIPALITIES, [2027]).set_index("municipality")["need_users"]
    assert need.isna().tolist() == [False, True, False]
    assert packages(norms, table)["minimum_users"].tolist() == [5, 5, 2]


def test_kind_29_infeasibility():
    # A protected centre, and money for nothing.
    with pytest.raises(NoPlanPossible):
        toys().money(state=1, programme=0).solve()


def test_kind_30_comparison(toyland_run, toyland, tmp_path):
    # The same country with 60 instead of 62.6 T: the comparison names the key and the cases left without a place.
    text = (toyland / "toyland.toml").read_text(encoding="utf-8")
    assert text.count("amount_eur = 62600.0") == 1
    (toyland / "toyland.toml").write_text(text.replace("62600.0", "60000.0"), encoding="utf-8")
    poorer = planning.plan(str(toyland), tmp_path / "runs")
    tables = finished.compare([toyland_run.folder, poorer.folder], tmp_path)
    assert tables["scenario"]["key"].tolist() == ["streams.state.amount_eur"]
    both = tables["municipality_group"]
    assert both["unmet_users"].sum() > both["unmet_users_base"].sum()
    same = finished.compare([poorer.folder, poorer.folder], tmp_path)
    assert same["scenario"].empty
    assert same["allocation"].empty


def test_kind_31_projection():
    bands = ["pop_0_14", "pop_15_29", "pop_30_44", "pop_45_64", "pop_65plus"]
    table = figures(**{band: [100.0, 0.0, 50.0] for band in bands})
    scenario = dataclasses.replace(toys().scenario, projection=ProjectionRule(method="cohorts"), years=(2022,))
    tables = {
        "indicators": table,
        "indicator_catalogue": pd.DataFrame({"indicator": bands, "reference_date": "2021-09-07"}),
        "municipalities": MUNICIPALITIES,
        "projection": pd.DataFrame(
            [("*", "pop_65plus", "deaths", 0.1)], columns=["region", "band", "rate", "per_year"]
        ),
    }
    older = project(scenario, tables).query("indicator == 'pop_65plus'").set_index("municipality")
    assert older["value"].to_dict() == {"A1": 90, "A2": 0, "B1": 45}
    asked = norm(dataclasses.replace(OLDER, indicator="pop_65plus", rate=100.0), valid_from=2022)
    need = needs_table([asked], {2022: project(scenario, tables)}, MUNICIPALITIES, [2022])
    # 100 per thousand of the 90, 0 and 45 who are left: 9, 0, 4.5 -> 5, and each is an estimate.
    assert need["need_users"].tolist() == [9, 0, 5]
    assert need["is_estimate"].all()


def test_kind_32_traceable():
    table = needs_table([norm(OLDER)], {2027: figures(older=[1525, 50, 0])}, MUNICIPALITIES, [2027])
    first = table.iloc[0]
    assert first[["norm", "indicator", "indicator_value", "exact_users", "need_users"]].tolist() == [
        "care.need", "older", 1525.0, 30.5, 31,
    ]  # fmt: skip


def test_two_norms_of_one_purpose_overlap_nowhere():
    from nationalmap.demand import check_norms

    services = pd.DataFrame(
        [{"service": "care", "group": "care", "typology": "new", "level": "municipal", "mode": "home"}]
    )

    def check(*norms):
        check_norms(norms, services, {"older": "persons"}, MUNICIPALITIES, [2027, 2030], "norms.toml")

    early, late = norm(OLDER, id="early", valid_to=2029), norm(OLDER, id="late", valid_from=2030)
    check(early, late)
    check(norm(OLDER, id="a", regions=("A",)), norm(OLDER, id="b", municipalities=("B1",)))
    with pytest.raises(InputRefused, match="by early, in 2029 to 2029"):
        check(early, dataclasses.replace(late, valid_from=2029))
    with pytest.raises(InputRefused, match="in 2030 in 3 municipalities, A1 the first"):
        check(early)
    with pytest.raises(InputRefused, match="in 2027 in 1 municipalities, B1 the first"):
        check(norm(OLDER, regions=("A",)))

"""Why no plan can exist, in sentences: names, amounts and repairs checked by hand, in Bulgarian and English."""

from __future__ import annotations

import dataclasses

import pytest

from nationalmap.program.assemble import assemble
from nationalmap.program.constraints import RULES
from nationalmap.program.infeasible import impossible as program
from nationalmap.program.infeasible.feasible import obstacles
from nationalmap.program.infeasible.impossible import ACCOUNTS, DEMANDS, Fact, Impossible, Repair, impossible
from nationalmap.reports.conflict import fact_sentence, obstacle_lines, repair_sentence, sentences
from nationalmap.reports.conflict_names import names_of
from nationalmap.reports.texts import entries, languages
from tests.toyland import toyland, what_it_would_cost
from tests.toyland.richer import everything, hub, limit, lock


def plain(line):
    return line.replace("\N{NO-BREAK SPACE}", " ")


def named(country, language="en"):
    return names_of(country.known(), country.tables, language)


def said(country, language="en"):
    """Every line of why a country has no plan."""
    why = impossible(assemble(country.known()))
    assert why is not None
    return [plain(line) for line in sentences(why, named(country, language))]


def shown(country, language="en"):
    """The lines of what arithmetic shows alone."""
    names = named(country, language)
    return [plain(line) for one in obstacles(country.known()) for line in obstacle_lines(one, names)]


# ------------------------------------------------------------------ what arithmetic shows


def test_a_lock_above_the_size_of_its_site():
    country = toyland().asking(locks=(lock(13, site="day_NOR01", relation="least"),))
    assert shown(country) == [
        "- Day care, Gorno, 2027: at least 13 places must stand, at most 12 places can.",
        "  asked for: lock “lock” (governor), Day care, Gorno: at least 13 places",
        "  there is: Day care, Gorno: at most 12 places",
        "  way out: Ask for at most 12 places.",
    ]


def test_a_lock_before_its_time_names_the_year_from_which_it_can_be_met():
    country = toyland().change("services", {"service": "day_care"}, lead_years=3).periods(2027, 2030)
    lines = shown(country.asking(locks=(lock(6, m="SOU01", year=2027, relation="least"),)))
    assert lines[-1] == "  way out: Ask for at most 5 places, or move the demand to 2029 or later."


def test_what_is_protected_against_a_lock_and_the_way_out():
    lines = shown(toyland().asking(locks=(lock(5, m="SOU02", relation="most"),)), "bg")
    assert lines == [
        "- Дневна грижа, Ниско, 2027 г.: трябва да има поне 6 места, а може да има най-много 5 места.",
        "  изисква се: защитен обект Дневна грижа, Ниско: 6 места",
        "  има: фиксирана стойност „lock“ (governor), Дневна грижа, Ниско – най-много 5 места",
        "  изход: Разрешете поне 6 места или намалете това, което ги изисква.",
    ]


def test_no_stream_may_pay():
    lines = shown(toyland().stream("state", services=("residence",)))
    assert lines[0] == (
        "- Running costs of 2027: at least EUR 7,000.00 cannot be avoided, the streams that may pay them have "
        "EUR 0.00; EUR 7,000.00 are lacking."
    )
    assert lines[-2:] == [
        "  there is: there is no such stream",
        "  way out: Add a stream that may pay them, release a protected facility, or lower a lock.",
    ]


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_obstacle_and_reason_has_its_words(language):
    """Countries in which each check finds something; a text with a name that nobody fills would fail."""
    day = {"service": "day_care"}
    late = what_it_would_cost().change("services", day, lead_years=3)
    both = (lock(6, m="SOU01", id="a"), lock(5, m="SOU01", id="b", service="residence", relation="least"))
    renovation = {"site": "day_SOU02", "kind": "roof", "by_year": 2027, "cost_eur": 80_000.0, "places_lost": 6}
    countries = (
        toyland().money(state=1),
        toyland().add("renovations", **renovation),
        toyland().asking(locks=(lock(13, "users"),)),
        toyland().asking(locks=(lock(1, "users", m="NOR03", host="NOR01"),)),
        toyland().asking(locks=(lock(99, "users", host="NOR01"),)),
        toyland().asking(locks=(lock(99, "facilities"),), site_limits=(limit(0),)),
        toyland().asking(locks=(lock(0, "facilities", m="SOU02"),)),
        toyland().asking(locks=both, hubs=(hub("SOU01", 1),), most_openings_per_year=0),
        toyland().asking(locks=(lock(99, m="SOU03", id="a", site="day_SOU03"),)),
        toyland().asking(locks=(lock(5, m="NOR03"),), hubs=(hub("NOR03", None, "day_care"),)),
        late,
        late.change("services", {"service": "residence"}, lead_years=9),
    )
    kinds = set()
    for country in countries:
        found = obstacles(country.known())
        kinds |= {one.kind for one in found}
        assert all("{" not in line for line in shown(country, language))
    assert kinds == set(entries("conflict.obstacle"))


# ------------------------------------------------------------------ conflict and repairs


def test_an_obstacle_and_its_repairs():
    """The protected centre costs 7 T; the state has 6.5: half a thousand more, or one place fewer (1 T)."""
    assert said(toyland().money(state=6.5)) == [
        "No plan can satisfy all rules of “Toyland 2027”.",
        "Arithmetic alone shows it:",
        "- Running costs of 2027: at least EUR 7,000.00 cannot be avoided, the streams that may pay them have "
        "EUR 6,500.00; EUR 500.00 are lacking.",
        "  asked for: protected places, Day care: 6 places in 1 facility, EUR 7,000.00",
        "  there is: State subsidy: EUR 6,500.00",
        "  way out: Give EUR 500.00 more, release a protected facility, or lower a lock.",
        "Each of these changes suffices alone (the cheapest first):",
        "- Money, State subsidy: + EUR 500.00 in 2027",
        "- Protected facility Day care, Nisko: 6 places: − 1 place in 2027",
    ]


def served_elsewhere():
    """Arithmetic sees no cost of users: eight people of N1 take 8 places and a centre, 9 T, beside the 7 T of S2."""
    return toyland().asking(locks=(lock(8, "users", relation="least"),)).money(state=15.5)


def test_a_conflict_that_only_the_solver_sees_in_both_languages():
    country = served_elsewhere()
    assert obstacles(country.known()) == ()
    english = said(country)
    assert english[:2] == [
        "No plan can satisfy all rules of “Toyland 2027”.",
        "These demands cannot all be met; without any one of them this contradiction is gone:",
    ]
    assert "- Protected facilities that give up no place in 2027: Day care, Nisko: 6 places." in english
    assert "- Money of 2027: State subsidy: EUR 15,500.00." in english
    (asked,) = [line for line in english if line.startswith("- Locks of 2027: ")]
    assert asked.endswith(": at least 8 users.")
    assert "- Money, State subsidy: + EUR 500.00 in 2027" in english
    (less,) = [line for line in english if line.startswith("- Lock “lock”")]
    assert less.endswith(": at least 8 users: − 1 user in 2027")
    assert "- Пари, Държавна субсидия: + 500,00 EUR през 2027 г." in said(country, "bg")


@pytest.mark.parametrize("more", [0.5, 0.49999])
def test_a_repair_is_enough_and_a_cent_less_is_not(more):
    country = served_elsewhere().money(state=15.5 + more)
    assert (impossible(assemble(country.known())) is None) == (more == 0.5)


def test_a_stream_is_lifted_in_every_year_that_lacks():
    """7 T are due every year; 6 in 2027 and 6.75 in 2030."""
    country = toyland().periods(2027, 2030).money(state=[6.0, 6.75])
    lines = said(country)
    assert "- Money, State subsidy: + EUR 1,000.00 in 2027, + EUR 250.00 in 2030" in lines
    both = toyland().periods(2027, 2030).money(state=[6.0, 6.0])
    assert "- Money, State subsidy: + EUR 1,000.00 in each of 2027, 2030" in said(both)


def test_what_is_the_same_in_several_years_is_said_once():
    country = toyland().periods(2027, 2030).asking(locks=(lock(5, m="SOU02", relation="most"),))
    lines = said(country)
    assert lines[2] == "- Day care, Nisko, 2027, 2030: at least 6 places must stand, at most 5 places can."
    assert "- Lock “lock” (governor), Day care, Nisko: at most 5 places: + 1 place in each of 2027, 2030" in lines


def test_two_contradictions_have_no_single_repair():
    country = toyland().money(state=6).asking(locks=(lock(13, "users"),))
    lines = said(country)
    assert sum(line.startswith("- ") for line in lines) == 2
    assert lines[-1] == "No change of one of these demands suffices alone: several are needed."


def test_a_plan_that_exists_has_no_reasons():
    assert impossible(assemble(toyland().known())) is None


def test_a_repair_that_may_be_smaller_says_so():
    repair = Repair("locks", ("lock",), "places", ((2027, "lower", 3.0),), least=False)
    names = named(toyland().asking(locks=(lock(13, relation="least"),)))
    assert plain(repair_sentence(repair, names)).endswith(": − 3 places in 2027 (this suffices; less may)")


def test_money_carried_over_is_said_up_to_its_year():
    repair = Repair("budgets", ("building",), "eur", ((2027, "upper", 12.5),), least=True)
    line = plain(repair_sentence(repair, named(toyland())))
    assert line == "Money, Building: + EUR 12.50 up to 2027"


# ------------------------------------------------------------------ every rule has its words


def test_every_rule_is_an_account_or_has_a_sentence():
    rules = {rule.__name__ for rule in RULES}
    assert rules >= ACCOUNTS
    assert set(entries("conflict.fact")) == rules - ACCOUNTS
    assert set(entries("conflict.repair")) == set(DEMANDS)
    assert set(DEMANDS) <= rules - ACCOUNTS


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("hard", [False, True])
def test_every_row_of_a_country_with_everything_has_its_words(language, hard):
    country = everything()
    if hard:
        stages = ("keep", "overspend", "cost")
        country = country.asking(*stages, mode="what_it_would_cost", site_limits=(limit(3), limit(2, "most", "SOU")))
    names = named(country, language)
    keys = program._keys(assemble(country.known()))
    for rule, key in keys.values():
        bare, year = program._split(key)
        if rule not in ACCOUNTS:
            line = fact_sentence(Fact(rule, year, (bare,)), names)
            assert "{" not in line
            assert "__" not in line
        if rule in DEMANDS:
            unit = program._unit(country.known(), rule, bare)
            line = repair_sentence(Repair(rule, bare, unit, ((year, "lower", 1.0),), True), names)
            assert "{" not in line


def test_long_lists_are_counted():
    names = named(toyland())
    assert names.first(map(str, range(13))) == [str(n) for n in range(13)]
    assert [plain(word) for word in names.first(map(str, range(20)))][-2:] == ["11", "8 more"]


def test_the_empty_answer_is_still_a_sentence():
    lines = sentences(Impossible((), (), ()), named(toyland()))
    assert len(lines) == 3
    assert dataclasses.is_dataclass(Fact)

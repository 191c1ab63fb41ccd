"""What the two towns may do at all, by hand: what stands, opens, grows, is converted, who may be served where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question, read_question
from tests.verification.towns import INPUTS, towns


def question(**parts: Any) -> Question:
    return read_question(towns(**parts), Findings())


TOWNS = question()
#: Site: whether it can stand in 2027 and in 2030, and whether it may grow then.
SITES = {
    "day_R1": ("yes", "yes", "yes", "yes"),
    # Opens 2028; its project pays until 2029.
    "day_R2": ("no", "yes", "no", "yes"),
    "help_R2": ("yes", "yes", "yes", "yes"),
    # Financed until 2029; an old type grows no more.
    "old_R1": ("yes", "no", "no", "no"),
    "lot_R2": ("no", "yes", "no", "yes"),
    # A candidate is named for day centres, so that they open nowhere else.
    "new:day:R1": ("no", "no", "no", "no"),
    "new:day:R2": ("no", "no", "no", "no"),
    "new:help:R1": ("yes", "yes", "yes", "yes"),
    # Help is there already, and lasts.
    "new:help:R2": ("no", "no", "no", "no"),
    # A house takes two years.
    "new:house:R1": ("no", "yes", "no", "yes"),
    # The hub of R2 holds none.
    "new:house:R2": ("no", "no", "no", "no"),
    "new:respite:R1": ("yes", "yes", "yes", "yes"),
    "new:respite:R2": ("yes", "yes", "yes", "yes"),
}


def test_what_can_stand_and_what_may_grow() -> None:
    q = TOWNS
    assert {
        code: tuple(
            "yes" if may else "no"
            for may in (*(q.can_be_open(site, t) for t in q.years), *(q.may_grow(site, t) for t in q.years))
        )
        for code, site in q.sites.items()
    } == SITES


def test_what_lies_elsewhere_or_is_not_planned_is_no_site() -> None:
    more = "{0}_X1,X1,day,5,5,keep,,,,attested,by hand\n{0}_R1,R1,school,5,5,keep,,,,attested,by hand"
    candidates = "lot_X1,X1,day,,,1,600.00,,,2028,by hand\nlot_R1,R1,school,,,1,600.00,,,2028,by hand"
    register, lots = (f"{INPUTS['register']}\n{more.format('old')}", f"{INPUTS['candidates']}\n{candidates}")
    assert list(question(inputs={"register": register, "candidates": lots}).sites) == list(TOWNS.sites)


def test_periods() -> None:
    assert [TOWNS.former(t) for t in TOWNS.years] == [2026, 2027]
    assert [TOWNS.due({"by_year": year}) for year in (2026, 2027, 2028, 2030, 2031)] == [2027, 2027, 2030, 2030, None]
    assert [TOWNS.ready("house", t) for t in (2027, 2028, 2030)] == [False, True, True]


def test_when_a_site_may_grow() -> None:
    def grows(code: str, **register: str) -> list[bool]:
        row = INPUTS["register"].replace(register.get("old", ""), register.get("new", ""))
        q = question(inputs={"register": row})
        return [q.may_grow(q.sites[code], t) for t in (2027, 2028, 2030)]

    # From its year on, where it has one.
    assert grows("lot_R2") == [False, True, True]
    # While it is built it does not grow, nor while its project pays, nor when it has to be closed.
    built = "day,5,,keep,,2028,2029"
    assert grows("day_R2", old=built, new="day,5,,keep,,2028,") == [False, False, True]
    assert grows("day_R2", old=built, new="day,5,,keep,,2028,2031") == [False] * 3
    assert grows("day_R1", old="6,12,keep,", new="6,12,must_close_by,2028") == [True, False, False]


def test_what_has_to_close_is_gone_from_its_year_on() -> None:
    register = INPUTS["register"].replace("day_R1,R1,day,6,12,keep,,", "day_R1,R1,day,6,12,must_close_by,2028,")
    q = question(inputs={"register": register})
    assert [q.gone(q.sites["day_R1"], t) for t in (2027, 2028, 2030)] == [False, True, True]
    # An old type is financed in its last year, too.
    assert [q.gone(q.sites["old_R1"], t) for t in (2028, 2029, 2030)] == [False, False, True]
    # Nothing lasts in R2 then that help would have to stay with.
    register = INPUTS["register"].replace("help_R2,R2,help,3,3,keep,,", "help_R2,R2,help,3,3,must_close_by,2028,")
    q = question(inputs={"register": register})
    assert q.can_be_open(q.sites["new:help:R2"], 2027)


def test_where_nothing_may_be_built_a_facility_can_stand_by_conversion_alone() -> None:
    # R1 has an old house, which may become a house from 2028 on, and nothing that may become a day centre.
    closed = {"most_services": None, "excluded_services": ["house"], "reason": ""}
    q = question(scenario={"hubs": [{"municipality": m, **closed} for m in ("R1", "R2")]})
    assert [q.can_be_open(q.sites["new:house:R1"], t) for t in q.years] == [False, True]
    assert [q.can_be_open(q.sites[f"new:{code}"], 2030) for code in ("house:R2", "day:R1")] == [False, False]


def test_what_stood_before_may_be_converted_when_the_lead_time_has_passed() -> None:
    def may(q: Question, *codes: str) -> list[bool]:
        return [q.may_convert(q.sites[code], "house", t) for code in codes for t in q.years]

    # day_R2 does not stand in the period before 2030, and what is new has nothing to give.
    assert may(TOWNS, "old_R1", "day_R1", "day_R2", "new:help:R1") == [False, True] * 2 + [False] * 4
    protected = INPUTS["register"].replace("old_house,10,10,keep", "old_house,10,10,protected")
    # Protected while it is financed; from 2030 on it has to end anyway.
    assert may(question(inputs={"register": protected}), "old_R1") == [False, True]
    assert may(question(inputs={"register": protected}, scenario={"old_types_until": 2035}), "old_R1") == [False, False]
    # Before the first period stands what is not under construction and not at its end.
    assert [TOWNS.may_convert(TOWNS.sites[code], "respite", 2027) for code in ("old_R1", "day_R2")] == [True, False]
    ended = question(scenario={"old_types_until": 2025})
    assert not ended.may_convert(ended.sites["old_R1"], "respite", 2027)


def test_fees_lower_what_is_paid_where_no_project_keeps_them() -> None:
    assert [TOWNS.fee(h, "day", t) for h in ("R1", "R2") for t in (2027, 2028, 2029)] == [1000] * 3 + [0, 0, 1000]


def test_who_may_be_served_where() -> None:
    hosts = {key: " ".join(found) for key, found in TOWNS.hosts.items()}
    assert hosts == {
        ("R1", "day", 2027): "R1", ("R2", "day", 2027): "R1",
        ("R1", "day", 2030): "R1 R2", ("R2", "day", 2030): "R1 R2",
        ("R1", "help", 2027): "R1", ("R1", "help", 2030): "R1",
        ("R2", "help", 2027): "R2", ("R2", "help", 2030): "R2",
        ("R1", "house", 2030): "R1", ("R2", "house", 2030): "R1",
        ("R1", "old_house", 2027): "R1", ("R2", "old_house", 2027): "R1",
        ("R1", "respite", 2027): "R1 R2", ("R1", "respite", 2030): "R1 R2",
        ("R2", "respite", 2027): "R1 R2", ("R2", "respite", 2030): "R1 R2",
    }  # fmt: skip
    # The limit itself is near enough; a journey that nobody knows is not.
    far = INPUTS["travel"].replace("R2,R1,20,20", "R2,R1,30,30")
    assert question(inputs={"travel": far}).hosts["R2", "day", 2027] == ("R1",)
    for other in (far.replace("R2,R1,30,30", "R2,R1,30.01,31"), INPUTS["travel"].replace("R2,R1,20,20,known\n", "")):
        assert ("R2", "day", 2027) not in question(inputs={"travel": other}).hosts


def test_agreements() -> None:
    def allowed(rows: str, default: str = "possible") -> list[bool]:
        q = question(inputs={"agreements": rows}, scenario={"agreements_default": default})
        return [("R1" in q.hosts.get(("R2", s, 2027), ())) for s in ("day", "respite", "old_house")]

    # Houses are of the region: they need none.
    assert allowed("") == [True, True, True]
    assert allowed("", "refused") == [False, False, True]
    assert allowed("", "within_region") == [True, True, True]
    assert allowed("R2,R1,day,refused,b") == [False, True, True]
    assert allowed("R2,R1,*,refused,b") == [False, False, True]
    assert allowed("R2,R1,*,refused,b\nR2,R1,day,signed,b") == [True, False, True]
    assert allowed("R2,R1,*,possible,b", "refused") == [True, True, True]
    # A way home needs no row.
    assert question(inputs={"travel": "R1,R2,20,20,known"}).minutes == {
        ("R1", "R1"): 0, ("R2", "R2"): 0, ("R1", "R2"): 20
    }  # fmt: skip
    # Nobody needs an agreement at home, nor anybody for a service of the whole country.
    refused = question(scenario={"regions": ["R", "X"], "agreements_default": "refused"})
    day = refused.services["day"]
    assert [refused._allowed("R1", h, day) for h in ("R1", "R2", "X1")] == [True, False, False]
    assert [refused._allowed("R1", h, replace(day, level="national")) for h in ("R1", "R2", "X1")] == [True] * 3
    across = question(scenario={"regions": ["R", "X"], "agreements_default": "within_region"})
    assert [across._allowed("R1", h, across.services[s]) for h in ("R1", "R2", "X1") for s in ("day", "house")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip


def test_territories() -> None:
    assert [TOWNS.inside(u) for u in ("", "R", "R1", "X")] == [("R1", "R2"), ("R1", "R2"), ("R1",), ()]
    assert [TOWNS.territory("R1", level) for level in ("municipal", "regional")] == ["R1", "R"]
    assert {g: TOWNS.group_level(g) for g in TOWNS.groups} == {
        "care": "municipal", "rest": "municipal", "stay": "regional"
    }  # fmt: skip
    # One service of the region makes the group the region's.
    mixed = INPUTS["services"].replace("municipal,home", "regional,home")
    assert question(inputs={"services": mixed}).group_level("care") == "regional"
    assert {s: [one.code for one in found] for s, found in TOWNS.families.items()} == {
        "day": ["day"], "help": ["help"], "house": ["house", "old_house"], "respite": ["respite"]
    }  # fmt: skip

"""What each polygon must show: the class of a municipality, from the plan's own tables alone."""

from __future__ import annotations

from fractions import Fraction

from sample_plan import residents

INDICATORS = ("package", "coverage", "shortfall", "money", "travel")
BLUES = ["#f1eef6", "#bdc9e1", "#74a9cf", "#2b8cbe", "#045a8d"]
REDS = ["#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000"]
#: ColorBrewer PuOr: orange is worse, violet better, the middle no change.
PUOR = ["#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788"]
NO_DATA, NO_NEED, OF_GROUP, NOBODY = "url(#no-data)", "#e6e0d2", "#e6e0d2", "#e6e0d2"
#: Breaks of a difference in the map's units, and whether less is better.
DIFFERENCES = {
    "package": (["1", "2", "4"], False),
    "coverage": (["1", "20", "50"], False),
    "shortfall": (["1/10", "1", "4"], True),
    "money": (["1", "5", "20"], False),
    "travel": (["1", "5", "15"], True),
}


def rows_of(plan, table, topic, code, year):
    """Rows of a table for a topic (group, group/service, or all) in one place and year."""
    frame = plan.tables[table]
    rows = frame[(frame["municipality"] == code) & (frame["year"] == year)]
    if topic == "*":
        return rows
    if "group" in frame:
        return rows[rows["group"] == topic]
    catalogue = plan.inputs.tables["services"]
    services = catalogue.loc[catalogue["group"] == topic, "service"] if "/" not in topic else [topic.split("/")[1]]
    return rows[rows["service"].isin(list(services))]


def step(value: Fraction, breaks: list[str], colours: list[str]) -> str:
    return colours[sum(value >= Fraction(limit) for limit in breaks)]


def expected_package(plan, topic, code, year):
    rows = rows_of(plan, "compliance", topic, code, year)
    if rows.empty:
        return NO_NEED
    missing = int((~rows["complied"]).sum())
    if topic == "*":
        return step(Fraction(missing), ["1", "2", "4", "7"], BLUES[::-1])
    if not missing:
        return BLUES[4]
    some = rows["achieved"].item() if len(rows) == 1 else int(rows["complied"].sum())
    return BLUES[2] if some else BLUES[0]


def expected_rate(plan, indicator, topic, code, year):
    if "/" in topic:
        return OF_GROUP
    rows = rows_of(plan, "unmet", topic, code, year)
    if rows.empty:
        return NO_DATA
    need, served, unmet = (int(rows[f"{name}_users"].sum()) for name in ("need", "served", "unmet"))
    if need == 0:
        return NO_NEED
    if indicator == "coverage":
        return BLUES[4] if served == need else step(Fraction(100 * served, need), ["25", "50", "75"], BLUES)
    breaks = ["2", "5", "10", "20"] if topic == "*" else ["0.5", "1", "2", "4"]
    return step(Fraction(1000 * unmet, residents(code, year)), breaks, REDS)


def expected_money(plan, topic, code, year):
    rows = rows_of(plan, "spending", topic, code, year)
    cents = sum(round(amount * 100) for amount in rows.loc[rows["kind"] == "running", "amount_eur"])
    breaks = ["25", "50", "100", "200"] if topic == "*" else ["1", "2", "5", "10"]
    return step(Fraction(cents, 100 * residents(code, year)), breaks, BLUES)


def minutes(plan, topic, code, year):
    """Mean minutes of those who are served; None where nobody is."""
    rows = rows_of(plan, "allocation", topic, code, year)
    users = int(rows["users"].sum())
    return Fraction(int((rows["users"] * rows["travel_min"].round().astype(int)).sum()), users) if users else None


def expected_travel(plan, topic, code, year):
    each = minutes(plan, topic, code, year)
    return NOBODY if each is None else step(each, ["10", "20", "30", "45"], REDS)


def expected(plan, indicator, topic, code, year):
    """Colour of a municipality in a view of one run."""
    if indicator == "travel":
        return expected_travel(plan, topic, code, year)
    if indicator == "package":
        return expected_package(plan, topic, code, year)
    if indicator == "money":
        return expected_money(plan, topic, code, year)
    return expected_rate(plan, indicator, topic, code, year)


def value(plan, measure, code, topic, year):
    """An indicator from the run's own tables, exactly; None where there is none."""
    if measure == "travel":
        return minutes(plan, topic, code, year)
    if measure == "package":
        rows = rows_of(plan, "compliance", topic, code, year)
        return Fraction(int(rows["complied"].sum())) if len(rows) else None
    rows = rows_of(plan, "unmet", topic, code, year)
    need, served, lacking = (int(rows[f"{name}_users"].sum()) for name in ("need", "served", "unmet"))
    if measure == "coverage":
        return Fraction(100 * served, need) if need else None
    if measure == "shortfall":
        return Fraction(1000 * lacking, residents(code, year)) if need else None
    spent = rows_of(plan, "spending", topic, code, year)
    spent = spent[spent["kind"] == "running"]
    return Fraction(sum(round(100 * amount) for amount in spent["amount_eur"]), 100 * residents(code, year))


def difference(a, b, measure, code, topic, year):
    """Colour of a municipality where run b is held against run a; None where either has no figure."""
    values = [value(plan, measure, code, topic, year) for plan in (a, b)]
    if None in values:
        return None
    moved = values[1] - values[0]
    breaks, less_is_better = DIFFERENCES[measure]
    steps = sum(abs(moved) >= Fraction(limit) for limit in breaks)
    better = moved < 0 if less_is_better else moved > 0
    return PUOR[3 + steps if better else 3 - steps]

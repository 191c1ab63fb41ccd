# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # 3 · From an article of the law to a number on the map
#
# One article, followed all the way: to a rule, to an inequality in the linear program, to the tables
# that its numbers come from, to the solved plan and to the figure that the page shows.
#
# The article: чл. 34 ЗСУ, the National Map of Social Services (Картата). The decision that adopted it,
# РМС № 574 of 08.08.2024, was announced with a **minimum package** (минимален пакет) that the
# municipalities secure. How large it is we could not read, neither in the annexes of the decision nor in
# the criteria of Глава II НПСУ: the number here is **illustrative**, and only the kind of the rule is theirs.
#
# The place: day care for older people (дневна грижа) in Харманли.

# %%
import itertools
import json
import re
import tempfile
from pathlib import Path

import pandas as pd
import pulp

import nationalmap
from nationalmap.program.assemble import assemble
from nationalmap.program.constraints import RULES, explained
from nationalmap.program.constraints.package import municipal_package
from nationalmap.program.index import index
from nationalmap.program.solve import solve
from nationalmap.reports.page.packed import unpacked

folder = tempfile.TemporaryDirectory()
scenario = Path(folder.name) / "older-2027.toml"
scenario.write_text(
    """
extends = "haskovo-2027"
name = "older-2027"
title_bg = "Хасково 2027: грижа за стари хора и общодостъпни услуги"
title_en = "Haskovo 2027: care of older people and universal services"
says_bg = "Малък пример: седем услуги и 42 % от държавната субсидия."
says_en = "A small example: seven services and 42 % of the state subsidy."
services = [
    "assistant_support", "day_care_older", "residential_older", "day_centre_older", "home_older_people",
    "information_counselling", "community_work",
]

[streams.state_running]
factor = 0.42
status = "illustrative"
basis = "42 % of the region's subsidy: an assumption, so that these seven services lack money"
""",
    encoding="utf-8",
)
question = nationalmap.check(str(scenario))
inputs = question.inputs.tables
place, service, year = "HKV33", "day_care_older", 2027
name = inputs["municipalities"].set_index("municipality").loc[place, "name_bg"]
assert name == "Харманли"

# %% [markdown]
# ## 1 · From the article to a rule
#
# Each rule of the program is one function; its docstring holds source, words and algebra, and
# `docs/program.md` is made from it.

# %%
assert municipal_package in RULES
rule = explained(municipal_package)
assert "РМС 574/2024" in rule["source"]
assert "illustrative" in rule["source"]
print(municipal_package.__doc__)

# %% [markdown]
# Of the two forms in the docstring, Харманли has the first one, places in the municipality: `k` places of
# site `i`, `e_package` what is missing, `nu` what is asked:
#
# $$\sum_{i \in m} k_{i,t} + e^{package}_{m,s,t} \ge \nu_{m,s,t}$$
#
# A missing package is possible but counted, and stage `package` makes it as small as can be.

# %% [markdown]
# ## 2 · From the census to the right side
#
# The norm asks by class of population. Population is counted by НСИ, as чл. 3 НПСУ demands.

# %%
norm = next(n for n in question.inputs.norms if n.id == "day_care_older.minimum")
assert (norm.status, norm.service, norm.gives) == ("illustrative", service, "minimum")
print(norm.citation, norm.basis, *norm.rule.bands, sep="\n")

about = inputs["indicator_catalogue"].set_index("indicator").loc[norm.rule.indicator]
assert about["source_class"] == "nsi"
counted = inputs["indicators"].set_index(["indicator", "municipality"])["value"]
residents = counted[norm.rule.indicator, place]
assert residents == 21_623
print(f"{about['name_en']}: {residents:,.0f} on {about['reference_date']}, {about['source']}")

# %%
band = next(band for band in norm.rule.bands if band.below is None or residents < band.below)
asked = question.package.set_index(["territory", "service", "year"]).loc[(place, service, year)]
smallest = inputs["services"].set_index("service").loc[service, "min_places"]
assert asked["minimum_users"] == asked["minimum_places"] == band.amount == 15
assert asked["minimum_places"] >= smallest
assert asked["kind"] == "in_place"
asked

# %% [markdown]
# The size decides the form: 15 places are not below the smallest facility (10), so they are asked in the
# municipality (`in_place`), not just within reach (`access`).

# %% [markdown]
# ## 3 · The row in the program
#
# The same steps as in `nationalmap.plan`: index, assemble. The row is found by its name, which is made
# of the rule and its key.

# %%
known = index(
    question.scenario, question.municipalities, inputs, question.needs, question.package, question.budgets_eur
)
program = assemble(known)
rows = program.problem.constraints
row_name = f"municipal_package__{place}__{service}__{year}"
row = rows[row_name]
print(f"one of {len(rows)} rows on {len(program.problem.variables())} unknowns:\n\n{row_name}:\n{row}")

# %% [markdown]
# ## 4 · Each coefficient, traced to its table
#
# Which places count is said by two tables: the register (what stands) and the catalogue (an old type
# `counts_as` the service that follows it). A new centre may stand in every municipality.

# %%
counts_as = inputs["services"].set_index("service")["counts_as"]
family = {service, *counts_as[counts_as == service].index}
stands = inputs["register"].query("municipality == @place and service in @family")
assert family == {"day_care_older", "day_centre_older"}
assert stands["site"].tolist() == ["day_centre_older:HKV33:1"]
assert stands["places"].tolist() == [13]

sites = [*stands["site"], f"new:{service}:{place}"]
expected = {program.unknown.k[site, year].name: 1 for site in sites}
expected[program.unknown.e_package[place, service, year].name] = 1
assert {unknown.name: coefficient for unknown, coefficient in row.items()} == expected
assert -row.constant == asked["minimum_places"] == 15
assert row.sense == pulp.LpConstraintGE
stands[["site", "places", "status", "origin", "basis"]]

# %% [markdown]
# 13 places stand and an old type does not grow: 2 are missing, unless a new centre opens. That one has
# rows of its own, with coefficients from `services.csv`: its smallest size, and what it costs to build (in
# thousand EUR).

# %%
catalogue = inputs["services"].set_index("service").loc[service]
new = f"new:{service}:{place}"
size = rows[f"window_smallest__new_{service}_{place}__{year}"]
build = rows[f"pay_build__{place}__{service}__{year}"]
u = program.unknown
assert dict(size) == {u.k[new, year]: 1, u.y[new, year]: -catalogue["min_places"]}
paid_by = u.b["regional_programme", "build", place, service, year]
assert dict(build) == {
    u.added[new, year]: catalogue["capital_cost_place_eur"] / 1000,
    u.opened[new, year]: catalogue["capital_cost_facility_eur"] / 1000,
    paid_by: -1,
}
print(size, build, sep="\n")

# %% [markdown]
# ## 5 · The solved point
#
# All stages are solved, one after another. The row is evaluated where they end.

# %%
solution = solve(program)
stage = {result.name: result.value for result in solution.stages}
assert all(result.status == "proven" for result in solution.stages)


def left_side(row):
    """Coefficient times value, summed; the constant of PuLP's row is the right side with its sign turned."""
    return sum(coefficient * solution.values[unknown.name] for unknown, coefficient in row.items())


def slack(row):
    """How much the left side is away from the right one."""
    return left_side(row) + row.constant


point = pd.DataFrame(
    {
        "coefficient": {unknown.name: coefficient for unknown, coefficient in row.items()},
        "value": {unknown.name: solution.values[unknown.name] for unknown in row},
    }
)
assert point["value"].to_dict() == {
    u.k["day_centre_older:HKV33:1", year].name: 13,
    u.k[new, year].name: 10,
    u.e_package[place, service, year].name: 0,
}
assert (left_side(row), slack(row)) == (23, 8)
assert slack(size) == 0
assert abs(slack(build)) < 1e-6
print(f"13 + 10 + 0 = {left_side(row):.0f} >= {-row.constant:.0f}, slack {slack(row):.0f}")
point

# %% [markdown]
# The package asks for 2 places more and gets 10, because a centre opens with 10 at least: the row of
# the package has a slack of 8, the row of the size none. It is the size that binds.
#
# ## 6 · The numbers of the tables and of the page
#
# `nationalmap.plan` does all of the above and writes the run. Table `compliance` has the two sides of the
# row, `spending` what the centre costs.

# %%
run = nationalmap.plan(str(scenario), out=Path(folder.name) / "runs")
assert {result.name: result.value for result in run.plan.stages} == stage
complied = run.plan.tables["compliance"].set_index(["municipality", "service", "year"]).loc[(place, service, year)]
assert complied["required"] == -row.constant == 15
assert complied["achieved"] == left_side(row) == 23
assert complied["missing"] == solution.values[u.e_package[place, service, year].name] == 0
spent = run.plan.tables["spending"].query("municipality == @place and service == @service")
spent = spent.set_index(["kind", "stream"])["amount_eur"]
assert spent["build", "regional_programme"] == 10 * 12_000 + 60_000 == solution.values[paid_by.name] * 1000
served = run.plan.tables["allocation"].query("host == @place and service == @service")
travel = served.query("municipality != @place")["users"].sum() * 1_500
assert round(spent["running"].sum(), 2) == 10 * 9_600 + 32_000 + travel
print(complied, spent, sep="\n\n")

# %% [markdown]
# The page `map.html` holds its figures in one block of JSON, packed: for each figure and service a column over the
# municipalities, and where it stands. What is missing is not kept twice: the page subtracts.

# %%
html = (run.folder / "map.html").read_text(encoding="utf-8")
page = json.loads(re.search(r'<script type="application/json" id="plan-data">(.*?)</script>', html, re.DOTALL)[1])
at = [municipality["code"] for municipality in page["municipalities"]].index(place)
figures = itertools.product(page["service_columns"], [each["code"] for each in page["services"]])
positions = itertools.accumulate(unpacked(page["runs"][0]["columns"][str(year)]["services"]))
column = {figure: page["columns"][position] for figure, position in zip(figures, positions, strict=True)}
shown = {name: unpacked(column[name, service])[at] for name in ("required", "achieved", "new_places")}
assert shown == {"required": 15, "achieved": 23, "new_places": 10}
shown

# %% [markdown]
# The same in sentences: `nationalmap.explain` says for a municipality and a service where each number
# comes from.

# %%
sentences = nationalmap.explain(run.folder, place, service, "en")
assert any("180,000" in sentence for sentence in sentences)
print(*sentences, sep="\n")

# %% [markdown]
# ## 7 · What the rule does
#
# The same program without this one row. No centre is built, and the money that would run it serves more
# people elsewhere. So the minimum of one municipality has a price, which can be said in need cases.

# %%
del rows[row_name]
without = solve(program)
number = {result.name: result.value for result in without.stages}
assert without.values[u.k[new, year].name] == 0
assert stage["package"] == number["package"] == 0
assert (stage["unmet_1"], number["unmet_1"]) == (94, 76)
print(f"need cases without a place: {stage['unmet_1']:.0f} with the row, {number['unmet_1']:.0f} without it")

# %%
folder.cleanup()

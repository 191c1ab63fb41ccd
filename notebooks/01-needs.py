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
# # 1 · From a census figure to a need
#
# How many people in Haskovo region need which service? This notebook follows one figure of the
# census through a norm to a need, a minimum package and a maximum, and then asks what all of it
# would cost. Every norm here is **illustrative**: the numbers of the planning ordinance (НПСУ)
# could not be read, so each is the national average of a published volume, or a stated share of it.
#
# Run it with `jupytext --to notebook --execute notebooks/01-needs.py`.

# %%
import pandas as pd

import nationalmap

question = nationalmap.check("haskovo-2027")
tables = question.inputs.tables
names = tables["municipalities"].set_index("municipality")["name_bg"]
services = tables["services"].set_index("service")

# %% [markdown]
# ## What was read
#
# Each indicator comes with its day, its source and who answers for it (чл. 3 НПСУ). A file joins
# by code, and anything but 265 of 265 is refused.

# %%
for report in question.join_reports:
    print(report)
    assert report.matched == 265
tables["indicator_catalogue"][["indicator", "reference_date", "source_class", "source"]]

# %% [markdown]
# ## A need is counted for a group of services
#
# Services that stand for each other meet one need together. An older person who cannot manage
# alone may have an assistant at home (асистентска подкрепа), go to a day centre (дневна грижа) or
# live in a home (резидентна грижа); the old types (`old`) count until they are no longer financed.

# %%
older_services = services.query("group == 'long_term_care_older'")
assert older_services["typology"].value_counts().to_dict() == {"new": 3, "old": 2}
older_services[["name_bg", "typology", "counts_as", "level", "preference", "running_cost_place_eur"]]

# %% [markdown]
# ## One norm, step by step
#
# The rate is arithmetic on published volumes: users of assistant support, a quarter of the
# community places for adults, nine tenths of the people in or waiting for homes, spread over
# 1,532,667 residents of 65 and over.

# %%
norm = next(n for n in question.inputs.norms if n.id == "long_term_care_older.need")
print(norm.basis)
print(norm.rule, "status:", norm.status)
assert norm.status == "illustrative"
people = 14_343 + 0.25 * 14_545 + 0.9 * 6_771
assert round(people / 1_532_667 * 1000, 4) == norm.rule.rate == 15.7067

# %% [markdown]
# Norm times residents is a fraction. Whole cases come by the largest remainders: everyone gets the
# whole part, and what the region's sum still lacks goes to the largest fractions.

# %%
older = question.needs.query("group == 'long_term_care_older' and year == 2027").set_index("municipality")
by_hand = older["indicator_value"] * 15.7067 / 1000
whole = by_hand // 1
lacking = round(by_hand.sum()) - int(whole.sum())
largest = (by_hand - whole).nlargest(lacking).index
whole[largest] += 1

assert (abs(by_hand - older["exact_users"]) < 1e-6).all()
assert (whole == older["need_users"]).all()
assert (older.loc["HKV34", "indicator_value"], older.loc["HKV34", "need_users"]) == (19_015, 299)
assert older["need_users"].sum() == 837
pd.DataFrame(
    {
        "municipality": names.reindex(older.index),
        "residents 65+": older["indicator_value"],
        "norm × residents": older["exact_users"],
        "need": older["need_users"],
    }
)

# %% [markdown]
# ## The same indicator in another year
#
# `projected` holds the indicators as the norms read them. This scenario takes the census as it is;
# `haskovo-2035` moves people through the age bands, and the need moves with them.

# %%
later = nationalmap.check("haskovo-2035")
is_older = "indicator == 'pop_65plus' and municipality in @older.index"
census = tables["indicators"].query(is_older)["value"].sum()
as_it_is = question.projected.query(is_older).groupby("year")["value"].sum()
moved = later.projected.query(is_older).groupby("year")["value"].sum()
need_then = later.needs.query("group == 'long_term_care_older'").groupby("year")["need_users"].sum()

assert as_it_is.to_dict() == {2027: census}
assert (later.scenario.projection.method, question.scenario.projection.method) == ("cohorts", "constant")
assert moved.index.tolist() == need_then.index.tolist() == [2027, 2030, 2035]
assert (abs(need_then - moved * 15.7067 / 1000) <= 0.5).all()
pd.DataFrame({"residents 65+": moved, "need": need_then})

# %% [markdown]
# ## All needs of the region
#
# Need *cases* at a point in time: a person who needs two services counts twice, and the users of
# a whole year are more. Groups with a star rest on an age band or an estimate, because what the
# norm would ask for (a degree of disability, say) is not published by municipality.

# %%
estimated = set(question.needs.query("is_estimate")["group"])
wide = question.needs.pivot(index="municipality", columns="group", values="need_users").astype(int)
wide.index = names.reindex(wide.index)
wide.columns = [f"{group} *" if group in estimated else group for group in wide.columns]
assert "long_term_care_older *" in wide.columns
assert "information_counselling" in wide.columns
wide.T

# %% [markdown]
# ## Minimum and maximum are other things
#
# They are set by service, not by group. The minimum package says what every municipality (or the
# region) must at least have; the maximum says up to how many users the state pays. A minimum is
# never above the need of its group, and below the smallest facility it counts people served
# anywhere within reach (`access`).

# %%
local = question.package.query("level == 'municipal' and kind != 'none'")
need = question.needs.set_index(["municipality", "group"])["need_users"]
keys = pd.MultiIndex.from_arrays([local["territory"], services["group"].reindex(local["service"])])
assert (local["minimum_users"].to_numpy() <= need.reindex(keys).to_numpy()).all()

smallest = services["min_places"].reindex(local["service"]).to_numpy()
assert ((local["kind"] == "access") == (local["minimum_places"] < smallest)).all()
package = question.package.query("territory in ['HKV', 'HKV17', 'HKV34'] and kind != 'none'")
package[["territory", "service", "kind", "minimum_users", "minimum_places", "maximum_users"]]

# %% [markdown]
# ## Would the money do?
#
# What each stream has in the year, against the running cost of the places that the needs take: once
# with the cheapest service of every group, once with the dearest. Facilities cost a fixed sum on top.

# %%
streams = question.scenario.streams
budgets = pd.DataFrame(
    {name: {"kind": streams[name].kind, "2027": by_year[2027]} for name, by_year in question.budgets_eur.items()}
).T
running = budgets.query("kind == 'running'")["2027"].sum()
by_group = question.needs.groupby("group")["need_users"].sum().astype(int)
user_cost = (services["running_cost_place_eur"] / services["users_per_place"]).groupby(services["group"])
low, high = (by_group * user_cost.min()).sum(), (by_group * user_cost.max()).sum()
assert low < running < high
print(f"places alone {low:,.0f} to {high:,.0f} EUR a year; running money {running:,.0f} EUR")
budgets

# %% [markdown]
# But money already pays for places that stand, and these do not stand where the norms count the need.
# (The register is estimated from each municipality's subsidy.) For older people and for children at
# risk there are more places than the need; the sixteen other groups lack some. That is why a program
# has to choose.

# %%
register = tables["register"]
here = services.reindex(register["service"])
held = (register["places"].to_numpy() * here["users_per_place"]).groupby(here["group"].to_numpy()).sum()
balance = pd.DataFrame({"users that today's places hold": held, "need": by_group}).fillna(0).astype(int)
balance["difference"] = balance.iloc[:, 0] - balance["need"]
assert set(balance.query("difference > 0").index) == {"long_term_care_older", "child_family_support"}
assert (balance["difference"] < 0).sum() == 16
balance.sort_values("difference")

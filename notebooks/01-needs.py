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

# %% [markdown]
# ## What was read
#
# Each indicator comes with its day, its source and who answers for it (чл. 3 НПСУ). A file joins
# by code, and anything but 265 of 265 is refused.

# %%
for report in question.join_reports:
    print(report)
tables["indicator_catalogue"][["indicator", "reference_date", "source_class", "source"]]

# %% [markdown]
# ## One norm, step by step
#
# Day care for older people: 25 % of the 14,545 community places that adults have nationally,
# spread over 1,532,667 residents of 65 and over.

# %%
norm = next(n for n in question.inputs.norms if n.id == "day_care_older.need")
print(norm.basis)
print(norm.rule)

# %%
older = question.needs.query("service == 'day_care_older'").set_index("municipality")
step_by_step = pd.DataFrame(
    {
        "municipality": names.reindex(older.index),
        "residents 65+": older["indicator_value"],
        "norm × residents": older["exact_users"],
        "need": older["need_users"],
    }
)
by_hand = older["indicator_value"] * norm.rule.rate / norm.rule.per
assert (abs(by_hand - older["exact_users"]) < 1e-6).all()
assert older.loc["HKV34", "need_users"] == round(19015 * norm.rule.rate / 1000)
step_by_step

# %% [markdown]
# ## All needs of the region
#
# Need *cases* at a point in time: a person who needs two services counts twice, and the users of
# a whole year are more. Columns with a star rest on an age band, because disability is not known
# by municipality.

# %%
estimated = set(question.needs.query("is_estimate")["service"])
wide = question.needs.pivot(index="municipality", columns="service", values="need_users").astype(int)
wide.index = names.reindex(wide.index)
wide.columns = [f"{service} *" if service in estimated else service for service in wide.columns]
wide.T

# %% [markdown]
# ## Minimum and maximum are other things
#
# The minimum package says what every municipality (or the region) must at least have; the maximum
# says up to how many users the state pays. A minimum is never above the need, and below the
# smallest facility it counts people served anywhere within reach (`access`).

# %%
package = question.package.query("territory in ['HKV', 'HKV17', 'HKV34'] and kind != 'none'")
need = question.needs.set_index(["municipality", "service"])["need_users"]
local = question.package.query("level == 'municipal' and kind != 'none'")
keys = pd.MultiIndex.from_frame(local[["territory", "service"]])
assert (local["minimum_users"].to_numpy() <= need.reindex(keys).to_numpy()).all()
package[["territory", "service", "kind", "minimum_users", "minimum_places", "maximum_users"]]

# %% [markdown]
# ## Would the money do?
#
# For the region as a whole, nearly: the needs at the catalogue's running costs come close to the
# running money in sight.

# %%
services = tables["services"].set_index("service")
by_service = question.needs.groupby("service")["need_users"].sum().astype(int)
cost = (by_service / services["users_per_place"] * services["running_cost_place_eur"]).sum()
money = sum(question.budgets_eur[name] for name, s in question.scenario.streams.items() if s.kind == "running")
print(f"all needs, places alone: {cost:,.0f} EUR a year; running money in sight: {money:,.0f} EUR")

# %% [markdown]
# But money already pays for places that stand, and these do not stand where the norms count the
# need: more assistant support and homes than the national average, fewer mobile teams and centres.
# (The register is estimated from each municipality's subsidy.) That is why a program has to choose.

# %%
today = (tables["register"].groupby("service")["places"].sum() * services["users_per_place"]).fillna(0).astype(int)
balance = pd.DataFrame({"users that today's places hold": today, "need": by_service})
balance["difference"] = balance.iloc[:, 0] - balance["need"]
assert (balance["difference"] > 0).any()
assert (balance["difference"] < 0).any()
balance.sort_values("difference")

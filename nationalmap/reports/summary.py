"""A plan in totals, by municipality, and in the five lines that a planner reads first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports.texts import counted, entries, listed, money, number, percent, text
from nationalmap.schema import TABLES

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan, StageResult

#: Column of the totals -> result table and column that is summed.
_SUMS = {
    "need_users": ("unmet", "need_users"),
    "served_users": ("unmet", "served_users"),
    "unmet_users": ("unmet", "unmet_users"),
    "above_maximum_users": ("unmet", "above_maximum_users"),
    "out_of_reach_users": ("unmet", "out_of_reach_users"),
    "no_place_users": ("unmet", "no_place_users"),
    "places_today": ("capacity", "places_today"),
    "places": ("capacity", "places"),
    "new_places": ("capacity", "new_places"),
    "given_up_places": ("capacity", "given_up_places"),
    "facilities_today": ("capacity", "facilities_today"),
    "facilities": ("capacity", "facilities"),
    "opened": ("capacity", "opened"),
    "closed": ("capacity", "closed"),
}
_MONEY = ("budget_eur", "spent_eur", "left_eur", "lacking_eur")
_KINDS = ("running", "capital")


def cents(amounts: pd.Series) -> int:
    """Sum of amounts in EUR, in whole cents, so that no order of rows changes it."""
    return int((amounts.astype("float64") * 100).round().astype("int64").sum())


def names(plan: Plan, table: str, column: str) -> dict[str, str]:
    """Name of every code of an input table (municipalities, services, regions)."""
    frame = plan.inputs.tables[table]
    return dict(zip(frame[TABLES[table].key[0]].tolist(), frame[column].tolist(), strict=True))


def municipalities(plan: Plan) -> tuple[str, ...]:
    """Codes of the scenario's municipalities, sorted."""
    frame = plan.inputs.tables["municipalities"]
    inside = frame.loc[frame["region"].isin(plan.scenario.regions), "municipality"]
    return tuple(sorted(inside.tolist()))


def package_by_municipality(plan: Plan) -> pd.DataFrame:
    """Of each municipality of the scenario: services of its package that are whole, all, and those missing.

    Columns municipality, complied_services, services, missing (tuple of service codes, sorted).
    """
    rows = plan.tables["compliance"].sort_values(["municipality", "service"], kind="stable")
    flags = rows["complied"].astype(bool)
    base = pd.DataFrame({"municipality": list(municipalities(plan))}, dtype="str").set_index("municipality")
    base["complied_services"] = flags.groupby(rows["municipality"]).sum().astype("int64")
    base["services"] = rows.groupby("municipality").size()
    base = base.fillna(0).astype("int64")
    missing = rows.loc[~flags].groupby("municipality")["service"].agg(tuple).to_dict()
    base["missing"] = [missing.get(code, ()) for code in base.index]
    return base.reset_index()


def totals(plan: Plan) -> dict[str, float]:
    """Every total of the plan by name; counts are whole, money is EUR to the cent."""
    package = package_by_municipality(plan)
    needs = plan.tables["needs"]["need_users"]
    result: dict[str, float] = {
        "municipalities": len(package),
        "complied_municipalities": int((package["complied_services"] == package["services"]).sum()),
        "package_services": int(package["services"].sum()),
        "complied_services": int(package["complied_services"].sum()),
        "need_rows": len(needs),
        "no_data_rows": int(needs.isna().sum()),
    }
    for name, (table, column) in _SUMS.items():
        result[name] = int(plan.tables[table][column].sum())
    budget = plan.tables["budget"]
    for kind in _KINDS:
        for column in _MONEY:
            result[f"{kind}_{column}"] = cents(budget.loc[budget["kind"] == kind, column]) / 100
    return result


def by_municipality_and_service(plan: Plan) -> pd.DataFrame:
    """Need, served and unmet of those who live there; places and running money of what stands there.

    Columns municipality, service, need_users, served_users, unmet_users, places, running_eur.
    """
    key = ["municipality", "service"]
    people = plan.tables["unmet"].groupby(key)[["need_users", "served_users", "unmet_users"]].sum()
    places = plan.tables["capacity"].groupby(key)[["places"]].sum()
    spending = plan.tables["spending"]
    running = spending[spending["kind"] == "running"]
    paid = (running["amount_eur"] * 100).round().groupby([running[name] for name in key]).sum() / 100
    both = people.join(places, how="outer").join(paid.rename("running_eur"), how="outer").fillna(0)
    counts = [name for name in both.columns if name != "running_eur"]
    return both.astype(dict.fromkeys(counts, "int64")).sort_index().reset_index()


def register_rows(plan: Plan) -> pd.DataFrame:
    """The register's rows in the scenario's municipalities."""
    register = plan.inputs.tables["register"]
    return register.loc[register["municipality"].isin(municipalities(plan))].reset_index(drop=True)


def widest_stage(plan: Plan) -> StageResult | None:
    """The stage that stayed open with the largest gap; None where every stage was proven."""
    opened = [stage for stage in plan.stages if stage.status != "proven"]
    return max(opened, key=lambda stage: math.inf if math.isnan(stage.gap) else stage.gap, default=None)


def stage_name(name: str, language: str) -> str:
    """Name of a stage in words; unmet_2 is the unmet need of priority class 2."""
    known = entries("stage")
    stage, _, number_of_class = name.rpartition("_")
    if name not in known and stage in known:
        return text("stage_part.class", language, stage=text(f"stage.{stage}", language), number=number_of_class)
    return text(f"stage.{name}", language) if name in known else name


def stages_in_words(plan: Plan, language: str) -> str:
    """All stages proven within their tolerance, or the one with the largest gap."""
    if not plan.stages:
        return text("sure.stages_none", language)
    widest = widest_stage(plan)
    count = number(len(plan.stages), language)
    if widest is None:
        return text("sure.stages_closed", language, count=count)
    return text(
        "sure.stages_open",
        language,
        proven=number(sum(stage.status == "proven" for stage in plan.stages), language),
        count=count,
        gap=percent(widest.gap, language, 3),
        stage=stage_name(widest.name, language),
        tolerance=percent(widest.tolerance, language, 3),
    )


def norms_in_words(plan: Plan, language: str) -> str:
    """How many norms are illustrative, and that those are not law."""
    illustrative = sum(norm.status == "illustrative" for norm in plan.inputs.norms)
    key = "sure.norms_illustrative" if illustrative else "sure.norms_legal"
    count = counted(len(plan.inputs.norms), "norm", language)
    return text(key, language, illustrative=number(illustrative, language), count=count)


def _package_line(plan: Plan, language: str) -> str:
    total = totals(plan)
    package = package_by_municipality(plan)
    places = names(plan, "municipalities", f"name_{language}")
    services = names(plan, "services", f"short_{language}")
    compliance = plan.tables["compliance"]
    keys = zip(compliance["municipality"].tolist(), compliance["service"].tolist(), strict=True)
    amounts = dict(zip(keys, compliance["missing"].tolist(), strict=True))
    missing = [
        text(
            "five_lines.package_missing_one",
            language,
            municipality=places[code],
            services=listed((_lacking(services, amounts, code, s, language) for s in lacking), language, "short_names"),
        )
        for code, lacking in zip(package["municipality"].tolist(), package["missing"].tolist(), strict=True)
        if lacking
    ]
    key = "five_lines.package_missing" if missing else "five_lines.package_whole"
    return text(
        "five_lines.package",
        language,
        complied=number(total["complied_municipalities"], language),
        municipalities=counted(int(total["municipalities"]), "municipality", language),
        rest=text(key, language, missing=listed(missing, language, "parts")),
    )


def _lacking(
    services: Mapping[str, str], amounts: Mapping[tuple[str, str], int], municipality: str, service: str, language: str
) -> str:
    """A missing service with how much of it is missing; one that is only too far away says so."""
    amount = amounts.get((municipality, service), 0)
    lacks = number(amount, language) if amount else text("five_lines.too_far", language)
    return f"{services.get(service, service)}: {lacks}"


def idle_places(plan: Plan) -> int:
    """Planned places that no user of the plan takes, over all services and hosts."""
    capacity, allocation = plan.tables["capacity"], plan.tables["allocation"]
    per_place = plan.inputs.tables["services"].set_index("service")["users_per_place"]
    places = capacity.groupby(["municipality", "service"])["places"].sum()
    users = allocation.groupby(["host", "service"])["users"].sum().reindex(places.index, fill_value=0)
    rho = per_place.reindex(places.index.get_level_values("service")).to_numpy()
    taken = -(-users.to_numpy() // rho)
    return int((places.to_numpy() - taken).clip(min=0).sum())


def _need_line(plan: Plan, language: str) -> str:
    total = totals(plan)
    share = total["served_users"] / total["need_users"] if total["need_users"] else 1.0
    key = "five_lines.need_no_data" if total["no_data_rows"] else "five_lines.need_whole"
    return text(
        "five_lines.need",
        language,
        need=counted(int(total["need_users"]), "case", language),
        share=percent(share, language, 1),
        **{
            name: number(total[f"{name}_users"], language)
            for name in ("served", "unmet", "above_maximum", "out_of_reach", "no_place")
        },
        rest=text(
            key,
            language,
            blank=number(total["no_data_rows"], language),
            rows=counted(int(total["need_rows"]), "row", language),
        ),
    )


def _capacity_line(plan: Plan, language: str) -> str:
    total = {name: int(value) for name, value in totals(plan).items()}
    return text(
        "five_lines.capacity",
        language,
        places_today=counted(total["places_today"], "place", language),
        places=number(total["places"], language),
        new_places=number(total["new_places"], language),
        given_up=number(total["given_up_places"], language),
        idle=number(idle_places(plan), language),
        opened=number(total["opened"], language),
        closed=number(total["closed"], language),
    )


def _money_line(plan: Plan, language: str) -> str:
    total = totals(plan)
    budget = plan.tables["budget"].query("kind == 'running'").sort_values("stream", kind="stable")
    streams = [
        text(
            "five_lines.money_stream",
            language,
            name=stream_name(plan, stream, language),
            spent=money(spent, language),
            budget=money(available, language),
        )
        for stream, spent, available in budget[["stream", "spent_eur", "budget_eur"]].itertuples(index=False)
    ]
    lacking = total["running_lacking_eur"] + total["capital_lacking_eur"]
    return text(
        "five_lines.money",
        language,
        running_spent=money(total["running_spent_eur"], language),
        running_budget=money(total["running_budget_eur"], language),
        running=listed(streams or [text("five_lines.money_no_stream", language)], language, "parts"),
        capital_spent=money(total["capital_spent_eur"], language),
        capital_budget=money(total["capital_budget_eur"], language),
        rest=text(
            "five_lines.money_lacking" if lacking else "five_lines.money_whole",
            language,
            lacking=money(lacking, language),
        ),
    )


def _sure_line(plan: Plan, language: str) -> str:
    register = register_rows(plan)
    return text(
        "five_lines.sure",
        language,
        stages=stages_in_words(plan, language),
        norms=norms_in_words(plan, language),
        boundaries=text(f"sure.boundaries.{plan.inputs.boundaries.status}", language),
        register=text(
            "sure.register",
            language,
            estimated=number(int((register["origin"] == "estimated").sum()), language),
            rows=counted(len(register), "row", language),
        ),
    )


def stream_name(plan: Plan, stream: str, language: str) -> str:
    """Name of a funding stream; its code where the scenario does not know it."""
    known = plan.scenario.streams.get(stream)
    return str(getattr(known, f"name_{language}", stream))


def five_lines(plan: Plan, language: str) -> list[str]:
    """What a planner reads after the plan: package, need, places, money, and how sure it all is."""
    lines = (_package_line, _need_line, _capacity_line, _money_line, _sure_line)
    return [line(plan, language) for line in lines]

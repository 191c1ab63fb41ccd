"""Which norms a question uses, and whether they fit the catalogue, the indicators and each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nationalmap.domain.norm import (
    Banded,
    Complement,
    Composite,
    Norm,
    Plain,
    Presence,
    Ratio,
    Rule,
    Scheme,
    Subgroup,
    Threshold,
)
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest

if TYPE_CHECKING:
    import pandas as pd


def norms_in_use(
    norms: Sequence[Norm], services: pd.DataFrame, catalogue: pd.DataFrame, years: Sequence[int]
) -> tuple[Norm, ...]:
    """The norms without those of services and groups left out, and of other years.

    ``services`` are the planned ones, ``catalogue`` all. A norm on what does not exist at all
    stays, to be refused by check_norms.
    """
    left_out = {
        "need": set(catalogue["group"]) - set(services["group"]),
        "package": set(catalogue["service"]) - set(services["service"]),
    }
    return tuple(
        norm
        for norm in norms
        if norm.target not in left_out["need" if norm.gives == "need" else "package"]
        and any(norm.holds_in(year) for year in years)
    )


def check_norms(
    norms: Sequence[Norm],
    services: pd.DataFrame,
    indicators: Mapping[str, str],
    municipalities: pd.DataFrame,
    years: Sequence[int],
    file: str,
    stated_groups: Collection[str] = (),
) -> None:
    """Refuse norms that do not fit the catalogue, the indicators, or each other; and groups without one.

    ``services`` are the planned rows of the catalogue, ``indicators`` gives the unit of each,
    ``municipalities`` holds municipality and region of every known one, ``stated_groups`` need
    no norm. Raises InputRefused with every fault of every norm.
    """
    facts: dict[str, Any] = {str(row["service"]): row for row in services.to_dict("records")}
    groups = sorted(set(services["group"]))
    region_of = {str(m): str(r) for m, r in zip(municipalities["municipality"], municipalities["region"], strict=True)}
    faults: list[Fault] = []
    for norm in norms:
        where = f'{file}, norm "{norm.id}"'
        faults += _wrong_target(norm, facts, groups, where)
        faults += _wrong_indicators(norm, indicators, where)
        faults += _wrong_scope(norm, region_of, where)
        faults += [Fault(where, 0, *fault) for fault in _wrong_numbers(norm.rule)]
        faults += _unfit_rule(norm, facts, where)
    faults += _overlapping(norms, region_of, file)
    faults += _without_need(norms, [g for g in groups if g not in stated_groups], region_of, years, file)
    if faults:
        raise InputRefused(faults)


def _wrong_target(
    norm: Norm, facts: Mapping[str, Mapping[str, Any]], groups: Sequence[str], where: str
) -> Iterator[Fault]:
    """A need names its group only, a minimum or maximum its service; both exist, and are of a new kind."""
    key, other = ("group", "service") if norm.gives == "need" else ("service", "group")
    if getattr(norm, other):
        rule = f"does not fit: a {norm.gives} names its {key}"
        yield Fault(where, 0, other, getattr(norm, other), rule, f"write {key} instead, or leave it out")
    known = groups if norm.gives == "need" else sorted(facts)
    if norm.target not in known:
        kind = "a need group" if norm.gives == "need" else "a service"
        yield Fault(where, 0, key, norm.target, f"is not {kind} of the catalogue", nearest(norm.target, known))
    elif norm.gives != "need" and facts[norm.target].get("typology") == "old":
        cure = f'set it for "{facts[norm.target]["counts_as"]}", which counts its places'
        yield Fault(where, 0, key, norm.target, "is an old type, which has no norm of its own", cure)


def _wrong_indicators(norm: Norm, units: Mapping[str, str], where: str) -> Iterator[Fault]:
    """Indicators that are not at hand, or whose unit the rule cannot use."""
    for name in norm.indicators:
        if name not in units:
            yield Fault(where, 0, "indicator", name, "is not an indicator at hand", nearest(name, units))
    rule = norm.rule.inner if isinstance(norm.rule, Threshold | Complement) else norm.rule
    counted = [] if isinstance(rule, Presence | Banded) else [rule.indicator]
    counted += [rule.indicator] if isinstance(rule, Banded) and norm.territory == "region" else []
    if isinstance(norm.rule, Complement):
        counted += [scheme.indicator for scheme in norm.rule.schemes if scheme.indicator]
    plain = isinstance(rule, Ratio) and norm.territory == "municipality"
    for name in counted:
        if units.get(name) == "percent" and not plain:
            cure = "name an indicator that counts something"
            yield Fault(where, 0, "indicator", name, "is in per cent and has no sum", cure)
    for name in _shares(rule):
        if units.get(name, "percent") != "percent":
            cure = "name one in per cent, or of a composite's part say of what it is a share"
            yield Fault(where, 0, "indicator", name, f"is in {units[name]}, not in per cent", cure)


def _shares(rule: Plain) -> list[str]:
    """Indicators of a rule that must be in per cent."""
    if isinstance(rule, Subgroup):
        return [rule.share_indicator] if rule.share_indicator else []
    return [part.indicator for part in rule.parts if part.of is None] if isinstance(rule, Composite) else []


def _wrong_scope(norm: Norm, region_of: Mapping[str, str], where: str) -> Iterator[Fault]:
    """Regions, municipalities and years in which the norm cannot hold."""
    for key, given, known in (
        ("regions", norm.regions, sorted(set(region_of.values()))),
        ("municipalities", norm.municipalities, sorted(region_of)),
    ):
        for code in given:
            if code not in known:
                yield Fault(where, 0, key, code, "does not exist", nearest(code, known))
    if norm.territory == "region" and norm.municipalities:
        rule = "does not fit: an amount of the whole region holds in all of it"
        yield Fault(where, 0, "municipalities", "", rule, "name regions instead")
    if norm.valid_from > norm.valid_to:
        yield Fault(where, 0, "valid_to", str(norm.valid_to), f"is before valid_from ({norm.valid_from})", "mend it")


def _unfit_rule(norm: Norm, facts: Mapping[str, Mapping[str, Any]], where: str) -> Iterator[Fault]:
    """Territory, unit and kind of rule that do not belong to what the norm gives."""
    service = facts.get(norm.target) if norm.gives != "need" else None
    level = str(service["level"]) if service else "municipal"
    wanted = "municipality" if level == "municipal" else "region"
    if norm.territory != wanted and (service or norm.gives == "need"):
        of = "need of a group" if norm.gives == "need" else f"{norm.gives} of a {level} service"
        rule = f"does not fit: the {of} is set by {wanted}"
        yield Fault(where, 0, "territory", norm.territory, rule, f'write territory = "{wanted}"')
    if norm.unit == "places" and norm.gives != "minimum":
        rule = f"does not fit: a {norm.gives} counts users"
        yield Fault(where, 0, "unit", norm.unit, rule, 'write unit = "users"')
    elif norm.unit == "places" and service and service["mode"] == "home":
        rule = "does not fit: a service at home has no places"
        yield Fault(where, 0, "unit", norm.unit, rule, 'write unit = "users"')
    if isinstance(norm.rule, Threshold) and (norm.gives != "minimum" or level != "municipal"):
        rule = "does not fit: only the minimum of a municipal service can join a neighbour"
        yield Fault(where, 0, "type", "threshold", rule, "use the inner rule alone")
    if isinstance(norm.rule, Complement) and norm.gives == "minimum":
        yield Fault(
            where, 0, "type", "complement", "does not fit: a minimum is no remainder", "use the inner rule alone"
        )
    plain = norm.rule.inner if isinstance(norm.rule, Threshold | Complement) else norm.rule
    if isinstance(plain, Subgroup) and plain.share_percent is not None and not norm.estimate:
        rule = "is missing: one stated share stands for all municipalities"
        yield Fault(where, 0, "estimate", "", rule, "write estimate = true")


_Wrong = tuple[str, str, str, str]


def _wrong_numbers(rule: Rule) -> Iterator[_Wrong]:
    """Column, value, broken rule and cure of every figure of a rule that is out of range."""
    if isinstance(rule, Threshold):
        yield from _wrong_numbers(rule.inner)
        if not 0 <= rule.own_from <= 1e12:
            yield "own_from", f"{rule.own_from:g}", "is out of range", "write 0 or more"
    elif isinstance(rule, Complement):
        yield from _wrong_numbers(rule.inner)
        if not rule.schemes:
            yield "schemes", "", "is empty", "name the schemes that serve the others, or use the inner rule alone"
        for scheme in rule.schemes:
            yield from _wrong_scheme(scheme)
    elif isinstance(rule, Presence):
        if rule.amount < 0:
            yield "amount", f"{rule.amount:g}", "is negative", "write 0 or more"
    elif isinstance(rule, Banded):
        yield from _wrong_bands(rule)
    else:
        yield from _wrong_rate(rule.rate, rule.per)
        if isinstance(rule, Subgroup):
            yield from _wrong_share(rule)
        if isinstance(rule, Composite):
            yield from _wrong_parts(rule)


def _wrong_rate(rate: float, per: float) -> Iterator[_Wrong]:
    wrong = [("rate", rate, not 0 <= rate <= 1e9), ("per", per, not 1e-6 <= per <= 1e12)]
    for name, value, bad in wrong:
        if bad:
            yield name, f"{value:g}", "is out of range", "rate is 0 or more, per above 0, neither is huge"


def _wrong_share(rule: Subgroup) -> Iterator[_Wrong]:
    if (rule.share_indicator is None) == (rule.share_percent is None):
        yield "share_indicator", "", "or share_percent: exactly one is asked", "say where the share comes from"
    if rule.share_percent is not None and not 0 <= rule.share_percent <= 100:
        yield "share_percent", f"{rule.share_percent:g}", "is not between 0 and 100", "write the share in per cent"
    if rule.share_percent is not None and not rule.share_basis:
        yield "share_basis", "", "is missing", "name the published figure that the share comes from"


def _wrong_parts(rule: Composite) -> Iterator[_Wrong]:
    total = sum(part.weight for part in rule.parts)
    if any(part.weight < 0 for part in rule.parts) or abs(total - 1) > 1e-9:
        yield "parts", f"{total:g}", "is not the sum of weights", "weights are 0 or more and add up to 1"


def _wrong_scheme(scheme: Scheme) -> Iterator[_Wrong]:
    if bool(scheme.users) == (scheme.indicator is not None):
        yield "schemes", scheme.name, "does not say its users in exactly one way", "give users, or an indicator"
    if any(not 0 <= users <= 1e7 for users in scheme.users.values()):
        yield "schemes", scheme.name, "has users out of range", "write 0 or more"
    yield from _wrong_rate(scheme.rate, scheme.per)


def _wrong_bands(rule: Banded) -> Iterator[_Wrong]:
    limits = [band.below for band in rule.bands]
    inner = limits[:-1]
    ordered = all(b is not None for b in inner) and inner == sorted(set(inner), key=lambda b: b or 0.0)
    if not limits or limits[-1] is not None or not ordered or any(band.amount < 0 for band in rule.bands):
        cure = "limits rise from band to band, the last band has none, amounts are 0 or more"
        yield "bands", "", "the bands do not cover every figure once", cure


def _overlapping(norms: Sequence[Norm], region_of: Mapping[str, str], file: str) -> Iterator[Fault]:
    """Two norms that give the same for the same, in one year and one municipality."""
    scopes = {norm.id: {m for m, r in region_of.items() if norm.holds_for(m, r)} for norm in norms}
    for position, norm in enumerate(norms):
        for former in norms[:position]:
            same = (former.gives, former.target) == (norm.gives, norm.target)
            years = max(norm.valid_from, former.valid_from), min(norm.valid_to, former.valid_to)
            if same and years[0] <= years[1] and scopes[norm.id] & scopes[former.id]:
                rule = f"has a {norm.gives} already, by {former.id}, in {years[0]} to {years[1]}"
                cure = "let one norm end before the other begins, or name other regions"
                key = "group" if norm.gives == "need" else "service"
                yield Fault(f'{file}, norm "{norm.id}"', 0, key, norm.target, rule, cure)
                break


def _without_need(
    norms: Sequence[Norm], groups: Sequence[str], region_of: Mapping[str, str], years: Sequence[int], file: str
) -> Iterator[Fault]:
    """Groups for which no norm gives a need, or none in some year and municipality."""
    for group in groups:
        mine = [norm for norm in norms if norm.gives == "need" and norm.group == group]
        if not mine:
            cure = "add one, state its needs, or leave its services out"
            yield Fault(file, 0, "norms", group, "has no norm that gives its need", cure)
            continue
        for year in years:
            here = [norm for norm in mine if norm.holds_in(year)]
            bare = [m for m, r in region_of.items() if not any(norm.holds_for(m, r) for norm in here)]
            if bare:
                rule = f"has no norm that gives its need in {year} in {len(bare)} municipalities, {bare[0]} the first"
                yield Fault(file, 0, "norms", group, rule, "add one for that year and place, or state its needs")

"""Small random countries with what else the program knows: periods, old types, renovations, sharing, locks, staff.

``varied`` draws two or three municipalities, one to three periods and some of the varieties below, each a function
of a draw and a country. Many lack money; now and then no plan is possible.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from nationalmap.domain.scenario import Share
from tests.toyland import NORTH, Toyland
from tests.toyland import richer as more
from tests.toyland.invented import invented

Draw = random.Random

PLACES = (("NOR01", "NOR03"), ("SOU01", "SOU03"), ("NOR03", "SOU03"), NORTH, ("NOR02", "NOR03", "SOU03"))
PERIODS = ((2027,), (2027, 2030), (2027, 2028, 2031))
#: Three of these, in their order, stand between what is kept and the tie-break.
AMONG = ("package", "staff", "unmet", "worst_unmet", "preference", "disruption", "cost", "travel")


def varied(seed: int, least: int = 4, most: int = 6) -> Toyland:
    """A country that is the same for the same seed, with ``least`` to ``most`` varieties."""
    draw = Draw(f"varied {seed}")
    country = invented(seed).only(draw.choice(PLACES))
    country = country.periods(*draw.choice(PERIODS if len(codes(country)) < 3 else PERIODS[:2]))
    for variety in draw.sample(VARIETIES, draw.randint(least, most)):
        country = variety(draw, country)
    country = _money(draw, country, (0.8, 1, 1, 1))
    if draw.random() < 0.15:
        return country.asking("keep", "overspend", "cost", "tie_break", mode="what_it_would_cost")
    chosen = {*draw.sample(AMONG, 3), *([] if country.tables["staff"].empty else ["staff"])}
    return country.asking("keep", *sorted(chosen, key=AMONG.index), "tie_break")


def small(seed: int, *years: int) -> Toyland:
    """Two or three municipalities of ``invented`` with money for what stands and some more, in one year or several."""
    draw = Draw(f"small {seed}")
    return _money(draw, invented(seed).only(draw.choice(PLACES)).periods(*(years or (2027,))), (1,), 15)


def codes(country: Toyland) -> list[str]:
    """Its municipalities."""
    return list(country.tables["municipalities"]["municipality"])


def _cents(draw: Draw, low: float, high: float) -> float:
    """EUR to the cent, between bounds in EUR."""
    return draw.randint(round(100 * low), round(100 * high)) / 100


def _money(draw: Draw, country: Toyland, parts: tuple[float, ...], spare: float = 30) -> Toyland:
    """By stream and year: for running cost a part of what stands today costs, and up to ``spare`` T more."""
    sites = country.tables["register"].merge(country.tables["services"], on="service")
    place, facility = sites["running_cost_place_eur"], sites["running_cost_facility_eur"]
    today = float((sites["places"] * place + facility).sum()) / 1000
    years = country.scenario.years
    money = {
        "state": [round(today * draw.choice(parts) + _cents(draw, 0, spare), 5) for _ in years],
        "programme": [_cents(draw, 0, 10) for _ in years],
        "building": [_cents(draw, 0, 60) for _ in years],
    }
    return country.money(**money)


# ---------------------------------------------------------------------- varieties


def needs_by_year(draw: Draw, country: Toyland) -> Toyland:
    """Other needs in every period."""
    for g in country.tables["groups"]["group"]:
        for year in country.scenario.years:
            country = country.needs(g, year, **{m: draw.randint(0, 12) for m in codes(country)})
    return country


def home_help(draw: Draw, country: Toyland) -> Toyland:
    """Day care may be given at home, after it or before it; now and then each has a share."""
    first = draw.choice((1, 2))
    country = country.change("services", {"service": "day_care"}, preference=first)
    costs = {"running_cost_place_eur": _cents(draw, 500, 3000), "fee_user_eur": draw.choice((0.0, 49.95))}
    country = more.help_at_home(country, preference=3 - first, travel_limit_min=draw.choice((0, 20)), **costs)
    if draw.random() < 0.5:
        country = country.asking(shares=(Share(service="help", least=draw.choice((None, 0.2)), most=0.6),))
    if draw.random() < 0.5:
        status = draw.choice(("keep", "free"))
        country = more.facility(country, f"help_{codes(country)[0]}", draw.randint(1, 9), users=1, status=status)
    return country


def old_types(draw: Draw, country: Toyland) -> Toyland:
    """An old home that may become a residence, financed for some time."""
    cost, until = _cents(draw, 0, 4000), draw.choice((None, 2026, 2026, 2028))
    country = more.old_homes(country, draw.choice((0.5, 0.6, 0.75, 1.0)), cost, financed_until=until)
    places, status = draw.randint(7, 14), draw.choice(("keep", "free"))
    users = draw.choice((None, draw.randint(0, places)))
    return more.facility(country, f"old_home_{codes(country)[-1]}", places, users=users, status=status)


def renovation(draw: Draw, country: Toyland) -> Toyland:
    """Something that stands must be renovated, or loses places."""
    register = country.tables["register"]
    if register.empty:
        return country
    site = register["site"].iloc[draw.randrange(len(register))]
    by, lost = draw.choice((2026, 2027, 2028)), draw.randint(1, 6)
    return country.add(
        "renovations", site=site, kind="energy", by_year=by, cost_eur=_cents(draw, 0, 20000), places_lost=lost
    )


def staff(draw: Draw, country: Toyland) -> Toyland:
    """Nurses for both services; a ceiling somewhere in some year."""
    for s in ("day_care", "residence"):
        posts = draw.choice((0.25, 0.4, 0.5))
        country = country.add("professions", service=s, profession="nurse", posts_per_place=posts)
    territory = draw.choice((*codes(country), "NOR", "SOU"))
    year, posts = draw.choice(country.scenario.years), draw.randint(0, 5) / 2
    return country.add("staff", territory=territory, profession="nurse", year=year, posts=posts)


def own_money(draw: Draw, country: Toyland) -> Toyland:
    """The municipalities pay beyond a maximum of the state."""
    country = country.change("package", {"service": "day_care"}, maximum_users=draw.randint(0, 6))
    return more.own_money(country, _cents(draw, 0, 15))


def one_roof(draw: Draw, country: Toyland) -> Toyland:
    """Day care and a home share their fixed cost, so far as the one has any."""
    country = country.change("services", {"service": "day_care"}, running_cost_facility_eur=_cents(draw, 2000, 4000))
    return more.under_one_roof(country, draw.random() < 0.2, _cents(draw, 500, 1500))


def embedded(draw: Draw, country: Toyland) -> Toyland:
    """Places of respite within homes."""
    return more.respite(country, draw.randint(1, 3)).needs("respite", **{codes(country)[0]: draw.randint(1, 6)})


def refused(draw: Draw, country: Toyland) -> Toyland:
    """Two municipalities do not serve each other."""
    m, h = draw.sample(codes(country), 2)
    return country.add("agreements", municipality=m, host=h, service="*", status="refused")


def one_host(draw: Draw, country: Toyland) -> Toyland:
    """Each municipality has one host."""
    return country.asking(single_assignment=(draw.choice(("day_care", "residence")),))


def locked(draw: Draw, country: Toyland) -> Toyland:
    """A value fixed by hand."""
    what, relation = draw.choice(("places", "facilities", "users")), draw.choice(("exactly", "least", "most"))
    value = {"places": 5, "facilities": 1, "users": 3}[what]
    service, year = draw.choice(("day_care", "residence")), draw.choice((None, country.scenario.last_year))
    lock = more.lock(value, what, draw.choice(codes(country)), relation=relation, service=service, year=year)
    return country.asking(locks=(lock,))


def limits(draw: Draw, country: Toyland) -> Toyland:
    """So many facilities, so many openings, so many services in one town."""
    most = draw.choice((None, 1, 2))
    sites = more.limit(draw.randint(1, 3), draw.choice(("most", "least")), of=draw.choice(("day_care", "residence")))
    hub = more.hub(codes(country)[0], draw.choice((1, 2)))
    return country.asking(most_openings_per_year=most, site_limits=(sites,), hubs=(hub,))


def committed(draw: Draw, country: Toyland) -> Toyland:
    """Something under construction, perhaps paid by a project at first."""
    site, places = f"day_care_{codes(country)[0]}", draw.randint(2, 9)
    later = draw.choice((None, 2030))
    country = country.without("register", site=site)
    return more.facility(country, site, places, status="keep", opens_year=2027, state_from_year=later)


def other_dates(draw: Draw, country: Toyland) -> Toyland:
    """Lead times, a programme that ends, capital that does not wait."""
    for s in ("day_care", "residence"):
        country = country.change("services", {"service": s}, lead_years=draw.randint(0, 3))
    country = country.stream("programme", last_year=draw.choice((None, 2029)))
    return country.stream("building", carry_over=draw.random() < 0.5)


def regional_money(draw: Draw, country: Toyland) -> Toyland:
    """The programme pays for one municipality alone; users today are no floor."""
    here = tuple(draw.sample(codes(country), 1))
    return country.stream("programme", municipalities=here, services=()).asking(no_loss=False)


VARIETIES: tuple[Callable[[Draw, Toyland], Toyland], ...] = (
    needs_by_year,
    home_help,
    old_types,
    renovation,
    staff,
    own_money,
    one_roof,
    embedded,
    refused,
    one_host,
    locked,
    limits,
    committed,
    other_dates,
    regional_money,
)

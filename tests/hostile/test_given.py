"""Bad tables and keys that a planner may give beside the register: everything at once, with one thing wrong."""

import pytest

from nationalmap import planning
from tests.everything import everything
from tests.hostile.corpus import REGISTER, SCENARIO, append, both, refused, swap

SERVICES = "catalogue/services.csv"
TRANSFORMATIONS = "catalogue/transformations.csv"
COMPLEXES = "catalogue/complexes.csv"
EMBEDDED = "catalogue/embedded.csv"
APART = "catalogue/apart.csv"
YEARS = "years = [2027, 2030]"
GUESTS = 'what = "users", value = 1, relation = "most", service = "day_care", municipality = "NOR02", host = "NOR01"'
LOW = (
    'what = "places", value = 5, relation = "most", service = "residence", municipality = "NOR01", site = "home_NOR01"'
)
THREE = (
    'number = 2, basis = "b" }, { service = "residence", territory = "SOU", '
    'relation = "least", number = 3, basis = "b" }]'
)

REFUSED = {
    "service of no group": (
        swap(SERVICES, "Respite,respite,1", "Respite,respit,1"),
        [('services.csv, row 5, group: "respit" is not one of the 3 known codes; the nearest is "respite".')],
    ),
    "old type without successor": (
        swap(SERVICES, "old,day_care,2029", "old,,2029"),
        [
            (
                'services.csv, service "old_day", counts_as: is no new service that counts the places of '
                "this old type; one of 4 known values is asked."
            )
        ],
    ),
    "old type that counts as an old one": (
        swap(SERVICES, "old,day_care,2029", "old,old_day,2029"),
        [
            (
                'services.csv, service "old_day", counts_as: "old_day" is no new service that counts the '
                "places of this old type; one of 4 known values is asked."
            )
        ],
    ),
    "old type of another group": (
        swap(SERVICES, "Old centre,day_care,2", "Old centre,respite,2"),
        [
            (
                'services.csv, service "old_day", group: "respite" differs from that of "day_care", which '
                'counts its places; write "day_care".'
            )
        ],
    ),
    "new service that is financed until a year": (
        swap(SERVICES, "day_and_community,new,,,municipal", "day_and_community,new,,2029,municipal"),
        [
            (
                'services.csv, service "day_care", financed_until: "2029" stands at a new service; leave it '
                "blank, or write typology old."
            )
        ],
    ),
    "share of an old type": (
        swap(SERVICES, "day_care,2,,,day_and", "day_care,2,0.1,,day_and"),
        [
            (
                'services.csv, service "old_day", least_share: "0.1" stands at an old type, which counts '
                "within the share of its new service; leave it blank."
            )
        ],
    ),
    "least share above the most": (
        swap(SERVICES, "residence,2,,0.9", "residence,2,0.95,0.9"),
        [('services.csv, service "assistance", least_share: "0.95" is above most_share 0.9; mend one of them.')],
    ),
    "most shares below the whole": (
        swap(SERVICES, "Home,residence,1,,,", "Home,residence,1,,0.05,"),
        [
            (
                'services.csv, group "residence", most_share: "0.95" is the sum of most shares: less than '
                "all; raise one: everybody is served in one of the services."
            )
        ],
    ),
    "embedded service with a size": (
        swap(SERVICES, "residential,children,1,0,0", "residential,children,1,1,5"),
        [
            (
                'services.csv, service "respite", max_places: "5" has facilities of no size: it lies in '
                "those of its host; write 0 for both sizes."
            )
        ],
    ),
    "service at home with a size": (
        swap(SERVICES, "home,older_people,1,0,0", "home,older_people,1,0,9"),
        [
            (
                'services.csv, service "assistance", max_places: "9" has facilities of no size: it is given '
                "at home; write 0 for both sizes."
            )
        ],
    ),
    "transformation into an old type": (
        swap(TRANSFORMATIONS, "old_day,day_care", "day_care,old_day"),
        [
            (
                'transformations.csv, "day_care" to "old_day", to_service: "old_day" is an old type, of '
                "which none opens any more; name the new service that it becomes."
            )
        ],
    ),
    "transformation into itself": (
        swap(TRANSFORMATIONS, "old_day,day_care", "day_care,day_care"),
        [
            (
                'transformations.csv, "day_care" to "day_care", to_service: "day_care" is what stands '
                "already; name another service."
            )
        ],
    ),
    "transformation into a service at home": (
        swap(TRANSFORMATIONS, "old_day,day_care", "old_day,assistance"),
        [
            (
                'transformations.csv, "old_day" to "assistance", to_service: "assistance" has no facilities '
                "of its own; leave the row out: only facilities are transformed."
            )
        ],
    ),
    "transformation of nothing": (
        swap(TRANSFORMATIONS, "old_day,day_care", "old_dya,day_care"),
        [
            (
                'transformations.csv, row 2, from_service: "old_dya" is not one of the 5 known codes; the '
                'nearest is "old_day".'
            )
        ],
    ),
    "complex of one service": (
        swap(COMPLEXES, "day_care residence", "day_care"),
        [
            (
                'complexes.csv, complex "roof", services: "day_care" does not name two or more different '
                "services; separate their codes by blanks."
            )
        ],
    ),
    "complex with an unknown service": (
        swap(COMPLEXES, "day_care residence", "day_care residense"),
        [
            (
                'complexes.csv, complex "roof", services: "residense" is not a service of the catalogue; the '
                'nearest is "residence".'
            )
        ],
    ),
    "complex with a service at home": (
        swap(COMPLEXES, "day_care residence", "day_care assistance"),
        [('complexes.csv, complex "roof", services: "assistance" has no facilities of its own; leave it out.')],
    ),
    "complex that saves too much": (
        swap(COMPLEXES, "500.00", "5000.00"),
        [
            (
                'complexes.csv, complex "roof", saved_running_eur: "5000" is more than a facility of '
                "day_care costs in a year (1000); name first the service whose cost is saved."
            )
        ],
    ),
    "embedded in a service at home": (
        swap(EMBEDDED, "respite,day_care", "respite,assistance"),
        [
            (
                'embedded.csv, service "respite", host_service: "assistance" has no facilities of its own; '
                "name a service with facilities of its own."
            )
        ],
    ),
    "embedded in two": (
        append(EMBEDDED, "respite,residence,2,x\n"),
        ['embedded.csv, service: "respite" has two hosts; keep one of its rows.'],
    ),
    "kept apart from itself": (
        swap(APART, "older_people,children", "children,children"),
        ['apart.csv, other_group: "children" is kept apart from itself; name another target group.'],
    ),
    "kept apart from nobody": (
        swap(APART, "older_people,children", "older_people,childern"),
        [('apart.csv, other_group: "childern" is the target group of no service; the nearest is "children".')],
    ),
    "committed site that opened": (
        swap(REGISTER, ",,2027,2030,", ",,2026,2030,"),
        [
            (
                'register.csv, site "day_NOR03", opens_year: "2026" is not after the year of the register '
                "(2026); leave it blank: the site stands today."
            )
        ],
    ),
    "committed site with users": (
        swap(REGISTER, "day_care,5,,keep,,2027", "day_care,5,4,keep,,2027"),
        [
            (
                'register.csv, site "day_NOR03", users: "4" are served at a site that opens in 2027; leave '
                "it blank until the site opens."
            )
        ],
    ),
    "committed site that the state pays too early": (
        swap(REGISTER, ",,2027,2030,", ",,2030,2027,"),
        [('register.csv, site "day_NOR03", state_from_year: "2027" is before opens_year 2030; mend one of them.')],
    ),
    "committed site that closes at once": (
        swap(REGISTER, "day_care,5,,keep,,2027", "day_care,5,,must_close_by,2027,2027"),
        [('register.csv, site "day_NOR03", close_by_year: "2027" is not after opens_year 2027; mend one of them.')],
    ),
    "committed site of a type that ends": (
        swap(REGISTER, "day_care,5,,keep,,2027,2030", "old_day,5,,keep,,2030,2030"),
        [
            (
                'register.csv, site "day_NOR03", opens_year: "2030" is after the last year in which old_day '
                "is financed (2029); name the new service that it will be."
            )
        ],
    ),
    "renovation of no site": (
        swap("renovations.csv", "day_NOR01", "day_NOR11"),
        [('renovations.csv, row 2, site: "day_NOR11" is not one of the 8 known codes; the nearest is "day_NOR01".')],
    ),
    "renovation of yesterday": (
        swap("renovations.csv", "2030", "2026"),
        [
            (
                'renovations.csv, site "day_NOR01", by_year: "2026" is not after the year of the register '
                "(2026); lower its places in the register instead."
            )
        ],
    ),
    "renovation that loses more than there is": (
        swap("renovations.csv", "1000.00,4", "1000.00,40"),
        [
            (
                'renovations.csv, site "day_NOR01", places_lost: "40" is more than the site has (12); write '
                "its places at most."
            )
        ],
    ),
    "candidate with the name of a site": (
        swap("candidates.csv", "plot_SOU01", "home_NOR01"),
        [
            (
                'candidates.csv, site "home_NOR01", site: "home_NOR01" stands in the register; give it '
                "another name, or leave it out."
            )
        ],
    ),
    "candidate with the name of a planned site": (
        swap("candidates.csv", "plot_SOU01", "new:residence:SOU01"),
        [
            (
                'candidates.csv, site: "new:residence:SOU01" begins with "new:", as the sites that a plan '
                "opens; give it a name of its own."
            )
        ],
    ),
    "candidate of an old type": (
        swap("candidates.csv", "SOU01,residence", "SOU01,old_day"),
        [
            (
                'candidates.csv, site "plot_SOU01", service: "old_day" is an old type, of which none opens '
                'any more; write "day_care".'
            )
        ],
    ),
    "candidate of a service at home": (
        swap("candidates.csv", "SOU01,residence", "SOU01,assistance"),
        [
            (
                'candidates.csv, site "plot_SOU01", service: "assistance" has no facilities of its own; '
                "leave the row out: it needs no site."
            )
        ],
    ),
    "candidate smaller than the smallest": (
        swap("candidates.csv", "residence,,6,1", "residence,,4,1"),
        [
            (
                'candidates.csv, site "plot_NOR03", max_places: "4" does not follow min_places 5; 1 <= '
                "min_places <= max_places is asked."
            )
        ],
    ),
    "agreement with itself": (
        swap("agreements.csv", "NOR02,NOR01,*", "NOR02,NOR02,*"),
        [('agreements.csv, "NOR02" at "NOR02", host: "NOR02" is the municipality itself; leave the row out.')],
    ),
    "agreement twice": (
        append("agreements.csv", "NOR02,NOR01,*,refused,x\n"),
        [
            (
                'agreements.csv, row 4, municipality: "NOR02 / NOR01 / *" stands twice, first in row 2; keep '
                "one row per municipality and host and service."
            )
        ],
    ),
    "agreement on a regional service": (
        swap("agreements.csv", "SOU03,day_care", "SOU03,residence"),
        [
            (
                'agreements.csv, "NOR03" at "SOU03", service: "residence" is planned by region; leave the '
                "row out: it needs no agreement."
            )
        ],
    ),
    "staff of no profession": (
        swap("staff.csv", "NOR,nurse", "NOR,nurses"),
        [('staff.csv, row 2, profession: "nurses" is not one of the 1 known codes; the nearest is "nurse".')],
    ),
    "staff of no territory": (
        swap("staff.csv", "NOR,nurse", "NRO,nurse"),
        ['staff.csv, row 2, territory: "NRO" is not one of the 8 known codes; the nearest is "NOR".'],
    ),
    "need of no group": (
        swap("stated_needs.csv", "NOR01,respite,2027", "NOR01,residense,2027"),
        [('stated_needs.csv, row 2, group: "residense" is not one of the 3 known codes; the nearest is "residence".')],
    ),
    "journey cost of no service": (
        swap("trip_costs.csv", "day_care", "day_cara"),
        [('trip_costs.csv, row 2, service: "day_cara" is not one of the 5 known codes; the nearest is "day_care".')],
    ),
    "optional file that is not there": (
        swap(SCENARIO, '"staff.csv"', '"stuff.csv"'),
        [('toyland.toml, inputs.staff: "stuff.csv" does not exist; looked in toyland and in the shipped data.')],
    ),
    "year in the old way": (
        swap(SCENARIO, YEARS, "year = 2027"),
        [
            'toyland.toml, streams.own.by_year: "2030" is not a planned year; planned are 2027.',
            'toyland.toml, year: "2027" is the former way to say it; write years = [2027].',
        ],
    ),
    "years that fall": (
        swap(SCENARIO, YEARS, "years = [2030, 2027]"),
        [('toyland.toml, years: "2030, 2027" do not rise from period to period; name each once, in order.')],
    ),
    "no years": (
        swap(SCENARIO, YEARS, "years = []"),
        ["toyland.toml, years: is empty; name the years to plan, e.g. years = [2027]."],
    ),
    "lock of a year between": (
        swap(SCENARIO, 'site = "home_NOR01", year = 2027', 'site = "home_NOR01", year = 2028'),
        ['toyland.toml, locks.0.year: "2028" is not a planned year; planned are 2027, 2030.'],
    ),
    "lock of another's site": (
        swap(SCENARIO, 'site = "home_NOR01"', 'site = "day_NOR01"'),
        [
            (
                'toyland.toml, locks.0.site: "day_NOR01" is not a site of the service in the municipality; '
                'the nearest is "home_NOR01".'
            )
        ],
    ),
    "lock of a municipality that is not planned": (
        swap(SCENARIO, '["NOR", "SOU"]', '["SOU"]'),
        [
            ('toyland.toml, locks.0.municipality: "NOR01" is not planned by this scenario; the nearest is "SOU01".'),
            'toyland.toml, locks.1.host: "NOR01" is not planned by this scenario; the nearest is "SOU01".',
            ('toyland.toml, locks.1.municipality: "NOR02" is not planned by this scenario; the nearest is "SOU02".'),
        ],
    ),
    "lock of no service": (
        swap(SCENARIO, 'service = "day_care", municipality = "NOR02"', 'service = "day_cara", municipality = "NOR02"'),
        [('toyland.toml, locks.1.service: "day_cara" is not planned by this scenario; the nearest is "day_care".')],
    ),
    "lock of users at a site": (
        swap(SCENARIO, 'host = "NOR01"', 'site = "day_NOR02"'),
        ['toyland.toml, locks.1.site: "day_NOR02" has no users of its own; name a host instead.'],
    ),
    "two locks against each other": (
        swap(SCENARIO, GUESTS, LOW),
        [
            (
                'toyland.toml, locks.1: "guests" cannot be kept together with lock "home"; drop one of the '
                "two, or mend its value."
            )
        ],
    ),
    "facilities of a service at home": (
        swap(SCENARIO, GUESTS, 'what = "facilities", value = 1, service = "assistance", municipality = "NOR02"'),
        [('toyland.toml, locks.1.service: "assistance" has no facilities of its own to fix; write what = "places".')],
    ),
    "limit in no territory": (
        swap(SCENARIO, 'territory = "SOU"', 'territory = "SUO"'),
        [('toyland.toml, site_limits.0.territory: "SUO" is not planned by this scenario; the nearest is "SOU".')],
    ),
    "limit of a service at home": (
        swap(SCENARIO, '{ service = "residence", territory', '{ service = "assistance", territory'),
        [
            (
                'toyland.toml, site_limits.0.service: "assistance" has no facilities of its own to count; '
                "name a service with facilities."
            )
        ],
    ),
    "two limits against each other": (
        swap(SCENARIO, 'number = 2, basis = "b" }]', THREE),
        [
            (
                'toyland.toml, site_limits.1: "residence" cannot be kept together with site_limits.0; drop '
                "one of the two, or mend its number."
            )
        ],
    ),
    "hub that limits nothing": (
        swap(SCENARIO, 'most_services = 3, excluded_services = ["day_care"], ', ""),
        [('toyland.toml, hubs.0: "SOU01" limits nothing; give most_services, excluded_services, or both.')],
    ),
    "hub that is not planned": (
        swap(SCENARIO, 'hubs = [{ municipality = "SOU01"', 'hubs = [{ municipality = "SOU09"'),
        [('toyland.toml, hubs.0.municipality: "SOU09" is not planned by this scenario; the nearest is "SOU03".')],
    ),
    "share of nothing": (
        swap(SCENARIO, 'shares = [{ service = "assistance"', 'shares = [{ service = "assistence"'),
        [
            (
                'toyland.toml, shares.0.service: "assistence" is not planned by this scenario; the nearest '
                'is "assistance".'
            )
        ],
    ),
    "share above one": (
        swap(SCENARIO, "most = 0.8", "most = 8.0"),
        ['toyland.toml, shares.0.most: "8" is not between 0 and 1; check the figure and its unit.'],
    ),
    "least share above most in the scenario": (
        swap(SCENARIO, "least = 0.1", "least = 0.9"),
        ['toyland.toml, shares.0.least: "0.9" is above most (0.8); mend one of them.'],
    ),
    "single assignment of nothing": (
        swap(SCENARIO, 'single_assignment = ["residence"]', 'single_assignment = ["residense"]'),
        [('toyland.toml, single_assignment: "residense" is not planned by this scenario; the nearest is "residence".')],
    ),
    "key of a lock misspelt": (
        swap(SCENARIO, 'host = "NOR01"', 'hots = "NOR01"'),
        ['toyland.toml, locks.1.hots: this key is not known; the nearest is "host".'],
    ),
    "key of a limit misspelt": (
        swap(SCENARIO, "number = 2", "numbr = 2"),
        [
            "toyland.toml, site_limits.0.number: this key is missing; add it.",
            'toyland.toml, site_limits.0.numbr: this key is not known; the nearest is "number".',
        ],
    ),
    "tolerance of no stage": (
        swap(SCENARIO, "{ unmet = 1e-3", "{ unmett = 1e-3"),
        ['toyland.toml, solver.tolerances: "unmett" is not a stage; the nearest is "unmet".'],
    ),
    "amount of a year that is not planned": (
        swap(SCENARIO, "2030 = 2000.0", "2031 = 2000.0"),
        ['toyland.toml, streams.own.by_year: "2031" is not a planned year; planned are 2027, 2030.'],
    ),
    "amount after the last year": (
        swap(SCENARIO, "by_year = {", "last_year = 2028\nby_year = {"),
        [
            (
                'toyland.toml, streams.own.by_year: "2030" has an amount, but the stream pays nothing then; '
                "mend the amount, or first_year and last_year."
            )
        ],
    ),
    "stream that ends before it begins": (
        swap(SCENARIO, "first_year = 2026", "first_year = 2029"),
        ['toyland.toml, streams.plan.last_year: "2028" is before first_year (2029); mend one of them.'],
    ),
    "running money carried over": (
        swap(SCENARIO, 'payer = "other"', 'payer = "other"\ncarry_over = true'),
        [
            (
                "toyland.toml, streams.own.carry_over: is for capital money: running money is there every "
                "year, for that year; leave it out."
            )
        ],
    ),
    "purposes of running money": (
        swap(SCENARIO, 'payer = "other"', 'payer = "other"\npurposes = ["build"]'),
        [
            (
                "toyland.toml, streams.own.purposes: is for capital money: running money is there every "
                "year, for that year; leave it out."
            )
        ],
    ),
    "capital money that grows": (
        swap(SCENARIO, "carry_over = false", "carry_over = false\ngrowth_per_year = 0.1"),
        [
            (
                "toyland.toml, streams.plan.growth_per_year: is for running money: capital money is there "
                "once; leave it out."
            )
        ],
    ),
    "growth beside amounts by year": (
        swap(SCENARIO, "by_year = {", "growth_per_year = 0.1\nby_year = {"),
        [
            (
                'toyland.toml, streams.own.growth_per_year: "0.1" grows what is stated for each year '
                "already; leave it out."
            )
        ],
    ),
    "no running money in 2030": (
        both(
            swap(SCENARIO, "amount_eur = 62600.0", "amount_eur = 62600.0\nlast_year = 2029"),
            swap(SCENARIO, "by_year = {", 'services = ["day_care"]\nby_year = {'),
        ),
        [
            (
                'toyland.toml, streams: "assistance" has no budget in 2030: no running stream may pay it; '
                "add the service to a running stream, or leave it out of the scenario's services."
            ),
            (
                'toyland.toml, streams: "respite" has no budget in 2030: no running stream may pay it; add '
                "the service to a running stream, or leave it out of the scenario's services."
            ),
        ],
    ),
    "built where nobody runs": (
        both(
            swap(SCENARIO, "carry_over = false", 'carry_over = false\nmunicipalities = ["NOR03"]'),
            swap(SCENARIO, "amount_eur = 62600.0", 'amount_eur = 62600.0\nmunicipalities = ["SOU01"]'),
            swap(SCENARIO, "by_year = {", 'municipalities = ["NOR01"]\nby_year = {'),
            swap(
                SCENARIO,
                'services = ["residence"]\nnew_places_only',
                'services = ["residence"]\nmunicipalities = ["NOR01"]\nnew_places_only',
            ),
        ),
        [
            (
                "toyland.toml, streams.plan: builds only what no running stream may pay afterwards; add its "
                "services and municipalities to a running stream."
            )
        ],
    ),
    "embedded service without its host": (
        swap(SCENARIO, YEARS, 'years = [2027, 2030]\nservices = ["respite", "residence", "assistance"]'),
        [
            (
                'toyland.toml, services: "respite" lies within day_care, which the scenario does not plan; '
                'add "day_care", or leave it out.'
            )
        ],
    ),
    "old type without its successor": (
        swap(SCENARIO, YEARS, 'years = [2027, 2030]\nservices = ["old_day", "residence", "assistance"]'),
        [
            (
                'toyland.toml, services: "old_day" counts as day_care, which the scenario does not plan; add '
                '"day_care", or leave it out.'
            )
        ],
    ),
    "settlement of no municipality": (
        swap("settlements.csv", "00101,NOR01", "00101,NOR11"),
        [('settlements.csv, row 3, municipality: "NOR11" is not one of the 6 known codes; the nearest is "NOR01".')],
    ),
    "fewer people than nobody": (
        swap("settlements.csv", "43.1,0", "43.1,-1"),
        ['settlements.csv, row 4, population: "-1" is negative; the smallest value allowed is 0.'],
    ),
    "settlement without its leading zeros": (
        swap("settlements.csv", "00101", "101"),
        [
            (
                'settlements.csv, "Село", settlement: "101" is not a code of five digits; a spreadsheet may have '
                "lost leading zeros: import the column as text."
            )
        ],
    ),
    "settlement in another part of the country": (
        swap("settlements.csv", "25.1,43.0", "28.0,43.0"),
        [
            (
                'settlements.csv, settlement "00101", lon: "28 43" (Село) lies 244 km from Горно, the seat of NOR01, '
                "whose settlements lie within 122 km by half; mend its place or municipality, or leave lon and lat "
                "blank."
            )
        ],
    ),
    "package in the other mode": (
        swap(SCENARIO, 'mode = "within_the_money"', 'mode = "what_it_would_cost"'),
        [
            (
                "toyland.toml, stages: overspend is missing or comes too late; the mode what_it_would_cost "
                "needs it before cost."
            ),
            (
                'toyland.toml, stages: "package" has no meaning in this mode; leave it out, or change the '
                "mode from what_it_would_cost."
            ),
            (
                'toyland.toml, stages: "unmet" has no meaning in this mode; leave it out, or change the mode '
                "from what_it_would_cost."
            ),
            (
                'toyland.toml, stages: "worst_unmet" has no meaning in this mode; leave it out, or change '
                "the mode from what_it_would_cost."
            ),
        ],
    ),
}


@pytest.mark.parametrize(("change", "sentences"), REFUSED.values(), ids=REFUSED)
def test_what_a_planner_gives_is_refused_in_these_sentences(toyland, run, change, sentences):
    assert refused(run, everything(toyland), change) == sentences


def test_everything_is_taken_as_it_is_given(toyland):
    question = planning.check(str(everything(toyland)))
    tables = question.inputs.tables
    assert question.scenario.years == (2027, 2030)
    assert tables["transformations"].iloc[0].tolist()[:4] == ["old_day", "day_care", 0.5, 400.0]
    assert tables["candidates"]["max_places"].tolist()[0] == 6
    assert tables["candidates"]["max_places"].isna().tolist() == [False, True]
    assert tables["agreements"].loc[0, ["municipality", "host", "service", "status"]].tolist() == [
        "NOR02", "NOR01", "*", "signed",
    ]  # fmt: skip
    committed = tables["register"].set_index("site").loc["day_NOR03"]
    assert (committed["opens_year"], committed["state_from_year"]) == (2027, 2030)
    assert tables["trip_costs"]["cost_user_eur"].tolist() == [120.5]
    assert tables["settlements"]["settlement"].tolist() == ["00101", "00102", "00103", "90001"]
    assert [note for note in question.notes if note.startswith("settlements")] == [
        "settlements: 1 with 40 people have no place and are left out: 00103",
        "settlements: none with people in NOR02, NOR03, SOU01, SOU02, SOU03; there all travel from the seat",
    ]
    # 62,600 x 1.01 and x 1.01^4, from the year of the register; capital money once, in the first open period.
    assert question.budgets_eur["state"] == {2027: 63226.00, 2030: 65141.81}
    assert question.budgets_eur["own"] == {2027: 1000.0, 2030: 2000.0}
    assert question.budgets_eur["plan"] == {2027: 5000.0, 2030: 0.0}


def test_renovations_of_sites_that_another_register_lacks_are_noted_and_not_used(toyland, tmp_path):
    """Of the scenario's own register such a row is refused ("renovation of no site"); another one may lack sites."""
    folder = everything(toyland)
    rows = (folder / REGISTER).read_text(encoding="utf-8").splitlines(keepends=True)
    other = tmp_path / "other.csv"
    other.write_text("".join(row for row in rows if not row.startswith("day_NOR01")), encoding="utf-8")
    question = planning.check(str(folder), register=other)
    assert question.inputs.tables["renovations"].empty
    assert "renovations: 1 row is of a site not in the register and is not used: day_NOR01" in question.notes
    same = planning.check(str(folder), register=folder / REGISTER)
    assert len(same.inputs.tables["renovations"]) == 1
    assert not [note for note in same.notes if note.startswith("renovations")]


def test_the_basis_of_a_priority_class_may_be_stated(toyland):
    bases = toyland / "catalogue/bases.csv"
    bases.write_text(bases.read_text(encoding="utf-8") + "*,priority_class,illustrative,toyland,\n", encoding="utf-8")
    assert "priority_class" in planning.check(str(toyland)).inputs.tables["bases"]["figure"].tolist()


@pytest.mark.parametrize("name", ["renovations", "candidates", "agreements", "staff", "trip_costs", "settlements"])
def test_a_file_with_a_header_alone_is_as_none(toyland, name):
    folder = everything(toyland)
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    assert planning.check(str(folder)).inputs.tables[name].empty


@pytest.mark.parametrize("name", ["transformations", "complexes", "embedded", "apart", "professions"])
def test_a_catalogue_without_an_optional_table_has_none_of_it(toyland, name):
    kept = planning.check(str(toyland)).inputs.tables[name]
    assert kept.empty
    folder = everything(toyland)
    filled = planning.check(str(folder)).inputs.tables[name]
    assert filled.dtypes.tolist() == kept.dtypes.tolist()


def test_what_the_scenario_does_not_plan_stays_outside(toyland):
    folder = everything(toyland)
    swap(SCENARIO, YEARS, YEARS + '\nservices = ["day_care", "residence", "assistance"]')(folder)
    tables = planning.check(str(folder)).inputs.tables
    assert tables["services"]["service"].tolist() == ["assistance", "day_care", "residence"]
    assert tables["groups"]["group"].tolist() == ["day_care", "residence"]
    assert "old_SOU02" not in tables["register"]["site"].tolist()
    assert all(tables[name].empty for name in ("transformations", "embedded", "stated_needs"))
    assert len(tables["renovations"]) == 1

"""Result tables of money and staff."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import HOST, MUNICIPALITY, SERVICE, YEAR, count, eur

SPENDING = Table(
    "spending",
    "Which stream pays what, by host municipality and service.",
    ("stream", "kind", "municipality", "service", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        Column("kind", "choice", "what is paid", choices=("running", "build", "transform", "renovate")),
        MUNICIPALITY,
        SERVICE,
        YEAR,
        eur("amount_eur", "amount, EUR, to the cent: a year's for running, up to the year for the others"),
    ),
)

BUDGET = Table(
    "budget",
    "Each stream and year: what it has, what is spent, what is carried over, left or lacking.",
    ("stream", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        YEAR,
        Column("kind", "choice", "running or capital money", choices=("running", "capital")),
        eur("carried_in_eur", "carried over from the period before"),
        eur("budget_eur", "available in the period beside it"),
        eur("spent_eur", "spent by the plan"),
        eur("carried_out_eur", "carried over to the next period"),
        eur("left_eur", "not spent and not carried over"),
        eur("lacking_eur", "spent beyond the budget (mode what_it_would_cost)"),
    ),
)

STAFFING = Table(
    "staffing",
    "Posts that the plan needs, against the posts that can be filled.",
    ("territory", "profession", "year"),
    (
        Column("territory", "code", "municipality or region"),
        Column("profession", "code", "profession"),
        YEAR,
        Column("needed_posts", "number", "full-time posts of the planned places", 0, 1e9),
        Column("most_posts", "number", "posts that can be filled", 0, 1e9),
        Column("lacking_posts", "number", "needed beyond them", 0, 1e9),
    ),
)

COMPLEX = Table(
    "complex",
    "Complexes: services under one roof that share fixed cost.",
    ("complex", "municipality", "year"),
    (
        Column("complex", "code", "kind of complex"),
        MUNICIPALITY,
        YEAR,
        count("number", "complexes"),
        eur("saved_running_eur", "fixed running cost saved in the year"),
    ),
)

SHARED = Table(
    "shared",
    "Yearly running cost of each service used by several municipalities, split between them for the agreement.",
    ("host", "service", "year", "municipality"),
    (
        HOST,
        SERVICE,
        YEAR,
        Column("municipality", "code", "municipality whose people use it"),
        count("users", "its users"),
        Column("agreement", "choice", "state of the agreement", choices=("own", "signed", "possible", "regional")),
        eur("by_users_eur", "its part of the running cost, by users"),
        Column(
            "by_shapley_eur",
            "money",
            "its part by Shapley value: what it adds to the cost, averaged over all orders, with its own journeys and "
            "fees; below zero where it brings more than it adds",
            -1e11,
            1e11,
        ),
    ),
)

ACCESS = Table(
    "access",
    "Each municipality and year in three numbers: with a place, within reach but no place, out of reach.",
    ("municipality", "year"),
    (
        MUNICIPALITY,
        YEAR,
        count("need_users", "need cases of all groups"),
        count("served_users", "with a place"),
        count("no_place_users", "within reach, but no place"),
        count("above_maximum_users", "beyond the maximum of state-funded users"),
        count("out_of_reach_users", "out of reach"),
        Column("unmet_share", "number", "no_place_users / need cases within reach", 0, 1, blank=True),
    ),
)

PROGRAMME = Table(
    "programme",
    "Type, volume, stream, year: what each stream brings about.",
    ("stream", "kind", "service", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        Column("kind", "choice", "what is paid", choices=("running", "build", "transform", "renovate")),
        SERVICE,
        YEAR,
        Column(
            "places", "number", "places that the amount pays, in proportion where several streams share them", 0, 1e9
        ),
        eur("amount_eur", "amount, EUR"),
    ),
)

AFTERWARDS = Table(
    "afterwards",
    "Running cost that goes on after the last period, by the stream that paid it then.",
    ("stream", "service"),
    (
        Column("stream", "code", "running stream; project: a project of the facility, outside the plan's money"),
        SERVICE,
        eur("amount_eur", "running cost of the last period, EUR a year"),
        Column("ends", "flag", "the stream pays no longer after the horizon: somebody has to follow"),
    ),
)

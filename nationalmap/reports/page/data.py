"""The page's data: one dictionary for any number of runs, made from their plans alone.

What the runs share stands once: places, topics, services, years, classes and packed columns (columns.py). Under
``runs`` stands what each run says of itself, its money, and its columns by year. Places, topics and services are told
by their position. Sums, rates, classes and sentences are made in the page; a test holds them against record.py and
sentences.py.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.comparison.pair import labels, letter, pairs
from nationalmap.reports.frontier.panel import curve
from nationalmap.reports.page import classes, columns
from nationalmap.reports.page.about import about
from nationalmap.reports.page.changes import budget, renovated, streams, transformed
from nationalmap.reports.page.columns import Block
from nationalmap.reports.page.figures import ALL, POPULATION, Figures, rows
from nationalmap.reports.page.ground import ground, shared
from nationalmap.reports.page.origins import files
from nationalmap.reports.page.pool import Pool
from nationalmap.reports.page.views import legend
from nationalmap.reports.page.words import comparison_texts, page_texts
from nationalmap.reports.texts import languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from nationalmap.domain.frontier import Frontier
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.geometry import Shapes
    from nationalmap.reports.page.ground import Shared

    #: Year -> language -> (municipality, need group) -> what stops one more place, in few words.
    Reasons = Mapping[int, Mapping[str, Mapping[tuple[str, str], Sequence[str]]]]


def page_data(
    plans: Sequence[Plan],
    shapes: Shapes,
    tables: Mapping[str, pd.DataFrame] | None = None,
    frontier: Frontier | None = None,
    reasons: Sequence[Reasons] = (),
) -> dict[str, Any]:
    """Everything that the page shows beside the polygons.

    ``plans``: the first is the base of the others. ``tables`` are those of the comparison, where there are several;
    ``reasons`` what stops one more place, of each run, where they are known.
    """
    beside = [plans[0], *(pair.other for pair in pairs(plans))]
    known = shared(beside)
    block, why = Block(known), Pool()
    names, every = labels(plans), ground(beside)
    runs = [
        {
            **_run(number, names[number - 1], plan),
            **_planned(plan, known, known.known[number - 1]),
            **_money(plan, known, known.known[number - 1]),
            "columns": {str(year): block.year(number - 1, plan, of) for year, of in known.known[number - 1].items()},
            "why": _why(reasons[number - 1], known, why) if reasons else {},
        }
        for number, plan in enumerate(beside, 1)
    ]
    return {
        "format": 3,
        "languages": list(languages()),
        "texts": {language: _texts(language, len(plans)) for language in languages()},
        "runs": runs,
        "years": list(known.years),
        "topics": [_topic(known, key) for key in (topic.key for topic in known.topics)],
        "services": _services(beside, known),
        "regions": _regions(every),
        "municipalities": _municipalities(every, shapes),
        "neighbours": neighbours(every, shapes),
        "group_columns": list(columns.GROUP),
        "service_columns": list(columns.SERVICE),
        "columns": block.columns,
        "words": block.words.values,
        "journeys": block.journeys(),
        "outside": list(block.outside),
        "why": why.values,
        "indicators": [classes.described(indicator) for indicator in classes.INDICATORS],
        "scales": {key: _scale(scale) for key, scale in classes.SCALES.items()},
        "differences": {"fills": list(classes.PUOR), "measures": list(classes.MEASURES)},
        "critical": {"cases": classes.CRITICAL_CASES, "share": classes.CRITICAL_SHARE.as_integer_ratio()},
        "circles": _circles(every, known),
        **({} if frontier is None else {"frontier": curve(frontier)}),
        **({} if tables is None else {"said": _said(tables), "stability": _stability(tables)}),
    }


def _texts(language: str, runs: int) -> dict[str, Any]:
    return page_texts(language) if runs == 1 else comparison_texts(language)


def _named(row: Mapping[str, Any], column: str) -> dict[str, str]:
    return {language: row[f"{column}_{language}"] for language in languages()}


# ------------------------------------------------------------------ what the runs share


def _topic(known: Shared, key: str) -> dict[str, Any]:
    """A group or service with its names, its services and the priority class of its group."""
    topic, row = next(one for one in known.topics if one.key == key), known.named[key]
    return {
        "key": key,
        "group": topic.group,
        "name": _named(row, "name"),
        "short": _named(row, "short"),
        "single": topic.single,
        "services": [known.services.index(service) for service in topic.services],
        "class": row["class"],
    }


def _services(plans: Sequence[Plan], known: Shared) -> list[dict[str, Any]]:
    """The services with their names, the level that plans them, and the limit of their journeys in minutes."""
    found: dict[str, dict[str, Any]] = {}
    for plan in plans:
        for row in rows(plan.inputs.tables["services"]):
            found.setdefault(row["service"], row)
    return [
        {
            "code": code,
            "short": _named(found[code], "short"),
            "level": found[code]["level"],
            "limit": int(found[code]["travel_limit_min"]),
        }
        for code in known.services
    ]


def _regions(every: Plan) -> list[dict[str, Any]]:
    table = {row["region"]: row for row in rows(every.inputs.tables["regions"])}
    own = sorted(set(every.scenario.regions))
    return [
        {"code": code, "name": _named(table[code], "name"), "seat": table[code]["seat_municipality"]} for code in own
    ]


def _municipalities(every: Plan, shapes: Shapes) -> list[dict[str, Any]]:
    catalogue = {row["municipality"]: row for row in rows(every.inputs.tables["municipalities"])}
    regions = {code: at for at, code in enumerate(sorted(set(every.scenario.regions)))}
    return [
        {
            "code": code,
            "name": _named(row, "name"),
            "region": regions[row["region"]],
            "seat": [float(row["seat_lat"]), float(row["seat_lon"])],
            "point": [shapes.points[code][1], shapes.points[code][0]],
        }
        for code, row in ((code, catalogue[code]) for code in totals.municipalities(every))
    ]


def neighbours(plan: Plan, shapes: Shapes) -> dict[str, dict[str, str]]:
    """Names of the municipalities that are shown without figures."""
    catalogue = {row["municipality"]: row for row in rows(plan.inputs.tables["municipalities"])}
    nameless = {f"name_{language}": "" for language in languages()}
    return {code: _named(catalogue.get(code, nameless), "name") for code in shapes.neighbours}


def _scale(scale: classes.Scale) -> dict[str, Any]:
    """The breaks of a scale as fractions, and its classes with colour and words."""
    return {"breaks": [limit.as_integer_ratio() for limit in scale.breaks], "classes": legend(scale)}


def _circles(every: Plan, known: Shared) -> dict[str, list[int]]:
    """Places that the largest circle of each topic (all last) stands for, of municipalities and of regions.

    The same in every run and year, so that circles can be compared.
    """
    region_of = dict(zip(every.inputs.tables["municipalities"]["municipality"],
                         every.inputs.tables["municipalities"]["region"], strict=True))  # fmt: skip
    keys = [*(topic.key for topic in known.topics), ALL]
    most: dict[str, list[int]] = {"municipality": [0] * len(keys), "region": [0] * len(keys)}
    for of in (of for years in known.known for of in years.values()):
        for at, key in enumerate(keys):
            if key != ALL and key not in of.keys:
                continue
            sums: defaultdict[str, int] = defaultdict(int)
            for code in of.municipalities:
                places = of.of(code, key).places
                sums[region_of[code]] += places
                most["municipality"][at] = max(most["municipality"][at], places)
            most["region"][at] = max(most["region"][at], *sums.values())
    return {level: [classes.circle_step(places) for places in found] for level, found in most.items()}


# ------------------------------------------------------------------ what each run has


def _run(number: int, run: str, plan: Plan) -> dict[str, Any]:
    return {
        "run": run,
        "letter": {language: letter(number, language) for language in languages()},
        "proven": plan.status == "proven",
        "about": about(plan),
        "files": files(plan),
    }


def _planned(plan: Plan, known: Shared, years: Mapping[int, Figures]) -> dict[str, Any]:
    """Positions of what the run plans, and what its own inputs say of topics and services."""
    of = next(iter(years.values()))
    keys = set(of.keys)
    until = plan.scenario.old_types_until
    catalogue = {row["service"]: row for row in rows(plan.inputs.tables["services"])}
    return {
        "places": [at for at, code in enumerate(known.places) if code in of.municipalities],
        "topics": [at for at, topic in enumerate(known.topics) if topic.key in keys],
        "until": {
            str(at): until or catalogue[code]["financed_until"]
            for at, code in enumerate(known.services)
            if code in of.services and catalogue[code]["typology"] == "old"
        },
        "illustrative": [
            at
            for at, topic in enumerate(known.topics)
            if any(
                norm.status == "illustrative"
                for norm in plan.inputs.norms
                if norm.group == topic.group or norm.service in topic.services
            )
        ],
        "norm_indicators": _norm_indicators(plan, years.values()),
    }


def _money(plan: Plan, known: Shared, years: Mapping[int, Figures]) -> dict[str, Any]:
    """Streams, budgets, and what changes: places and services by their position among those of all runs."""
    of = next(iter(years.values()))
    place = [known.places.index(code) for code in of.municipalities]
    service = [known.services.index(code) for code in of.services]
    return {
        "streams": streams(plan),
        "budget": {str(year): budget(plan, year) for year in years},
        "transformed": [
            [year, place[m], service[before], service[after], *amounts]
            for year, m, before, after, *amounts in transformed(plan, of)
        ],
        "renovated": [[place[m], service[s], *rest] for m, s, *rest in renovated(plan, of)],
    }


def _why(reasons: Reasons, known: Shared, pool: Pool) -> dict[str, list[list[int]]]:
    """By year: place, topic, then positions of what stops one more place there."""
    place = {code: at for at, code in enumerate(known.places)}
    topic = {one.key: at for at, one in enumerate(known.topics)}
    first, *_ = languages()
    return {
        str(year): [
            [
                *(place[m], topic[group]),
                *(
                    pool.at(dict(zip(languages(), said, strict=True)))
                    for said in zip(*(by[language][m, group] for language in languages()), strict=True)
                ),
            ]
            for m, group in by[first]
            if m in place and group in topic
        ]
        for year, by in reasons.items()
    }


def _norm_indicators(plan: Plan, years: Iterable[Figures]) -> dict[str, dict[str, Any]]:
    """The indicators that the needs were made from, with unit, date and source."""
    named = [record.indicator.split() for known in years for record in known.records.values() if record.indicator]
    used = {code for codes in named for code in codes} | {POPULATION}
    return {
        row["indicator"]: {
            "name": _named(row, "name"),
            "unit": row["unit"],
            "date": row["reference_date"],
            "source": row["source"],
            "source_class": row["source_class"],
        }
        for row in rows(plan.inputs.tables["indicator_catalogue"])
        if row["indicator"] in used
    }


# ------------------------------------------------------------------ of several runs, from the tables of the comparison


def _said(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Sentences of what was asked, of the stages and of stability; the page itself counts what came out."""
    said = tables["said"]
    told = said[said["part"].isin(["scope", "inputs", "stages", "stability"])]
    return [
        {"part": part, "run": run, "says": {"bg": bg, "en": en}}
        for part, run, bg, en in told[["part", "run", "says_bg", "says_en"]].itertuples(index=False, name=None)
    ]


def _stability(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    names = ["run_a", "run_b", "taken", "equal"]
    return [dict(zip(names, row, strict=True)) for row in tables["stability"][names].values.tolist()]

"""The page counts for itself: every record, class and sentence that it makes, held against those made in Python.

record.py, classes.py and sentences.py are the second witness; tests of the data hold them against the plan's tables.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from sample_plan import TOWNS, sample_plan

from nationalmap.reports import comparison
from nationalmap.reports.page import build, build_several, classes
from nationalmap.reports.page.figures import ALL, TERRITORY, figures
from nationalmap.reports.page.record import all_places
from nationalmap.reports.page.sentences import rounded
from nationalmap.reports.page.views import class_of, sentences_of
from tests.chromium import Visit

pytestmark = pytest.mark.xdist_group("chromium")

#: Everything that the page knows of its runs, asked of its own functions: by run, year, area and topic.
EVERYTHING = """() => {
    const data = JSON.parse(document.getElementById('plan-data').textContent);
    const known = figuresOf(data);
    const rates = ['package', 'coverage', 'shortfall', 'money', 'travel'];
    const found = [];
    const said = [];
    for (const lang of data.languages) {
        const kit = kitOf({ data, state: { lang }, choices: {} });
        const writer = sentencesOf(data, kit, known);
        data.runs.forEach((run, r) => data.years.forEach((_, year) => rates.forEach(key => {
            for (let topic = 0; topic <= known.ALL; topic += 1) {
                if (known.record(r, year, known.WHOLE, topic) === null) continue;
                said.push([lang, r, year, key, topic, writer.sentence(r, year, key, topic, known.WHOLE)]);
            }
        })));
    }
    data.runs.forEach((run, r) => data.years.forEach((_, year) => {
        for (let area = 0; area <= known.WHOLE; area += 1) for (let topic = 0; topic <= known.ALL; topic += 1) {
            const record = known.record(r, year, area, topic);
            if (record === null) { found.push([r, year, area, topic, null]); continue; }
            const shown = Object.fromEntries(rates.map(key => [key, known.shown(key, record)]));
            const at = Object.fromEntries(data.indicators.map(indicator => {
                const { scale, at } = known.classOf(indicator, record, topic === known.ALL, area >= known.PLACES);
                return [indicator.key, [scale, data.scales[scale].classes[at].key]];
            }));
            found.push([r, year, area, topic, { ...record, shown, at, critical: known.isCritical(record) }]);
        }
    }));
    return JSON.stringify({ found, said });
}"""

COUNTS = (
    *("need", "served", "unmet", "above_maximum", "out_of_reach", "no_place", "unknown", "of_group"),
    *("places_today", "places", "new_places", "committed", "transformed_in", "transformed_out", "given_up"),
    *("other_paid", "users", "user_minutes", "residents", "required", "achieved", "missing", "nearest_min"),
    *("complied", "reason", "limit", "indicator", "need_is_estimate", "places_are_estimate"),
)


def block(html):
    return json.loads(re.search(r'id="plan-data">(.*?)</script>', html, re.S)[1])


def asked(browser, html, tmp_path):
    """What the page knows, and its data."""
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    seen = Visit(browser, file)
    answer = json.loads(seen.page.evaluate(EVERYTHING))
    seen.clean()
    seen.context.close()
    return block(html), answer


def held(data, answer, plans):
    """How many records were held against Python's; every one that the runs plan, and no other."""
    known = [{year: figures(plan, year) for year in plan.scenario.years} for plan in plans]
    topics = [*(topic["key"] for topic in data["topics"]), ALL]
    codes = [m["code"] for m in data["municipalities"]]
    count = 0
    for r, year, area, topic, found in answer["found"]:
        of = known[r].get(data["years"][year])
        members = inside(data, of, area)
        if of is None or not members or topics[topic] not in (*of.keys, ALL):
            assert found is None
            continue
        count += 1
        record = record_of(of, members, topics[topic], one=area < len(codes))
        where = (r, data["years"][year], area, topics[topic])
        assert {name: found[name] for name in COUNTS} == {name: getattr(record, name) for name in COUNTS}, where
        assert (found["running"], found["capital"]) == (record.running_cents, record.capital_cents), where
        assert named(data, found, record) == list(record.lacking), where
        hundredths = None if record.indicator_value is None else round(100 * record.indicator_value)
        assert found["indicator_value"] == hundredths, where
        assert {key: found["shown"][key] for key in RATES} == {key: rate(record) for key, rate in RATES.items()}, where
        assert found["critical"] == classes.is_critical(record.need or 0, record.unmet or 0), where
        for indicator in classes.INDICATORS:
            assert found["at"][indicator.key] == expected(indicator, record, topics[topic], one=area < len(codes)), (
                where
            )
    return count


RATES = {
    "coverage": lambda record: rounded(record.coverage, share=True),
    "shortfall": lambda record: rounded(record.per_thousand),
    "money": lambda record: rounded(record.running_each),
    "travel": lambda record: rounded(record.minutes_each),
}


def inside(data, of, area):
    """Codes of an area that a run plans."""
    if of is None:
        return []
    places = data["municipalities"]
    region = area - len(places)
    wanted = [m["code"] for at, m in enumerate(places) if area == at or region in (m["region"], len(data["regions"]))]
    return [code for code in wanted if code in of.municipalities]


def record_of(of, members, key, *, one):
    if one:
        return of.of(members[0], key)
    if len(members) == len(of.municipalities):
        return of.of(TERRITORY, key)
    total = all_places([(code, of.of(code, key)) for code in members])
    if key == ALL:
        total.unknown = sum(of.of(code).unknown for code in members)
    return total


def named(data, found, record):
    """What the package lacks, by code: services of one place, municipalities of several."""
    of = data["services"] if record.kind == "services" else data["municipalities"]
    return [of[at]["code"] for at in found["lacking"]]


def expected(indicator, record, topic, *, one):
    every = topic == ALL
    if one or indicator.area is None:
        scale = indicator.scale(every=every, of_group=record.of_group)
        return [scale.key, class_of(indicator, record, every=every)]
    scale = classes.SCALES[indicator.area]
    if record.complied is None:
        return [scale.key, classes.NOT_ASKED]
    return [scale.key, scale.classify(Fraction(100 * record.achieved, record.required))]


def sentences_held(data, answer, plans):
    topics = [*(topic["key"] for topic in data["topics"]), ALL]
    writers = {}
    for lang, r, year, key, topic, text in answer["said"]:
        at = (lang, r, year)
        if at not in writers:
            writers[at] = sentences_of(plans[r], figures(plans[r], data["years"][year]), lang)
        assert text == writers[at].of(key, topics[topic]), (at, key, topics[topic])
    return len(answer["said"])


def test_every_record_class_and_sentence_is_that_of_python(browser, tmp_path):
    plan = sample_plan()
    data, answer = asked(browser, build(plan), tmp_path)
    # 11 municipalities, the region and the territory, 3 years, 8 topics and all of them
    assert held(data, answer, [plan]) == (len(TOWNS) + 2) * 3 * 9
    assert sentences_held(data, answer, [plan]) == 2 * 3 * 5 * 9


def test_runs_of_two_regions_side_by_side_are_those_of_python(browser, three, tmp_path):
    plans = [run.plan for run in three]
    data, answer = asked(browser, build_several(plans, comparison.compare(plans)), tmp_path)
    assert len(data["regions"]) == 2
    topics = len(data["topics"]) + 1
    assert held(data, answer, plans) == 3 * len(data["years"]) * topics * (len(data["municipalities"]) + 3)
    assert sentences_held(data, answer, plans) == 2 * 3 * len(data["years"]) * 5 * topics

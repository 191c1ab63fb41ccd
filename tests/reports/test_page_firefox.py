"""The page in Firefox without a network, from a file as on a stick: what Chromium shows is held here once more."""

from __future__ import annotations

import json

import pytest
from page_truth import expected
from sample_plan import DAY, LAST, TOWNS, sample_plan

from nationalmap.reports.page import build
from tests.firefox import Firefox, firefox

pytestmark = pytest.mark.xdist_group("chromium")

FILLS = """return JSON.stringify(Object.fromEntries(
    [...document.querySelectorAll('#map_plan path.planned')].map(p => [p.dataset.code, p.getAttribute('fill')])))"""


def test_the_page_opens_from_a_file_in_firefox(tmp_path):
    firefox()
    plan = sample_plan()
    file = tmp_path / "page.html"
    file.write_text(build(plan), encoding="utf-8")
    opened = Firefox(tmp_path / "profile")
    try:
        opened.open(f"{file.as_uri()}#indicator=coverage&service={DAY}&municipality=HKV34")
        fills = json.loads(opened.run(FILLS))
        assert fills == {code: expected(plan, "coverage", DAY, code, LAST) for code in TOWNS}
        assert opened.run("return document.querySelector('#panel h2').textContent") == "Община Хасково"
        opened.run("document.getElementById('language-button').click()")
        opened.run("document.getElementById('view-button').click()")
        assert opened.run("return document.querySelectorAll('#table tbody tr').length") == len(TOWNS) + 1
        assert "lang=en" in opened.run("return location.hash")
        # Its own policy is in force: a script that was not there is not run.
        script = (
            "const s = document.createElement('script'); s.textContent = 'window.hurt = 1'; document.body.append(s);"
        )
        assert opened.run(script + " return window.wrappedJSObject?.hurt ?? window.hurt ?? null") is None
        assert opened.run("return performance.getEntriesByType('resource').length") == 0
        width = opened.run("return [document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]
    finally:
        opened.close()

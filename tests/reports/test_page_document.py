"""The HTML text: the same bytes, nothing of other hosts, and names that stay names."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from sample_plan import HOSTILE, hostile_plan, sample_plan

from nationalmap.reports.page import build
from nationalmap.reports.page.document import safe_json

FOLDER = Path(__file__).parents[2] / "nationalmap/reports/page"


@pytest.fixture(scope="module")
def page():
    return build(sample_plan())


@pytest.fixture(scope="module")
def hostile():
    return build(hostile_plan())


def block(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="plan-data">(.*?)</script>', page, re.S)[1])


def test_the_same_plan_gives_the_same_bytes(page):
    assert build(sample_plan()) == page


def test_the_page_is_small(page):
    assert len(page.encode()) <= 700_000


def test_nothing_is_fetched(page):
    assert not re.findall(r"<(?:link|img|iframe|object|embed)\b", page)
    assert not re.findall(r"<script[^>]*\bsrc=", page)
    assert "@import" not in page
    assert "sourceMappingURL" not in page
    for library in ("jquery", "bootstrap", "awesome", "cdn."):
        assert library not in page.lower()


def test_the_policy_allows_these_scripts_and_styles_and_nothing_else(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        for text in re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy


def test_zooming_is_allowed_and_leaflet_keeps_its_notice(page):
    assert "user-scalable" not in page
    assert "maximum-scale" not in page
    assert "(c) 2010-2022 Vladimir Agafonkin" in page


@pytest.mark.parametrize("program", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_no_page_writes_markup(program):
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "<!--",
    ):
        assert way not in program.read_text(encoding="utf-8")


def test_safe_json_ends_no_script_and_starts_no_template():
    written = safe_json({"name": list(HOSTILE)})
    for sign in ("<", ">", "&", "\u2028", "\u2029", "{{", "{%", "{#"):
        assert sign not in written
    assert json.loads(written) == {"name": list(HOSTILE)}


def test_hostile_names_stand_in_the_data_word_for_word(hostile):
    data = block(hostile)
    names = [m["name"]["bg"] for m in data["municipalities"]] + [t["name"]["en"] for t in data["topics"]]
    for text in HOSTILE:
        assert any(name.startswith(text) for name in names)
    assert data["runs"][0]["about"]["bg"]["title"] == " ".join(HOSTILE)


def test_hostile_names_stand_nowhere_else(hostile, page):
    """Outside the data block and the policy's hashes the two pages are the same text."""
    outside = [
        re.sub(r"'sha256-[^']*'", "", re.sub(r'(id="plan-data">).*?(</script>)', r"\1\2", text, flags=re.S))
        for text in (hostile, page)
    ]
    assert outside[0] == outside[1]

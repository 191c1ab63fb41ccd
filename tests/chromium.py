"""Chromium without a network, and a page opened in it with everything it asked for and complained about."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import axe_playwright_python
import pytest

from tests.beside import missing

#: axe-core, MPL-2.0, as the installed package of the tests brings it.
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Path of Chromium; without one the tests are skipped loudly, and fail in CI."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    return missing("CHROMIUM IS MISSING: the page was not opened in a browser (set CHROMIUM to its path)")


@pytest.fixture(scope="module")
def browser():
    """Chromium, opened once for the pages of a module."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


#: The slider moved to a year, as a hand does it.
SLIDE = """year => { const slider = document.getElementById('year-slider');
    const years = [...document.querySelectorAll('#year-ticks span')].map(s => s.textContent);
    slider.value = years.indexOf(year); slider.dispatchEvent(new Event('input')); }"""


class Visit:
    """An opened page with everything it asked for and complained about."""

    def __init__(
        self, browser, path: Path, address: str = "", size: tuple[int, int] = (1366, 768), bypass_csp: bool = False
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, offline=True, accept_downloads=True, bypass_csp=bypass_csp
        )
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(path.as_uri() + address)
        self.page.wait_for_selector("html[data-drawn]")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text().replace("\u00a0", " ")

    def address(self) -> str:
        """The address as the page itself knows it; the browser tells us of a change a moment later."""
        return str(self.page.evaluate("location.href"))

    def choose(self, **choices: str) -> None:
        for name, value in choices.items():
            if name == "year":
                self.page.evaluate(SLIDE, value)
            elif name in ("side", "level"):
                self.page.check(f"input[name={name}][value='{value}']", force=True)
            else:
                self.page.select_option(f"#{name}-select", value)

    def fills(self, map_: str = "map_plan") -> dict[str, str]:
        """Fill of every planned polygon of a map by the code that the page gave it."""
        script = "list => Object.fromEntries(list.map(p => [p.dataset.code, p.getAttribute('fill')]))"
        return self.page.locator(f"#{map_} path.planned").evaluate_all(script)

    def violations(self) -> list[object]:
        """What axe-core finds in the page as it is shown now."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        script = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
        return list(self.page.evaluate(script))

    def details(self) -> dict[str, str]:
        """Terms of the panel with their figures: of the chosen year where there are several."""
        script = """list => Object.fromEntries(list.map(
            t => [t.textContent, (t.parentElement.querySelector('td.now') || t.nextElementSibling)
                .textContent.replaceAll('\\u00a0', ' ')]))"""
        return self.page.locator("#panel dt, #panel .details tbody th").evaluate_all(script)

    def clean(self) -> None:
        """One request, and nothing said on the console."""
        assert len(self.requests) == 1
        assert self.complaints == []

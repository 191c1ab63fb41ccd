"""Size, draw time and switching of a page in Chromium without a network.

``.venv/bin/python -m benchmarks.page RUN/map.html [-n 7]``; with ``--made-up FILE`` the page of four scenarios of the
whole country in four periods is written to FILE first, of answers that nobody computed (made_up.py).

Drawn: from the start of loading to the first frame after every planned municipality has its path. Switching: from the
choice to the first frame after it. Beside each, CPU time of the page's main thread, which a busy machine does not
lengthen.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DRAWN = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done([performance.now(), document.querySelectorAll('#map_plan path.planned').length]))))"""
#: A selector takes the next of its values; then the next frame is waited for.
SWITCH = """([name, value]) => new Promise(done => {
    const start = performance.now();
    if (name === 'side') {
        const input = document.querySelector(`input[name=side][value="${value}"]`);
        input.checked = true;
        input.dispatchEvent(new Event('change'));
    } else if (name === 'year') {
        const slider = document.getElementById('year-slider');
        slider.value = value;
        slider.dispatchEvent(new Event('input'));
    } else {
        const select = document.getElementById(name + '-select');
        select.value = value;
        select.dispatchEvent(new Event('change'));
    }
    const script = performance.now() - start;
    requestAnimationFrame(() => requestAnimationFrame(() => done([script, performance.now() - start])));
})"""


def made_up(path: Path) -> None:
    """Writes the page of four made-up scenarios of the country."""
    from benchmarks import made_up as dice
    from nationalmap.reports.page import build_several

    with tempfile.TemporaryDirectory() as folder:
        asked = dice.question(Path(folder))
        plans = [dice.answer(asked, number) for number in range(1, 5)]
        path.write_text(build_several(plans, dice.nothing_said(plans)), encoding="utf-8")


def switches(page: Any) -> list[tuple[str, str]]:
    """Choices that a page offers: services, years, and of several runs the sides and the runs."""
    services = page.locator("#service-select option").evaluate_all("list => list.map(o => o.value)")
    found = [("service", value) for value in services[1:9]]
    years = int(page.locator("#year-slider").get_attribute("max"))
    found += [("year", str(at)) for at in (0, years)] if years else []
    if page.locator("#sides").is_visible():
        runs = page.locator("#b-select option").evaluate_all("list => list.map(o => o.value)")
        found += [
            ("b", runs[-1]),
            ("a", runs[1]),
            ("b", runs[0]),
            ("side", "difference"),
            ("side", "b"),
            ("side", "both"),
        ]
    return [*found, ("service", "*")]


Step = tuple[float, float, float]


def measured(browser: Any, path: Path, n: int) -> tuple[int, dict[str, list[Step]]]:
    """The number of municipalities; of drawing and each kind of choice milliseconds of script, to the frame, of CPU."""
    found: dict[str, list[Step]] = {}
    paths = 0
    for _ in range(n):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
        page = context.new_page()
        page.set_default_timeout(600_000)
        inside = context.new_cdp_session(page)
        inside.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(path.resolve().as_uri(), wait_until="load")
        page.wait_for_selector("html[data-drawn]", state="attached")
        milliseconds, paths = page.evaluate(DRAWN)
        spent = _spent(inside)
        found.setdefault("drawn", []).append((milliseconds, milliseconds, spent))
        for name, value in switches(page):
            script, frame = page.evaluate(SWITCH, [name, value])
            before, spent = spent, _spent(inside)
            found.setdefault(name, []).append((script, frame, spent - before))
        context.close()
    return paths, found


def _spent(inside: Any) -> float:
    """CPU milliseconds of the main thread since the page began."""
    metrics = inside.send("Performance.getMetrics")["metrics"]
    return 1000 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path, nargs="?")
    parser.add_argument("--made-up", type=Path, metavar="FILE")
    parser.add_argument("-n", type=int, default=7)
    given = parser.parse_args()
    if given.made_up is not None:
        made_up(given.made_up)
    path = given.made_up or given.page
    data = path.read_bytes()
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        paths, found = measured(browser, path, given.n)
        browser.close()
    packed = len(gzip.compress(data, 9, mtime=0))
    print(f"{paths} municipalities, {len(data) / 1000:.0f} KB, gzipped {packed / 1000:.0f} KB")
    print(f"minimum, median, maximum of milliseconds; load {os.getloadavg()[0]:.0f}")
    for name, steps in found.items():
        told = []
        for at, kind in enumerate(("script", "to the frame", "CPU of the main thread")):
            values = sorted(step[at] for step in steps)
            told.append(f"{kind} {values[0]:.0f} {statistics.median(values):.0f} {values[-1]:.0f}")
        print(f"{name} ({len(steps)}): {'; '.join(told)}")


if __name__ == "__main__":
    main()

"""Draw time of a run's page in Chromium without network: ``.venv/bin/python benchmarks/page.py RUN/map.html [-n 7]``.

Counted from the start of loading to the first frame after every planned municipality has its path.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DRAWN = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done([performance.now(), document.querySelectorAll('path.planned').length]))))"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("-n", type=int, default=7)
    given = parser.parse_args()
    times = []
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(given.n + 1):
            context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
            page = context.new_page()
            page.goto(given.page.resolve().as_uri(), wait_until="load")
            page.wait_for_selector("path.planned", state="attached")
            milliseconds, paths = page.evaluate(DRAWN)
            times.append(milliseconds)
            context.close()
        browser.close()
    first, later = times[0], times[1:]
    print(f"{paths} municipalities, {given.page.stat().st_size / 1000:.0f} KB")
    print(f"first {first:.0f} ms; then {min(later):.0f} {statistics.median(later):.0f} {max(later):.0f} ms")


if __name__ == "__main__":
    main()

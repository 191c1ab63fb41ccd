"""Draws the views of the map page that the documentation shows: ``make pictures``, or with two runs at hand.

``python docs/pictures.py [RUN OTHER]``. Without runs the shipped Haskovo is planned, and the few lines of
docs/planner/own-scenario.md. Each view is an address of a page, opened in Chromium without a network (``CHROMIUM``
names it when it is not on the path); the printed sheet goes through poppler.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import nationalmap  # noqa: E402

SCREEN = {"width": 1366, "height": 768}
#: A palette makes a third of the bytes: this many colours, no two of them nearer than so much (squared, of RGB).
COLOURS, APART = 256, 64
#: Width of the printed sheet as a picture.
SHEET = 1400


@dataclass(frozen=True)
class View:
    """One picture: the file it becomes, the page and address of the view, and whether it is on paper."""

    name: str
    page: str
    address: str = ""
    printed: bool = False


VIEWS = (
    View("package", "map.html"),
    View("municipality", "map.html", "#service=therapy_rehabilitation&indicator=coverage&municipality=HKV18"),
    View("side-by-side", "comparison.html", "#indicator=coverage&side=both"),
    View("difference", "comparison.html", "#indicator=coverage&side=difference"),
    View("table", "map.html", "#indicator=coverage&view=table"),
    View("print", "map.html", "#indicator=coverage", printed=True),
)


def own_scenario(folder: Path) -> Path:
    """The scenario of docs/planner/own-scenario.md as a folder, as a reader would save it."""
    told = (HERE / "planner" / "own-scenario.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```toml\n(.*?)```", told, flags=re.DOTALL)
    (folder / "scenario.toml").write_text(lines, encoding="utf-8")
    return folder


def drawn(page: Page, view: View, folder: Path) -> Image.Image:
    """The view as it stands on the screen, or on its sheet of paper."""
    page.goto("about:blank")
    page.goto((folder / view.page).as_uri() + view.address)
    page.wait_for_selector("html[data-drawn]")
    if not view.printed:
        return Image.open(BytesIO(page.screenshot()))
    sheet = folder / f"{view.name}.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True, print_background=True)
    size = ["-scale-to-x", str(SHEET), "-scale-to-y", "-1"]
    subprocess.run(["pdftoppm", "-png", "-singlefile", *size, str(sheet), str(sheet.with_suffix(""))], check=True)  # noqa: S603, S607
    return Image.open(sheet.with_suffix(".png"))


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture with a palette of its commonest colours, exactly; each other one becomes the nearest of them.

    Shades beside one that is there already are passed over, so that the classes of a legend are kept, however small.
    """
    rgb = np.asarray(picture.convert("RGB"))
    colours, where, counts = np.unique(rgb.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    colours = colours.astype(int)
    kept = np.empty((0, 3), dtype=int)
    for colour in colours[np.argsort(-counts, kind="stable")]:
        if len(kept) < COLOURS and not (((kept - colour) ** 2).sum(axis=1) < APART).any():
            kept = np.vstack([kept, colour])
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours], dtype=np.uint8)
    few = Image.fromarray(nearest[where.reshape(rgb.shape[:2])])
    few.putpalette(kept.astype(np.uint8).tobytes())
    return few


def main(runs: list[Path], out: Path = HERE / "pictures") -> None:
    """Every view as a PNG in ``out``; prints name and size of each."""
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        if not runs:
            questions = ("haskovo-2027", str(own_scenario(folder)))
            runs = [nationalmap.plan(question, folder / "runs").folder for question in questions]
        # Drawn again: a run at hand may have been drawn by an older page.
        shutil.copy(nationalmap.render(runs[:1], folder / "drawn")[0], folder / "map.html")
        nationalmap.compare(runs, folder / "comparisons")
        (compared,) = (folder / "comparisons").glob("*/comparison.html")
        shutil.copy(compared, folder)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_context(viewport=SCREEN, offline=True).new_page()
        for view in VIEWS:
            path = out / f"{view.name}.png"
            few_colours(drawn(page, view, folder)).save(path, optimize=True)
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} KB")
        browser.close()


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])

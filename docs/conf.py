"""How the documentation site is built: ``make site``, offline, every warning an error."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]

from sphinx.errors import ExtensionError  # noqa: E402

from nationalmap.version import __version__  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Национална карта на социалните услуги"
author = "nationalmap"
version = release = __version__
#: No clock in the pages: the same sources give the same site.
html_last_updated_fmt = None
language = "bg"

extensions = ["myst_parser", "sphinx.ext.autodoc", "algebra"]
exclude_patterns = ["_build"]
smartquotes = False
nitpicky = True
#: Types of the language and of other packages, whose pages are not at hand offline; aliases, and what a signature names
#: without its module. Whatever the functions give back has to be described.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|datetime|fractions|pathlib|typing|gpd|numpy|pandas|pd|pulp)\..*"),
    (r"py:class", r"tuple\[str|[A-Z]\w+"),
    (r"py:class", r"nationalmap\.(accounts|program)\..*"),
]

myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = project
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
#: Pages in Bulgarian, or in both languages with Bulgarian first; all others say that they are English.
BULGARIAN = ("index", "planner/", "folder", "documents", "in-force", "search", "genindex", "py-modindex")


def speak(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Each page says its own language, for screen readers and hyphenation."""
    context["language"] = "bg" if page.startswith(BULGARIAN) else "en"


def indented(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """What a docstring of ours indents after a blank line is a formula or an example, kept as it is written."""
    told: list[str] = []
    inside = False
    for place, line in enumerate(lines):
        starts = line.startswith("    ") and not inside and (place == 0 or not lines[place - 1].strip())
        if starts and not any(before.rstrip().endswith("::") for before in told[-2:]):
            told += ["::", ""]
        inside = (inside or starts) and (line.startswith("    ") or not line.strip())
        if line.strip() and not inside and told and told[-1].startswith("    "):
            told.append("")
        told.append(line)
    lines[:] = told


#: What a page loads by itself, as opposed to where a link leads.
LOADS = re.compile(r"""<(?:script|img|source|iframe)\b[^>]*\bsrc="(?:https?:)?//|<link\b[^>]*\bhref="(?:https?:)?//""")


def offline(app: Sphinx, error: Exception | None) -> None:
    """A site with a page that would load something from the network is not built."""
    pages = [] if error else sorted(Path(app.outdir).rglob("*.html"))
    if loading := [page.name for page in pages if LOADS.search(page.read_text(encoding="utf-8"))]:
        raise ExtensionError(f"pages that load from the network: {', '.join(loading)}")


def setup(app: Sphinx) -> None:
    """Connect what stands above."""
    from pygments.lexers.special import TextLexer

    app.add_lexer("csv", TextLexer)
    app.connect("html-page-context", speak)
    app.connect("build-finished", offline)
    app.connect("autodoc-process-docstring", indented)

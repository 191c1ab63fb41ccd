"""What the commands share: the app, words for arguments, progress on the error stream."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

NOT_PROVEN = 5
#: Work that is over sooner needs no progress lines.
QUIET_SECONDS = 2.0

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan a minimum package of social services for Bulgaria's municipalities and draw the indicative map.",
)
boundaries_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Boundaries of the municipalities.")
app.add_typer(boundaries_app, name="boundaries")
runs_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Runs that were kept.")
app.add_typer(runs_app, name="runs")

ScenarioName = Annotated[
    str, typer.Argument(metavar="NAME|FILE|FOLDER", help="Shipped scenario, scenario file or its folder.")
]
Register = Annotated[Path | None, typer.Option(metavar="FILE", help="Your register of existing services (CSV, XLSX).")]
Layer = Annotated[
    Path | None, typer.Option("--boundaries", metavar="FILE", help="A real boundary layer (GeoJSON, GeoPackage).")
]
Language = Annotated[str, typer.Option(help="Language of the sentences: bg or en.")]


#: What a terminal obeys instead of showing it; a file may be called so.
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Sentences in which no sign commands the terminal."""
    return _OBEYED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def known_language(language: str) -> None:
    """Refuse a language that there is not."""
    if language not in ("bg", "en"):
        raise typer.BadParameter(f'"{language}" is not bg or en', param_hint="--language")


def progress() -> Callable[[str], None]:
    """Lines on the error stream once the work has taken longer than two seconds."""
    start = time.monotonic()

    def say(what: str) -> None:
        spent = time.monotonic() - start
        if what.startswith("note: "):
            typer.echo(plain(what), err=True)
        elif spent > QUIET_SECONDS:
            typer.echo(f"  {spent:4.0f} s  {what}", err=True)

    return say

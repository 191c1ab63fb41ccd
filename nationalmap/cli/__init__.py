"""The command line: each command parses, calls the function of the same name, prints.

A person sees sentences, never a traceback (``--debug`` shows it). Exit codes: 0 proven,
2 usage, 3 input refused, 4 no plan can exist, 5 a plan that is not proven, 6 no plan found,
7 solver failed, 8 output failed, 9 a run that does not agree with itself, 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

# Their commands register themselves.
from nationalmap.cli import folders, history, in_force, mapping, paper, planning, procedure, studies  # noqa: F401
from nationalmap.cli.shared import app, plain
from nationalmap.errors import NationalMapError

INTERRUPTED = 130

_debug = False


@app.callback()
def options(debug: Annotated[bool, typer.Option(help="Show the traceback of a failure.")] = False) -> None:
    """Options before the command."""
    global _debug  # noqa: PLW0603 - typer hands it over before the command runs
    _debug = debug


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in another code page must not fail on Cyrillic.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(arguments, standalone_mode=True)
    except NationalMapError as error:
        if _debug:
            raise
        typer.echo(plain(str(error)), err=True)
        sys.exit(error.exit_code)
    except SystemExit as end:
        # Ctrl-C arrives here: typer turns it into this exit code without a word.
        if end.code == INTERRUPTED:
            typer.echo("interrupted; nothing was published", err=True)
        raise

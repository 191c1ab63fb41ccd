"""What tests need that a clone does not hold. A test without it is skipped and says NOT TESTED; what CI promised fails.

The reference data beside the repository (real polygons, settlements, published instances) may not be copied into it,
so that whoever has the repository alone cannot run these tests. Programs are another matter: CI installs them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
#: Reason of a skip, and a decorator of the tests that read the published instances.
needs_cases = pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="NOT TESTED: ../shared/cases is absent")


def reference(name: str) -> Path:
    """A reference file beside the repository, by its path there; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"NOT TESTED: the reference file ../shared/{name} is absent")
    return path


def missing(program: str) -> NoReturn:
    """A program is not installed: skipped, and failed in CI, which installs all of them (``.ci/run`` sets CI)."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"NOT TESTED: {program}")


def only_with(there: bool, what: str) -> pytest.MarkDecorator:
    """A decorator of tests of what Windows or macOS have not; in CI, which runs on Linux, they are never skipped."""
    return pytest.mark.skipif(not there and not os.environ.get("CI"), reason=f"NOT TESTED: {what}")


def link(path: Path, target: Path) -> None:
    """A symbolic link; skipped where the machine makes none (Windows without the privilege), but not in CI."""
    try:
        path.symlink_to(target)
    except OSError:
        missing("this system makes no links")

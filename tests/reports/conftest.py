"""Plans that the tests of the reports share."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_plan import small_plan


@pytest.fixture
def small():
    """Two municipalities, three services, solved by hand in small_plan.py."""
    return small_plan()


TOYLAND = Path(__file__).resolve().parent.parent / "toyland"
#: Variants of toyland: file, what stands there, what stands there instead. test_compare_runs.py works them out.
CHANGES = {
    "more": ("toyland.toml", "62600.0", "63500.0"),
    "norm": ("catalogue/norms.toml", 'type = "presence", amount = 8.0', 'type = "presence", amount = 6.0'),
}


def _variant(name, folder):
    """A run of toyland under another name with one figure changed."""
    from nationalmap import planning

    ignored = shutil.ignore_patterns("__pycache__", "*.py", "solved")
    shutil.copytree(TOYLAND, folder / name, ignore=ignored)
    for path, old, new in (("toyland.toml", 'name = "toyland"', f'name = "{name}"'), CHANGES[name]):
        words = (folder / name / path).read_text(encoding="utf-8")
        assert words.count(old) == 1
        (folder / name / path).write_text(words.replace(old, new), encoding="utf-8")
    return planning.plan(str(folder / name), folder / "runs")


@pytest.fixture(scope="session")
def three(toyland_run, tmp_path_factory):
    """Toyland, toyland with more money, toyland under another norm: the runs, the base first."""
    folder = tmp_path_factory.mktemp("variants")
    return [toyland_run, *(_variant(name, folder) for name in CHANGES)]

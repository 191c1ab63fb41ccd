"""What tests of several rooms share."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine, and no test that fails because the machine is busy.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

TOYLAND = Path(__file__).resolve().parent / "toyland"


@pytest.fixture
def toyland(tmp_path) -> Path:
    """A copy of toyland's scenario folder, to change."""
    ignored = shutil.ignore_patterns("__pycache__", "*.py", "solved")
    return Path(shutil.copytree(TOYLAND, tmp_path / "toyland", ignore=ignored))


@pytest.fixture(scope="session")
def toyland_run(tmp_path_factory):
    """Toyland planned once: the run, in a folder that no test changes."""
    from nationalmap import planning

    return planning.plan(str(TOYLAND), tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def haskovo():
    """The shipped base question, read and checked once."""
    from nationalmap import planning

    return planning.check("haskovo-2027")

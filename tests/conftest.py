"""What tests of several rooms share."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from tests.chromium import browser  # noqa: F401 - a fixture
from tests.postgres import server  # noqa: F401 - a fixture

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
def toyland_outputs(tmp_path_factory, toyland_run):
    """One output of each kind of toyland's run (``outputs.DOSE``), by command, in a folder that no test changes."""
    from tests import outputs

    folder = outputs.lay(tmp_path_factory.mktemp("outputs") / "here")
    shutil.copytree(toyland_run.folder.parent, folder / "out/plan/toyland")
    return outputs.make(folder, outputs.DOSE[1:])


@pytest.fixture(scope="session")
def haskovo():
    """The shipped base question, read and checked once."""
    from nationalmap import planning

    return planning.check("haskovo-2027")


class Answer(NamedTuple):
    """What a person at the terminal sees: exit code, what is shown, what is shown as an error."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys):
    """``nationalmap`` with these words, in this process; no-break spaces are told as spaces."""
    from nationalmap import cli

    def call(*words):
        try:
            cli.main([str(word) for word in words])
            code = 0
        except SystemExit as end:
            code = end.code or 0
        out, err = (text.replace("\N{NO-BREAK SPACE}", " ") for text in capsys.readouterr())
        assert "Traceback" not in out + err
        return Answer(code, out, err)

    return call

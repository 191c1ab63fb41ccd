"""The house holds: floors, what is shipped in the wheel, and that the wheel works from anywhere."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_floors_and_doors_hold():
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: [5-9] kept, 0 broken", done.stdout)


def test_every_module_begins_with_what_it_is():
    for path in sorted((ROOT / "nationalmap").rglob("*.py")):
        assert path.read_text(encoding="utf-8").startswith('"""'), path


def test_only_the_sources_and_the_runs_open_files():
    """Everything else gets its bytes from them: no other room opens a path."""
    opens = re.compile(r"\.open\(|\bopen\(|read_text\(|read_bytes\(|read_csv\(|read_file\(")
    may = {
        "locks.py", "placing.py", "publishing.py", "runs.py", "sweeps.py",
        "reports/texts.py", "reports/faults.py", "reports/page/words.py",
        "reports/page/document.py",
        "reports/frontier/page.py", "folders/texts.py",
        "program/infeasible/conflict.py",
        "program/solvers/cbc.py", "program/solvers/glpk.py", "program/solvers/commandline.py",
        "program/solvers/keeper.py", "verification/folder.py",
    }  # fmt: skip
    for path in sorted((ROOT / "nationalmap").rglob("*.py")):
        name = path.relative_to(ROOT / "nationalmap").as_posix()
        if not name.startswith("sources/") and name not in may:
            assert not opens.search(path.read_text(encoding="utf-8")), name


# ------------------------------------------------------------------ the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without the network and unzipped beside."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*words, "--wheel-dir", str(folder), "--quiet"], check=True, capture_output=True, cwd=folder)
    (path,) = folder.glob("nationalmap-*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.xdist_group("wheel")
def test_what_is_made_once_for_several_tests_is_asked_by_one_process(request):
    """Groups ended without a word with a pytest that their plugin does not know, and all was made twice."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@wheel")


@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_the_data(wheel):
    data = wheel / "nationalmap" / "_data"
    for folder in ("boundaries", "scenarios"):
        shipped = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        inside = {path.relative_to(data).as_posix() for path in (data / folder).rglob("*") if path.is_file()}
        assert inside == shipped
        for name in shipped:
            assert (data / name).read_bytes() == (ROOT / name).read_bytes(), name
    assert (data / "boundaries" / "municipalities.csv").is_file()
    assert (data / "scenarios" / "haskovo-2027.toml").is_file()


@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_the_package_and_nothing_else(wheel):
    tops = {path.name for path in wheel.iterdir()}
    assert len(tops) == 2
    assert "nationalmap" in tops
    package = ROOT / "nationalmap"
    mine = {p.relative_to(package) for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    theirs = {p.relative_to(wheel / "nationalmap") for p in (wheel / "nationalmap").rglob("*") if p.is_file()}
    assert {path for path in theirs if path.parts[0] != "_data"} == mine


@pytest.mark.xdist_group("wheel")
def test_the_wheel_checks_the_shipped_question_from_another_folder(wheel, tmp_path):
    code = f"""
import sys
sys.path.insert(0, {str(wheel)!r})
from nationalmap.sources.resources import shipped
assert shipped("scenarios").is_relative_to({str(wheel)!r}), shipped("scenarios")
from nationalmap.cli import main
main(["check", "haskovo-2027"])
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().endswith("boundaries schematic: nothing to mend\n")
    assert list(tmp_path.iterdir()) == []

"""What tests of several rooms share: the shipped question as a folder of its own, cut to one region."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("assistant_support", "day_care_older")


def _cut_csv(source: Path, target: Path, keep) -> None:
    """The header and the lines that ``keep`` accepts, byte for byte."""
    header, *lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(header + "".join(line for line in lines if keep(line)), encoding="utf-8", newline="")


def _of_haskovo(line: str) -> bool:
    return "HKV" in line


@pytest.fixture(scope="session")
def _haskovo_origin(tmp_path_factory) -> Path:
    """Eleven municipalities of Haskovo and two services, everything in the folder itself."""
    folder = tmp_path_factory.mktemp("origin") / "question"
    boundaries, data = ROOT / "boundaries", ROOT / "scenarios"
    _cut_csv(boundaries / "municipalities.csv", folder / "municipalities.csv", _of_haskovo)
    _cut_csv(boundaries / "regions.csv", folder / "regions.csv", _of_haskovo)
    layer = json.loads((boundaries / "municipalities.geojson").read_text(encoding="utf-8"))
    layer["features"] = [f for f in layer["features"] if "HKV" in json.dumps(f["properties"])]
    (folder / "municipalities.geojson").write_text(json.dumps(layer), encoding="utf-8")
    for name in ("2021/census.csv", "2026/subsidies.csv"):
        _cut_csv(data / "indicators" / name, folder / "indicators" / name, _of_haskovo)
    _catalogue_without_totals(data / "indicators/indicators.csv", folder / "indicators/indicators.csv")
    shutil.copytree(data / "catalogue", folder / "catalogue")
    _cut_csv(data / "register/HKV.csv", folder / "register.csv", lambda line: any(f",{s}," in line for s in SERVICES))
    (folder / "question.toml").write_text(_question(), encoding="utf-8")
    return folder


def _catalogue_without_totals(source: Path, target: Path) -> None:
    """National totals do not fit one region."""
    text = source.read_text(encoding="utf-8")
    for total in ("917722", "854153", "1312494", "1902753", "1532667", "6519789", "610923.7"):
        assert text.count(f",{total},") == 1
        text = text.replace(f",{total},", ",,")
    target.write_text(text, encoding="utf-8")


def _question() -> str:
    text = (ROOT / "scenarios/haskovo-2027.toml").read_text(encoding="utf-8")
    head, streams = text.split("[streams.state_running]")
    state = streams.split("[streams.hr_programme]")[0]
    regional = streams.split("[streams.regional_programme]")[1]
    for old, new in (
        ('name = "haskovo-2027"', 'name = "question"'),
        ('regions = ["HKV"]', f'regions = ["HKV"]\nservices = {json.dumps(SERVICES)}'),
        ('register = "register/HKV.csv"', 'register = "register.csv"\nboundaries = "municipalities.geojson"'),
    ):
        assert head.count(old) == 1
        head = head.replace(old, new)
    return f"{head}[streams.state_running]{state}[streams.regional_programme]{regional}"


@pytest.fixture
def question(_haskovo_origin, tmp_path) -> Path:
    """A copy of that folder, to change."""
    return Path(shutil.copytree(_haskovo_origin, tmp_path / "question"))

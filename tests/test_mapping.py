"""The commands of layers from the terminal: what is imported is the default of its folder."""

import dataclasses
import json
import shutil

import pytest

from nationalmap import planning
from nationalmap.sources.resources import shipped
from tests.beside import reference

SCENARIO = """
format = 1
name = "mine"
extends = "haskovo-2027"
"""


@pytest.fixture
def surveyed(tmp_path):
    """A whole layer that passes the import: the surveyed one where it is at hand."""
    return shutil.copy(reference("data/municipalities.geojson"), tmp_path / "cadastre.geojson")


def test_an_imported_layer_is_the_default_of_its_folder(run, surveyed, tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    assert planning.check(str(folder)).inputs.boundaries.status == "schematic"
    words = ("boundaries", "import", surveyed, "--out", folder)
    stated = ("--source", "АГКК <b>2026</b>", "--licence", "по договор")
    answer = run(*words, *stated)
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == f"written: {folder / 'boundaries.geojson'}, 265 municipalities"
    assert "note: cadastre.geojson: PDV39 (Кричим) has 59.3 km², published are 54.3 (+9.2%)" in answer.out
    read = planning.check(str(folder)).inputs
    assert (read.boundaries.status, read.boundaries.source) == ("imported", "АГКК <b>2026</b> · по договор")
    assert "boundaries" in read.sources
    shown = run("check", folder)
    assert "boundaries imported: nothing to mend" in shown.out
    # Another layer on the command line still wins.
    other = shipped("boundaries") / "municipalities.geojson"
    assert planning.check(str(folder), boundaries=other).inputs.boundaries.status == "schematic"
    first = (folder / "boundaries.geojson").read_bytes()
    assert run(*words, *stated).code == 0
    assert (folder / "boundaries.geojson").read_bytes() == first


@pytest.mark.parametrize("missing", ["source", "licence"])
def test_source_and_licence_are_asked_for(run, tmp_path, missing):
    stated = {"source": "x", "licence": "y"}
    words = [word for name, text in stated.items() if name != missing for word in (f"--{name}", text)]
    answer = run("boundaries", "import", tmp_path / "a.geojson", *words)
    assert answer.code == 2
    assert f"say the {missing} of the layer with --{missing} TEXT" in answer.err


def test_a_refused_layer_writes_nothing(run, tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}), encoding="utf-8")
    answer = run("boundaries", "import", path, "--source", "x", "--licence", "y", "--out", tmp_path / "out")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == "a.geojson: holds no features; a GeoJSON text or a GeoPackage is asked.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.geojson"]


def test_every_output_says_that_boundaries_are_imported_and_from_where(toyland_run):
    from nationalmap.reports import gis, page, summary

    plan = toyland_run.plan
    source = "АГКК <script>alert(1)</script> · по договор"
    layer = dataclasses.replace(plan.inputs.boundaries, status="imported", source=source)
    imported = dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, boundaries=layer))
    assert "границите са внесени от посочен източник" in summary.five_lines(imported, "bg")[4]
    assert "boundaries are imported from a stated source" in summary.five_lines(imported, "en")[4]
    about = gis.about(imported).set_index("key")
    assert about.loc["boundaries", "bg"] == f"Внесени граници: {source}"
    drawn = page.build(imported)
    assert "Внесени граници: АГКК" in drawn
    assert "<script>alert(1)" not in drawn

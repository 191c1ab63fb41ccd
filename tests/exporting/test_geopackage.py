"""A plan as GeoPackage: what is read back is the plan, the same bytes each time, and no name gets out of its cell."""

import dataclasses
import sqlite3
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from nationalmap import exporting, mapping, placing
from nationalmap.errors import OutputFailed
from nationalmap.reports import gis


@pytest.fixture(scope="module")
def exported(toyland_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "plan.gpkg"
    assert mapping.export(toyland_run.folder, path) == (str(path),)
    return path


def read(path, layer):
    return gpd.read_file(path, layer=layer)


def test_the_layers_of_a_plan(exported):
    assert pyogrio.list_layers(exported).tolist() == [
        ["places_2027", "Point"],
        ["served_2027", "LineString"],
        ["municipalities_2027", "MultiPolygon"],
        ["layer_styles", None],
        ["about", None],
    ]


def test_municipalities_read_back_as_toyland_was_solved_by_hand(exported, toyland_run):
    frame = read(exported, "municipalities_2027").set_index("municipality")
    assert frame.crs == "EPSG:4326"
    # Needs of both groups, with a place, without; from the docstring of toyland.
    needs = {"NOR01": 18, "NOR02": 12, "NOR03": 6, "SOU01": 15, "SOU02": 9, "SOU03": 5}
    assert frame["need_users"].to_dict() == needs
    unmet = toyland_run.plan.tables["unmet"].groupby("municipality")["unmet_users"].sum()
    assert frame["unmet_users"].to_dict() == unmet.to_dict()
    assert (frame["served_users"] + frame["unmet_users"] == frame["need_users"]).all()
    assert frame.loc["NOR01", "coverage_pct"] == pytest.approx(100 * 16 / 18, abs=1e-4)
    assert set(frame["package_complied"] - frame["package_services"]) == {0}
    assert set(frame["boundaries"]) == {"supplied"}
    given = toyland_run.plan.inputs.boundaries.polygons.set_index("municipality").geometry
    assert all(frame.geometry[code].equals(given[code]) for code in frame.index)


def test_places_and_journeys_read_back(exported, toyland_run):
    places = read(exported, "places_2027").set_index("site")
    capacity = toyland_run.plan.tables["capacity"].set_index("site")
    stands = capacity[(capacity["places"] > 0) | (capacity["places_today"] > 0)]
    assert places["places"].to_dict() == stands["places"].to_dict()
    assert places["facilities"].to_dict() == stands["facilities"].to_dict()
    served = read(exported, "served_2027")
    table = toyland_run.plan.tables["allocation"]
    away = table[(table["municipality"] != table["host"]) & (table["users"] > 0)]
    key = ["municipality", "service", "host"]
    assert served.set_index(key)["users"].to_dict() == away.set_index(key)["users"].to_dict()
    line = served.set_index(key).geometry["NOR02", "residence", "NOR01"]
    assert line.equals(shapely.LineString([(25.2, 43.0), (25.0, 43.0)]))


def test_what_is_written_reads_back_equal(exported, toyland_run):
    for layer in gis.layers(toyland_run.plan):
        back = read(exported, layer.name)
        assert back.geometry.geom_equals(layer.frame.geometry.reset_index(drop=True)).all()
        given = pd.DataFrame(layer.frame.drop(columns="geometry"))
        pd.testing.assert_frame_equal(pd.DataFrame(back.drop(columns="geometry")), given, check_dtype=False)
    about = read(exported, "about").set_index("key")
    assert about.loc["run", "bg"] == toyland_run.plan.run_id
    assert about.loc["boundaries", "en"] == "Supplied boundaries: boundaries.geojson"
    assert about.loc["line_5", "en"].startswith("How sure: ")


def test_styles_name_columns_and_classes_of_their_layer(exported, toyland_run):
    styles = read(exported, "layer_styles").set_index("f_table_name")
    columns = {layer.name: set(layer.frame.columns) for layer in gis.layers(toyland_run.plan)}
    assert set(styles.index) == set(columns)
    assert set(styles["f_geometry_column"]) == {"geom"}
    assert styles["useAsDefault"].all()
    for name, row in styles.iterrows():
        root = ET.fromstring(row["styleQML"].split("\n", 1)[1])  # noqa: S314 - our own text
        said = [element.get("filter") or "" for element in root.iter("rule")]
        said += [e.get("value") or "" for e in root.iter("Option") if e.get("name") == "expression"]
        quoted = {word for text in said for word in text.split('"')[1::2]}
        assert quoted
        assert quoted <= columns[name]
        symbols = {element.get("name") for element in root.iter("symbol")}
        assert {element.get("symbol") for element in root.iter("rule")} <= symbols
    rules = ET.fromstring(styles.loc["municipalities_2027", "styleQML"].split("\n", 1)[1]).iter("rule")  # noqa: S314
    assert [rule.get("label") for rule in rules] == [
        "< 25 %", "25 – < 50 %", "50 – < 75 %", "75 – < 100 %", "100 %", "няма данни / no figure"
    ]  # fmt: skip


HOSTILE = (
    "'); DROP TABLE gpkg_contents; --",
    '"><script>alert(1)</script>',
    '=HYPERLINK("http://example.org")',
    "../../etc/passwd",
    "[% eval('1') %] {{7*7}} \u202e",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_its_cell(toyland_run, tmp_path, name):
    plan = toyland_run.plan
    tables = dict(plan.inputs.tables)
    tables["municipalities"] = tables["municipalities"].assign(name_bg=name)
    tables["services"] = tables["services"].assign(name_bg=name)
    boundaries = dataclasses.replace(plan.inputs.boundaries, source=name)
    inputs = dataclasses.replace(plan.inputs, tables=tables, boundaries=boundaries)
    scenario = dataclasses.replace(plan.scenario, title_bg=name)
    hostile = dataclasses.replace(plan, inputs=inputs, scenario=scenario)
    layers = gis.layers(hostile)
    path = tmp_path / "plan.gpkg"
    path.write_bytes(exporting.geopackage(layers, gis.about(hostile), plan.scenario.as_of))
    assert len(pyogrio.list_layers(path)) == 5
    assert set(read(path, "municipalities_2027")["name_bg"]) == {name}
    assert set(read(path, "places_2027")["service_bg"]) == {name}
    assert read(path, "about").set_index("key").loc["title", "bg"] == name
    assert [layer.style for layer in layers] == [layer.style for layer in gis.layers(plan)]
    assert [path.name for path in tmp_path.iterdir()] == ["plan.gpkg"]


def test_no_journeys_and_no_figures(toyland_run, tmp_path):
    plan = toyland_run.plan
    tables = dict(plan.tables)
    tables["allocation"] = tables["allocation"].iloc[:0]
    tables["needs"] = tables["needs"].assign(need_users=pd.array([pd.NA] * len(tables["needs"]), dtype="Int64"))
    empty = dataclasses.replace(plan, tables=tables)
    path = tmp_path / "plan.gpkg"
    path.write_bytes(exporting.geopackage(gis.layers(empty), gis.about(plan), plan.scenario.as_of))
    assert len(read(path, "served_2027")) == 0
    frame = read(path, "municipalities_2027")
    assert frame["coverage_pct"].isna().all()
    assert (frame["needs_without_data"] == 2).all()


def test_two_that_share_a_seat_have_a_row_without_a_line(toyland_run):
    plan = toyland_run.plan
    tables = dict(plan.inputs.tables)
    tables["municipalities"] = tables["municipalities"].assign(seat_lon=25.0, seat_lat=43.0)
    shared = dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, tables=tables))
    served = next(layer.frame for layer in gis.layers(shared) if layer.name == "served_2027")
    assert len(served) > 0
    assert served.geometry.isna().all()


def test_the_command(run, toyland_run, exported, tmp_path):
    target = tmp_path / "new" / "plan.gpkg"
    answer = run("export", toyland_run.folder, "--gpkg", target)
    assert (answer.code, answer.out) == (0, f"written: {target}\n")
    assert target.read_bytes() == exported.read_bytes()
    assert run("export", toyland_run.folder).code == 2
    assert run("export", tmp_path, "--gpkg", target).code == 3
    with sqlite3.connect(target) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()


def test_a_disk_without_room_leaves_what_was_there(toyland_run, exported, tmp_path, monkeypatch):
    target = tmp_path / "plan.gpkg"
    target.write_bytes(b"old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pyogrio, "write_dataframe", full)
        with pytest.raises(OutputFailed, match="GeoPackage could not be written"):
            mapping.export(toyland_run.folder, target)
    with monkeypatch.context() as patch:
        patch.setattr(placing, "durable", full)
        with pytest.raises(OutputFailed):
            mapping.export(toyland_run.folder, target)
    assert target.read_bytes() == b"old"

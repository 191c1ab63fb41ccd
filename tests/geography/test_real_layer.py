"""The shipped schematic layer against the surveyed one, which lies beside the repository."""

import csv
import gzip
import json
import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nationalmap import schema
from nationalmap.domain.scenario import TravelRule
from nationalmap.geography import coverage, thiessen
from nationalmap.geography.travel import travel_table
from nationalmap.sources import boundaries
from nationalmap.sources.resources import sha256
from nationalmap.sources.tables import read_table
from tests.beside import reference

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "boundaries"


@pytest.fixture(scope="module")
def municipalities():
    return read_table(schema.MUNICIPALITIES, SHIPPED / "municipalities.csv")


@pytest.fixture(scope="module")
def regions():
    return read_table(schema.REGIONS, SHIPPED / "regions.csv")


@pytest.fixture(scope="module")
def layer(municipalities):
    return boundaries.read_boundaries(SHIPPED / "municipalities.geojson", municipalities)


# --------------------------------------------------------------------- the facts


def test_the_tables_hold_the_country(municipalities, regions):
    assert len(municipalities) == 265
    assert len(regions) == 28
    assert set(municipalities["region"]) == set(regions["region"])
    nuts = dict(zip(regions["region"], regions["nuts3"], strict=True))
    assert (municipalities["nuts3"] == municipalities["region"].map(nuts)).all()
    assert (municipalities["region"] == "HKV").sum() == 11


def test_names_are_in_one_alphabet(municipalities, regions):
    cyrillic = r"[А-Яа-я]+([ -][А-Яа-я]+)*( \([А-Яа-я]+\))?"
    latin = r"[A-Za-z]+([ -][A-Za-z]+)*"
    for table in (municipalities, regions):
        for column in table.columns:
            if column.endswith("_bg"):
                assert table[column].str.fullmatch(cyrillic).all(), column
            if column.endswith("_en"):
                assert table[column].str.fullmatch(latin).all(), column


def test_each_region_is_seated_in_the_town_of_its_name(municipalities, regions):
    town = dict(zip(municipalities["municipality"], municipalities["seat_bg"], strict=True))
    seats = dict(zip(regions["region"], regions["seat_municipality"], strict=True))
    names = dict(zip(regions["region"], regions["name_bg"], strict=True))
    assert [r for r in seats if town[seats[r]] != names[r].removesuffix(" (столица)")] == []
    # Where a town and the villages round it are two municipalities, the town has the seat.
    assert (seats["HKV"], seats["SFO"], seats["SOF"]) == ("HKV34", "SOF46", "SOF46")
    assert (seats["DOB"], seats["JAM"], seats["PDV"]) == ("DOB28", "JAM26", "PDV22")


def test_three_towns_seat_seven_municipalities(municipalities):
    shared = municipalities[municipalities["seat_ekatte"].duplicated(keep=False)]
    assert sorted(shared["municipality"]) == ["DOB15", "DOB28", "JAM25", "JAM26", "PDV17", "PDV22", "PDV26"]
    assert municipalities["seat_ekatte"].str.fullmatch(r"\d{5}").all(), "leading zeros are kept"


def test_the_facts_are_those_of_the_register(municipalities):
    with reference("data/municipalities.geojson").open(encoding="utf-8") as file:
        rows = [f["properties"] for f in json.load(file)["features"]]
    real = pd.DataFrame(rows).sort_values("code", ignore_index=True)
    assert municipalities["municipality"].tolist() == real["code"].tolist()
    assert municipalities["name_bg"].tolist() == real["name_bg"].tolist()
    assert municipalities["nuts3"].tolist() == real["nuts3"].tolist()
    assert municipalities["seat_ekatte"].tolist() == real["ekatte"].tolist()
    # One name differs on purpose: the register spells Bobovdol what it calls Бобов дол.
    other = municipalities["name_en"] != real["name_en"]
    assert municipalities.loc[other, "name_en"].tolist() == ["Bobov dol"]


def test_great_circles_are_those_computed_elsewhere(municipalities):
    computed = travel_table(municipalities, TravelRule(detour_factor=1.0))
    km = {(m, h): d for m, h, d in computed[["municipality", "host", "travel_km"]].itertuples(index=False)}
    with gzip.open(reference("data/travel_municipality_centres.csv.gz"), "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 69_960
    assert max(abs(km[row["from_code"], row["to_code"]] - float(row["gc_km"])) for row in rows) < 0.006


# --------------------------------------------------------------------- the layer


def test_the_layer_is_schematic_small_and_whole(layer):
    cells = layer.polygons.geometry.to_numpy()
    outline = boundaries.read_outline(SHIPPED / "outline.geojson")
    assert layer.status == "schematic"
    assert layer.notes == ()
    assert (SHIPPED / "municipalities.geojson").stat().st_size <= 350 * 1024
    assert shapely.coverage_is_valid(cells)
    assert shapely.area(cells).sum() == pytest.approx(outline.area, rel=1e-4)
    assert coverage.area_km2(layer.polygons).sum() == pytest.approx(112_759, rel=1e-3)
    assert (shapely.get_coordinates(cells).round(4) == shapely.get_coordinates(cells)).all()


def test_regions_are_28_and_fill_the_country(layer, municipalities):
    regions = coverage.regions(layer.polygons, municipalities)
    assert len(regions) == 28
    assert shapely.area(regions.geometry).sum() == pytest.approx(shapely.area(layer.polygons.geometry).sum())


def overlaps(polygons, real):
    """Intersection over union of each municipality, in EPSG:3035."""
    ours = polygons.set_index("municipality").geometry.to_crs(3035)
    theirs = real.set_index("code").geometry.to_crs(3035).loc[ours.index]
    shared = ours.intersection(theirs).area
    return shared / (ours.area + theirs.area - shared)


def test_the_layer_overlaps_the_surveyed_boundaries(layer):
    # Plain Thiessen polygons have 0.78 and 0.82; with the land of the settlements 0.826 and 0.859.
    iou = overlaps(layer.polygons, gpd.read_file(reference("data/municipalities.geojson")))
    haskovo = iou[iou.index.str.startswith("HKV")]
    assert len(iou) == 265
    assert len(haskovo) == 11
    assert iou.mean() >= 0.815
    assert haskovo.mean() >= 0.85
    assert iou.min() >= 0.40


def test_settlements_lie_in_their_own_municipality(layer):
    outline = boundaries.read_outline(SHIPPED / "outline.geojson")
    points = boundaries.read_points(reference("data/settlements.csv"))
    places = shapely.points(points["lon"], points["lat"])
    own = layer.polygons.set_index("municipality").geometry.loc[points["municipality"]].to_numpy()
    outside = ~shapely.intersects(own, places)
    assert len(points) == 5_252
    assert outside.sum() <= 10
    assert not shapely.intersects(outline, places[outside]).any(), "only those that the coarse outline cuts off"


def test_the_surveyed_layer_is_taken_as_supplied(municipalities):
    supplied = boundaries.read_boundaries(reference("data/municipalities.geojson"), municipalities)
    assert supplied.status == "supplied"
    assert supplied.notes == ()
    assert coverage.area_km2(supplied.polygons).sum() == pytest.approx(110_932, abs=1)


def test_the_sources_name_every_file_with_its_fingerprint():
    declared = tomllib.loads((SHIPPED / "SOURCES.toml").read_text(encoding="utf-8"))["files"]
    present = {path.name for path in SHIPPED.iterdir()} - {"SOURCES.toml", "LICENSES.md"}
    assert set(declared) == present
    for name, entry in declared.items():
        assert entry["sha256"] == sha256((SHIPPED / name).read_bytes()), name
        assert entry["source"]
        assert entry["licence"]
        assert entry["date"]
    made = declared["municipalities.geojson"]
    assert made["outline_sha256"] == declared["outline.geojson"]["sha256"]
    assert made["parameters"]["tolerance_m"] == thiessen.TOLERANCE_M
    assert made["parameters"]["rounds"] == thiessen.ROUNDS
    assert made["parameters"]["ring_points"] == thiessen.RING_POINTS

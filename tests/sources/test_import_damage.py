"""Boundaries damaged in every way that is read without a word elsewhere: mended and said, or refused by name."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nationalmap.errors import InputRefused
from nationalmap.sources import importing
from nationalmap.sources.layers import write_layer
from tests.sources.foreign import (
    MUNICIPALITIES,
    SAID,
    areas_km2,
    eleven_at_hand,
    schematic,
    shapefile,
    taken,
    write,
)


@pytest.fixture(scope="module")
def sound():
    return eleven_at_hand()[["code", "name_bg", "geometry"]]


def changed(frame, code, how):
    """The layer with the polygon of one municipality changed."""
    frame = frame.copy()
    at = frame.index[frame["code"] == code][0]
    shapes = list(frame.geometry)
    shapes[at] = how(shapes[at])
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=frame.crs)


def geojson(frame, tmp_path, crs=None):
    """A GeoJSON of the coordinates as they are, valid or not, with the system named or left out."""
    members = {} if crs is None else {"crs": {"type": "name", "properties": {"name": crs}}}
    features = [
        {
            "type": "Feature",
            "properties": {key: row[key] for key in frame.columns if key != "geometry"},
            "geometry": None if row["geometry"] is None else json.loads(shapely.to_geojson(row["geometry"])),
        }
        for row in frame.to_dict("records")
    ]
    path = tmp_path / "layer.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def refusal(path, **options):
    with pytest.raises(InputRefused) as caught:
        taken(path, **options)
    return str(caught.value)


def outer(polygon):
    """Coordinates of the (largest) outer ring, without the last."""
    largest = max(shapely.get_parts(polygon), key=lambda part: part.area)
    return shapely.get_coordinates(largest.exterior)[:-1]


# --------------------------------------------------------------------- systems


def test_swapped_axes(sound, tmp_path):
    swapped = sound.set_geometry(shapely.transform(sound.geometry.to_numpy(), lambda xy: xy[:, ::-1]))
    message = refusal(geojson(swapped, tmp_path))
    assert "crs: " in message
    assert "puts 11 of 11 seats outside their municipalities" in message
    assert "longitude and latitude look swapped" in message


def test_metres_in_degrees(sound, tmp_path):
    path = geojson(sound.to_crs(7801), tmp_path)
    message = refusal(path)
    assert "puts 11 of 11 seats outside their municipalities" in message
    assert "in EPSG:7801 (BGS2005, cadastral) they fit: if that is its system, add --crs EPSG:7801" in message
    imported = taken(path, crs="EPSG:7801")
    assert (abs(areas_km2(imported.polygons) / areas_km2(sound) - 1) < 1e-6).all()
    assert any("is read as EPSG:7801, as --crs says" in note for note in imported.notes)


@pytest.mark.parametrize(("right", "said"), [(32635, "EPSG:32634"), (32634, "EPSG:32635")])
def test_a_wrong_utm_zone(sound, tmp_path, right, said):
    message = refusal(geojson(sound.to_crs(right), tmp_path, crs=said))
    assert f'"{said}" puts 11 of 11 seats outside' in message
    assert f"add --crs EPSG:{right}" in message


def test_no_system_is_asked_for(sound, tmp_path):
    path = shapefile(sound.to_crs(7801), tmp_path, without=(".prj",))
    assert refusal(path) == (
        "layer.shp, crs: does not say its coordinate system; ask who made it and add --crs, e.g. --crs EPSG:7801."
    )
    assert (abs(areas_km2(taken(path, crs="EPSG:7801").polygons) / areas_km2(sound) - 1) < 1e-6).all()
    assert "add --crs EPSG:7801" in refusal(path, crs="EPSG:32635")
    assert '"EPSG:99" is not a known coordinate system' in refusal(path, crs="EPSG:99")
    assert "is not a system of places on the ground" in refusal(path, crs="EPSG:5705")


def test_web_mercator_is_brought_back(sound, tmp_path):
    imported = taken(write(sound.to_crs(3857), tmp_path / "layer.gpkg"))
    assert (abs(areas_km2(imported.polygons) / areas_km2(sound) - 1) < 1e-6).all()


# --------------------------------------------------------------------- places


def moved(dx, dy):
    return lambda polygon: shapely.transform(polygon, lambda xy: xy + np.array([dx, dy]))


def test_a_polygon_outside_its_region(sound, tmp_path):
    message = refusal(geojson(changed(sound, "HKV34", moved(1.5, 0.5)), tmp_path))
    assert '"HKV34" (Хасково, HKV) lies' in message
    assert "km from its seat" in message


def test_a_polygon_at_zero(sound, tmp_path):
    zero = shapely.box(0, 0, 0.1, 0.1)
    message = refusal(geojson(changed(sound, "HKV34", lambda _: zero), tmp_path))
    assert message == (
        'layer.geojson, geometry: "HKV34 (Хасково)" has a vertex at 0.1 0, outside Bulgaria; '
        "longitudes from 22 to 29 and latitudes from 41 to 44.5 are asked."
    )


@pytest.mark.parametrize(("axis", "factor"), [(0, 10), (0, 0.1), (1, 10), (1, 0.1)])
def test_a_decimal_point_slipped_in_one_vertex(sound, tmp_path, axis, factor):
    def slip(polygon):
        xy = outer(polygon)
        xy[len(xy) // 2, axis] *= factor
        return shapely.Polygon(xy)

    message = refusal(geojson(changed(sound, "HKV17", slip), tmp_path))
    assert 'geometry: "HKV17 (Любимец)" has a vertex at ' in message
    assert "outside Bulgaria" in message


@pytest.mark.parametrize("shift", [(0.25, 0.0), (0.0, -0.15), (0.15, 0.15)])
def test_a_digit_slipped_within_the_country(sound, tmp_path, shift):
    def slip(polygon):
        # The vertex nearest to the border of the country moves out of it, so that no neighbour is crossed.
        xy = outer(polygon)
        xy[int(np.argmin(xy[:, 1]))] += np.array(shift)
        return shapely.Polygon(xy)

    message = refusal(geojson(changed(sound, "HKV28", slip), tmp_path))
    assert "HKV28 (Свиленград)" in message
    assert "like a needle" in message or "is not a valid polygon" in message or "more than 0.1" in message


def test_codes_of_two_neighbours_exchanged(sound, tmp_path):
    frame = sound.drop(columns="name_bg").replace({"code": {"HKV34": "HKV17", "HKV17": "HKV34"}})
    message = refusal(geojson(frame, tmp_path))
    assert '"HKV17" (Любимец, HKV)' in message
    assert '"HKV34" (Хасково, HKV)' in message


def test_a_code_and_a_name_of_two_municipalities(sound, tmp_path):
    frame = sound.replace({"code": {"HKV34": "HKV17", "HKV17": "HKV34"}})
    lines = refusal(geojson(frame, tmp_path)).splitlines()
    assert len(lines) == 2
    assert '"HKV17" (Любимец) in feature ' in lines[0]
    assert "carries the name of HKV34 (Хасково)" in lines[0]


# --------------------------------------------------------------------- shapes


def figure_of_eight(polygon):
    """The ring with the order of its second half turned round: it crosses itself."""
    xy = outer(polygon)
    half = len(xy) // 2
    return shapely.Polygon(np.vstack([xy[:half], xy[half:][::-1]]))


def ring_repeated_as_hole(polygon):
    xy = outer(polygon)
    return shapely.Polygon(xy, [xy[::-1]])


@pytest.mark.parametrize("how", [figure_of_eight, ring_repeated_as_hole])
def test_a_polygon_whose_area_cannot_be_relied_on(sound, tmp_path, how):
    message = refusal(geojson(changed(sound, "HKV34", how), tmp_path))
    assert '"HKV34 (Хасково)" is not a valid polygon' in message
    assert "mending would change its area" in message
    assert "km² would become" in message


def test_a_border_that_touches_itself_is_mended_and_said(sound, tmp_path):
    def touch(polygon):
        # A spike of no width: out to a point and back again.
        xy = outer(polygon)
        middle = (xy[0] + xy[1]) / 2
        return shapely.Polygon(np.vstack([xy[:1], middle[None], xy[:1], xy[1:]]))

    imported = taken(geojson(changed(sound, "HKV34", touch), tmp_path))
    assert (abs(areas_km2(imported.polygons) / areas_km2(sound) - 1) < 1e-6).all()
    (note,) = [note for note in imported.notes if "was mended" in note]
    assert note.startswith("layer.geojson: HKV34 (Хасково) was mended (")
    assert note.endswith("0.0000% (+0.000000 km²)") or note.endswith("0.0000% (-0.000000 km²)")


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (None, "has no geometry"),
        (shapely.Polygon(), "has no geometry"),
        (shapely.Point(25.5, 41.9), "is a Point, not a polygon"),
        (shapely.LineString([(25, 42), (26, 42)]), "is a LineString, not a polygon"),
        (shapely.GeometryCollection([shapely.box(25, 41, 26, 42)]), "is a GeometryCollection, not a polygon"),
    ],
)
def test_no_polygon(sound, tmp_path, shape, said):
    at = int(sound.index[sound["code"] == "HKV34"][0]) + 1
    message = refusal(geojson(changed(sound, "HKV34", lambda _: shape), tmp_path))
    assert f'geometry: "HKV34 (Хасково) in feature {at}" {said}' in message


def test_a_vertex_that_is_not_a_number(sound, tmp_path):
    def blank(polygon):
        def hide(xy):
            xy[3] = np.nan
            return xy

        return shapely.transform(polygon, hide)

    broken = changed(sound, "HKV34", blank)
    assert '"HKV34 (Хасково)" has a vertex at nan nan' in refusal(write(broken, tmp_path / "layer.gpkg"))
    assert "layer.fgb" in refusal(write(broken, tmp_path / "layer.fgb"))
    text = geojson(sound, tmp_path).read_text(encoding="utf-8")
    (tmp_path / "layer.geojson").write_text(text.replace("[[[25", "[[[NaN,1],[25", 1), encoding="utf-8")
    assert "NaN is not a number" in refusal(tmp_path / "layer.geojson")


# --------------------------------------------------------------------- the whole


def test_missing_municipalities_are_all_named(sound, tmp_path):
    lines = refusal(geojson(sound[~sound["code"].isin(["HKV34", "HKV17"])], tmp_path)).splitlines()
    assert lines == [
        'layer.geojson, geometry: "HKV17" (Любимец) is missing; add its polygon.',
        'layer.geojson, geometry: "HKV34" (Хасково) is missing; add its polygon.',
    ]


def test_the_same_polygon_twice_is_taken_once(sound, tmp_path):
    doubled = pd.concat([sound, sound[sound["code"] == "HKV34"]], ignore_index=True)
    imported = taken(geojson(doubled, tmp_path))
    assert (abs(areas_km2(imported.polygons) / areas_km2(sound) - 1) < 1e-6).all()
    assert "layer.geojson: HKV34 (Хасково) stands 2 times; 1 equal ones are left out, area +0 km²" in imported.notes


def test_a_municipality_twice_with_two_shapes(sound, tmp_path):
    other = sound[sound["code"] == "HKV34"].copy()
    other["geometry"] = [shapely.buffer(shape, -0.01) for shape in other.geometry]
    message = refusal(geojson(pd.concat([sound, other], ignore_index=True), tmp_path))
    assert '"HKV34 (Хасково)" stands 2 times with' in message
    assert "km² in common; remove the wrong polygon" in message


def test_parts_of_a_municipality_are_united(sound, tmp_path):
    (polygon,) = sound.loc[sound["code"] == "HKV34", "geometry"]
    west, south, east, north = polygon.bounds
    middle = (west + east) / 2
    halves = [polygon.intersection(shapely.box(w, south, e, north)) for w, e in ((west, middle), (middle, east))]
    rest = sound[sound["code"] != "HKV34"]
    two = gpd.GeoDataFrame({"code": ["HKV34"] * 2, "name_bg": ["Хасково"] * 2}, geometry=halves, crs=4326)
    imported = taken(geojson(pd.concat([rest, two], ignore_index=True), tmp_path))
    # The cut puts vertices on long borders, which bend with them in metres.
    assert (abs(areas_km2(imported.polygons) / areas_km2(sound) - 1) < 1e-5).all()
    assert any("HKV34 (Хасково): 2 features are united" in note for note in imported.notes)


def test_one_polygon_under_two_codes(sound, tmp_path):
    (haskovo_town,) = sound.loc[sound["code"] == "HKV34", "geometry"]
    message = refusal(geojson(changed(sound, "HKV19", lambda _: haskovo_town), tmp_path))
    assert "HKV19 (Минерални бани), HKV34 (Хасково)" in message
    assert "are the same polygon" in message


def grown(polygon):
    return polygon.buffer(0.004)


def test_overlaps_above_and_below_the_stated_area(sound, tmp_path):
    path = geojson(changed(sound, "HKV17", grown), tmp_path)
    message = refusal(path)
    assert "HKV17 (Любимец), HKV2" in message
    assert "km², more than 0.1; every place belongs to one municipality" in message
    notes = taken(path, tolerance_km2=100).notes
    assert any("overlaps up to 100 km²" in note and "are left" in note for note in notes)


def test_gaps_above_and_below_the_stated_area(sound, tmp_path):
    hole = shapely.Point(25.55, 41.95).buffer(0.02)
    (polygon,) = sound.loc[sound["code"] == "HKV34", "geometry"]
    assert polygon.contains(hole)
    path = geojson(changed(sound, "HKV34", lambda shape: shape.difference(hole)), tmp_path)
    message = refusal(path)
    assert message.startswith('layer.geojson, geometry: "HKV34 (Хасково)" leave a gap of ')
    assert "km² at 25.5500 41.9500, more than 0.1" in message
    notes = taken(path, tolerance_km2=20).notes
    assert any("1 gaps up to 20 km²" in note for note in notes)


def test_an_area_far_from_the_published_one(sound, tmp_path):
    # Ивайловград lies at the border of the country: what it loses there is no gap.
    def half(polygon):
        west, _, east, north = polygon.bounds
        return polygon.intersection(shapely.box(west, polygon.centroid.y, east, north))

    message = refusal(geojson(changed(sound, "HKV11", half), tmp_path))
    assert '"HKV11 (Ивайловград)" has ' in message
    assert "km², published are " in message


def test_unknown_codes_are_named_with_the_nearest(sound, tmp_path):
    frame = sound.drop(columns="name_bg").replace({"code": {"HKV34": "HKV43", "HKV17": ""}})
    lines = refusal(geojson(frame, tmp_path)).splitlines()
    assert any('code: "HKV43" in feature' in line and "is no municipality; the nearest is" in line for line in lines)
    assert any('code: "(blank)" in feature' in line for line in lines)


def test_an_unknown_code_with_a_known_name_is_read_by_its_name_and_said(sound, tmp_path):
    imported = taken(geojson(sound.replace({"code": {"HKV34": "99"}}), tmp_path))
    assert any("is read as HKV34 (Хасково), by its name" in note for note in imported.notes)


def test_no_codes_and_no_names(sound, tmp_path):
    message = refusal(geojson(sound[["geometry"]].assign(x=range(11), y="a"), tmp_path))
    assert '"x, y" hold no codes or names of the 11 municipalities' in message


def test_many_strangers_are_counted(tmp_path):
    frame = schematic()
    frame["code"] = [c if c < "S" else f"Z{c}" for c in frame["code"]]
    message = refusal(geojson(frame[["code", "geometry"]], tmp_path), municipalities=MUNICIPALITIES)
    assert "is no municipality's in" in message
    assert len(message.splitlines()) == 1


def test_a_seat_that_two_share_is_told_apart_by_the_name(tmp_path):
    towns = MUNICIPALITIES[MUNICIPALITIES["region"] == "JAM"].reset_index(drop=True)
    frame = schematic()
    frame = frame[frame["region_code"] == "JAM"]
    named = taken(geojson(frame[["ekatte", "name_bg", "geometry"]], tmp_path), municipalities=towns)
    assert list(named.polygons["municipality"]) == sorted(towns["municipality"])
    message = refusal(geojson(frame[["ekatte", "geometry"]], tmp_path), municipalities=towns)
    assert "may be JAM25 (Тунджа), JAM26 (Ямбол); write the municipality's own code" in message


def test_all_faults_of_a_step_are_told_at_once(sound, tmp_path):
    frame = changed(changed(sound, "HKV34", lambda _: None), "HKV17", lambda _: shapely.Point(25, 42))
    frame = frame.drop(columns="name_bg").replace({"code": {"HKV29": "XX"}})
    assert len(refusal(geojson(frame, tmp_path)).splitlines()) == 3


# --------------------------------------------------------------------- written


def test_what_is_refused_leaves_the_old_layer(sound, tmp_path):
    eleven = MUNICIPALITIES[MUNICIPALITIES["region"] == "HKV"].reset_index(drop=True)
    importing.write(taken(geojson(sound, tmp_path)), tmp_path, eleven)
    before = (tmp_path / "boundaries.geojson").read_bytes()
    broken = importing.Imported(sound.rename(columns={"code": "municipality"}).iloc[:3], {}, ())
    with pytest.raises(InputRefused):
        importing.write(broken, tmp_path, eleven)
    assert (tmp_path / "boundaries.geojson").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["boundaries.geojson", "layer.geojson"]


def test_the_layer_says_where_it_is_from(sound, tmp_path):
    path = geojson(sound, tmp_path)
    eleven = MUNICIPALITIES[MUNICIPALITIES["region"] == "HKV"].reset_index(drop=True)
    written = importing.write(taken(path), tmp_path / "new" / "own.geojson", eleven)
    said = json.loads(written.read_text(encoding="utf-8"))
    assert said["status"] == "imported"
    assert {key: said[key] for key in SAID} == SAID
    assert (said["file"], said["crs_of_file"]) == ("layer.geojson", "WGS 84 (CRS84)")
    assert said["notes"][-1].endswith("%)")


def test_written_degrees_are_a_centimetre(sound, tmp_path):
    frame = sound.rename(columns={"code": "municipality"})
    write_layer(frame, tmp_path / "a.geojson", {"status": "imported"}, 7)
    back = gpd.read_file(tmp_path / "a.geojson")
    assert (abs(areas_km2(back) / areas_km2(frame) - 1) < 1e-6).all()

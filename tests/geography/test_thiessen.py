"""Schematic boundaries: cells known by hand, coverages without gaps, faults by row."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nationalmap.errors import InputRefused, OutputFailed
from nationalmap.geography import coverage, thiessen

#: 0.4 x 0.4 degrees round the central meridian of EPSG:7801, 25.5 E.
SQUARE = shapely.box(25.3, 42.8, 25.7, 43.2)


def points(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["municipality", "lon", "lat"]).assign(**columns)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


FOUR = points(("A", 25.4, 42.9), ("B", 25.6, 42.9), ("C", 25.4, 43.1), ("D", 25.6, 43.1))


def by_code(layer):
    return dict(zip(layer["municipality"], layer.geometry, strict=True))


def close(one, other, degrees):
    return shapely.hausdorff_distance(one, other) <= degrees


# --------------------------------------------------------------------- cells by hand


def test_the_border_of_two_points_lies_halfway():
    # x = 1 and x = 5: the border is x = 3, so 3/10 and 7/10 of the rectangle.
    outline = shapely.box(0, 0, 10, 4)
    cells = thiessen.thiessen_cells(np.array([[5.0, 2.0], [1.0, 2.0]]), outline)
    inside = shapely.intersection(cells, outline)
    assert inside[0].equals(shapely.box(3, 0, 10, 4))
    assert inside[1].equals(shapely.box(0, 0, 3, 4))


def test_four_points_quarter_the_square():
    corners = np.array([[1.0, 1.0], [3.0, 1.0], [1.0, 3.0], [3.0, 3.0]])
    outline = shapely.box(0, 0, 4, 4)
    inside = shapely.intersection(thiessen.thiessen_cells(corners, outline), outline)
    assert [cell.bounds for cell in inside] == [(0, 0, 2, 2), (2, 0, 4, 2), (0, 2, 2, 4), (2, 2, 4, 4)]
    assert shapely.area(inside).tolist() == [4, 4, 4, 4]


def test_one_point_has_everything():
    outline = shapely.box(0, 0, 4, 4)
    assert shapely.covers(thiessen.thiessen_cells(np.array([[1.0, 1.0]]), outline)[0], outline)


def test_four_settlements_in_degrees():
    layer = thiessen.build(FOUR, SQUARE, "ABCD", tolerance_m=0)
    assert list(layer["municipality"]) == ["A", "B", "C", "D"]
    assert layer.crs == "EPSG:4326"
    cells = by_code(layer)
    # The meridian 25.5 is straight in EPSG:7801; the parallel between the points bends by some metres.
    assert close(cells["A"], shapely.box(25.3, 42.8, 25.5, 43.0), 2e-4)
    assert close(cells["D"], shapely.box(25.5, 43.0, 25.7, 43.2), 2e-4)
    assert shapely.area(layer.geometry).sum() == pytest.approx(0.16, abs=1e-9)


def test_settlements_of_one_municipality_are_dissolved():
    table = FOUR.assign(municipality=["A", "A", "B", "A"])
    cells = by_code(thiessen.build(table, SQUARE, "AB", tolerance_m=0))
    assert close(cells["B"], shapely.box(25.3, 43.0, 25.5, 43.2), 2e-4)
    assert cells["A"].geom_type == "Polygon"
    assert cells["A"].area == pytest.approx(0.12, rel=1e-2)


def test_the_same_place_twice_in_one_municipality_counts_once():
    doubled = pd.concat([FOUR, FOUR.iloc[:1]], ignore_index=True)
    pd.testing.assert_frame_equal(thiessen.build(doubled, SQUARE, "ABCD"), thiessen.build(FOUR, SQUARE, "ABCD"))


def test_a_point_just_outside_a_coarse_outline_is_taken():
    table = pd.concat([FOUR, points(("E", 25.72, 43.0))], ignore_index=True)  # 1.6 km outside
    cells = by_code(thiessen.build(table, SQUARE, "ABCDE"))
    assert shapely.within(cells["E"], SQUARE.buffer(1e-4))
    assert cells["E"].area > 0.005


def test_a_hole_of_the_outline_stays_empty():
    ring = SQUARE - shapely.box(25.45, 42.95, 25.55, 43.05)
    layer = thiessen.build(FOUR, ring, "ABCD", tolerance_m=0)
    assert shapely.area(layer.geometry).sum() == pytest.approx(0.15, rel=1e-3)


# --------------------------------------------------------------------- land


def test_land_moves_the_border_to_the_published_areas():
    # Two settlements 20 km apart in 40 x 40 km; 600 and 1,000 km² of land. Plain cells: 800 each.
    outline = shapely.box(0, 0, 40e3, 40e3)
    xy = np.array([[10e3, 20e3], [30e3, 20e3]])
    cells, owner = thiessen.land_cells(xy, np.array([600e6, 1000e6]), outline)
    areas = np.bincount(owner, shapely.area(shapely.intersection(cells, outline))) / 1e6
    assert areas.sum() == pytest.approx(1600)
    assert areas[0] == pytest.approx(600, rel=0.05)


def test_land_is_a_share_and_its_unit_does_not_matter():
    outline = shapely.box(0, 0, 40e3, 40e3)
    xy = np.array([[10e3, 20e3], [30e3, 20e3]])
    plain, _ = thiessen.land_cells(xy, np.zeros(2), outline)
    assert len(plain) == 2
    cells, owner = thiessen.land_cells(xy, np.array([800e6, 800e6]), outline)
    areas = np.bincount(owner, shapely.area(shapely.intersection(cells, outline)))
    assert areas[0] == pytest.approx(areas[1], rel=1e-9)


def test_a_settlement_inside_the_disc_of_another_keeps_a_cell():
    outline = shapely.box(0, 0, 40e3, 40e3)
    xy = np.array([[20e3, 20e3], [21e3, 20e3], [35e3, 35e3]])
    cells, owner = thiessen.land_cells(xy, np.array([1500e6, 1e6, 100e6]), outline)
    assert shapely.contains(cells[owner == 1], shapely.Point(21e3, 20e3)).any()
    assert shapely.area(shapely.intersection(cells, outline)).sum() == pytest.approx(1.6e9)


def test_blank_land_is_no_land():
    with_land = thiessen.build(FOUR.assign(area_dka=[np.nan, 0.0, np.nan, 0.0]), SQUARE, "ABCD")
    pd.testing.assert_frame_equal(with_land, thiessen.build(FOUR, SQUARE, "ABCD"))


def test_more_land_reaches_farther():
    table = FOUR.assign(area_dka=[300e3, 100e3, 100e3, 100e3])
    cells = by_code(thiessen.build(table, SQUARE, "ABCD"))
    assert cells["A"].area > 1.2 * cells["D"].area


def test_a_part_without_a_settlement_goes_to_the_neighbour_with_the_longer_border():
    polygons = np.array(
        [
            shapely.MultiPolygon([shapely.box(0, 0, 4, 4), shapely.box(8, 0, 9, 3)]),
            shapely.box(4, 0, 8, 4),
            shapely.box(8, 3, 9, 5),
        ]
    )
    sites = pd.DataFrame({"municipality": ["A", "B", "C"], "x": [1.0, 5.0, 8.5], "y": [1.0, 1.0, 4.5]})
    mended = thiessen._without_strays(coverage.noded(polygons, 0.01), sites, ["A", "B", "C"])
    assert mended[0].equals(shapely.box(0, 0, 4, 4)), "the stray part borders B by 3 and C by 1"
    assert mended[1].area == 19
    assert mended[2].area == 2


def test_an_exclave_with_a_settlement_stays():
    polygons = np.array(
        [shapely.MultiPolygon([shapely.box(0, 0, 4, 4), shapely.box(8, 0, 9, 4)]), shapely.box(4, 0, 8, 4)]
    )
    sites = pd.DataFrame({"municipality": ["A", "A", "B"], "x": [1.0, 8.5, 5.0], "y": [1.0, 1.0, 1.0]})
    assert thiessen._without_strays(coverage.noded(polygons, 0.01), sites, ["A", "B"])[0].area == 20


def test_regularly_placed_settlements_do_not_break_the_union():
    places = [(25.31 + 0.02 * x, 42.81 + 0.02 * y) for x in range(20) for y in range(20)]
    table = points(*[("AB"[(at // 20) % 2], *place) for at, place in enumerate(places)], area_dka=1000.0)
    layer = thiessen.build(table, SQUARE, "AB")
    assert shapely.area(layer.geometry).sum() == pytest.approx(0.16, abs=1e-9)
    assert shapely.area(layer.geometry)[0] == pytest.approx(0.08, rel=0.02)


# --------------------------------------------------------------------- properties

#: Places on a grid of 0.02 degrees, never nearer than 1.6 km: rounding cannot move one over a border.
PLACES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), min_size=3, max_size=30, unique=True).map(
    lambda cells: [(25.31 + 0.02 * x, 42.81 + 0.02 * y) for x, y in cells]
)


def _random_layer(data, tolerance_m, **columns):
    places = data.draw(PLACES)
    owners = data.draw(st.lists(st.sampled_from("ABCDE"), min_size=len(places), max_size=len(places)))
    table = points(*[(o, *p) for o, p in zip(owners, places, strict=True)])
    if columns:
        land = st.sampled_from([0.0, 500.0, 5e3, 50e3, 200e3])
        table["area_dka"] = data.draw(st.lists(land, min_size=len(places), max_size=len(places)))
    return table, thiessen.build(table, SQUARE, set(owners), tolerance_m)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_plain_cells_fill_the_outline_and_hold_their_points(data):
    table, layer = _random_layer(data, 0.0)
    cells = layer.geometry.to_numpy()
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)
    assert shapely.area(cells).sum() == pytest.approx(SQUARE.area, rel=1e-6)
    assert np.array_equal(shapely.get_coordinates(cells), shapely.get_coordinates(cells).round(4))
    own = layer.set_index("municipality").geometry.loc[table["municipality"]].to_numpy()
    assert shapely.contains(own, shapely.points(table["lon"], table["lat"])).all()


@settings(max_examples=25, deadline=None)
@given(st.data(), st.sampled_from([0.0, 300.0, 2000.0]))
def test_cells_with_land_fill_the_outline_too(data, tolerance_m):
    table, layer = _random_layer(data, tolerance_m, land=True)
    cells = layer.geometry.to_numpy()
    assert shapely.is_valid(cells).all()
    assert shapely.coverage_is_valid(cells)
    assert shapely.area(cells).sum() == pytest.approx(SQUARE.area, rel=1e-6)
    shuffled = thiessen.build(table.iloc[::-1], SQUARE, set(table["municipality"]), tolerance_m)
    assert shuffled.geometry.to_wkb().tolist() == layer.geometry.to_wkb().tolist()


# --------------------------------------------------------------------- coverages


def test_rounding_one_by_one_would_cross_and_the_coverage_does_not():
    # Two thin triangles along one slanted border, with vertices between the grid lines.
    border = [(0.0, 0.0), (0.00024, 0.00016), (0.00051, 0.00022), (0.001, 0.001)]
    upper = shapely.Polygon([*border, (0.0, 0.001)])
    lower = shapely.Polygon([*border, (0.001, 0.0)])
    done = coverage.rounded(np.array([upper, lower]))
    assert shapely.coverage_is_valid(done)
    assert shapely.area(done).sum() == pytest.approx(1e-6, rel=1e-9)
    assert np.array_equal(shapely.get_coordinates(done), shapely.get_coordinates(done).round(4))


def test_gaps_and_overlaps_are_not_published():
    with pytest.raises(OutputFailed, match="overlap or leave gaps"):
        coverage.assert_whole(np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)]), 6)
    with pytest.raises(OutputFailed, match=re.escape("cover 50.00% of the outline")):
        coverage.assert_whole(np.array([shapely.box(0, 0, 2, 2)]), 8)
    coverage.assert_whole(np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)]), 8)


def test_regions_are_the_union_of_their_municipalities():
    layer = thiessen.build(FOUR, SQUARE, "ABCD")
    table = pd.DataFrame({"municipality": list("ABCD"), "region": ["S", "S", "N", "N"]})
    regions = coverage.regions(layer, table)
    assert list(regions["region"]) == ["N", "S"]
    assert regions.geometry.iloc[1].equals(layer.geometry.iloc[0].union(layer.geometry.iloc[1]))
    assert regions.crs == layer.crs
    with pytest.raises(InputRefused, match='"D" belongs to no known region'):
        coverage.regions(layer, table.iloc[:3])


def test_areas_are_true_to_the_ellipsoid():
    # 0.1 x 0.1 degree at 43 N on GRS 80: 8.15 km x 11.11 km, geodesic area 90.52 km².
    square = gpd.GeoDataFrame(
        {"municipality": ["A"]}, geometry=[shapely.box(25.0, 43.0, 25.1, 43.1).segmentize(0.005)], crs=4326
    )
    assert coverage.area_km2(square).iloc[0] == pytest.approx(90.48, abs=0.1)


# --------------------------------------------------------------------- faults


def refused(table, codes="ABCD", outline=SQUARE):
    with pytest.raises(InputRefused) as caught:
        thiessen.build(table, outline, codes, file="settlements.csv")
    return str(caught.value)


def test_an_unknown_code_is_named_with_its_row():
    message = refused(FOUR.assign(municipality=["HKV34", "HKV9", "HKV09", "HKV11"]), ["HKV09", "HKV11", "HKV34"])
    assert message.startswith('settlements.csv, row 3, municipality: "HKV9" is not one of the 3 codes; the nearest is')


def test_a_municipality_without_settlements_is_named():
    assert 'settlements.csv, municipality: "E" has no settlement' in refused(FOUR, "ABCDE")


def test_a_wrong_coordinate_is_named_with_its_distance():
    # 25.7 -> 26.7 E at 43 N: one degree of longitude is 81.5 km.
    message = refused(pd.concat([FOUR, points(("A", 26.7, 43.0)).rename({2: 6})]))
    assert message.startswith('settlements.csv, row 6, lon, lat: "26.7 43" lies 82 km outside the outline')


def test_one_place_in_two_municipalities_is_refused():
    message = refused(pd.concat([FOUR, points(("B", 25.4, 42.9)).rename({2: 6})]))
    assert 'row 6, lon, lat: "25.4 42.9" is a place in B, and in row 2 the same place in A' in message


def test_all_faults_come_together():
    table = pd.concat([FOUR, points(("Q", 26.7, 43.0)).rename({2: 6})])
    assert len(refused(table, "ABCDE").splitlines()) == 3


def test_a_municipality_squeezed_out_of_the_outline_is_refused():
    # E lies 1.6 km outside, and a settlement of B stands between it and the outline.
    table = pd.concat([FOUR, points(("E", 25.72, 43.0), *[("B", 25.71, 43.2 - 0.02 * n) for n in range(21)])])
    assert '"E" has no land within the outline' in refused(table, "ABCDE")

"""Spatial weights: each builder against its definition, the rule for Hainan, islands."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

from digimfg.errors import Fault, MeasureError
from digimfg.measures.china_provinces import PROVINCE_BORDERS, china_province_weights
from digimfg.measures.combined_weights import core_periphery_weights, nested_weights
from digimfg.measures.spatial_lag import lag_matrix
from digimfg.measures.spatial_weights import contiguity_weights, economic_weights, inverse_distance_weights

SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
CHAIN = {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]}


def dense(weights):
    return weights.matrix.toarray()


def test_contiguity_is_symmetric_ones_in_the_order_given():
    weights = contiguity_weights({"z": ["a"], "a": ["z"]})
    assert weights.labels == ("z", "a")
    assert dense(weights).tolist() == [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("neighbours", "kind"),
    [
        ({"a": ["b"]}, Fault.of("measures.neighbours_contradict", found=("a: b",))),
        ({"a": ["a"]}, "measures.neighbours_contradict"),
        ({"a": ["b"], "b": []}, Fault.of("measures.neighbours_contradict", found=("a → b",))),
    ],
)
def test_a_list_of_neighbours_that_contradicts_itself_is_refused(neighbours, kind):
    with refused(MeasureError, kind):
        contiguity_weights(neighbours)


def test_polygons_touch_by_a_point_or_only_by_an_edge():
    import geopandas
    from shapely.geometry import box

    grid = geopandas.GeoDataFrame(
        {"name": ["sw", "se", "nw", "ne"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 1, 2), box(1, 1, 2, 2)],
    ).set_index("name")
    assert dense(contiguity_weights(grid)).sum() == 12
    rook = contiguity_weights(grid, kind="rook")
    assert dense(rook).sum() == 8
    assert rook.labels == ("sw", "se", "nw", "ne")


def test_borders_of_provinces_are_those_of_the_map():
    weights = china_province_weights()
    degree = dict(zip(weights.labels, dense(weights).sum(axis=1), strict=True))
    assert len(PROVINCE_BORDERS) == 31
    assert (degree["内蒙古"], degree["陕西"], degree["河北"], degree["四川"]) == (8, 8, 7, 7)
    assert (degree["海南"], degree["上海"], degree["北京"], degree["新疆"]) == (1, 2, 2, 3)
    assert dense(weights).sum() / 2 == 69


def test_hainan_is_linked_by_the_rule_that_is_named():
    for rule, links in {"guangdong": {"广东"}, "guangdong_guangxi": {"广东", "广西"}, "none": set()}.items():
        weights = china_province_weights(hainan=rule)
        row = dense(weights)[weights.labels.index("海南")]
        assert {weights.labels[i] for i in np.flatnonzero(row)} == links
    with refused(MeasureError, "measures.units_without_neighbour", islands=("海南",)):
        lag_matrix(china_province_weights(hainan="none"), pd.Index(list(PROVINCE_BORDERS)))


def test_weights_are_built_among_the_units_of_the_sample_under_their_own_names():
    full = ["新疆维吾尔自治区", "青海省", "四川省"]
    weights = china_province_weights(full)
    assert weights.labels == tuple(full)
    assert dense(weights).tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    with refused(MeasureError, "measures.province_unknown", got="全国"):
        china_province_weights(["全国", "北京"])
    with refused(MeasureError, "measures.province_twice"):
        china_province_weights(["北京", "北京市"])


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")
def test_a_circulating_matrix_of_provinces_has_four_borders_that_the_map_has_not():
    """``W_30provinces_adjacency_rownorm.csv``, a thesis file: all else agrees."""
    path = SHARED / "panels" / "china_province_hightech" / "W_30provinces_adjacency_rownorm.csv"
    found = pd.read_csv(path, index_col=0)
    ours = dense(china_province_weights(found.index, hainan="guangdong_guangxi")) > 0
    differing = np.argwhere(np.triu((found.to_numpy() > 0) != ours))
    names = {frozenset((found.index[i], found.index[j])) for i, j in differing}
    assert names == {
        frozenset(pair) for pair in (("云南", "青海"), ("宁夏", "青海"), ("陕西", "青海"), ("江苏", "河南"))
    }


def test_great_circle_distance_of_a_known_pair():
    # one degree of a great circle is πR/180 = 111.195 km for R = 6371.0088 km
    places = pd.DataFrame({"longitude": [0.0, 1.0, 0.0], "latitude": [0.0, 0.0, 90.0]}, index=list("abc"))
    weights = dense(inverse_distance_weights(places))
    assert 1 / weights[0, 1] == pytest.approx(6371.0088 * np.pi / 180, rel=1e-12)
    assert 1 / weights[0, 2] == pytest.approx(6371.0088 * np.pi / 2, rel=1e-12)


def test_power_and_cutoff_of_inverse_distance():
    places = pd.DataFrame({"x": [0.0, 0.0, 4.0], "y": [0.0, 2.0, 0.0]}, index=list("abc"))
    squared = dense(inverse_distance_weights(places, power=2, cutoff_km=4.2))
    assert squared[0].tolist() == [0.0, 0.25, 1 / 16]
    assert squared[1, 2] == 0.0
    with refused(MeasureError, "measures.islands_beyond_cutoff", n=1, named=("c (4 km)",), max=4.0):
        inverse_distance_weights(places, cutoff_km=3)


@pytest.mark.parametrize(
    ("places", "kind"),
    [
        ({"x": [0.0, 0.0], "y": [1.0, 1.0]}, Fault.of("measures.places_coincide", n=1, named=("0 = 1",))),
        ({"longitude": [1.0, 2.0], "latitude": [100.0, 30.0]}, "measures.coordinates_not_degrees"),
        ({"lon": [1.0, 2.0], "lat": [10.0, 30.0]}, "measures.no_coordinates"),
        ({"x": [0.0], "y": [1.0]}, "measures.one_place"),
        ({"x": [0.0, np.nan], "y": [1.0, 1.0]}, "measures.values_not_finite"),
    ],
)
def test_coordinates_that_give_no_distance_are_refused(places, kind):
    with refused(MeasureError, kind):
        inverse_distance_weights(pd.DataFrame(places))


def test_equal_levels_have_no_economic_distance():
    with refused(MeasureError, "measures.levels_alike", named=("a = c",)):
        economic_weights(pd.Series({"a": 1.0, "b": 3.0, "c": 1.0}))
    assert dense(economic_weights(pd.Series({"a": 1.0, "b": 3.0}), power=2))[0, 1] == 0.25


def test_nested_weights_combine_row_standardised_parts():
    near = contiguity_weights(CHAIN)
    alike = economic_weights(pd.Series({"d": 1.0, "b": 3.0, "c": 7.0, "a": 9.0}))
    found = dense(nested_weights(near, alike, share=0.25))
    assert found.sum(axis=1) == pytest.approx(np.ones(4))
    economy = {"b": 1 / 6, "c": 1 / 2, "d": 1 / 8}
    assert found[0, 1] == pytest.approx(0.25 + 0.75 * economy["b"] / sum(economy.values()))
    with refused(MeasureError, "arguments.value_outside", argument="share"):
        nested_weights(near, alike, share=1.5)
    with refused(MeasureError, "measures.levels_of_other_units"):
        nested_weights(near, pd.Series({"a": 1.0, "b": 3.0, "c": 7.0}))
    with refused(MeasureError, "measures.weights_without_labels"):
        nested_weights(np.ones((2, 2)) - np.eye(2), alike)


def test_the_four_directions_add_up_to_the_whole():
    whole = inverse_distance_weights(
        pd.DataFrame({"x": [0.0, 1, 3, 7], "y": [0.0, 0, 0, 0]}, index=list("abcd"))
    )
    names = ("core_to_periphery", "periphery_to_core", "core_to_core", "periphery_to_periphery")
    parts = [dense(core_periphery_weights(whole, {"a", "c"}, name)) for name in names]
    assert sum(parts).tolist() == dense(whole).tolist()
    assert parts[0][1, 0] == dense(whole)[1, 0]  # b, periphery, receives from a, core
    assert parts[0][0, 1] == 0.0
    assert (parts[0] == parts[1].T).all()  # a symmetric matrix, so each direction mirrors the other


@pytest.mark.parametrize("core", [[], ["a", "b", "c", "d"], ["a", "x"]])
def test_a_core_must_be_some_of_the_units(core):
    with pytest.raises(MeasureError) as caught:
        core_periphery_weights(contiguity_weights(CHAIN), core, "core_to_core")
    assert caught.value.kind in ("arguments.value_outside", "measures.core_of_no_or_all_units")


def test_weights_of_other_units_are_refused_in_both_languages():
    with refused(MeasureError, "spatial.units_without_row", missing=("z",)):
        lag_matrix(contiguity_weights(CHAIN), pd.Index(["a", "b", "z"]))

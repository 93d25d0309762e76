"""Negative spatial weights are refused at every door; rows without neighbours keep their rule."""

import inspect

import libpysal
import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy import sparse

import digimfg as dm
from digimfg.errors import DigimfgError, EstimationError, Fault
from digimfg.estimators.spatial.weights import WeightMatrix, weight_matrix

UNITS = list("abcdef")
RING = pd.DataFrame(np.roll(np.eye(6), 1, 0) + np.roll(np.eye(6), -1, 0), UNITS, UNITS)
BAD = RING.copy()
BAD.loc["a", "b"] = -1.0


def frame():
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "unit": np.repeat(UNITS, 8),
            "year": np.tile(range(8), 6),
            "y": random.normal(size=48),
            "x": random.normal(size=48),
        }
    )


def series():
    return frame().query("year == 0").set_index("unit")["y"]


def spatial(**options):
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects="unit")
    return dm.estimate(spec.replace(estimator=dm.SpatialPanel(**options)), frame())


DOORS = {
    "moran": lambda weights: dm.moran(series(), weights),
    "local_moran": lambda weights: dm.local_moran(series(), weights),
    "moran_by_period": lambda weights: dm.moran_by_period(frame(), "y", "unit", "year", weights),
    "spatial_markov": lambda weights: dm.spatial_markov(frame(), "y", "unit", "year", weights),
    "MoranPlot": lambda weights: dm.MoranPlot(
        "m", variable="y", entity="unit", weights=weights, time="year", at=0
    ).show(dm.Evidence(frame=frame())),
    "SpatialPanel": lambda weights: spatial(weights=weights),
    "SpatialPanel, error": lambda weights: spatial(weights=RING, error_weights=weights, lag_error=True),
    "SpatialPanel, several": lambda weights: spatial(weights={"one": RING, "two": weights}),
    "nested_weights": lambda weights: dm.nested_weights(weights, RING),
    "nested_weights, second": lambda weights: dm.nested_weights(RING, weights),
    "core_periphery_weights": lambda weights: dm.core_periphery_weights(weights, ["a"], "core_to_core"),
}
SPATIAL = {
    "moran",
    "local_moran",
    "moran_by_period",
    "spatial_markov",
    "MoranPlot",
    "SpatialPanel",
    "nested_weights",
    "core_periphery_weights",
}
OTHER_WEIGHTS = {
    "composite_synergy",
    "coupling_coordination",
    "detect_coupling_formula",
    "kernel_density",
    "theil_decomposition",
    "topsis_scores",
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("form", ["frame", "array", "sparse", "libpysal"])
def test_a_negative_weight_is_refused_at_every_door(door, form):
    weights = {
        "frame": BAD,
        "array": BAD.to_numpy(),
        "sparse": sparse.csr_array(BAD.to_numpy()),
        "libpysal": libpysal.weights.full2W(BAD.to_numpy(), ids=UNITS),
    }[form]
    with pytest.raises(DigimfgError) as caught:
        DOORS[door](weights)
    if form in ("frame", "libpysal"):
        assert caught.value.kind == "spatial.weights_negative"
        assert caught.value.facts["first"] == "a → b: -1"
    else:
        assert caught.value.kind in ("spatial.weights_negative", "spatial.weights_without_labels")


def test_every_public_name_that_takes_weights_of_space_is_a_door():
    takes = {
        name
        for name in dm.__all__
        if callable(getattr(dm, name))
        for parameter in inspect.signature(getattr(dm, name)).parameters.values()
        if "SpatialWeights" in str(parameter.annotation)
    }
    assert takes - OTHER_WEIGHTS == SPATIAL
    assert {door.partition(",")[0] for door in DOORS} == SPATIAL


def made(**changes):
    parts = {"labels": ("a", "b"), "size": 2, "rows": [0, 1], "columns": [1, 0], "values": [1.0, 1.0]}
    return WeightMatrix(**(parts | changes))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"values": [1.0, -1e-12]}, "spatial.weights_negative"),
        ({"values": [1.0, np.nan]}, "spatial.weights_not_finite"),
        ({"values": [np.inf, 1.0]}, "spatial.weights_not_finite"),
        ({"columns": [0, 0]}, Fault.of("spatial.weights_of_own", count=1, first="a → a: 1")),
        ({"columns": [1, 2]}, Fault.of("spatial.weights_outside", count=1, last=1)),
        ({"rows": [-1, 1]}, Fault.of("spatial.weights_outside", count=1, last=1)),
        ({"labels": ("a", "a")}, Fault.of("spatial.labels_repeated", size=2, n=2)),
        ({"labels": ("a",)}, Fault.of("spatial.labels_repeated", size=2)),
    ],
)
def test_a_matrix_is_checked_where_it_is_made(changes, kind):
    with refused(EstimationError, kind):
        made(**changes)


def test_rows_without_weights_keep_their_rule():
    alone = RING.copy()
    alone.loc["a"] = 0.0
    assert weight_matrix(alone).size == 6
    with refused(DigimfgError, "measures.units_without_neighbour"):
        dm.moran(series(), alone)


def test_repeated_labels_of_a_frame_are_refused():
    twice = RING.set_axis(list("aacdef"), axis=0).set_axis(list("aacdef"), axis=1)
    with refused(EstimationError, "spatial.labels_repeated"):
        weight_matrix(twice)

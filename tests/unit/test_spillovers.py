"""Rings around the treated and exposure through weights: geometry by hand, recovery of a known spillover."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm

PLACE = {"latitude": "lat", "longitude": "lon"}
KEYS = {"entity": "city", "time": "year"}


def frame():
    rng = np.random.default_rng(3)
    cities, years = 120, 6
    made = pd.DataFrame(
        {"city": np.repeat(np.arange(cities), years), "year": np.tile(np.arange(years), cities)}
    )
    made["lat"] = (25 + 15 * rng.random(cities))[made["city"]]
    made["lon"] = (100 + 20 * rng.random(cities))[made["city"]]
    made["on"] = ((made["city"] < 12) & (made["year"] >= 3)).astype(int)
    level = rng.normal(size=cities)[made["city"]]
    return made.assign(y=level + 0.1 * made["year"] + 0.05 * rng.normal(size=len(made)))


def test_rings_part_the_untreated_by_their_nearest_treated_unit():
    made = frame()
    rings = dm.spillover_rings(made, "on", edges_km=(0, 100, 250), **KEYS, **PLACE)
    assert list(rings.columns) == ["ring_0_100km", "ring_100_250km"]
    assert (rings.sum(axis=1) <= 1).all()
    assert not rings[(made["on"] == 1) | (made["year"] < 3)].to_numpy().any()
    wide = dm.spillover_rings(made, "on", edges_km=(0, 250), **KEYS, **PLACE)
    assert rings.sum(axis=1).to_numpy() == pytest.approx(wide["ring_0_250km"].to_numpy())
    shuffled = made.sample(frac=1, random_state=1)
    again = dm.spillover_rings(shuffled, "on", edges_km=(0, 100, 250), **KEYS, **PLACE)
    assert again.sort_index().equals(rings)


def test_a_spillover_by_distance_is_recovered_and_leaving_it_out_biases_the_effect():
    made = frame()
    rings = dm.spillover_rings(made, "on", edges_km=(0, 150, 300), **KEYS, **PLACE)
    made = made.join(rings)
    made["y"] += 1.0 * made["on"] + 0.6 * made["ring_0_150km"] + 0.3 * made["ring_150_300km"]
    spec = dm.Specification("y", ("on", *rings.columns), fixed_effects=("city", "year"), **KEYS)
    found = dm.estimate(spec, made).coefficients["estimate"]
    assert found.to_numpy() == pytest.approx([1.0, 0.6, 0.3], abs=0.05)
    alone = dm.estimate(spec.replace(regressors="on"), made).coefficients.loc["on", "estimate"]
    assert alone < 0.95


def test_exposure_is_the_weighted_treatment_of_others():
    ring = dm.contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    made = pd.DataFrame({"city": list("abcabc"), "year": [1] * 3 + [2] * 3, "on": [1.0, 0, 0, 1, 0, 2]})
    assert dm.spillover_exposure(made, "on", ring, **KEYS).tolist() == [0, 1, 0, 0, 3, 0]
    made.loc[5, "on"] = np.nan
    assert np.isnan(dm.spillover_exposure(made, "on", ring, **KEYS)[4])
    assert dm.spillover_exposure(made, "on", ring, **KEYS)[[3, 5]].tolist() == [0, 0]


def test_bad_input_is_named_with_its_remedy():
    made = frame()
    cases = [
        (made, {"edges_km": (100, 50)}, "policy.distances_not_rising"),
        (made, {"edges_km": (0, 20000)}, "policy.no_units_beyond"),
        (made.assign(on=made["on"] * 2), {"edges_km": (0, 100)}, "policy.treatment_values"),
        (made.assign(lat=made["lat"] + made["year"]), {"edges_km": (0, 100)}, "policy.units_move"),
        (pd.concat([made, made.head(2)], ignore_index=True), {"edges_km": (0, 100)}, "design.repeated_keys"),
    ]
    for each, options, kind in cases:
        with refused(dm.DigimfgError, kind):
            dm.spillover_rings(each, "on", **options, **KEYS, **PLACE)
    with refused(dm.SpecificationError, "policy.weights_without_units"):
        dm.spillover_exposure(made, "on", dm.contiguity_weights({0: [1], 1: [0]}), **KEYS)

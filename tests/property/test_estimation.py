"""Claims about estimation that hold for any data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.design.absorb import absorb
from digimfg.terms.evaluate import Evaluator

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=8, deadline=None)
SPEC = dm.Specification(
    "y", ("x", "L.z"), controls="w", entity="unit", time="year", fixed_effects=("unit", "year")
)


def panel(seed, missing=True):
    """Draw an unbalanced panel with gaps."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(15), 9), "year": np.tile(np.arange(2000, 2009), 15)})
    for name in ("x", "z", "w", "e"):
        frame[name] = rng.normal(size=len(frame))
    frame["mass"] = rng.uniform(0.5, 3, len(frame))
    frame["town"] = rng.integers(0, 5, len(frame))
    frame["y"] = 0.5 * frame.x - 0.2 * frame.w + 0.1 * frame.unit + frame.e
    if missing:
        frame.loc[rng.random(len(frame)) < 0.05, "x"] = np.nan
        frame = frame[rng.random(len(frame)) > 0.1]
    return frame.reset_index(drop=True)


def estimates(specification, frame):
    return dm.estimate(specification, frame).coefficients


@FEW
@given(SEEDS, SEEDS, st.sampled_from([dm.Clustered("unit"), dm.Robust(), dm.DriscollKraay()]))
def test_the_order_of_rows_changes_no_byte(seed, shuffle, covariance):
    frame = panel(seed)
    specification = SPEC.replace(covariance=covariance)
    first = dm.estimate(specification, frame)
    second = dm.estimate(specification, frame.sample(frac=1, random_state=shuffle))
    assert first.coefficients.to_numpy().tobytes() == second.coefficients.to_numpy().tobytes()
    assert first.covariance_matrix.to_numpy().tobytes() == second.covariance_matrix.to_numpy().tobytes()
    assert first.provenance.data_hash == second.provenance.data_hash
    assert dict(first.statistics) == dict(second.statistics)
    assert first.notes == second.notes


@FEW
@given(SEEDS, SEEDS)
def test_the_order_of_rows_changes_no_byte_without_keys_or_with_repeated_ones(seed, shuffle):
    frame = panel(seed)
    mixed = frame.sample(frac=1, random_state=shuffle)
    bare = dm.Specification("y", ("x", "w"), weights="mass", fixed_effects="town")
    keyed = bare.replace(entity="town", time="year", covariance=dm.Clustered("town"), repeated_rows=True)
    for specification in (bare, keyed):
        first, second = dm.estimate(specification, frame), dm.estimate(specification, mixed)
        assert first.coefficients.to_numpy().tobytes() == second.coefficients.to_numpy().tobytes()
        assert first.provenance.data_hash == second.provenance.data_hash


@FEW
@given(SEEDS)
def test_another_value_in_the_sample_changes_the_data_hash(seed):
    frame = panel(seed)
    kept = frame.x.notna().idxmax()
    other = frame.copy()
    specification = SPEC.replace(regressors="x")
    other.loc[kept, "x"] += 1e-9
    assert (
        dm.estimate(specification, frame).provenance.data_hash
        != dm.estimate(specification, other).provenance.data_hash
    )


@FEW
@given(SEEDS, st.floats(-5, 5))
def test_a_constant_per_entity_in_a_regressor_changes_nothing_under_entity_effects(seed, size):
    frame = panel(seed)
    shifted = frame.assign(x=frame.x + size * frame.unit)
    specification = SPEC.replace(fixed_effects="unit", regressors="x")
    pd.testing.assert_frame_equal(
        estimates(specification, frame), estimates(specification, shifted), rtol=1e-8, atol=1e-10
    )


@FEW
@given(SEEDS, st.integers(1, 3))
def test_a_lag_over_a_gap_is_missing_and_otherwise_the_earlier_value(seed, periods):
    frame = panel(seed)
    found = Evaluator(frame, "unit", "year")(f"L{periods}.z").values[:, 0]
    known = {(unit, year): z for unit, year, z in zip(frame.unit, frame.year, frame.z, strict=True)}
    expected = [
        known.get((unit, year - periods), np.nan) for unit, year in zip(frame.unit, frame.year, strict=True)
    ]
    np.testing.assert_array_equal(found, expected)
    assert np.isnan(found).sum() > 0


@FEW
@given(SEEDS, st.booleans())
def test_absorbing_equals_indicators(seed, weighted):
    frame = panel(seed)
    absorbed = SPEC.replace(
        regressors=("x", "z"), covariance=dm.Robust(), weights="mass" if weighted else None
    )
    explicit = absorbed.replace(fixed_effects=(), controls=("w", "i(unit)", "i(year)"))
    first, second = estimates(absorbed, frame), estimates(explicit, frame)
    pd.testing.assert_frame_equal(first, second.loc[first.index], rtol=1e-8, atol=1e-10)


@FEW
@given(SEEDS, st.floats(1e-3, 1e3))
def test_the_scale_of_weights_does_not_matter(seed, scale):
    frame = panel(seed)
    specification = SPEC.replace(weights="mass")
    scaled = frame.assign(mass=frame.mass * scale)
    first, second = dm.estimate(specification, frame), dm.estimate(specification, scaled)
    pd.testing.assert_frame_equal(first.coefficients, second.coefficients, rtol=1e-8, atol=1e-10)
    assert dict(first.statistics) == pytest.approx(dict(second.statistics), rel=1e-8)


@FEW
@given(SEEDS, st.permutations(["unit", "year", "town"]))
def test_the_order_of_effects_does_not_matter(seed, names):
    frame = panel(seed)
    specification = SPEC.replace(fixed_effects=("unit", "year", "town"))
    first, second = (
        dm.estimate(specification, frame),
        dm.estimate(specification.replace(fixed_effects=names), frame),
    )
    pd.testing.assert_frame_equal(first.coefficients, second.coefficients, rtol=1e-8, atol=1e-10)


@FEW
@given(SEEDS, st.integers(1, 4), st.booleans())
def test_what_is_left_is_orthogonal_to_every_effect(seed, count, weighted):
    rng = np.random.default_rng(seed)
    n = 400
    effects = [np.unique(rng.integers(0, size, n), return_inverse=True)[1] for size in (60, 12, 9, 5)][:count]
    weights = rng.uniform(0.1, 4, n) if weighted else None
    columns = rng.normal(size=(n, 2)) + 100 + effects[0][:, None]
    left = absorb(columns, effects, weights)
    mass = np.ones(n) if weights is None else weights
    for codes in effects:
        for place in range(2):
            assert np.abs(np.bincount(codes, left[:, place] * mass)).max() < 1e-9
    np.testing.assert_allclose(absorb(left, effects, weights), left, atol=1e-9)

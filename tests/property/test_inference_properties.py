"""What must hold of inference whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm


def panel(seed, n_units=8, n_years=6):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["x"], frame["z"], frame["size"] = rng.normal(size=n), rng.normal(size=n), rng.uniform(0.5, 2, n)
    frame["y"] = 0.3 * frame.x + rng.normal(size=n) * np.exp(0.3 * rng.normal(size=n_units))[frame.unit]
    return frame


SPEC = dm.Specification("y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"))
SEEDS = st.integers(0, 10_000)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(0.01, 100), st.floats(-5, 5))
def test_units_and_levels_do_not_change_a_wild_p_value(seed, scale, level):
    frame = panel(seed)
    moved = frame.assign(y=scale * frame.y + level * frame.unit + frame.year**2, x=frame.x / scale + level)
    one, two = (dm.wild_cluster_bootstrap(SPEC, each, "x", draws=299) for each in (frame, moved))
    assert one.p_value == two.p_value
    assert two.conf_low == pytest.approx(one.conf_low * scale**2, rel=1e-5, abs=1e-9 * scale**2)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_the_estimate_lies_in_its_interval_and_is_never_rejected(seed):
    found = dm.wild_cluster_bootstrap(SPEC, panel(seed), "x", draws=299, seed=seed)
    assert found.conf_low < found.estimate < found.conf_high
    own = dm.wild_cluster_bootstrap(SPEC, panel(seed), "x", null=found.estimate, draws=299, seed=seed)
    assert own.p_value == 1


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(0.1, 10))
def test_the_scale_of_weights_does_not_change_cr2(seed, scale):
    frame = panel(seed)
    spec = SPEC.replace(weights="size", covariance=dm.Clustered("unit", small_sample="cr2"))
    one = dm.estimate(spec, frame).coefficients
    two = dm.estimate(spec, frame.assign(size=scale * frame["size"])).coefficients
    pd.testing.assert_frame_equal(one, two, rtol=1e-8)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_satterthwaite_has_fewer_degrees_of_freedom_than_clusters(seed):
    found = dm.estimate(SPEC.replace(covariance=dm.Clustered("unit", small_sample="cr2")), panel(seed))
    assert (found.coefficients["df"] <= 7 + 1e-9).all()
    assert (found.coefficients["df"] >= 1 - 1e-9).all()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_row_order_does_not_change_reassignments_or_conley(seed):
    frame = panel(seed).assign(lat=lambda d: 30 + d.unit / 3, lon=100.0)
    shuffled = frame.sample(frac=1, random_state=seed % 1000)
    one, two = (dm.randomization_test(SPEC, each, "x", replications=40) for each in (frame, shuffled))
    pd.testing.assert_frame_equal(one.placebo, two.placebo)
    conley = SPEC.replace(covariance=dm.Conley("lat", "lon", 80))
    assert dm.estimate(conley, frame).coefficients.equals(dm.estimate(conley, shuffled).coefficients)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_keep_the_order_of_p_values(p):
    q = dm.benjamini_hochberg(p).to_numpy()
    order = np.argsort(p)
    assert (np.diff(q[order]) >= -1e-12).all()
    assert (q >= np.asarray(p) - 1e-12).all()
    assert (np.diff(dm.benjamini_hochberg(p, sharpened=True).to_numpy()[order]) >= 0).all()

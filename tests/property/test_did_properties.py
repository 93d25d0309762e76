"""What always holds of difference-in-differences: shifts, scales, sums."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.inference.simplex import simplex_least_squares

METHODS = (
    "callaway_santanna",
    "sun_abraham",
    "imputation",
    "two_stage",
    "dechaisemartin_dhaultfoeuille",
    "stacked",
    "extended_two_way",
    "local_projection",
    "two_way",
)


def panel(seed):
    rng = np.random.default_rng(seed)
    starts = np.append(rng.choice([3, 4, 5, 0], size=21), [3, 4, 0])
    frame = pd.DataFrame({"city": np.repeat(np.arange(24), 6), "year": np.tile(np.arange(1, 7), 24)})
    start = starts[frame["city"]]
    frame["pilot"] = ((start > 0) & (frame["year"] >= start)).astype(int)
    frame["y"] = rng.normal(size=144)
    return frame


def effects(frame, method):
    estimator = dm.StaggeredDifferenceInDifferences(method=method, draws=0)
    result = dm.estimate(
        dm.Specification("y", "pilot", entity="city", time="year", estimator=estimator), frame
    )
    return result.coefficients


@given(seed=st.integers(0, 10_000), method=st.sampled_from(METHODS))
@settings(max_examples=25, deadline=None)
def test_unit_and_period_shifts_are_absorbed_and_scales_carry_over(seed, method):
    frame = panel(seed)
    rng = np.random.default_rng(seed + 1)
    moved = frame.assign(
        y=3 * frame["y"] + rng.normal(size=24)[frame["city"]] + rng.normal(size=7)[frame["year"]]
    )
    first, second = effects(frame, method), effects(moved, method)
    if (
        method == "stacked"
    ):  # its regression has no unit effects: shifts of units move its errors, not its estimates
        first, second = first[["estimate"]], second[["estimate"]]
    names = [name for name in ("estimate", "std_error") if name in first]
    np.testing.assert_allclose(second[names], 3 * first[names], atol=1e-8)


@pytest.mark.parametrize("method", [each for each in METHODS if each != "dechaisemartin_dhaultfoeuille"])
def test_a_control_that_never_moves_is_said_to_do_nothing_where_it_does_nothing(method):
    frame = panel(3)
    frame["fixed"] = np.random.default_rng(4).normal(size=24)[frame["city"]]
    spec = dm.Specification(
        "y", "pilot", entity="city", time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method=method, draws=0),
    )  # fmt: skip
    without, beside = dm.estimate(spec, frame), dm.estimate(spec.replace(controls="fixed"), frame)
    moved = abs(beside.coefficients["estimate"].iloc[0] - without.coefficients["estimate"].iloc[0]) > 1e-9
    assert moved != any(getattr(note, "kind", "") == "constant_controls" for note in beside.notes)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_decomposition_adds_up(seed):
    frame = panel(seed)
    spec = dm.Specification("y", "pilot", entity="city", time="year", fixed_effects=("city", "year"))
    found = dm.bacon_decomposition(spec, frame)
    assert found.comparisons["weight"].sum() == pytest.approx(1, abs=1e-10)
    assert (found.comparisons["weight"] > 0).all()
    assert found.estimate == pytest.approx(
        dm.estimate(spec, frame).coefficients.loc["pilot", "estimate"], abs=1e-10
    )


@given(seed=st.integers(0, 10_000), rows=st.integers(2, 20), columns=st.integers(1, 25))
@settings(max_examples=50, deadline=None)
def test_simplex_weights_are_a_minimum(seed, rows, columns):
    rng = np.random.default_rng(seed)
    pool, target = rng.normal(size=(rows, columns)), rng.normal(size=rows)
    weights = simplex_least_squares(target, pool)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-10)
    slope = pool.T @ (pool @ weights - target)
    assert slope.min() >= float(slope @ weights) - 1e-7

"""What must hold of any estimate with instruments."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from noted import noted

import digimfg as dm
from digimfg.design import build_design
from digimfg.estimators.instrumental.anderson_rubin import anderson_rubin_f, anderson_rubin_set
from digimfg.estimators.instrumental.data import instrumented
from digimfg.estimators.instrumental.first_stage import reduced_form_of

SEEDS = st.integers(0, 10_000)
COVARIANCES = st.sampled_from(
    [dm.Unadjusted(), dm.Robust(), dm.Clustered("unit"), dm.Clustered(("unit", "year")), dm.DriscollKraay(2)]
)
FAST = settings(max_examples=15, deadline=None)


def panel(seed, *, strength=0.6, n_units=24, n_years=8):
    rng = np.random.default_rng(seed)
    n = n_units * n_years
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    for name in ("z1", "z2", "z3", "x"):
        frame[name] = rng.normal(size=n) + rng.normal(size=n_units)[frame.unit] * 0.3
    shared = rng.normal(size=n)
    frame["d"] = strength * (frame.z1 + 0.5 * frame.z2) + 0.3 * frame.x + shared + rng.normal(size=n)
    frame["e"] = 0.4 * frame.z3 + frame.x + rng.normal(size=n) + 0.5 * shared
    frame["y"] = 0.5 * frame.d + 0.2 * frame.e - 0.4 * frame.x - shared + rng.normal(size=n)
    frame["mass"] = rng.uniform(0.5, 2, size=n)
    return frame


def specification(covariance, **changes):
    return dm.Specification(
        "y",
        "x",
        endogenous="d",
        instruments="z1",
        entity="unit",
        time="year",
        fixed_effects=("unit", "year"),
        covariance=covariance,
        estimator=dm.TwoStageLeastSquares(),
    ).replace(**changes)


def reduced(covariance, frame, **changes):
    data = instrumented(build_design(specification(covariance, **changes), frame))
    return reduced_form_of(data)


@FAST
@example(273, dm.Clustered(("unit", "year")))  # no variance is left to the instrument
@given(SEEDS, COVARIANCES)
def test_with_one_instrument_every_f_is_the_same_and_the_slope_is_a_ratio(seed, covariance):
    frame = panel(seed)
    spec = specification(covariance)
    result = dm.estimate(spec, frame)
    statistics = result.statistics
    for name in ("kleibergen_paap_rk_f", "effective_f", "sanderson_windmeijer_f"):
        assert statistics[name] == pytest.approx(statistics["first_stage_f"], rel=1e-8, nan_ok=True)
    # Two-way clustering can leave the one instrument no variance: no F then, and the reader is told.
    missing = np.isnan(statistics["first_stage_f"])
    assert missing == any(note.kind == "no_first_stage" for note in result.notes)
    stage = dm.first_stages(spec, frame)["d"]
    first = stage.coefficients
    # Eigenvalues that two-way clustering sets to zero depend on which terms stand together.
    if not missing and not noted(stage.notes, "repaired"):
        assert statistics["first_stage_f"] == pytest.approx(first.loc["z1", "statistic"] ** 2, rel=1e-8)
    ratio = dm.reduced_form(spec, frame).coefficients.loc["z1", "estimate"] / first.loc["z1", "estimate"]
    assert result.coefficients.loc["d", "estimate"] == pytest.approx(ratio, rel=1e-9)
    assert "hansen_j" not in statistics
    assert "sargan" not in statistics


@FAST
@given(SEEDS, COVARIANCES)
def test_units_and_mixtures_of_instruments_change_nothing(seed, covariance):
    frame = panel(seed)
    frame["mixed"] = 1e4 * (frame.z1 - 3 * frame.z2) + 7
    before = dm.estimate(specification(covariance, instruments=("z1", "z2")), frame)
    after = dm.estimate(specification(covariance, instruments=("mixed", "z2")), frame)
    pd.testing.assert_frame_equal(before.coefficients, after.coefficients, rtol=1e-6)
    for name, value in before.statistics.items():
        assert after.statistics[name] == pytest.approx(value, rel=1e-5, abs=1e-9, nan_ok=True), name


@FAST
@given(SEEDS)
def test_absorbed_effects_are_the_dummies(seed):
    frame = panel(seed)
    absorbed = dm.estimate(specification(dm.Robust(), instruments=("z1", "z2")), frame)
    dummies = dm.estimate(
        specification(
            dm.Robust(), instruments=("z1", "z2"), fixed_effects=(), controls=("i(unit)", "i(year)")
        ),
        frame,
    )
    for name in ("estimate", "std_error"):
        assert absorbed.coefficients.loc["d", name] == pytest.approx(
            dummies.coefficients.loc["d", name], rel=1e-8
        )
    skipped = {"r2_within", "r2_within_adjusted", "df_absorbed"}
    for name, value in absorbed.statistics.items():
        if name not in skipped:
            assert dummies.statistics[name] == pytest.approx(value, rel=1e-6), name


@FAST
@given(SEEDS, st.sampled_from(["2sls", "liml", "gmm2s", "fuller"]))
def test_row_order_and_repeats_of_weights_do_not_matter(seed, method):
    frame = panel(seed)
    spec = specification(
        dm.Clustered("unit"),
        instruments=("z1", "z2"),
        weights="mass",
        estimator=dm.TwoStageLeastSquares(method=method),
    )
    before = dm.estimate(spec, frame)
    shuffled = dm.estimate(spec, frame.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(before.coefficients, shuffled.coefficients, check_exact=True)
    scaled = dm.estimate(spec, frame.assign(mass=frame.mass * 17))
    pd.testing.assert_frame_equal(before.coefficients, scaled.coefficients, rtol=1e-8)


@settings(max_examples=20, deadline=None)
@given(SEEDS, COVARIANCES, st.sampled_from([0.02, 0.1, 0.6]), st.sampled_from([("z1",), ("z1", "z2", "z3")]))
def test_the_anderson_rubin_set_is_that_of_a_fine_grid(seed, covariance, strength, instruments):
    form = reduced(covariance, panel(seed, strength=strength), instruments=instruments)
    from scipy import stats

    bound = stats.f.ppf(0.95, form.n_instruments, form.adjustment.df)
    segments = anderson_rubin_set(form, 0.5)
    grid = np.concatenate([np.linspace(-30, 30, 3001), [-1e5, 1e5]])
    for value in grid:
        inside = any(low <= value <= high for low, high in segments)
        excess = anderson_rubin_f(form, np.array([value])) - bound
        near = min((abs(value - end) for pair in segments for end in pair), default=1.0) < 1e-6 * (
            1 + abs(value)
        )
        assert inside == (excess <= 0) or near
    for low, high in segments:
        for end in (low, high):
            if np.isfinite(end):
                assert anderson_rubin_f(form, np.array([end])) == pytest.approx(bound, rel=1e-6)


@FAST
@given(SEEDS)
def test_the_anderson_rubin_set_is_unbounded_exactly_where_the_first_stage_is_insignificant(seed):
    frame = panel(seed, strength=0.12)
    result = dm.estimate(specification(dm.Robust()), frame)
    bounded = np.isfinite(result.tables["anderson_rubin"].to_numpy()).all()
    first = dm.first_stages(specification(dm.Robust()), frame)["d"].coefficients.loc["z1", "p_value"]
    assert bounded == (first < 0.05)


@FAST
@given(SEEDS, COVARIANCES)
def test_the_overidentification_test_splits_into_c_statistics(seed, covariance):
    frame = panel(seed)
    spec = specification(
        covariance,
        instruments=("z1", "z2"),
        estimator=dm.TwoStageLeastSquares(orthogonality_test=("z2",)),
    )
    statistics = dm.estimate(spec, frame).statistics
    name = "sargan" if isinstance(covariance, dm.Unadjusted) else "hansen_j"
    # Without z2 the equation is exactly identified, so that C is the whole test.
    assert statistics["c_statistic"] == pytest.approx(statistics[name], rel=1e-8, nan_ok=True)
    assert not statistics["c_statistic"] < 0


@FAST
@given(SEEDS, COVARIANCES)
def test_every_method_is_the_same_where_instruments_are_as_many_as_endogenous_terms(seed, covariance):
    frame = panel(seed)
    results = [
        dm.estimate(specification(covariance, estimator=dm.TwoStageLeastSquares(method=method)), frame)
        for method in ("2sls", "liml")
    ]
    # With few clusters two-stage least squares has a bootstrap p value more.
    same = results[1].coefficients.columns
    pd.testing.assert_frame_equal(results[0].coefficients[same], results[1].coefficients, rtol=1e-7)
    assert results[1].statistics["kappa"] == pytest.approx(1, abs=1e-10)

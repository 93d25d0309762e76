"""Tests of units' own series refuse what their regressions explain to the last digit, whichever test is asked."""

import itertools

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm

N, T = 8, 30
KEYS = {"entity": "unit", "time": "year"}
PERIOD = np.arange(T)
DRAWN = np.random.default_rng(0)
WALK, OTHER = DRAWN.normal(size=(2, N, T)).cumsum(axis=2)
STEEP = DRAWN.normal(size=(N, 1))
LINES = {
    "constants": np.repeat(STEEP, T, axis=1),
    "lines": 5 + STEEP * PERIOD,
    "sums of one step": np.cumsum(np.full((N, T), 0.1), axis=1),
    "a line with rounding": (1 + 0.3 * PERIOD) * (1 + 1e-16 * DRAWN.normal(size=(N, T))),
    "one line": np.where(np.arange(N)[:, None] == 3, 0.2 * PERIOD, WALK),
}
WHOLE = pd.DataFrame(
    {
        "unit": np.repeat(np.arange(N), T),
        "year": np.tile(2000 + PERIOD, N),
        "x": OTHER.ravel(),
        "walk": WALK.ravel(),
    }
)


def frame(series):
    return WHOLE.assign(y=np.broadcast_to(series, (N, T)).ravel())


UNIT_ROOTS = {
    f"{test}, {deterministic}, {lags}": {"test": test, "deterministic": deterministic, "lags": lags}
    for test, deterministic, lags in itertools.product(
        ("llc", "ips", "fisher", "cips"), ("constant", "trend"), (0, 1, "aic", "bic", "hall")
    )
}


@pytest.mark.parametrize("series", LINES)
@pytest.mark.parametrize("name", UNIT_ROOTS)
def test_unit_roots_of_lines_are_refused(series, name):
    with refused(dm.EstimationError, "inference.units_without_noise", n=1 if series == "one line" else N):
        dm.panel_unit_root(frame(LINES[series]), "y", replications=20, **UNIT_ROOTS[name], **KEYS)


def test_a_series_that_its_own_lags_explain_is_refused():
    with refused(dm.EstimationError, "inference.units_without_noise"):
        dm.panel_unit_root(frame(np.sin(PERIOD)), "y", lags=1, **KEYS)


@pytest.mark.parametrize("test", ["llc", "ips", "fisher", "cips"])
@pytest.mark.parametrize("step", [0.0, 0.3, 1e3])
def test_a_line_with_noise_tests_its_noise(test, step):
    """Where a trend is taken out, what is tested is what the line leaves, however small beside it."""
    options = {"test": test, "deterministic": "trend", "lags": 1, "replications": 20}
    noise = 1e-4 * DRAWN.normal(size=(N, T)).round(6)
    alone, beside = (
        dm.panel_unit_root(frame(each), "y", **options, **KEYS) for each in (noise, 1 + step * PERIOD + noise)
    )
    assert beside.statistic == pytest.approx(alone.statistic, rel=1e-3)


@pytest.mark.parametrize("test", ["pedroni", "kao", "westerlund"])
@pytest.mark.parametrize("series", [name for name in LINES if name != "constants"])
@pytest.mark.parametrize(("outcome", "regressor"), [("y", "x"), ("x", "y")])
def test_cointegration_with_lines_is_refused(test, series, outcome, regressor):
    with refused(dm.EstimationError, "inference.units_without_noise"):
        dm.panel_cointegration(
            frame(LINES[series]), outcome=outcome, regressors=(regressor,), test=test, draws=9, **KEYS
        )


def test_error_correction_without_error_is_refused():
    with refused(dm.EstimationError, "inference.units_without_noise"):
        dm.panel_cointegration(
            frame(2 * 1.05**PERIOD), outcome="y", regressors=("x",), test="westerlund", draws=9, **KEYS
        )


def test_draws_in_which_a_column_stands_still_are_refused():
    with refused(dm.EstimationError, "inference.draws_without_variation"):
        dm.panel_cointegration(
            frame(PERIOD > 10), outcome="x", regressors=("y",), test="westerlund", draws=20, **KEYS
        )


@pytest.mark.parametrize("series", LINES)
def test_causes_of_lines_are_refused(series):
    with pytest.raises(dm.EstimationError) as error:
        dm.dumitrescu_hurlin(frame(LINES[series]), outcome="y", cause="x", **KEYS)
    assert error.value.kind in ("inference.units_without_noise", "inference.causality_without_variation")


def test_slopes_of_constants_and_of_exact_sums_are_refused():
    constants = frame(LINES["constants"])
    for found in (constants, constants.assign(y=2 * constants.x + constants.unit)):
        with refused(dm.EstimationError, "inference.units_without_noise", n=N):
            dm.slope_heterogeneity(found, outcome="y", regressors=("x",), **KEYS)
        with refused(dm.EstimationError, "inference.units_without_noise", n=N):
            dm.pesaran_cd(found, "y", regressors=("x",), **KEYS)
    with refused(dm.EstimationError, "inference.too_few_rows_for_slopes", n=N):
        dm.slope_heterogeneity(constants, outcome="x", regressors=("y",), **KEYS)


@pytest.mark.parametrize("deterministic", ["constant", "trend"])
@pytest.mark.parametrize("kernel_lags", [0, 3])
def test_stationarity_around_a_line_that_is_followed_exactly_is_refused(deterministic, kernel_lags):
    series = LINES["constants" if deterministic == "constant" else "lines"]
    with pytest.raises(dm.EstimationError) as error:
        dm.panel_stationarity(
            frame(series), "y", deterministic=deterministic, kernel_lags=kernel_lags, **KEYS
        )
    assert error.value.kind in ("inference.units_without_variation", "inference.columns_constant_in_units")

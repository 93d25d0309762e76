"""Quantile regression against R's quantreg, statsmodels run here, published numbers and a second way to compute.

R answers: `Rscript tests/reference/quantile_regression.R` (R 4.2.2, quantreg 5.94, plm 2.6.2).
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.optimize import minimize_scalar
from statsmodels.datasets import engel, grunfeld, stackloss

import digimfg as dm

ENGEL = engel.load_pandas().data
GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
WITHIN = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")


def food(quantile, covariance):
    model = dm.Specification(
        "foodexp", "income", covariance=covariance, estimator=dm.QuantileRegression(quantile=quantile)
    )
    return dm.estimate(model, ENGEL).coefficients


@pytest.mark.parametrize(
    ("quantile", "slopes", "errors"),
    [
        (0.25, [95.483539634553, 0.474103208193], [24.1639194918595, 0.0295488223199]),
        # Koenker & Bassett's median line for Engel's households: 81.48 + 0.5602 income
        (0.5, [81.482247416936, 0.560180551209], [30.2153158527793, 0.0373170354527]),
        (0.9, [67.350872080130, 0.686299480372], [22.5691951036302, 0.0279602328287]),
    ],
)
def test_plain_slopes_and_kernel_errors_are_those_of_quantreg(quantile, slopes, errors):
    found = food(quantile, dm.Robust())
    assert found["estimate"].tolist() == pytest.approx(slopes, rel=1e-11)
    assert found["std_error"].tolist() == pytest.approx(errors, rel=1e-10)


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.9])
def test_errors_for_identical_distributions_are_those_of_statsmodels(quantile):
    other = smf.quantreg("foodexp ~ income", ENGEL).fit(q=quantile, vcov="iid")
    found = food(quantile, dm.Unadjusted())
    # Its slopes are reweighted least squares stopped at 1e-6, ours the exact vertex.
    assert found["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-5)
    assert found["std_error"].tolist() == pytest.approx(other.bse.tolist(), rel=1e-5)


def test_median_regression_of_stack_loss_is_that_of_quantreg():
    data = stackloss.load_pandas().data
    model = dm.Specification(
        "STACKLOSS", ("AIRFLOW", "WATERTEMP", "ACIDCONC"), estimator=dm.QuantileRegression()
    )
    assert dm.estimate(model, data).coefficients["estimate"].tolist() == pytest.approx(
        [-39.6898550724638, 0.8318840579710, 0.5739130434783, -0.0608695652174], rel=1e-11
    )


MOMENTS = {
    0.1: (-1.41236853468, [0.0830494429409, 0.2627689714567]),
    0.25: (-0.899528565691, [0.0928803151297, 0.2799425831935]),
    0.5: (0.0119013648886, [0.110351947019, 0.310463885548]),
    0.75: (0.834227899226, [0.126115513717, 0.338001358201]),
    0.9: (1.65674352426, [0.141882705184, 0.365545162986]),
}


@pytest.mark.parametrize("quantile", list(MOMENTS))
def test_quantiles_via_moments_are_those_of_lm_and_rq(quantile):
    result = dm.estimate(WITHIN.replace(estimator=dm.QuantileRegression(quantile=quantile)), GRUNFELD)
    scaled, slopes = MOMENTS[quantile]
    assert result.statistics["scaled_quantile"] == pytest.approx(scaled, rel=1e-9)
    assert result.coefficients["estimate"].tolist() == pytest.approx(slopes, rel=1e-9)
    assert result.tables["location_scale"]["scale"].tolist() == pytest.approx(
        [0.0191694734872, 0.0334872723953], rel=1e-9
    )


def test_quantiles_via_moments_are_those_of_indicators_and_a_search():
    frame = heteroskedastic(1, units=12, years=9)
    indicators = pd.get_dummies(frame[["unit", "year"]].astype(str), dtype=float)
    columns = np.column_stack([frame.x, indicators])
    location = np.linalg.lstsq(columns, frame.y, rcond=None)[0]
    residuals = frame.y.to_numpy() - columns @ location
    scale = np.linalg.lstsq(columns, np.abs(residuals), rcond=None)[0]
    spread = columns @ scale

    def loss(q):
        u = residuals - spread * q
        return float(np.sum(u * (0.3 - (u < 0))))

    quantile = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-12}).x
    model = dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.QuantileRegression(quantile=0.3),
    )  # fmt: skip
    found = dm.estimate(model, frame).coefficients.loc["x", "estimate"]
    # The loss is flat to rounding next to its kink, where the search stops.
    assert found == pytest.approx(location[0] + quantile * scale[0], rel=1e-6)


def heteroskedastic(seed, units=60, years=20):
    """Return a panel whose slope at quantile τ is 1 + 0.3 q(τ), q that of a normal with mean absolute value one."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units)}
    )
    level = rng.normal(size=units)[frame.unit]
    frame["x"] = 0.5 * rng.gamma(2, 1, len(frame)) + 0.3 * np.abs(level)
    noise = rng.normal(size=len(frame)) * np.sqrt(np.pi / 2)
    frame["y"] = level + frame.x + (rng.uniform(0.5, 1, units)[frame.unit] + 0.3 * frame.x) * noise
    return frame


def test_analytic_errors_of_moments_are_those_of_the_cluster_bootstrap_and_of_repeated_samples():
    estimator = dm.QuantileRegression(quantile=(0.25, 0.75))
    model = dm.Specification("y", "x", entity="unit", time="year", fixed_effects="unit", estimator=estimator)
    analytic = dm.estimate(model, heteroskedastic(0)).coefficients["std_error"]
    drawn = dm.QuantileRegression(quantile=(0.25, 0.75), errors="bootstrap", replications=300, seed=1)
    bootstrap = dm.estimate(model.replace(estimator=drawn), heteroskedastic(0)).coefficients["std_error"]
    # 300 draws know a standard error to 4 per cent, 60 clusters to 9 per cent.
    assert bootstrap.tolist() == pytest.approx(analytic.tolist(), rel=0.2)
    # Standard deviation over 200 samples of this design (seeds 0-199): 0.0823 at 0.25; mean analytic error 0.0856.
    estimates = [
        dm.estimate(model, heteroskedastic(seed)).coefficients["estimate"].to_numpy() for seed in range(60)
    ]
    assert np.std(estimates, axis=0).tolist() == pytest.approx(analytic.tolist(), rel=0.35)
    true = 1 + 0.3 * np.sqrt(np.pi / 2) * 0.6744897502 * np.array([-1, 1])
    assert np.mean(estimates, axis=0).tolist() == pytest.approx(true.tolist(), abs=0.04)

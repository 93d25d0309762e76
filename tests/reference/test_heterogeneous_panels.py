"""Mean group and common correlated effects against plm 2.6.2 (R 4.2.2).

heterogeneous_panels.R beside this file prints every number.
"""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import Fault

SPEC = dm.Specification("invest", ("value", "capital"), entity="firm", time="year")


@pytest.fixture(scope="module")
def panels():
    frame = grunfeld.load_pandas().data
    balanced = frame[frame["firm"] != "American Steel"].reset_index(drop=True)
    return {"balanced": balanced, "unbalanced": balanced.drop(index=[2, 19, 54, 99, 119])}


# pmg(inv ~ value + capital, model, trend) and pcce(model = "p"): estimates, standard errors
PLM = [
    ("balanced", dm.MeanGroup(), (), [0.0912851104039, 0.2052635408984], [0.0176583657490, 0.0494797178848]),
    ("balanced", dm.MeanGroup(trend=True), (), [0.1111802802033, 0.0241781067289], [0.0209767166642, 0.1192085587057]),
    ("balanced", dm.MeanGroup(), "year", [0.0994742023865, 0.1378664186355], [0.0181491503576, 0.1109869890145]),
    ("balanced", dm.MeanGroup(trend=True), "year", [0.0911533496084, 0.1307890066525], [0.0226422642619, 0.0945078771131]),
    ("balanced", dm.CommonCorrelatedEffects(), (), [0.0779746567480, 0.0830586434474], [0.0261980756569, 0.0754906054839]),
    ("balanced", dm.CommonCorrelatedEffects(trend=True), (), [0.109964250738, -0.112756371502], [0.0180299468826, 0.1118722560952]),
    ("balanced", dm.CommonCorrelatedEffects(pooled=True), (), [0.1243291482507, 0.0949863911438], [0.0455803050080, 0.0714045378941]),
    ("unbalanced", dm.MeanGroup(), (), [0.0922723090556, 0.1996772934242], [0.0182857612503, 0.0469586143361]),
    ("unbalanced", dm.MeanGroup(), "year", [0.101740130551, 0.172787977716], [0.0122122486774, 0.0954942923610]),
    ("unbalanced", dm.CommonCorrelatedEffects(), (), [0.08763263204451, 0.07795900258463], [0.0157535030608, 0.0576771342103]),
    ("unbalanced", dm.CommonCorrelatedEffects(pooled=True), (), [0.1033542897966, 0.0377516585063], None),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "estimator", "effects", "estimates", "errors"), PLM)
def test_averages_over_units_equal_plm(panels, shape, estimator, effects, estimates, errors):
    found = dm.estimate(SPEC.replace(estimator=estimator, fixed_effects=effects), panels[shape])
    # plm inverts cross products of the averages; ours are orthogonal
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(estimates, rel=1e-7)
    if errors is not None:
        assert found.coefficients["std_error"].to_numpy() == pytest.approx(errors, rel=1e-7)


def test_pooled_errors_on_an_unbalanced_panel_differ_from_plm_by_its_scale_alone(panels):
    """plm counts rows for one of its scales and units times the shortest unit for the other."""
    frame = panels["unbalanced"]
    found = dm.estimate(SPEC.replace(estimator=dm.CommonCorrelatedEffects(pooled=True)), frame)
    rows, shortest = len(frame), frame.groupby("firm").size().min()
    scale = rows / (10 * shortest)
    assert (found.coefficients["std_error"] * scale).to_numpy() == pytest.approx(
        [0.0419182478238, 0.0745156815430], rel=1e-7
    )


def factors(seed, n_units=40, n_periods=30, rho=0.0):
    """Draw a panel whose regressor and outcome feel two common shocks, units differently."""
    rng = np.random.default_rng(seed)
    burn = 30
    shocks = rng.normal(size=(n_periods + burn, 2))
    own, other = 1 + rng.normal(size=(n_units, 2)), 1 + rng.normal(size=(n_units, 2))
    slopes = 1 + 0.2 * rng.normal(size=n_units)
    x = shocks @ own.T + rng.normal(size=(n_periods + burn, n_units))
    pushed = slopes * x + shocks @ other.T + rng.normal(size=x.shape)
    y = np.zeros_like(x)
    for t in range(1, len(y)):
        y[t] = rho * y[t - 1] + pushed[t]
    unit, year = np.meshgrid(range(n_units), range(n_periods))
    frame = pd.DataFrame(
        {"unit": unit.ravel(), "year": year.ravel(), "x": x[burn:].ravel(), "y": y[burn:].ravel()}
    )
    return frame, slopes.mean()


def test_averages_take_up_common_shocks_that_bias_the_mean_group():
    frame, slope = factors(1)
    spec = dm.Specification("y", "x", entity="unit", time="year")
    plain = dm.estimate(spec.replace(estimator=dm.MeanGroup()), frame)
    assert plain.coefficients.loc["x", "estimate"] > slope + 0.2
    assert plain.statistics["residual_cd_p"] < 1e-6
    for pooled in (False, True):
        found = dm.estimate(spec.replace(estimator=dm.CommonCorrelatedEffects(pooled=pooled)), frame)
        row = found.coefficients.loc["x"]
        assert abs(row["estimate"] - slope) < 3 * row["std_error"]
        assert row["std_error"] < 0.15


def test_the_jackknife_removes_most_of_the_bias_of_a_lag():
    spec = dm.Specification("y", ("L.y", "x"), entity="unit", time="year")
    found = {}
    for jackknife in (False, True):
        estimator = dm.CommonCorrelatedEffects(average_lags="cube_root", jackknife=jackknife)
        found[jackknife] = np.mean(
            [
                dm.estimate(spec.replace(estimator=estimator), factors(seed, 30, 40, rho=0.5)[0])
                .coefficients.loc["L.y", "estimate"]
                for seed in range(8)
            ]
        )  # fmt: skip
    assert found[False] < 0.48
    assert abs(found[True] - 0.5) < abs(found[False] - 0.5) / 2


def test_equal_slopes_without_noise_are_found_exactly():
    frame, _ = factors(3, 12, 15)
    frame["y"] = 2 * frame["x"] + frame.groupby("year")["x"].transform("mean") * (1 + frame["unit"])
    for pooled in (False, True):
        spec = dm.Specification("y", "x", entity="unit", time="year")
        found = dm.estimate(spec.replace(estimator=dm.CommonCorrelatedEffects(pooled=pooled)), frame)
        assert found.coefficients.loc["x", "estimate"] == pytest.approx(2, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            lambda f: f[(f["unit"] > 0) | (f["year"] < 3)],
            Fault.of("heterogeneous.too_few_rows_in_units", least=5),
        ),
        (
            lambda f: f.assign(x=f["x"].where(f["unit"] > 0, 1.0)),
            Fault.of("heterogeneous.regressors_collinear_in_units", terms=("x",), n=1, units=("0",)),
        ),
        (lambda f: f[f["unit"] == 0], "heterogeneous.one_unit"),
    ],
)
def test_units_that_cannot_be_estimated_are_named(change, kind):
    frame = change(factors(5, 6, 12)[0])
    spec = dm.Specification("y", "x", entity="unit", time="year", estimator=dm.CommonCorrelatedEffects())
    with refused(dm.EstimationError, kind):
        dm.estimate(spec, frame)


def test_effects_of_periods_are_refused_beside_averages():
    spec = SPEC.replace(estimator=dm.CommonCorrelatedEffects(), fixed_effects=("firm", "year"))
    with refused(dm.SpecificationError, "heterogeneous.other_fixed_effects"):
        dm.estimate(spec, factors(1, 4, 12)[0].rename(columns={"unit": "firm", "y": "invest", "x": "value"}).assign(capital=lambda f: f["value"] ** 2))  # fmt: skip

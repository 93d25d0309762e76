"""Mixed models are those of lme4: lme4 1.1-31, lmer(y ~ x + z + (1 + x | firm)); see tests/reference/mixed_models.R."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault


def panel():
    rng = np.random.default_rng(21)
    n_units, n_periods = 60, 6
    firm = np.repeat(np.arange(n_units), n_periods)
    frame = pd.DataFrame({"firm": firm, "year": np.tile(np.arange(n_periods), n_units)})
    frame["x"], frame["z"] = np.round(rng.normal(size=(2, len(frame))), 3)
    own, slope = rng.normal(size=(2, n_units))
    frame["y"] = 1 + 0.5 * frame["x"] - 0.2 * frame["z"] + own[firm] + 0.6 * slope[firm] * frame["x"]
    frame["y"] = np.round(frame["y"] + rng.normal(size=len(frame)), 4)
    return frame.drop(index=[2, 9, 10, 11, 100]).reset_index(drop=True)


# (method, slopes) → slopes, errors, deviations, correlation, log likelihood
LME4 = {
    ("reml", ()): (
        [1.26515781008, 0.56707552102, -0.09592599216], [0.13545055340, 0.07184695135, 0.06365067682],
        [0.9405034604, 1.1209230665], np.nan, -596.572683493,
    ),
    ("reml", ("x",)): (
        [1.1706866623, 0.6138963534, -0.1387951901], [0.13144521764, 0.11565946547, 0.05511895903],
        [0.9283342342, 0.7200701338, 0.9222684893], 0.0406201292, -570.05494456,
    ),
    ("ml", ()): (
        [1.26516935356, 0.56711979424, -0.09578157935], [0.13421707760, 0.07159465259, 0.06343120144],
        [0.9305903453, 1.1172865676], np.nan, -591.933195781,
    ),
    ("ml", ("x",)): (
        [1.1711839572, 0.6134645205, -0.1383830375], [0.13029043328, 0.11458861712, 0.05498141589],
        [0.91904128208, 0.71103505713, 0.92047022179], 0.04070390448, -565.714872919,
    ),
}  # fmt: skip
FRAME = panel()
SPEC = dm.Specification("y", ("x", "z"), entity="firm", time="year", covariance=dm.Unadjusted())


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("slopes", [(), ("x",)])
def test_estimates_are_those_of_lme4(method, slopes):
    found = dm.estimate(SPEC.replace(estimator=dm.MixedEffects(slopes=slopes, method=method)), FRAME)
    estimates, errors, deviations, correlation, likelihood = LME4[method, slopes]
    assert found.coefficients["estimate"].tolist() == pytest.approx(estimates, rel=1e-6)
    n, k = len(FRAME), 3
    factor = 1.0 if method == "reml" else np.sqrt((n - k) / n)  # there the variance of errors is over n
    assert (found.coefficients["std_error"] * factor).tolist() == pytest.approx(errors, rel=1e-6)
    table = found.tables["variance"]
    assert table["std_deviation"].tolist() == pytest.approx(deviations, rel=1e-6)
    if slopes:
        assert table.loc["x", "correlation_with_constant"] == pytest.approx(correlation, rel=1e-5)
    assert found.statistics["log_likelihood"] == pytest.approx(likelihood, rel=1e-9)


def test_random_constants_are_random_effects_by_likelihood():
    """Given the variances, slopes and errors are those of quasi-demeaned rows."""
    found = dm.estimate(SPEC.replace(estimator=dm.MixedEffects()), FRAME)
    ratio = (found.statistics["sigma_entity"] / found.statistics["sigma_error"]) ** 2
    size = FRAME.groupby("firm")["y"].transform("size")
    theta = 1 - 1 / np.sqrt(1 + ratio * size)
    columns = FRAME.assign(one=1.0)[["one", "x", "z", "y"]]
    moved = columns.sub(columns.groupby(FRAME["firm"]).transform("mean").mul(theta, axis=0)).to_numpy()
    slopes = np.linalg.lstsq(moved[:, :3], moved[:, 3], rcond=None)[0]
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(slopes, rel=1e-9)
    share = found.statistics["intraclass_correlation"]
    assert share == pytest.approx(ratio / (1 + ratio))


def test_variances_of_zero_are_told_and_leave_least_squares():
    alternating = np.where((FRAME["year"] + FRAME["firm"]) % 2, 1.0, -1.0)
    frame = FRAME.assign(y=FRAME["x"] + alternating)
    found = dm.estimate(SPEC.replace(estimator=dm.MixedEffects()), frame)
    assert "border_of_variances" in [note.kind for note in found.notes]
    plain = dm.estimate(SPEC, frame).coefficients
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(plain["estimate"].to_numpy(), rel=1e-5)
    assert found.statistics["lr_units_p"] > 0.4


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"entity": None}, Fault.of("mixed.mixed_not_plain", got="entity")),
        ({"fixed_effects": "firm"}, "mixed.mixed_not_plain"),
        ({"estimator": dm.MixedEffects(slopes=("w",))}, "names.unknown_term"),
        ({"sample": "year == 0"}, "mixed.units_too_small"),
    ],
)
def test_panels_that_have_no_random_coefficients_are_refused(changes, kind):
    with refused(dm.DigimfgError, kind):
        dm.estimate(SPEC.replace(**({"estimator": dm.MixedEffects()} | changes)), FRAME)

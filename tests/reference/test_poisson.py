"""Poisson pseudo-maximum likelihood against Stata's manual, R's glm with sandwich, and statsmodels run here.

R answers: `Rscript tests/reference/poisson.R` (R 4.2.2, sandwich 3.0.2).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

import digimfg as dm

SHIPS = pd.read_csv(Path(__file__).parent / "data" / "ships.csv").assign(
    late=lambda frame: (frame.period == 75).astype(int)
)
MODEL = dm.Specification(
    "incidents", ("late", "i(year, ref=60)"), entity="type", fixed_effects="type",
    estimator=dm.Poisson(exposure="service"),
)  # fmt: skip
TERMS = ["late", "year[65]", "year[70]", "year[75]"]


def errors(covariance):
    return dm.estimate(MODEL.replace(covariance=covariance), SHIPS).coefficients.loc[TERMS, "std_error"]


def test_rate_ratios_of_ship_damage_are_those_of_statas_manual():
    # [XT] xtpoisson, example "xtpoisson accident op_75_79 co_65_69 co_70_74 co_75_79, exposure(service) irr fe".
    result = dm.estimate(MODEL.replace(covariance=dm.Unadjusted()), SHIPS).coefficients.loc[TERMS]
    ratios = np.exp(result["estimate"])
    assert ratios.tolist() == pytest.approx([1.468831, 2.008003, 2.26693, 1.573695], abs=6e-7)
    # The manual's errors are those of the conditional likelihood, whose slopes have the same information.
    assert (ratios * result["std_error"]).tolist() == pytest.approx(
        [0.1737218, 0.3004803, 0.384865, 0.3669393], rel=2e-5
    )


@pytest.mark.parametrize(
    ("covariance", "expected"),
    [
        (dm.Unadjusted(), [0.118272162623, 0.149641392520, 0.169773649290, 0.233170477773]),
        # vcovCL(type="HC0", cadjust=TRUE) multiplies by G/(G-1), as ppmlhdfe does
        (dm.Clustered("type"), [0.0847965828322, 0.0698204521966, 0.1154533448869, 0.1772835758740]),
        (
            dm.Robust(small_sample="none"),
            [0.0995599203747, 0.1080598390071, 0.1415241419647, 0.1951506947000],
        ),
    ],
)
def test_errors_are_those_of_glm_and_sandwich(covariance, expected):
    assert errors(covariance).tolist() == pytest.approx(expected, rel=1e-9)


def test_robust_errors_of_the_stata_rule_take_n_over_n_less_one():
    plain = errors(dm.Robust(small_sample="none"))
    assert errors(dm.Robust()).tolist() == pytest.approx((plain * np.sqrt(34 / 33)).tolist(), rel=1e-12)


def test_deviance_and_likelihood_are_those_of_glm():
    found = dm.estimate(MODEL, SHIPS).statistics
    assert found["deviance"] == pytest.approx(38.6950515356, rel=1e-9)
    assert found["log_likelihood"] == pytest.approx(-68.28077, abs=5e-6)


def trade():
    """Return flows of 25 exporters to 25 importers over 4 years, with zeros that follow the mean and one lone pair."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        [(o, d, t) for o in range(25) for d in range(25) if o != d for t in range(4)],
        columns=["origin", "destination", "year"],
    )
    size = rng.normal(size=(2, 25))
    frame["distance"] = rng.gamma(3.0, size=len(frame))
    frame["agreement"] = (rng.random(len(frame)) < 0.3).astype(float)
    frame["mass"] = rng.uniform(0.5, 2.0, len(frame))
    mean = np.exp(
        size[0][frame.origin] + size[1][frame.destination] - 0.4 * frame.distance + 0.5 * frame.agreement
    )
    frame["flow"] = mean * rng.gamma(0.7, 1 / 0.7, len(frame)) * (rng.random(len(frame)) > 0.3)
    frame["pair"] = frame.origin * 100 + frame.destination
    return frame


@pytest.mark.parametrize("weights", [None, "mass"])
def test_two_effects_are_those_of_statsmodels_with_indicators(weights):
    frame = trade()
    model = dm.Specification(
        "flow", ("distance", "agreement"), fixed_effects=("origin", "destination"), weights=weights,
        covariance=dm.Clustered("pair"), estimator=dm.Poisson(),
    )  # fmt: skip
    found = dm.estimate(model, frame)
    mass = None if weights is None else frame[weights] / frame[weights].mean()
    other = smf.glm(
        "flow ~ distance + agreement + C(origin) + C(destination)",
        frame,
        family=sm.families.Poisson(),
        var_weights=mass,
    )
    grouped = {"cov_type": "cluster", "cov_kwds": {"groups": frame.pair, "use_correction": False}}
    # statsmodels has no clustered errors with such weights; a unit test compares these with repeated rows.
    other = other.fit(tol=1e-13, **(grouped if weights is None else {}))
    names = ["distance", "agreement"]
    assert found.statistics["n_obs"] == len(frame)
    assert found.coefficients["estimate"].tolist() == pytest.approx(other.params[names].tolist(), rel=1e-7)
    groups = frame.pair.nunique()
    if weights is None:
        assert found.coefficients["std_error"].tolist() == pytest.approx(
            (other.bse[names] * np.sqrt(groups / (groups - 1))).tolist(), rel=1e-6
        )
    assert found.statistics["deviance"] == pytest.approx(float(other.deviance), rel=1e-8)


def test_pseudo_r_squared_is_that_of_statsmodels():
    frame = trade()
    found = dm.estimate(
        dm.Specification("flow", ("distance", "agreement"), covariance=dm.Robust(small_sample="none"), estimator=dm.Poisson()),
        frame,
    )  # fmt: skip
    other = sm.GLM(frame.flow, sm.add_constant(frame[["distance", "agreement"]]), sm.families.Poisson()).fit(
        cov_type="HC0", tol=1e-13
    )
    assert found.statistics["r2_pseudo"] == pytest.approx(other.pseudo_rsquared("mcf"), rel=1e-9)
    assert found.coefficients["std_error"].tolist() == pytest.approx(other.bse.tolist(), rel=1e-6)

"""Sensitivity to omitted variables, and the test of a U shape, against published numbers and second engines.

PySensemakr 0.0.8 (statsmodels 0.15.0): `smf.ols("invest ~ value + capital + C(firm)", frame)`, then
`sensemakr.Sensemakr(model, "value", benchmark_covariates="capital", kd=[0.25, 0.5])`; Grunfeld's ten firms.
R answers: `Rscript tests/reference/u_shape.R` (R 4.2.2).
"""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from statsmodels.datasets import engel, grunfeld

import digimfg as dm
from digimfg.robustness.u_shape import u_shape_from

GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
WITHIN = dm.Specification(
    "invest", "value", controls="capital", entity="firm", time="year", fixed_effects="firm"
)


def test_robustness_values_of_grunfeld_are_those_of_sensemakr():
    found = dm.omitted_variable_bounds(WITHIN, GRUNFELD, benchmarks="capital", multiples=(0.25, 0.5))
    assert found.df == 188
    assert [found.estimate, found.std_error, found.partial_r2] == pytest.approx(
        [0.11012380412072412, 0.011856694214044172, 0.3145318366947883], rel=1e-10
    )
    assert [found.robustness_value, found.robustness_value_significance] == pytest.approx(
        [0.48575987754139643, 0.4096321316214803], rel=1e-10
    )
    assert found.bounds.loc[("capital", 0.25)].tolist() == pytest.approx(
        [0.04128708283949695, 0.5705046167443328, 0.08464172055212633, 0.007957134542611054, 10.637211184360845,
         0.06894497810165896, 0.1003384630025937], rel=1e-9,
    )  # fmt: skip
    assert found.bounds.loc[("capital", 0.5), "r2_outcome"] == 1.0
    assert found.bounds.loc[("capital", 0.5), "estimate"] == pytest.approx(0.061350839058624575, rel=1e-9)
    assert noted(found.notes, "bound")


def test_another_share_and_level_are_those_of_sensemakr():
    # Sensemakr(smf.ols("invest ~ year + value + C(firm)"), "value", q=0.5, alpha=0.1)
    model = WITHIN.replace(controls="year")
    found = dm.omitted_variable_bounds(model, GRUNFELD, q=0.5, alpha=0.1)
    assert [found.robustness_value, found.robustness_value_significance] == pytest.approx(
        [0.2921512130764402, 0.2021886893513435], rel=1e-8
    )


def darfur_moments():
    """Return a sample with the moments of Cinelli and Hazlett's regression, whose data are not shipped.

    Of attitudes to peace on harm, with the benchmark "female": residual degrees of freedom 783, estimate 0.0973158193,
    error 0.0232565378; partial R² of female with harm 0.0090811, with attitudes 0.109034.
    """
    n = 783 + 3
    basis = np.linalg.qr(np.column_stack([np.ones(n), np.random.default_rng(0).normal(size=(n, 3))]))[0][
        :, 1:
    ]
    female, own, rest = basis.T
    share, left = 0.0090811, 0.109034
    harm = np.sqrt(share) * female + np.sqrt(1 - share) * own
    estimate, error = 0.0973158192849572, 0.02325653780981115
    size = error * np.sqrt(783 * (1 - share))
    gap = size * np.sqrt(left / (1 - left) / (1 - share))
    return pd.DataFrame(
        {"female": female, "harm": harm, "peace": estimate * harm - gap * female + size * rest}
    )


def test_published_robustness_values_of_darfur():
    # Cinelli & Hazlett (2020), table 1: estimate 0.097 (0.023), t 4.18, partial R² 2.2 %, RV 13.9 %, RV for 5 % 7.6 %.
    model = dm.Specification("peace", "harm", controls="female")
    found = dm.omitted_variable_bounds(model, darfur_moments(), benchmarks="female")
    assert found.estimate / found.std_error == pytest.approx(4.18444998, rel=1e-8)
    assert found.partial_r2 == pytest.approx(0.02187309, abs=5e-9)
    assert found.robustness_value == pytest.approx(0.13877635, abs=5e-9)
    assert found.robustness_value_significance == pytest.approx(0.07625797, abs=5e-9)
    # The table's footnote: a confounder as strong as female has partial R² of 12.5 % with attitudes, 0.9 % with harm.
    assert found.bounds.loc[("female", 1.0), "r2_regressor"] == pytest.approx(0.009, abs=5e-4)
    assert found.bounds.loc[("female", 1.0), "r2_outcome"] == pytest.approx(0.125, abs=5e-4)
    # sensemakr's estimates were a confounder once, twice, three times as strong.
    assert found.bounds["estimate"].tolist() == pytest.approx([0.075220, 0.052915, 0.030396], abs=2e-5)


@pytest.mark.parametrize("delta", [0.5, 1.0, 1.7])
def test_osters_beta_is_the_truth_where_selection_is_as_she_supposes(delta):
    """Build a sample in which selection on the unobserved index is exactly `delta` times that on the observed one."""
    n = 400
    seen, unseen, own, noise = np.linalg.qr(
        np.column_stack([np.ones(n), np.random.default_rng(3).normal(size=(n, 4))])
    )[0][:, 1:].T  # fmt: skip
    weight, hidden, slope = 0.8, 0.5, 0.7
    # Cov(X, ψW)/Var(ψW) δ = Cov(X, U)/Var(U): with X = a W + b U + own, a ψ/ψ² δ = b h/h².
    a = 0.6
    b = delta * a / weight * hidden
    regressor = a * seen + b * unseen + own
    outcome = slope * regressor + weight * seen + hidden * unseen + 0.9 * noise
    frame = pd.DataFrame({"y": outcome, "x": regressor, "w": seen})
    explained = 1 - 0.81 / float(outcome @ outcome)
    found = dm.oster_bounds(
        dm.Specification("y", "x", controls="w"), frame, r2_max=explained, delta=delta, beta=slope
    )
    assert found.beta_star == pytest.approx(slope, rel=1e-8)
    assert found.delta == pytest.approx(delta, rel=1e-8)


def test_osters_delta_and_beta_invert_each_other_within_effects():
    found = dm.oster_bounds(WITHIN, GRUNFELD, delta=1.3)
    back = dm.oster_bounds(WITHIN, GRUNFELD, beta=found.beta_star)
    assert back.delta == pytest.approx(1.3, rel=1e-8)
    assert found.statistics["r2_long"] == pytest.approx(
        dm.estimate(WITHIN, GRUNFELD).statistics["r2_within"], rel=1e-12
    )
    assert found.statistics["r2_max"] == pytest.approx(1.3 * found.statistics["r2_long"], rel=1e-12)


def test_equal_selection_has_osters_closed_form():
    # Oster (2019), proposition 2: with δ = 1 the bias solves a quadratic.
    found = dm.oster_bounds(WITHIN, GRUNFELD)
    demeaned = GRUNFELD[["invest", "value", "capital"]] - GRUNFELD.groupby("firm")[
        ["invest", "value", "capital"]
    ].transform("mean")
    y, x, w = demeaned.to_numpy().T
    left = x - w * (w @ x) / (w @ w)
    tau, own, total = left @ left, x @ x, y @ y
    moved = found.statistics["estimate_short"] - found.statistics["estimate_long"]
    unseen = found.statistics["r2_max"] - found.statistics["r2_long"]
    seen = found.statistics["r2_long"] - found.statistics["r2_short"]
    theta = unseen * total * (own - tau) - seen * total * tau - own * tau * moved**2
    root = np.sqrt(theta**2 + 4 * unseen * total * moved**2 * own**2 * tau)
    biases = [(-theta + sign * root) / (-2 * tau * own * moved) for sign in (1, -1)]
    expected = sorted(found.statistics["estimate_long"] - bias for bias in biases)
    assert sorted(found.roots["beta_star"]) == pytest.approx(expected, rel=1e-9)


def test_the_test_of_a_u_is_that_of_r():
    frame = engel.load_pandas().data.assign(x=lambda data: data.income / 1000)
    frame["far"] = 1000 * (frame.foodexp / frame.income - 0.5) ** 2
    result = dm.estimate(dm.Specification("far", ("x", "x^2"), covariance=dm.Unadjusted()), frame)
    test = dm.u_shape_test(result, frame)
    assert test.slopes["slope"].tolist() == pytest.approx([-30.3623810557, 22.458974045], rel=1e-9)
    assert test.slopes["statistic"].tolist() == pytest.approx([-4.34949186681, 1.47586362304], rel=1e-9)
    assert test.turning_point == pytest.approx(3.01013391399, rel=1e-9)
    assert test.fieller[0] == pytest.approx((2.26660018512, 7.74221927952), rel=1e-9)


def test_a_published_output_of_stata_is_reproduced():
    # utest 1.2 as printed on a forum for Stata users (pinggu.org, thread 4667505): extreme point .0188902, slopes at the
    # ends of the interval -13.54852 (t -1.0813) and 44.90505 (t 1.081918), p .1397904 and .1396531, overall t 1.08, p .14.
    low, high = -156.6146, 519.1631
    quadratic = (44.90505 + 13.54852) / (2 * (high - low))
    linear = -2 * quadratic * 0.0188902
    ends = np.array([low, high])
    variances = np.array([13.54852 / 1.0813, 44.90505 / 1.081918]) ** 2
    # Any covariance with these two variances gives these tests: take one without covariance of the two terms.
    own, square = np.linalg.solve(np.column_stack([np.ones(2), 4 * ends**2]), variances)
    test = u_shape_from(
        np.array([linear, quadratic]), np.diag([own, square]), df=np.inf, interval=(low, high), values=ends
    )
    assert test.shape == "u"
    assert test.turning_point == pytest.approx(0.0188902, abs=1e-6)
    assert test.slopes["slope"].tolist() == pytest.approx([-13.54852, 44.90505], rel=1e-5)
    assert test.slopes["p_value"].tolist() == pytest.approx([0.1397904, 0.1396531], abs=2e-5)
    assert test.p_value == pytest.approx(0.14, abs=5e-4)
    assert test.statistic == pytest.approx(1.08, abs=5e-3)

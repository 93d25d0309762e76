"""Power of pre-trend tests: Roth's R package pretrends on He and Wang (2017), exact formulas, recovery."""

import numpy as np
import pytest
from refused import refused
from scipy import stats

import digimfg as dm
from digimfg.policy.event_study import EventStudy
from digimfg.policy.pretrend_power import trend_power

TIMES = np.array([-4.0, -3, -2, 0, 1, 2, 3])
ESTIMATE = np.array([0.066703148186, -0.007701792289, -0.030769053846, 0.084030658007, 0.242441818118,
                     0.219878986478, 0.191092535853])  # fmt: skip
LOWER = """
0.008906571195
0.004488313571 0.005936916918
0.001458702493 0.002750079148 0.003038624767
0.001215768862 0.001350585837 0.000905616616 0.003924740944
0.002032764489 0.001431545941 0.000679129851 0.002596118022 0.008065897040
0.001322501455 0.001206779154 0.001016763621 0.001732614939 0.005875375122 0.007881578989
0.001961772796 0.001384715782 0.000709014421 0.002234552521 0.003741435939 0.003650709521 0.009788426571
"""


def covariance():
    matrix = np.zeros((7, 7))
    for row, line in enumerate(LOWER.split("\n")[1:-1]):
        values = [float(each) for each in line.split()]
        matrix[row, : row + 1] = matrix[: row + 1, row] = values
    return matrix


STUDY = EventStudy(times=TIMES, estimate=ESTIMATE, covariance=covariance(), reference=-1.0)


class TestHeAndWang:
    """`slope_for_power(sigma, targetPower = 0.5, tVec, referencePeriod = -1)` and `pretrends()`, README of pretrends.

    Its probabilities are drawn; the digits kept here are those that its own draws hold.
    """

    def test_the_slope_that_is_found_half_the_time(self):
        found = trend_power(STUDY)
        assert found.slope == pytest.approx(0.05205871, rel=2e-3)
        assert found.power == pytest.approx(0.5, abs=2e-4)
        assert found.bayes_factor == pytest.approx(0.56901, rel=2e-3)
        assert found.likelihood_ratio == pytest.approx(0.1057627, rel=5e-3)

    def test_estimates_that_pass(self):
        found = trend_power(STUDY, slope=0.05205871).event_study["passing"]
        published = [-0.09230764, -0.0555285, -0.0279095, 0.06490184, 0.12084694, 0.16946498, 0.22453827]
        assert found.to_numpy() == pytest.approx(np.array(published), abs=3e-4)

    def test_a_trend_of_another_shape(self):
        quadratic = {time: 0.024 * (time + 1) ** 2 for time in TIMES}
        assert trend_power(STUDY, trend=quadratic).power == pytest.approx(0.6624282, abs=2e-3)


def test_one_effect_before_treatment_has_the_textbook_power():
    one = EventStudy(
        times=np.array([-2.0, 0]), estimate=np.array([0.1, 0.3]),
        covariance=np.array([[0.04, 0.01], [0.01, 0.09]]), reference=-1.0,
    )  # fmt: skip
    for test in ("each", "joint"):
        found = trend_power(one, slope=-0.5, test=test)
        exact = 1 - stats.norm.cdf(1.959964 - 2.5) + stats.norm.cdf(-1.959964 - 2.5)
        assert found.power == pytest.approx(exact, abs=3e-4)
    passing = found.event_study["passing"]
    kept = stats.truncnorm.mean(-1.959964 - 2.5, 1.959964 - 2.5) * 0.2
    assert passing[-2.0] == pytest.approx(0.5 + kept, abs=3e-4)
    assert passing[0.0] == pytest.approx(-0.5 + kept * 0.01 / 0.04, abs=3e-4)


def test_the_joint_test_has_the_power_of_its_noncentrality():
    inner = covariance()[:3, :3]
    delta = 0.05 * (TIMES[:3] + 1)
    exact = stats.ncx2.sf(stats.chi2.ppf(0.95, 3), 3, delta @ np.linalg.solve(inner, delta))
    assert trend_power(STUDY, slope=0.05, test="joint").power == pytest.approx(exact, abs=1e-3)


def frame():
    import pandas as pd

    rng = np.random.default_rng(0)
    made = pd.DataFrame({"city": np.repeat(np.arange(40), 6), "year": list(range(6)) * 40})
    made["pilot"] = ((made["city"] < 20) & (made["year"] >= 4)).astype(int)
    return made.assign(y=rng.normal(size=240) + made["pilot"])


def result(**options):
    spec = dm.Specification(
        "y", "pilot", entity="city", time="year", estimator=dm.StaggeredDifferenceInDifferences(draws=0, **options)
    )  # fmt: skip
    return dm.estimate(spec, frame())


def test_a_result_and_its_arrays_agree_and_wider_errors_hide_steeper_trends():
    found = dm.pretrend_power(result(base_period="universal"))
    again = dm.pretrend_power(result(base_period="universal"), slope=found.slope)
    assert again.power == pytest.approx(0.5, abs=1e-4)
    wide = EventStudy(times=TIMES, estimate=ESTIMATE, covariance=4 * covariance(), reference=-1.0)
    assert trend_power(wide).slope == pytest.approx(2 * trend_power(STUDY).slope, rel=1e-9)


@pytest.mark.parametrize(
    ("options", "more", "kind"),
    [
        ({}, {}, "policy.periods_compared_in_turn"),
        ({"base_period": "universal"}, {"slope": 0.1, "trend": {-2: 1}}, "policy.slope_and_trend"),
        ({"base_period": "universal"}, {"trend": {-2: 1}}, "policy.trend_incomplete"),
        ({"base_period": "universal"}, {"power": 0.05}, "policy.power_too_small"),
    ],
)
def test_bad_input_is_named_with_its_remedy(options, more, kind):
    with refused(dm.DigimfgError, kind):
        dm.pretrend_power(result(**options), **more)

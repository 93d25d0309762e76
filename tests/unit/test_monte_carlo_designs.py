"""A few samples of the studies of differences, learners and dependence; docs/monte_carlo.md holds the whole."""

import numpy as np

from benchmarks import monte_carlo_dependence as dependence
from benchmarks import monte_carlo_designs as designs

SMALL = (31,)


def test_differences_are_near_the_truth():
    found = designs.table_of_differences(samples=4, sizes=SMALL).set_index("estimator")
    assert (found["bias"].drop(["dose, slope", "triple difference"]).abs() < 0.5).all()
    assert found["coverage of 95 %"].mean() > 0.7


def test_synthetic_differences_are_nearer_where_trends_differ():
    found = (
        designs.table_of_synthetic(samples=2, sizes=SMALL).set_index(["trends", "estimator"])["bias"].abs()
    )
    quiet = found["factor, little noise"]
    assert quiet["synthetic DID, placebo"] < quiet["differences in means"]


def test_first_differences_let_a_learner_see_a_curve():
    found = designs.table_of_learned(samples=1, sizes=SMALL).set_index("estimator")["bias"].abs()
    assert found["learned, boosted, first differences"] < found["learned, lasso, within"]


def test_cures_of_dependence_cure_it():
    factors = dependence.table_of_factors(samples=4, sizes=SMALL)
    alike = factors[factors["slopes"] == "alike"].set_index("estimator")["bias"].abs()
    assert alike["interactive effects, 2 factors"] < alike["least squares, two-way"]
    assert alike["correlated effects, pooled"] < alike["least squares, two-way"]
    few = dependence.table_of_few_periods(samples=8, sizes=SMALL).set_index("estimator")["bias"].abs()
    assert few["half-panel jackknife"] < few["least squares, two-way"]
    memory = dependence.table_of_dynamics(samples=4, sizes=SMALL).set_index("estimator")["bias"].abs()
    assert memory["the same, half-panel jackknife"] < memory["correlated effects, no lags"]


def test_long_runs_and_tests_tell_what_is_there():
    pooled = dependence.table_of_error_correction(samples=3, sizes=SMALL)
    assert (pooled["bias"].abs() < 0.6).all()
    shares = dependence.table_of_cointegration_tests(samples=2, sizes=SMALL)
    assert (shares["31, together"] == 1).all()
    hadri = dependence.table_of_stationarity(samples=4, sizes=SMALL)
    assert hadri.set_index("memory").loc[1.0, "Hadri, 3 kernel lags"] == 1


def test_thresholds_are_found_where_they_are():
    found = dependence.table_of_endogenous_thresholds(samples=2, sizes=SMALL)
    staged = found[found["estimator"] == "two-stage least squares"].set_index("change")
    assert staged.loc[1.0, "linearity rejects at 5 %"] == 1
    assert staged.loc[1.0, "threshold, mean absolute error"] < 0.5
    assert np.isfinite(found["linearity rejects at 5 %"]).all()

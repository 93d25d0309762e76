"""Sums and differences of coefficients equal coefficients of the same equation written anew."""

import numpy as np
import pytest
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError

FRAME = grunfeld.load_pandas().data.assign(
    both=lambda frame: frame["value"] + frame["capital"],
    gap=lambda frame: frame["capital"] - frame["value"],
    centred=lambda frame: frame["capital"] - 300,
)
SPEC = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
)


def parts(row):
    return [
        row["estimate"],
        row["std_error"],
        row["statistic"],
        row["p_value"],
        row["conf_low"],
        row["conf_high"],
    ]


def numbers(found):
    return [
        found.estimate, found.std_error, found.statistic, found.p_value, found.conf_low, found.conf_high,
    ]  # fmt: skip


@pytest.mark.parametrize("covariance", [dm.Unadjusted(), dm.Robust(), dm.Clustered("firm")])
@pytest.mark.parametrize(
    ("weights", "regressors", "term"),
    [
        # b_v v + b_c c = (b_v + b_c) v + b_c (c - v) = (b_c - b_v) c + b_v (v + c)
        ({"value": 1, "capital": 1}, ("value", "gap"), "value"),
        ({"capital": 1, "value": -1}, ("capital", "both"), "capital"),
    ],
)
def test_it_is_a_coefficient_of_the_equation_written_anew(covariance, weights, regressors, term):
    spec = SPEC.replace(covariance=covariance)
    found = dm.linear_combination(dm.estimate(spec, FRAME), weights)
    anew = dm.estimate(spec.replace(regressors=regressors), FRAME).coefficients.loc[term]
    np.testing.assert_allclose(numbers(found), parts(anew), rtol=1e-8)


def test_an_effect_at_a_value_of_the_moderator_is_that_of_the_centred_equation():
    spec = SPEC.replace(regressors=("value", "capital", "value:capital"))
    found = dm.linear_combination(dm.estimate(spec, FRAME), {"value": 1, "value:capital": 300})
    anew = dm.estimate(
        SPEC.replace(regressors=("value", "centred", "value:centred")), FRAME
    ).coefficients.loc["value"]
    np.testing.assert_allclose(numbers(found), parts(anew), rtol=1e-7)


def test_its_square_is_the_wald_test():
    result = dm.estimate(SPEC, FRAME)
    found = dm.linear_combination(result, {"capital": 1})
    test = dm.wald_test(result, "capital")
    assert found.statistic**2 == pytest.approx(test.statistic, rel=1e-12)
    assert found.p_value == pytest.approx(test.p_value, rel=1e-9)
    assert found.df == test.df_denominator == 10


def test_the_null_moves_the_test_and_not_the_interval():
    result = dm.estimate(SPEC, FRAME)
    zero, other = (dm.linear_combination(result, {"capital": 1}, null=null) for null in (0.0, 0.3))
    assert (zero.conf_low, zero.conf_high) == (other.conf_low, other.conf_high)
    assert other.statistic == pytest.approx((zero.estimate - 0.3) / zero.std_error)


def test_wrong_names_and_weights_are_named():
    result = dm.estimate(SPEC, FRAME)
    with refused(SpecificationError, "names.unknown_term", near="capital"):
        dm.linear_combination(result, {"captial": 1})
    for weights in ({}, {"value": np.nan}):
        with refused(SpecificationError, "arguments.value_outside", argument="weights"):
            dm.linear_combination(result, weights)
    with refused(SpecificationError, "arguments.value_outside", argument="level"):
        dm.linear_combination(result, {"value": 1}, level=95)
    with refused(EstimationError, "inference.combination_without_variance"):
        dm.linear_combination(result, {"value": 0})

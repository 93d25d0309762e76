"""Functions of coefficients and hypotheses: read by a grammar, exact derivatives, the tests of other engines."""

import contextlib

import numpy as np
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import Fault
from digimfg.postestimation.expressions import parse_equations, parse_expression

FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification("invest", ("value", "capital", "capital^2"), covariance=dm.Unadjusted())
RESULT = dm.estimate(SPEC, FRAME)
VALUES = {"a": 1.7, "b": 0.4, "a:b": 2.5, "x^2": -0.3, "地区[东]": 0.9, "log(x)": 1.1, "L.y": 0.6}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a/b", 1.7 / 0.4),
        ("-a^2", -(1.7**2)),
        ("2^-1", 0.5),
        ("a:b - a*b", 2.5 - 1.7 * 0.4),
        ("-log(x)/(2*x^2)", -1.1 / (2 * -0.3)),
        ("log(a) + exp(b)", np.log(1.7) + np.exp(0.4)),
        ("地区[东]*1e2", 90.0),
        ("_b[地区[东]] - `L.y`", 0.3),
        ("a/(1-L.y)", 1.7 / 0.4),
        ("sqrt(abs(-b)) - 3.5", np.sqrt(0.4) - 3.5),
        ("2^3^2", 512.0),
    ],
)
def test_expressions_have_the_value_and_the_gradient_of_arithmetic(text, value):
    found = parse_expression(text, VALUES)
    assert found.value == pytest.approx(value, rel=1e-12)
    for place, name in enumerate(VALUES):
        up, down = (
            parse_expression(text, VALUES | {name: VALUES[name] + step}).value for step in (1e-6, -1e-6)
        )
        assert found.gradient[place] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Fault.of("postestimation.number_lacking", place=1)),
        ("a +", Fault.of("postestimation.number_lacking", place=4)),
        ("a**b", Fault.of("postestimation.number_lacking", place=3)),
        ("a; b", Fault.of("postestimation.operator_lacking", place=2)),
        ("a b", Fault.of("postestimation.operator_lacking", place=3)),
        ("a^b", Fault.of("postestimation.power_not_a_number", place=4)),
        ("0^-1", "postestimation.power_undefined"),
        ("(-a)^0.5", "postestimation.power_undefined"),
        ("1/0", Fault.of("postestimation.divisor_zero", place=4)),
        ("log(-a)", Fault.of("postestimation.argument_not_positive", place=8)),
        ("exp(1000)", "postestimation.number_too_large"),
        ("(" * 80 + "a" + ")" * 80, "terms.nested_too_deep"),
        ("`a", "terms.backtick_not_closed"),
        *((text, "names.unknown_name") for text in ("__import__('os')", "a.real", "c", "lambda: a", "a[0]")),
    ],
)
def test_what_is_no_expression_is_refused_at_its_place(text, kind):
    with refused(dm.SpecificationError, kind):
        parse_expression(text, VALUES)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:^2.+-*/()=, `[]_elogxp0", max_size=30))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_expression, parse_equations):
        with contextlib.suppress(dm.SpecificationError):
            parse(text, VALUES)


def test_tests_are_those_of_statsmodels():
    other = smf.ols("invest ~ value + capital + I(capital**2)", FRAME).fit()
    found = dm.test(RESULT, "value = capital, 2*value = 0.2")
    expected = other.f_test("value = capital, 2*value = 0.2")
    assert (found.statistic, found.p_value) == pytest.approx(
        (float(expected.fvalue), float(expected.pvalue)), rel=1e-8
    )
    assert found.df_denominator == expected.df_denom


def test_one_function_is_tested_as_its_linear_combination():
    alone = dm.nlcom(RESULT, "value - 2*capital", null=0.1)
    other = dm.linear_combination(RESULT, {"value": 1, "capital": -2}, null=0.1)
    assert (alone.estimate, alone.std_error, alone.p_value, alone.conf_low) == pytest.approx(
        (other.estimate, other.std_error, other.p_value, other.conf_low)
    )
    assert dm.test(RESULT, "value - 2*capital = 0.1").p_value == pytest.approx(other.p_value)


def test_a_turning_point_has_the_error_of_the_delta_method():
    found = dm.nlcom(RESULT, "-capital/(2*`capital^2`)")
    b, v = RESULT.coefficients["estimate"], RESULT.covariance_matrix
    g = np.array([-1 / (2 * b["capital^2"]), b["capital"] / (2 * b["capital^2"] ** 2)])
    names = ["capital", "capital^2"]
    assert found.std_error == pytest.approx(float(np.sqrt(g @ v.loc[names, names].to_numpy() @ g)))


@pytest.mark.parametrize("text", ["value = value", "value = 0, 2*value = 0", "value = 0, value = 1"])
def test_restrictions_that_repeat_or_contradict_are_refused(text):
    with refused(dm.EstimationError, "postestimation.restrictions_singular"):
        dm.test(RESULT, text)


def test_a_nonlinear_hypothesis_says_so():
    assert dm.test(RESULT, "value*capital = 0").notes[0].kind == "nonlinear_restriction"
    assert dm.test(RESULT, "value = capital = 0").df_numerator == 2
    assert not dm.test(RESULT, "value = capital").notes

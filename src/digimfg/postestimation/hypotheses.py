"""Functions and hypotheses of coefficients, as written: the delta method and Wald's test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.distributions.student import quadratic_form
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Finite, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.postestimation.expressions import Dual, parse_equations, parse_expression
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.terms.scanner import shortened
from digimfg.text import Text

__all__ = ["CoefficientFunction", "HypothesisTest", "nlcom", "test"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Function of coefficients", "系数函数"))
@dataclass(frozen=True, kw_only=True, slots=True)
class CoefficientFunction:
    """The answer of `nlcom`; `df` is ``None`` where the distribution is normal or a bootstrap's."""

    expression: str
    null: float
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    df: float | None
    level: Share = 0.95
    notes: tuple[Text, ...] = ()


@checked
@shown(Text("Test of restrictions", "约束检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class HypothesisTest:
    """The answer of `test`; `df_denominator` is ``None`` where it is no F (chi-squared, or a bootstrap)."""

    hypothesis: str
    statistic: float
    df_numerator: float
    df_denominator: float | None
    p_value: float
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
def nlcom(result: Result, expression: str, *, null: Finite = 0.0, level: Share = 0.95) -> CoefficientFunction:
    r"""Return a function of coefficients with its error by the delta method, as Stata's ``nlcom``.

    :math:`\sqrt{g'Vg}`, g the exact gradient of the function. Statistic and interval take the distribution of
    the result's rows.

    Parameters
    ----------
    result
        Of any estimator.
    expression
        Of numbers, names in ``result.coefficients`` (also ``_b[name]``, or in backticks), ``+ - * / ^``,
        brackets, and exp, log, sqrt, abs. It is read by a grammar and never run as code.
    null
        Value tested.
    level
        Of the interval.

    Raises
    ------
    SpecificationError
        If the expression does not follow the grammar, names what is no coefficient (the nearest are named),
        or has no finite value.
    EstimationError
        If it has no variance.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> ratio = dm.nlcom(dm.estimate(spec, grunfeld.load_pandas().data), "capital/value")
    >>> round(ratio.estimate, 3), round(ratio.std_error, 3)
    (2.815, 0.401)
    """
    where = Text.of(f"dm.nlcom('{shortened(expression)}')")
    found = parse_expression(expression, _estimates(result))
    covariance = result.covariance_matrix.to_numpy(dtype=np.float64)
    variance = float(found.gradient @ covariance @ found.gradient)
    if not variance > 0:
        raise _no_variance(where, variance)
    error = variance**0.5
    ends = result.distribution.contrast(
        found.gradient, found.value, error, null=null, level=level, where=where
    )
    return CoefficientFunction(
        expression=expression,
        null=null,
        estimate=found.value,
        std_error=error,
        statistic=(found.value - null) / error,
        p_value=ends.p_value,
        conf_low=ends.conf_low,
        conf_high=ends.conf_high,
        df=ends.df if np.isfinite(ends.df) else None,
        level=level,
    )


@checked
@keeps_marks
def test(result: Result, hypothesis: str) -> HypothesisTest:
    r"""Test equations of coefficients jointly: linear ones as Stata's ``test``, others as its ``testnl``.

    :math:`r'(RVR')^{-1}r`, r the left less the right sides and R their gradient; divided by the number of
    equations it is F where the result's rows are t, else chi-squared; under bias-reduced errors (``"cr2"``)
    HTZ: see `wald_test`, which tests that terms are zero.

    Parameters
    ----------
    result
        Of any estimator.
    hypothesis
        ``"a = b, c = 0"``: equations between expressions, see `nlcom`; ``"a = b = c"`` is two.

    Raises
    ------
    SpecificationError
        If it does not follow the grammar, or names what is no coefficient (the nearest are named).
    EstimationError
        If equations repeat or contradict each other, or their covariance is singular.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.test(dm.estimate(spec, grunfeld.load_pandas().data), "value = 0.1, capital = 3*value")
    >>> found.df_numerator, round(found.p_value, 3)
    (2.0, 0.78)
    """
    where = Text.of(f"dm.test('{shortened(hypothesis)}')")
    found = parse_equations(hypothesis, _estimates(result))
    restrictions = np.array([each.gradient for each in found])
    left = np.array([each.value for each in found])
    covariance = restrictions @ result.covariance_matrix.to_numpy(dtype=np.float64) @ restrictions.T
    quadratic = quadratic_form(covariance, left, tolerance=1e-10)
    if np.isnan(quadratic) or not (np.diag(covariance) > 0).all():
        raise _no_variance(where, float(np.linalg.eigvalsh(covariance).min()))
    joint = result.distribution.joint(restrictions, quadratic, where=where)
    notes: tuple[Text, ...] = ()
    if not all(_linear(hypothesis, result, found)):
        notes = (note_of("postestimation.nonlinear_restriction"),)
    return HypothesisTest(
        hypothesis=hypothesis,
        statistic=joint.statistic,
        df_numerator=joint.df_numerator,
        df_denominator=joint.df_denominator,
        p_value=joint.p_value,
        notes=notes,
    )


def _estimates(result: Result) -> dict[str, float]:
    return {str(name): float(value) for name, value in result.coefficients["estimate"].items()}


def _linear(hypothesis: str, result: Result, found: list[Dual]) -> list[bool]:
    """Return for each equation whether its gradient is the same elsewhere."""
    elsewhere = {name: 1.5 * value + 0.25 for name, value in _estimates(result).items()}
    try:
        other = parse_equations(hypothesis, elsewhere)
    except SpecificationError:  # a function that does not exist there is not linear
        return [False]
    return [
        bool(np.allclose(one.gradient, two.gradient, rtol=1e-9, atol=1e-12))
        for one, two in zip(found, other, strict=True)
    ]


def _no_variance(where: Text, variance: float) -> EstimationError:
    return EstimationError.of("postestimation.restrictions_singular", where=where, got=f"{variance:g}")

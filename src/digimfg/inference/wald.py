"""Joint tests of coefficients: pre-trends, differences of subsamples, a block of terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.distributions.reference import joint_test
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.terms_of_design import A_TERM
from digimfg.marks import keeps_marks
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["JointTest", "WaldTest", "wald_test"]


@checked
@dataclass(frozen=True, slots=True)
class JointTest:
    """Declare a joint test: every term of `terms` is zero in one specification of an analysis."""

    specification: str
    terms: tuple[str, ...]


@checked
@shown(Text("Wald test", "Wald检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class WaldTest:
    """The answer of a joint test; `df_denominator` is ``None`` where it is no F (chi-squared, or a
    bootstrap).
    """

    terms: tuple[str, ...]
    statistic: float
    df_numerator: float
    df_denominator: float | None
    p_value: float
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
def wald_test(result: Result, terms: str | Iterable[str]) -> WaldTest:
    r"""Test that all the coefficients named are zero, by the distribution that their rows have.

    :math:`F=b'V^{-1}b/q` with q terms and the degrees of freedom of the result's t; chi-squared,
    :math:`b'V^{-1}b`, where the result is normal. Under bias-reduced errors (``"cr2"``) the test is HTZ of
    Pustejovsky & Tipton (2018, doi:10.1080/07350015.2016.1247004): :math:`\frac{\eta-q+1}{\eta q}b'V^{-1}b`
    is F with q and :math:`\eta-q+1` degrees of freedom. Bootstrapped rows (the effects of `Mediation`) have
    the single-step p value of Westfall & Young (1993), the share of draws whose smallest p value is at most
    that of the rows. Of one term p is that of its row.

    Parameters
    ----------
    result
        Of any estimator.
    terms
        Names in ``result.coefficients``.

    Raises
    ------
    SpecificationError
        If a term is not in the result (the nearest are named).
    EstimationError
        If the covariance of the terms is singular, as with fewer clusters than terms, too few clusters carry
        them, or a stored result does not hold the distribution of several of its rows.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> test = dm.wald_test(dm.estimate(spec, grunfeld.load_pandas().data), ("value", "capital"))
    >>> test.df_numerator, test.df_denominator
    (2.0, 10.0)
    """
    names = (terms,) if isinstance(terms, str) else tuple(terms)
    known = list(result.coefficients.index)
    for name in names:
        if name not in known:
            raise SpecificationError.unknown(
                name, known, where=Text("joint test", "联合检验"), expected=A_TERM, of="terms"
            )
    if len(names) == 0 or len(set(names)) < len(names):
        raise _singular(len(names))
    found = joint_test(
        result.coefficients["estimate"].to_numpy(dtype=np.float64),
        result.covariance_matrix.to_numpy(dtype=np.float64),
        [known.index(name) for name in names],
        result.distribution,
        where=Text("joint test", "联合检验"),
    )
    if found is None:
        raise _singular(len(names))
    return WaldTest(
        terms=names,
        statistic=found.statistic,
        df_numerator=found.df_numerator,
        df_denominator=found.df_denominator,
        p_value=found.p_value,
    )


def _singular(count: int) -> EstimationError:
    return EstimationError.of("inference.covariance_singular", count=count)

"""Linear combinations of coefficients: a sum, a difference, an effect at a value, with its error and
interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.terms_of_design import A_TERM
from digimfg.kinds import Entries, Finite, Share
from digimfg.marks import keeps_marks
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["LinearCombination", "linear_combination"]

_WHERE = Text("dm.linear_combination", "dm.linear_combination")


@checked
@shown(Text("Linear combination", "系数线性组合"))
@dataclass(frozen=True, kw_only=True, slots=True)
class LinearCombination:
    """The answer; `df` is ``None`` where the distribution is normal or a bootstrap's."""

    weights: Mapping[str, float]
    null: float
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    df: float | None
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
def linear_combination(
    result: Result,
    weights: Annotated[Mapping[str, Finite], Entries(1)],
    *,
    null: Finite = 0.0,
    level: Share = 0.95,
) -> LinearCombination:
    """Return c'b, its standard error √(c'Vc), and the test of c'b = `null`, as Stata's ``lincom`` and
    ``test``.

    The distribution is that of the rows: t or normal; under bias-reduced errors (``"cr2"``) t with
    Satterthwaite's degrees of freedom of this combination; of bootstrapped rows (the effects of `Mediation`)
    that of the combination in the draws. Rows with degrees of freedom of their own (the groups of
    `GroupDifference`) are combined at the fewest of theirs.

    Parameters
    ----------
    result
        Of any estimator.
    weights
        Name in ``result.coefficients`` → weight c; the others have none. ``{"x": 1, "z": -1}`` tests x = z,
        ``{"x": 1, "x:z": 2.5}`` is the effect of x where z is 2.5.
    null
        Value tested.
    level
        Of the interval.

    Raises
    ------
    SpecificationError
        If no weight is given, a term is not in the result (the nearest are named), or a number is not finite
        or `level` not between 0 and 1.
    EstimationError
        If the combination has no variance, or a stored result does not hold the distribution of combinations
        of rows.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> result = dm.estimate(spec, grunfeld.load_pandas().data)
    >>> difference = dm.linear_combination(result, {"capital": 1, "value": -1})
    >>> round(difference.estimate, 4), round(difference.p_value, 3)
    (0.1999, 0.001)
    """
    weights = dict(weights)
    _check(result, weights)
    places = {str(term): place for place, term in enumerate(result.coefficients.index)}
    c = np.zeros(len(places))
    for name, weight in weights.items():
        c[places[name]] = float(weight)
    estimate = float(c @ result.coefficients["estimate"].to_numpy(dtype=float))
    variance = float(c @ result.covariance_matrix.to_numpy(dtype=float) @ c)
    if not variance > 0:
        raise EstimationError.of("inference.combination_without_variance", where=_WHERE, got=f"{variance:g}")
    std_error = variance**0.5
    found = result.distribution.contrast(c, estimate, std_error, null=null, level=level, where=_WHERE)
    return LinearCombination(
        weights=dict(weights),
        null=null,
        estimate=estimate,
        std_error=std_error,
        statistic=(estimate - null) / std_error,
        p_value=found.p_value,
        conf_low=found.conf_low,
        conf_high=found.conf_high,
        df=found.df if np.isfinite(found.df) else None,
    )


def _check(result: Result, weights: Mapping[str, float]) -> None:
    known = [str(term) for term in result.coefficients.index]
    for name in weights:
        if name not in known:
            raise SpecificationError.unknown(name, known, where=_WHERE, expected=A_TERM, of="terms")

"""What a design could have found: the minimum detectable effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import scipy

from digimfg.arguments import checked
from digimfg.errors import SpecificationError
from digimfg.inference.terms_of_design import A_TERM
from digimfg.kinds import Share
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["minimum_detectable_effect"]


@checked
def minimum_detectable_effect(result: Result, term: str, *, power: Share = 0.8, level: Share = 0.05) -> float:
    r"""Return the size of effect that a two-sided test would have found with the power asked for.

    .. math:: (t_{1-\alpha/2} + t_{1-\beta}) \cdot \widehat{se}

    with the degrees of freedom of the result's t (each term's own under CR2), normal quantiles where it has
    none: 2.80 standard errors at 5 % and 80 %. A null estimate says something only of effects at least this
    large.

    Parameters
    ----------
    result
        Of any estimator.
    term
        Name in ``result.coefficients``.
    power, level
        1 - β and α, between 0 and 1.

    Raises
    ------
    SpecificationError
        If the term is not in the result, or `power` or `level` is not between 0 and 1.

    Notes
    -----
    Bloom (1995, Evaluation Review 19(5)).

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> result = dm.estimate(spec, grunfeld.load_pandas().data)
    >>> round(minimum_detectable_effect(result, "value"), 4)
    0.0469
    """
    known = list(result.coefficients.index)
    if term not in known:
        raise SpecificationError.unknown(
            term,
            known,
            where=Text("minimum detectable effect", "最小可识别效应"),
            expected=A_TERM,
            of="terms",
        )
    row = result.coefficients.loc[[term]].iloc[0]
    quantile = scipy.stats.t(float(result.distribution.df[known.index(term)])).ppf
    return float((quantile(1 - level / 2) + quantile(power)) * row["std_error"])

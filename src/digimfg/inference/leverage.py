"""HC2 and HC3: residuals corrected for the leverage of their rows, effects absorbed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.absorb import degrees_of_freedom
from digimfg.errors import EstimationError
from digimfg.inference.effect_projection import EffectProjection
from digimfg.inference.influence import slope_influence
from digimfg.inference.sandwich import sandwich
from digimfg.inference.small_sample import require_rows
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit

__all__ = ["LeverageCorrected", "leverage_covariance", "leverages"]

Floats = NDArray[np.float64]

_ONE = 1e-9
_NAMED = 3
_POWERS = {"hc2": 0.5, "hc3": 1.0}


@dataclass(frozen=True, kw_only=True, eq=False)
class LeverageCorrected:
    """Hold the covariance, its degrees of freedom, parameters absorbed, and notes."""

    covariance: Floats
    df: float
    df_absorbed: int
    largest: float
    notes: tuple[Text, ...]


def leverage_covariance(design: Design, fit: LinearFit) -> LeverageCorrected:
    r"""Return the HC2 or HC3 covariance of MacKinnon and White (1985).

    With h the leverages of regressors and all effects (`leverages`),

    .. math:: V = B\Big(\sum_i \frac{u_i^2}{(1-h_i)^\delta} x_i x_i'\Big)B

    and δ 1 for HC2, unbiased under equal variances, 2 for HC3, close to the jackknife. t has N-K-A degrees
    of freedom.

    Raises
    ------
    EstimationError
        If the leverage of a row is one, or there are not more rows than parameters.

    Notes
    -----
    doi:10.1016/0304-4076(85)90158-7. R: ``sandwich::vcovHC(lm(... + factor(i)), type = "HC3")``.
    """
    absorbed = degrees_of_freedom(design.effects)
    require_rows(design, len(fit.estimates) + absorbed)
    found = leverages(design, fit)
    alone = np.flatnonzero(found > 1 - _ONE)
    rule = design.specification.covariance.small_sample
    if len(alone):
        raise _leverage_one(design, rule, alone)
    influence = slope_influence(
        design.terms, design.regressors, fit.influence, fit.own, outcome=design.outcome
    )
    scaled = influence.rows / (1 - found)[:, None] ** _POWERS[rule]
    spread = sandwich(design, replace(influence, rows=scaled))
    return LeverageCorrected(
        covariance=spread.covariance,
        df=float(design.n_obs - len(fit.estimates) - absorbed),
        df_absorbed=absorbed,
        largest=float(found.max()),
        notes=spread.notes,
    )


def leverages(design: Design, fit: LinearFit) -> Floats:
    """Return the diagonal of the projection on regressors and effects, weights and all, shape (n,)."""
    mass = np.ones(design.n_obs) if fit.weights is None else fit.weights
    of_effects = EffectProjection(list(design.effects.values()), fit.weights).diagonal(design.n_obs)
    of_slopes = np.einsum("ij,jk,ik->i", fit.regressors, fit.bread, fit.regressors, optimize=True)
    found: Floats = mass * (of_effects + of_slopes)
    return found


def _leverage_one(design: Design, rule: str, rows: NDArray[np.int64]) -> EstimationError:
    keys = [(design.entity, design.entity_values), (design.time, design.time_values)]
    known = [(codes, values) for codes, values in keys if codes is not None and values is not None]
    named = [" ".join(str(values[codes[row]]) for codes, values in known) for row in rows[:_NAMED] if known]
    listed = ", ".join(named) + (", …" if named and len(rows) > len(named) else "")
    return EstimationError.of(
        "inference.leverage_of_one",
        where=f"dm.Robust({rule!r})",
        n=len(rows),
        listed=Text(f": {listed}", f"：{listed}") if listed else Text("", ""),
    )

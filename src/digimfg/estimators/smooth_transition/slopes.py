"""Slopes of a smooth transition once it is found, with errors that allow for its estimation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.smooth_transition.transition import (
    TransitionPanel,
    logistic,
    second_derivatives,
    slopes_of,
)
from digimfg.estimators.threshold.covariance import panel_covariance
from digimfg.estimators.threshold.search import demean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.design import Design
    from digimfg.estimators.smooth_transition.transition import Fitted
    from digimfg.text import Text

__all__ = ["Slopes", "slopes_and_errors"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Hold estimates: slopes at g = 0, their changes to g = 1, common slopes, then log slope and locations of
    the transition in units of the standardized variable (those that are free).

    Parameters
    ----------
    gradient
        Of the fit by all of these and period effects, less means by unit.
    share
        g, shape (n,).
    curved
        Whether the errors use the whole second derivative of the sum of squares.
    """

    estimates: Floats
    covariance: Floats
    n_moving: int
    df_resid: float
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]
    gradient: Floats
    residual: Floats
    share: Floats
    curved: bool


def slopes_and_errors(
    panel: TransitionPanel,
    transition: Fitted,
    design: Design,
    order: Codes,
    *,
    names: tuple[str, ...],
    effects: dict[str, Codes],
) -> Slopes:
    """Return slopes by least squares given the transition, and errors of slopes and transition together.

    With X the gradient and u the residuals the bread is the inverse of X'X less the second derivatives times
    u, where that is positive definite, else of X'X.
    """
    k = panel.moving.shape[1]
    gamma = float(np.exp(transition.slope))
    share, by = logistic(panel.value, gamma, transition.locations)
    second = second_derivatives(panel.value, gamma, transition.locations)
    # by the log of the slope, in which the search goes
    inner = np.array([gamma, *np.ones(len(transition.locations))])
    second = second * inner[:, None] * inner
    second[:, 0, 0] += gamma * by[:, 0]
    by = by * inner
    columns = np.hstack(
        [demean(panel.moving, panel.unit), demean(panel.moving * share[:, None], panel.unit), panel.common]
    )
    slopes = slopes_of(columns, panel.outcome)
    residual = panel.outcome - columns @ slopes
    change = panel.moving @ slopes[k : 2 * k]
    free = np.flatnonzero(transition.free)
    pulls = demean(by[:, free] * change[:, None], panel.unit)
    n_slopes = len(names)
    shape = ("gamma", *(f"location[{place + 1}]" for place in range(len(transition.locations))))
    gradient = np.hstack([columns[:, :n_slopes], pulls, columns[:, n_slopes:]])
    size = gradient.shape[1]
    bend = np.zeros((size, size))
    at = slice(n_slopes, n_slopes + len(free))
    # the residuals have mean zero in every unit, so columns need not be freed of their means here
    mixed = np.einsum("n,nk,nj->kj", residual, panel.moving, by[:, free])
    bend[k : 2 * k, at], bend[at, k : 2 * k] = -mixed, -mixed.T
    bend[at, at] = -np.einsum("n,njk->jk", residual * change, second[:, free][:, :, free])
    length = np.linalg.norm(gradient, axis=0)
    length = np.where(length > 0, length, 1.0)
    whole = (gradient.T @ gradient + bend) / np.outer(length, length)
    curved = bool(np.linalg.eigvalsh(whole)[0] > 1e-10)
    covariance, df_resid, statistics, notes = panel_covariance(
        design,
        gradient,
        residual,
        order,
        names=(*names, *(shape[place] for place in free)),
        effects=effects,
        curvature=bend if curved else None,
    )
    count = n_slopes + len(free)
    return Slopes(
        estimates=np.concatenate(
            [slopes[:n_slopes], np.array([transition.slope, *transition.locations])[free]]
        ),
        covariance=covariance[:count, :count],
        n_moving=k,
        df_resid=df_resid,
        statistics=statistics,
        notes=notes,
        gradient=gradient,
        residual=residual,
        share=share,
        curved=curved,
    )

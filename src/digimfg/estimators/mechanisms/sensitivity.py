"""How strong must an unobserved confounder of mediator and outcome be to explain the mediated effect away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.estimators.mechanisms.bootstrap import Draws, percentile
from digimfg.estimators.mechanisms.model import solve

__all__ = ["RHO", "acme", "sensitivity_tables"]

Floats = NDArray[np.float64]

RHO: Floats = np.round(np.linspace(-0.95, 0.95, 39), 2)
"""Correlations at which the effect is computed."""


def acme(moments: Floats, n_controls: int, n_mediators: int) -> Floats:
    r"""Return for every mediator the correlation at which its effect is zero, two R², and its effect at each
    of `RHO`.

    .. math:: \delta(\rho)=\frac{\beta_2\sigma_1}{\sigma_2}\left[\tilde\rho-
       \rho\sqrt{(1-\tilde\rho^2)/(1-\rho^2)}\right]

    with the effect β₂ of the treatment on the mediator, σ₁ and σ₂ the standard deviations of outcome and
    mediator given treatment and controls, and ρ̃ their correlation, which is also the ρ at which the effect
    is zero (Imai, Keele & Yamamoto 2010, Statistical Science 25(1), 51-71). Each mediator is taken by itself.

    Returns
    -------
    ndarray
        Shape (R, mediators · (3 + ρ)): ρ̃, R² of the mediator's equation, R² of the outcome's, effects.
    """
    base = [*range(n_controls), n_controls]
    outcome = moments.shape[1] - 1
    blocks = []
    for mediator in range(n_controls + 1, n_controls + 1 + n_mediators):
        on_m, on_y = solve(moments, base, mediator), solve(moments, base, outcome)
        places = [*base, mediator]
        on_both = solve(moments, places, outcome)
        left_m = moments[:, mediator, mediator] - np.sum(on_m * moments[:, base, mediator], axis=1)
        left_y = moments[:, outcome, outcome] - np.sum(on_y * moments[:, base, outcome], axis=1)
        cross = moments[:, mediator, outcome] - np.sum(on_m * moments[:, base, outcome], axis=1)
        left_both = moments[:, outcome, outcome] - np.sum(on_both * moments[:, places, outcome], axis=1)
        zero = cross / np.sqrt(left_m * left_y)
        scale = on_m[:, -1] * np.sqrt(left_y / left_m)
        bend = np.sqrt(np.maximum(1 - zero**2, 0))[:, None] / np.sqrt(1 - RHO**2)
        effects = scale[:, None] * (zero[:, None] - RHO * bend)
        explained_m = 1 - left_m / moments[:, mediator, mediator]
        explained_y = 1 - left_both / moments[:, outcome, outcome]
        blocks.append(np.column_stack([zero, explained_m, explained_y, effects]))
    return np.hstack(blocks)


def sensitivity_tables(draws: Draws, mediators: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the effect at every correlation, and where it is zero, as tables with percentile intervals.

    ``r2_star_product`` is the product of the shares of unexplained variance that the confounder explains, ρ²;
    ``r2_tilde_product`` that of the shares of total variance, ρ²(1-R²_M)(1-R²_Y) (within the effects, where
    there are).
    """
    low, high, _ = percentile(draws)
    curves, zeros = [], []
    width = 3 + len(RHO)
    for j, mediator in enumerate(mediators):
        start = j * width
        zero, explained_m, explained_y = draws.estimate[start : start + 3]
        unexplained = (1 - explained_m) * (1 - explained_y)
        curve = slice(start + 3, start + width)
        curves.append(
            pd.DataFrame(
                {
                    "mediator": mediator,
                    "rho": RHO,
                    "estimate": draws.estimate[curve],
                    "conf_low": low[curve],
                    "conf_high": high[curve],
                    "r2_star_product": RHO**2,
                    "r2_tilde_product": RHO**2 * unexplained,
                }
            )
        )
        zeros.append(
            {
                "rho_at_zero": zero,
                "conf_low": low[start],
                "conf_high": high[start],
                "r2_star_product": zero**2,
                "r2_tilde_product": zero**2 * unexplained,
                "r2_mediator": explained_m,
                "r2_outcome": explained_y,
            }
        )
    index = pd.Index(list(mediators), name="mediator", dtype=object)
    return pd.concat(curves, ignore_index=True), pd.DataFrame(zeros, index=index)

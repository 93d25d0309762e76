"""Whose shocks make the errors of forecasts: the decomposition of variance of a panel VAR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.estimators.panel_var.draws import draw_units, draws_note
from digimfg.estimators.panel_var.fit import PanelVARFit
from digimfg.estimators.panel_var.paths import (
    Horizon,
    Order,
    answering_draws,
    check_path,
    ordered,
    response_path,
)
from digimfg.kinds import DrawsOrNone, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.ordered_index import ordered_index
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VarianceDecomposition", "variance_decomposition"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Decomposition of forecast variance", "预测误差方差分解"))
@dataclass(frozen=True, kw_only=True, eq=False)
class VarianceDecomposition:
    """Hold shares of the variance of forecast errors.

    Parameters
    ----------
    shares
        Index ``(response, impulse, horizon)``, horizons from 1; columns ``estimate`` (shares of one response
        and horizon sum to one), and with draws ``std_error conf_low conf_high``.
    order
        Variables as orthogonal shocks enter.
    statistics
        ``draws level seed horizon``.
    notes
        What a reader must know.
    """

    shares: pd.DataFrame
    order: tuple[str, ...]
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def variance_decomposition(
    fit: PanelVARFit,
    horizon: Horizon = 10,
    *,
    order: Order = None,
    draws: DrawsOrNone = 500,
    level: Share = 0.95,
    seed: Seed = 0,
) -> VarianceDecomposition:
    r"""Return the share of each orthogonal shock in the variance of each variable's forecast errors.

    .. math:: \omega_{kj}(h) = \frac{\sum_{s<h}(e_k'\Phi_sPe_j)^2}{\sum_{s<h}e_k'\Phi_s\Sigma\Phi_s'e_k}

    (Lütkepohl 2005, doi:10.1007/978-3-540-27752-1).

    Parameters
    ----------
    fit
        From `fit_panel_var`.
    horizon
        Longest forecast.
    order
        As in `impulse_responses`; shares depend on it.
    draws, level, seed
        As in `impulse_responses`.

    Raises
    ------
    SpecificationError
        If `order` does not name each variable once.
    EstimationError
        If draws do not identify the model.

    Examples
    --------
    >>> import numpy as np, pandas as pd, digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> y = np.zeros((200, 12, 2))
    >>> for t in range(1, 12):
    ...     y[:, t] = y[:, t - 1] @ np.array([[0.5, 0.3], [0.0, 0.4]]) + rng.normal(size=(200, 2))
    >>> frame = pd.DataFrame({"id": np.repeat(range(200), 12), "year": np.tile(range(12), 200),
    ...     "a": y[..., 0].ravel(), "b": y[..., 1].ravel()})
    >>> fit = dm.fit_panel_var(dm.PanelVAR(("a", "b"), entity="id", time="year", collapse=True), frame)
    >>> variance_decomposition(fit, 3, draws=0).shares.loc[("b", "a"), "estimate"].round(2).tolist()
    [0.0, 0.08, 0.13]
    """
    import pandas as pd

    variables = fit.model.variables
    chosen = ordered(variables, order, "orthogonal")
    size = len(variables)
    lagged = fit.coefficients["estimate"].to_numpy().reshape(size, -1)[:, : size * fit.model.lags]

    def shares(path: Floats) -> Floats:
        summed = (path / np.abs(path).max(axis=(-3, -1), keepdims=True)) ** 2
        summed = summed.cumsum(axis=-3)
        found = summed / summed.sum(axis=-1, keepdims=True)
        return np.asarray(np.moveaxis(found, -3, -1))

    def paths(coefficients: Floats, covariance: Floats) -> Floats:
        return response_path(
            coefficients, covariance, fit.model.lags, horizon - 1, "orthogonal", chosen, False
        )

    point = paths(lagged, fit.error_covariance.to_numpy())
    check_path(point, horizon)
    levels = (variables, variables, range(1, horizon + 1))
    index = ordered_index(list(product(*levels)), ("response", "impulse", "horizon"), levels)
    table = pd.DataFrame({"estimate": shares(point).ravel()}, index=index)
    notes: list[Text] = [
        note_of("panel_var.orthogonal_shocks_in_order", names=[variables[place] for place in chosen])
    ]
    if draws:
        found = draw_units(fit, draws, seed)
        found, drawn_paths = answering_draws(found, paths(found.coefficients, found.error_covariance))
        drawn = shares(drawn_paths).reshape(len(drawn_paths), -1)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        table = table.assign(std_error=drawn.std(axis=0, ddof=1), conf_low=low, conf_high=high)
        notes += draws_note(found, seed, level, bands=False)
    return VarianceDecomposition(
        shares=table,
        order=tuple(variables[place] for place in chosen),
        statistics={
            "draws": float(draws),
            "level": level,
            "seed": float(seed),
            "horizon": float(horizon),
        },
        notes=tuple(notes),
    )

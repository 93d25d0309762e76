"""Responses of a panel VAR to shocks: orthogonal, generalised or of one unit, with bands from draws of
units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.estimators.panel_var.draws import draw_units, draws_note, simultaneous_factor
from digimfg.estimators.panel_var.fit import PanelVARFit
from digimfg.estimators.panel_var.paths import (
    Horizon,
    Order,
    Shock,
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

__all__ = [
    "ImpulseResponses",
    "impulse_responses",
]

Floats = NDArray[np.float64]


@checked
@shown(Text("Impulse responses", "脉冲响应"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ImpulseResponses:
    """Hold how each variable answers to a shock in each.

    Parameters
    ----------
    responses
        Index ``(impulse, response, horizon)``; columns ``estimate``, and with draws ``std_error conf_low
        conf_high`` (percentiles) and ``band_low band_high``, which cover the whole path of a pair at once.
    shock, cumulative
        As asked for.
    order
        Variables as orthogonal shocks enter; empty for other shocks.
    statistics
        ``draws level seed horizon``.
    notes
        What a reader must know.
    """

    responses: pd.DataFrame
    shock: Shock
    cumulative: bool
    order: tuple[str, ...]
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def impulse_responses(
    fit: PanelVARFit,
    horizon: Horizon = 10,
    *,
    shock: Shock = "orthogonal",
    order: Order = None,
    cumulative: bool = False,
    draws: DrawsOrNone = 500,
    level: Share = 0.95,
    seed: Seed = 0,
) -> ImpulseResponses:
    r"""Return how the variables of a panel VAR answer to shocks.

    :math:`\Phi_hP` for shocks of one standard deviation made orthogonal by the Cholesky factor
    :math:`\Sigma=PP'` in an order of the variables; :math:`\Phi_h\Sigma e_j/\sqrt{\sigma_{jj}}` for
    generalised shocks, which need no order (Pesaran and Shin 1998, doi:10.1016/S0165-1765(97)00214-0);
    :math:`\Phi_h` for a rise by one unit; :math:`\Phi_h` from the companion matrix.

    Parameters
    ----------
    fit
        From `fit_panel_var`.
    horizon
        Last period after the shock.
    shock
        ``"orthogonal"``, ``"generalised"`` or ``"unit"``.
    order
        All variables, those that answer last to others first; by default the model's. Orthogonal shocks only.
    cumulative
        Sums over periods.
    draws
        Of whole units with replacement; every draw estimates the model again. 0 for no bands.
    level, seed
        Of the bands.

    Raises
    ------
    SpecificationError
        If `order` does not name each variable once, or is given for shocks without one.
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
    >>> impulse_responses(fit, 2, shock="unit", draws=0).responses.loc[("a", "b"),
    ...     "estimate"].round(1).tolist()
    [0.0, 0.3, 0.3]
    """
    import pandas as pd

    variables = fit.model.variables
    chosen = ordered(variables, order, shock)
    size = len(variables)
    lagged = fit.coefficients["estimate"].to_numpy().reshape(size, -1)[:, : size * fit.model.lags]
    path = response_path(
        lagged, fit.error_covariance.to_numpy(), fit.model.lags, horizon, shock, chosen, cumulative
    )
    check_path(path, horizon)
    levels = (variables, variables, range(horizon + 1))
    index = ordered_index(list(product(*levels)), ("impulse", "response", "horizon"), levels)
    table = pd.DataFrame({"estimate": _long(path)}, index=index)
    notes = list(_notes(variables, chosen, shock, cumulative))
    if draws:
        found = draw_units(fit, draws, seed)
        paths = response_path(
            found.coefficients, found.error_covariance, fit.model.lags, horizon, shock, chosen, cumulative
        )
        found, paths = answering_draws(found, paths)
        drawn = np.moveaxis(paths, (-1, -2, -3), (1, 2, 3)).reshape(len(paths), -1)
        spread = drawn.std(axis=0, ddof=1)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        factor = np.repeat(
            [
                simultaneous_factor(each, level)
                for each in np.moveaxis(drawn.reshape(len(drawn), size**2, -1), 1, 0)
            ],
            horizon + 1,
        )
        centre = table["estimate"].to_numpy()
        table = table.assign(
            std_error=spread,
            conf_low=low,
            conf_high=high,
            band_low=centre - factor * spread,
            band_high=centre + factor * spread,
        )
        notes += draws_note(found, seed, level)
    return ImpulseResponses(
        responses=table,
        shock=shock,
        cumulative=cumulative,
        order=tuple(variables[place] for place in chosen) if shock == "orthogonal" else (),
        statistics={
            "draws": float(draws),
            "level": level,
            "seed": float(seed),
            "horizon": float(horizon),
        },
        notes=tuple(notes),
    )


def _long(path: Floats) -> Floats:
    """Return (horizon, response, impulse) as one column: impulse, response, horizon."""
    return np.asarray(np.moveaxis(path, (2, 1, 0), (0, 1, 2)).ravel())


def _notes(variables: tuple[str, ...], chosen: tuple[int, ...], shock: Shock, cumulative: bool) -> list[Text]:
    kinds = {
        "orthogonal": note_of("panel_var.orthogonal_shocks", names=[variables[place] for place in chosen]),
        "generalised": note_of("panel_var.generalised_shocks"),
        "unit": note_of("panel_var.rise_by_one_unit"),
    }
    summed: list[Text] = [note_of("panel_var.cumulative")] if cumulative else []
    return [kinds[shock], *summed]

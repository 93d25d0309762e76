"""Consistent first estimates for the bias approximation, by instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.gmm.assembly import assemble
from digimfg.estimators.gmm.levels import GMMInstruments, Levels
from digimfg.estimators.gmm.moments import estimate_first_step

if TYPE_CHECKING:
    from digimfg.estimators.lsdv.correction import DynamicPanel

__all__ = ["InitialEstimator", "initial_estimate"]

Floats = NDArray[np.float64]
InitialEstimator = Literal["anderson_hsiao", "arellano_bond", "blundell_bond"]


def initial_estimate(panel: DynamicPanel, kind: InitialEstimator) -> Floats:
    """Return one-step estimates, the lag first.

    Parameters
    ----------
    kind
        ``"anderson_hsiao"``: differences, instrument :math:`y_{t-2}`. ``"arellano_bond"``: difference GMM
        with all lags. ``"blundell_bond"``: system GMM. The regressors stand for themselves.
    """
    n_entities, n_periods = panel.used.shape
    entity, period = np.nonzero(panel.used)
    grid = np.full((n_entities, n_periods + 1), np.nan)
    grid[entity, period] = panel.lagged[entity, period]
    grid[entity, period + 1] = panel.outcome[entity, period]
    columns = panel.columns()[entity, period]
    names = tuple(str(position) for position in range(columns.shape[1]))
    exogenous = {name: columns[:, [i + 1]] for i, name in enumerate(names[1:])}
    only_one = kind == "anderson_hsiao"
    assembly = assemble(
        Levels(
            outcome=panel.outcome[entity, period],
            regressors=columns,
            names=names,
            entity=entity.astype(np.int64),
            period=period.astype(np.int64) + 1,
            grids={"y": grid},
            exogenous=exogenous,
            level_instruments={},
            time_effects=False,
        ),
        (GMMInstruments("y", first=2, last=2 if only_one else None, collapse=only_one),),
        system=kind == "blundell_bond",
        transformation="difference",
        collapse=False,
        weighting="full",
        components=None,
    )
    found = dict(zip(assembly.names, estimate_first_step(assembly.system).coefficients, strict=False))
    return np.array([found.get(name, 0.0) for name in names])

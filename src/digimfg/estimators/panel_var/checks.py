"""Refuse panels from which no vector autoregression can be estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import EstimationError
from digimfg.estimators.gmm.assembly import Assembly
from digimfg.labels import term_label

if TYPE_CHECKING:
    from digimfg.estimators.panel_var.data import VARPanel
    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["check_count", "check_independence", "check_variation"]


def check_variation(model: PanelVAR, panel: VARPanel) -> None:
    """Raise where a variable is constant within units, up to rounding."""
    n = int(panel.entity.max()) + 1
    counts = np.bincount(panel.entity, minlength=n)
    still = []
    for name, values in zip(model.variables, panel.outcomes.T, strict=True):
        means = np.bincount(panel.entity, weights=values, minlength=n) / counts
        if np.abs(values - means[panel.entity]).max() <= 1e-12 * np.abs(values).max():
            still.append(term_label(name))
    if still:
        raise EstimationError.of("panel_var.no_variation", names=still)


def check_independence(model: PanelVAR, panel: VARPanel, assembly: Assembly) -> None:
    """Raise where a lag has no variation of its own; of other terms the assembly has left a note."""
    lost = [
        name
        for name in panel.names[: model.lags * len(model.variables)]
        if name not in assembly.names[: assembly.n_reported]
    ]
    if lost:
        raise EstimationError.of("panel_var.lags_collinear", names=[term_label(x) for x in lost])


def check_count(model: PanelVAR, n_instruments: int, n_columns: int, n_entities: int) -> None:
    """Raise unless instruments are as many as coefficients, and moments no more than units."""
    if n_instruments < n_columns:
        raise EstimationError.of("panel_var.too_few_instruments", got=str(n_instruments), n=n_columns)
    n_moments = n_instruments * len(model.variables)
    if n_moments > n_entities and model.steps == 2 and not model.allow_many_instruments:
        raise EstimationError.of(
            "panel_var.more_moments_than_units",
            n=n_entities,
            n_found=n_moments,
            each=n_instruments,
            m=len(model.variables),
        )

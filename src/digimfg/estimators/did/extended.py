"""The extended two-way regression: a coefficient for every cohort and period, covariates by each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Cells, Effects, aggregate_cells
from digimfg.estimators.did.group_time import no_never_treated
from digimfg.estimators.did.imputation import with_leads
from digimfg.estimators.did.panel import leave_out
from digimfg.estimators.did.regression import fit_slopes
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.group_time import ControlGroup
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["LABEL", "cells_of", "covariates", "extended_effects", "unidentified", "with_comparison"]

Floats = NDArray[np.float64]
LABEL = Text("extended two-way fixed effects", "扩展双向固定效应")


def extended_effects(
    panel: StaggeredPanel, *, control_group: ControlGroup, notes: list[Text]
) -> tuple[StaggeredPanel, Effects, int]:
    r"""Return the effects by cohort and period of Wooldridge (2021, doi:10.2139/ssrn.3906345).

    .. math:: y_{it}=\alpha_i+\lambda_t+\sum_{g}\sum_{t\ge g}d_{ig}f_t\bigl(\tau_{gt}
        +\dot x_{igt}'\rho_{gt}\bigr)+x_{it}'\xi+\sum_gd_{ig}x_{it}'\zeta_g+\sum_tf_tx_{it}'\pi_t+u_{it}

    :math:`\dot x_{igt}` is x less its mean over the cell, so that :math:`\tau_{gt}` is the cell's average
    effect. Untreated rows of all units are the comparison, so without controls the effects are those of
    imputation; with ``"never_treated"`` cells before treatment, but for the last, get coefficients too. Means
    of covariates and shares of cohorts are taken as known (as R's etwfe).

    Returns
    -------
    panel, effects, count
        The panel used, its effects, and the number of slopes.

    Raises
    ------
    EstimationError
        If a cell is not identified, or no unit is left to compare with.
    """
    panel = with_comparison(panel)
    all_cells = control_group == "never_treated"
    pairs, columns = cells_of(panel, all_cells=all_cells)
    size = columns.sum(axis=0)
    fitted = fit_slopes(
        panel.outcome,
        np.hstack([columns, covariates(panel, columns, size)]),
        [panel.unit, panel.period],
    )
    if fitted.kept[: len(pairs)] != list(range(len(pairs))):
        raise unidentified([pairs[number] for number in range(len(pairs)) if number not in fitted.kept])
    cohort, time = np.array(pairs).T
    effects = aggregate_cells(
        Cells(
            cohort=cohort,
            time=time,
            estimate=fitted.estimate[: len(pairs)],
            influence=panel.summed(fitted.influence[:, : len(pairs)]),
            weight=size,
            member=None,
            size=size,
        )
    )
    if not all_cells:
        effects = with_leads(panel, effects, np.flatnonzero(panel.untreated), notes)
    return panel, effects, len(fitted.kept)


def cells_of(panel: StaggeredPanel, *, all_cells: bool) -> tuple[list[tuple[float, float]], Floats]:
    """Return the cohorts and periods that get an effect, and a column of zeros and ones for each.

    Raises
    ------
    EstimationError
        If cells before treatment are asked for and no unit is never treated.
    """
    if all_cells and not np.isinf(panel.first).any():
        raise no_never_treated(panel)
    pairs: list[tuple[float, float]] = []
    for g in panel.cohorts:
        inside = np.unique(panel.time[panel.first == g])
        last = inside[inside < g - panel.anticipation][-1]
        pairs += [(float(g), float(t)) for t in inside if (t != last if all_cells else t > last)]
    if not pairs:
        raise EstimationError.of("did.nobody_treated", where=LABEL)
    place = {pair: number for number, pair in enumerate(pairs)}
    cell = np.array(
        [place.get(pair, -1) for pair in zip(panel.first.tolist(), panel.time.tolist(), strict=True)]
    )
    return pairs, (cell[:, None] == np.arange(len(pairs))).astype(np.float64)


def unidentified(lost: list[tuple[float, float]]) -> EstimationError:
    """Return the error that names cohorts and periods without an effect."""
    return EstimationError.of(
        "did.cells_without_untreated_rows",
        where=LABEL,
        n=len(lost),
        names=", ".join((f"({g:g}, {t:g})" for g, t in lost[:5])),
    )


def with_comparison(panel: StaggeredPanel) -> StaggeredPanel:
    """Leave out periods without an untreated row; cohorts treated from then on are not treated before."""
    held = np.unique(panel.period[panel.untreated])
    without = ~np.isin(panel.period, held)
    if not without.any():
        return panel
    gone = np.unique(panel.time[without])
    panel = leave_out(
        panel,
        without,
        note_of("did.periods_without_untreated", first=gone[0]),
    )
    last = panel.times[-1] if len(panel.times) else -np.inf
    panel = replace(
        panel,
        first=np.where(panel.first > last, np.inf, panel.first),
        cohorts=panel.cohorts[panel.cohorts <= last],
    )
    if not len(panel.cohorts):
        raise EstimationError.of("did.no_untreated_rows", where=LABEL)
    return panel


def covariates(panel: StaggeredPanel, cells: Floats, size: Floats) -> Floats:
    """Return the controls, by period, by cohort, and within each cell less its mean."""
    made: list[Floats] = [panel.controls]
    for values in panel.controls.T:
        means = cells.T @ values / size
        made.append(cells * (values[:, None] - means))
        made.append(np.column_stack([values * (panel.period == t) for t in range(1, len(panel.times))]))
        made.append(np.column_stack([values * (panel.first == g) for g in panel.cohorts]))
    return np.hstack(made)

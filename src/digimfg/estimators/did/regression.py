"""Regressions with unit and period effects behind difference-in-differences: two-way, saturated, stacked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from digimfg.design.absorb import absorb
from digimfg.design.collinearity import left_by_effects
from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Cells, Effects, Kind
from digimfg.estimators.did.panel import StaggeredPanel, leave_out
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Slopes", "fit_slopes", "saturated_effects", "two_way_effects"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Hold slopes and the influence of each row on them.

    Parameters
    ----------
    kept
        Places of the columns that are not collinear.
    estimate, residual
        Shapes (k,) and (n,).
    weighted
        The columns kept, freed of the effects, times the weights, shape (n, k).
    bread
        Inverse of their products.
    """

    kept: list[int]
    estimate: Floats
    residual: Floats
    weighted: Floats
    bread: Floats

    @cached_property
    def influence(self) -> Floats:
        """Return the influence of each row, shape (n, k)."""
        return np.asarray((self.weighted * self.residual[:, None]) @ self.bread)

    def summed(self, panel: StaggeredPanel, places: Sequence[int]) -> Floats:
        """Return `StaggeredPanel.summed` of the influence of every row of a panel on some slopes."""
        scores = (column * self.residual for column in self.weighted.T)
        return np.asarray(panel.summed_from(np.arange(len(self.residual)), scores) @ self.bread[:, places])


def fit_slopes(
    outcome: Floats, columns: Floats, effects: Sequence[Codes], weights: Floats | None = None
) -> Slopes:
    """Return least squares of an outcome on columns within effects; collinear columns are left out."""
    freed = absorb(np.column_stack([outcome, columns]), effects, weights) if effects else None
    y, x = (outcome, columns) if freed is None else (freed[:, 0], freed[:, 1:])
    weighted = x if weights is None else x * weights[:, None]
    gram = weighted.T @ x
    varies = left_by_effects(columns, x, weights) if effects else np.diag(gram) > 0
    kept = _independent(gram, varies)
    if len(kept) < x.shape[1]:
        x, weighted = x[:, kept], weighted[:, kept]
    bread = scaled_inverse(gram[np.ix_(kept, kept)])
    estimate = bread @ (weighted.T @ y)
    residual = y - x @ estimate
    return Slopes(kept=kept, estimate=estimate, residual=residual, weighted=weighted, bread=bread)


def _independent(gram: Floats, varies: NDArray[np.bool_]) -> list[int]:
    """Return the places of varying columns of which the columns before leave something (1e-5 of the norm)."""
    size = np.sqrt(np.diag(gram))
    kept: list[int] = []
    factor = np.zeros_like(gram)
    for place in range(len(gram)):
        if not varies[place]:
            continue
        count = len(kept)
        row = gram[kept, place] / size[kept] / size[place]
        row = solve_triangular(factor[:count, :count], row, lower=True) if count else row
        left = 1.0 - float(row @ row)
        if left > 1e-10:
            factor[count, :count], factor[count, count] = row, np.sqrt(left)
            kept.append(place)
    return kept


def saturated_effects(panel: StaggeredPanel, notes: list[Text]) -> tuple[StaggeredPanel, Cells, int]:
    r"""Return the cohort-by-event-time effects of Sun and Abraham (2021, doi:10.1016/j.jeconom.2020.09.006).

    .. math:: y_{it}=\alpha_i+\lambda_t+\sum_g\sum_{e\ne-1}\delta_{g,e}1(G_i=g)1(t-G_i=e)+\beta'x_{it}+u_{it}

    The never treated are the reference; without them the last cohort is, and periods in which it is treated
    are left out. Averages over cohorts weight by treated rows, taken as known (as R's fixest).

    Returns
    -------
    panel, cells, count
        The panel used, its effects, and the number of slopes.
    """
    if not np.isinf(panel.first).any():
        last = panel.cohorts[-1]
        panel = leave_out(
            panel,
            panel.time >= last - panel.anticipation,
            note_of("did.reference_cohort_treated", last=last),
        )
        if len(panel.cohorts) < 2:
            raise EstimationError.of("did.one_cohort_only", last=last)
        panel = replace(
            panel,
            first=np.where(panel.first == last, np.inf, panel.first),
            cohorts=panel.cohorts[panel.cohorts != last],
        )
        notes.append(note_of("did.last_cohort_is_reference", last=last))
    reference = panel.require_reference(Text("Sun–Abraham", "Sun–Abraham"))
    event = panel.time - panel.first
    pairs: list[tuple[float, float]] = []
    for g in panel.cohorts:
        inside = panel.first == g
        for e in np.unique(event[inside]):
            if e != reference:
                pairs.append((float(g), float(e)))
    columns = np.column_stack([(panel.first == g) & (event == e) for g, e in pairs]).astype(np.float64)
    fitted = fit_slopes(panel.outcome, np.hstack([columns, panel.controls]), [panel.unit, panel.period])
    places = [place for place, kept in enumerate(fitted.kept) if kept < len(pairs)]
    used = [pairs[fitted.kept[place]] for place in places]
    if len(used) < len(pairs):
        lost = len(pairs) - len(used)
        notes.append(note_of("did.collinear", lost=lost))
    if not any(e >= 0 for _, e in used):
        raise EstimationError.of("did.no_effect_identified")
    size = columns.sum(axis=0)[[fitted.kept[place] for place in places]]
    cohort = np.array([g for g, _ in used])
    cells = Cells(
        cohort=cohort,
        time=cohort + np.array([e for _, e in used]),
        estimate=fitted.estimate[places],
        influence=fitted.summed(panel, places),
        weight=size,
        member=None,
        size=size,
    )
    return panel, cells, len(fitted.kept)


def two_way_effects(panel: StaggeredPanel, notes: list[Text]) -> tuple[Effects, int]:
    """Return the two-way fixed-effects coefficient and its event study, the benchmark that heterogeneity
    biases.

    The simple aggregate is the slope of the treatment; event-time coefficients come from one regression on
    indicators of event time without the last before treatment (and, where nobody is never treated, without
    the earliest).
    """
    effects = [panel.unit, panel.period]
    treated = (panel.time >= panel.first).astype(np.float64)[:, None]
    static = fit_slopes(panel.outcome, np.hstack([treated, panel.controls]), effects)
    if 0 not in static.kept:
        raise EstimationError.of("did.treatment_absorbed")
    reference = panel.require_reference(Text("two-way fixed effects", "双向固定效应"))
    event = panel.time - panel.first
    finite = np.isfinite(event)
    times = [float(e) for e in np.unique(event[finite]) if e != reference]
    if np.all(np.isfinite(panel.first)):
        notes.append(note_of("did.event_time_left_out", times=times[0]))
        times = times[1:]
    columns = np.column_stack([event == e for e in times]).astype(np.float64)
    dynamic = fit_slopes(panel.outcome, np.hstack([columns, panel.controls]), effects)
    places = [place for place, kept in enumerate(dynamic.kept) if kept < len(times)]
    shown = [times[dynamic.kept[place]] for place in places]
    keys: list[tuple[Kind, object]] = [("aggregates", "simple")]
    estimates = [float(static.estimate[0])]
    influences = [static.influence[:, 0]]
    sizes = [float(treated.sum())]
    after = [place for place, e in zip(places, shown, strict=True) if e >= 0]
    if after:
        keys.append(("aggregates", "dynamic"))
        estimates.append(float(dynamic.estimate[after].mean()))
        influences.append(dynamic.influence[:, after].mean(axis=1))
        sizes.append(float(treated.sum()))
    for place, e in zip(places, shown, strict=True):
        keys.append(("event_study", e))
        estimates.append(float(dynamic.estimate[place]))
        influences.append(dynamic.influence[:, place])
        sizes.append(float(np.sum(event == e)))
    made = Effects(
        keys=tuple(keys),
        estimate=np.array(estimates),
        influence=panel.summed(np.column_stack(influences)),
        size=np.array(sizes),
        weights=np.empty((0, len(keys))),
        cohorts=panel.cohorts,
    )
    return made, 1 + panel.controls.shape[1]

"""Impute untreated outcomes from untreated rows: Borusyak, Jaravel and Spiess, and Gardner's two stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Cells, Effects, aggregate_cells
from digimfg.estimators.did.regression import fit_slopes
from digimfg.notes import note_of
from digimfg.text import Text, written

if TYPE_CHECKING:
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["imputed_effects", "with_leads"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Imputed:
    """Effects of treated rows, and what turns weights on them into weights on untreated rows.

    ``clean`` and ``rows`` are positions in the panel; ``others`` holds period indicators and controls.
    """

    clean: Codes
    rows: Codes
    effect: Floats
    residual: Floats
    others: Floats
    unit_means: Floats
    counts: Floats
    freed: Floats
    inverse: Floats


def imputed_effects(panel: StaggeredPanel, *, two_stage: bool, notes: list[Text]) -> Effects:
    r"""Return averages of :math:`\hat\tau_{it}=y_{it}-\hat\alpha_i-\hat\lambda_t-\hat\beta'x_{it}` over
    treated rows.

    The effects of units and periods and the slopes come from untreated rows only. With weights w an average
    is :math:`\sum v_{it}y_{it}`, :math:`v=w` on treated rows and :math:`v_0=-Z_0(Z_0'Z_0)^{-1}Z_1'w` on the
    others; its variance is :math:`\sum_c(\sum_{it\in c}v_{it}\tilde\varepsilon_{it})^2` (Borusyak, Jaravel
    and Spiess 2024, doi:10.1093/restud/rdae007), residuals of treated rows taken around the mean of their
    cohort and period. In two stages (Gardner 2022, arXiv:2207.05943) they are taken around the aggregate
    itself.

    Effects before treatment are slopes of event-time indicators among untreated rows, a separate regression.
    """
    made = _impute(panel, notes)
    rows = made.rows
    pairs, place = np.unique(
        np.column_stack([panel.first[rows], panel.time[rows]]), axis=0, return_inverse=True
    )
    place = place.reshape(-1)
    size = np.bincount(place).astype(np.float64)
    mean = np.bincount(place, made.effect) / size
    influence = panel.summed_from(made.clean, _on_untreated(made, panel, place, size))
    if not two_stage:
        own = (made.effect - mean[place]) / size[place]
        influence += panel.summed_from(
            rows, (np.where(place == cell, own, 0.0) for cell in range(len(pairs)))
        )
    cells = Cells(
        cohort=pairs[:, 0],
        time=pairs[:, 1],
        estimate=mean,
        influence=influence,
        weight=size,
        member=None,
        size=size,
    )
    effects = aggregate_cells(cells)
    if two_stage:
        weights = effects.weights / size[:, None]
        around = (
            weights[place, key] * (made.effect - estimate) for key, estimate in enumerate(effects.estimate)
        )
        effects = replace(effects, influence=effects.influence + panel.summed_from(rows, around))
    return with_leads(panel, effects, made.clean, notes)


def _impute(panel: StaggeredPanel, notes: list[Text]) -> _Imputed:
    clean = np.flatnonzero(panel.untreated)
    treated = np.flatnonzero(panel.time >= panel.first)
    held = np.isin(panel.period[treated], panel.period[clean])
    if not held.all():
        gone = sorted({f"{time:g}" for time in panel.time[treated[~held]]})
        notes.append(note_of("did.treated_rows_without_comparison", gone=gone, n=np.count_nonzero(~held)))
    treated = treated[held]
    if not len(treated):
        raise EstimationError.of("did.nothing_to_impute_from")
    unit, n_units = panel.unit, panel.n_units
    counts = np.bincount(unit[clean], minlength=n_units).astype(np.float64)
    periods = (panel.period[:, None] == np.arange(1, len(panel.times))).astype(np.float64)
    others = np.hstack([periods, panel.controls])
    unit_means = np.zeros((n_units, others.shape[1]))
    np.add.at(unit_means, unit[clean], others[clean])
    seen = counts > 0
    unit_means[seen] /= counts[seen, None]
    freed = others[clean] - unit_means[unit[clean]]
    scale = np.sqrt(np.einsum("ij,ij->j", freed, freed))
    scale = np.where(scale > 0, scale, 1.0)
    inverse = np.linalg.pinv((freed / scale).T @ (freed / scale), rcond=1e-12, hermitian=True)
    inverse = inverse / scale / scale[:, None]
    average = np.bincount(unit[clean], panel.outcome[clean], n_units) / np.maximum(counts, 1)
    outcome = panel.outcome[clean] - average[unit[clean]]
    slopes = inverse @ (freed.T @ outcome)
    distance = others[treated] - unit_means[unit[treated]]
    _check_identified(distance / scale, freed / scale)
    effect = panel.outcome[treated] - average[unit[treated]] - distance @ slopes
    return _Imputed(
        clean=clean,
        rows=treated,
        effect=effect,
        residual=outcome - freed @ slopes,
        others=others,
        unit_means=unit_means,
        counts=counts,
        freed=freed,
        inverse=inverse,
    )


def _check_identified(distance: Floats, freed: Floats) -> None:
    """Raise where a treated row's period is not linked to the untreated rows of its unit."""
    values, vectors = np.linalg.eigh(freed.T @ freed)
    null = vectors[:, values < 1e-10 * max(values[-1], 1e-300)]
    lost = np.linalg.norm(distance @ null, axis=1) > 1e-6 * np.maximum(
        np.linalg.norm(distance, axis=1), 1e-300
    )
    if lost.any():
        raise EstimationError.of("did.imputation_not_identified", n=lost.sum())


def _on_untreated(made: _Imputed, panel: StaggeredPanel, place: Codes, size: Floats) -> Iterator[Floats]:
    """Yield v times the residual on untreated rows for the mean of each cell."""
    unit = panel.unit
    weight = 1 / size[place]
    by_unit = np.zeros((len(made.counts), len(size)))
    np.add.at(by_unit, (unit[made.rows], place), weight)
    distance = made.others[made.rows] - made.unit_means[unit[made.rows]]
    moved = np.zeros((distance.shape[1], len(size)))
    np.add.at(moved.T, place, distance * weight[:, None])
    by_unit /= np.maximum(made.counts, 1)[:, None]
    slopes = made.inverse @ moved
    for cell in range(len(size)):
        yield -(by_unit[unit[made.clean], cell] + made.freed @ slopes[:, cell]) * made.residual


def with_leads(panel: StaggeredPanel, effects: Effects, clean: Codes, notes: list[Text]) -> Effects:
    """Return the effects with those before treatment: event-time slopes among the untreated rows `clean`."""
    event = (panel.time - panel.first)[clean]
    reference = panel.reference_event
    if reference is None:
        notes.append(note_of("did.no_common_reference"))
        return effects
    times = [float(e) for e in np.unique(event[np.isfinite(event)]) if e != reference]
    if not times:
        return effects
    columns = np.column_stack([event == e for e in times]).astype(np.float64)
    fitted = fit_slopes(
        panel.outcome[clean],
        np.hstack([columns, panel.controls[clean]]),
        [_dense(panel.unit[clean]), _dense(panel.period[clean])],
    )
    places = [place for place, kept in enumerate(fitted.kept) if kept < len(times)]
    shown = [times[fitted.kept[place]] for place in places]
    if len(shown) < len(times):
        lost = ", ".join(written(e, "g") for e in times if e not in shown)
        notes.append(note_of("did.event_times_not_identified", lost=lost))
    if not shown:
        return effects
    influence = panel.summed_from(clean, (fitted.influence[:, kept] for kept in places))
    return Effects(
        keys=(*effects.keys, *(("event_study", e) for e in shown)),
        estimate=np.append(effects.estimate, fitted.estimate[places]),
        influence=np.hstack([effects.influence, influence]),
        size=np.append(effects.size, [np.sum(event == e) for e in shown]).astype(np.float64),
        weights=np.hstack([effects.weights, np.zeros((effects.weights.shape[0], len(places)))]),
        cohorts=effects.cohorts,
    )


def _dense(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)

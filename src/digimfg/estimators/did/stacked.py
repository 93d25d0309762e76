"""The weighted stacked regression: one sub-experiment per cohort, clean controls, corrective weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Effects, Kind
from digimfg.estimators.did.group_time import no_never_treated
from digimfg.estimators.did.regression import fit_slopes
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.group_time import ControlGroup
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["stacked_effects"]

Floats = NDArray[np.float64]


def stacked_effects(
    panel: StaggeredPanel, *, window: tuple[int, int] | None, control_group: ControlGroup, notes: list[Text]
) -> tuple[Effects, int]:
    r"""Return the event study of Wing, Freedman and Hollingsworth (2024, NBER working paper 32054).

    Each cohort a with the whole window ``(before, after)`` in the sample is a sub-experiment with the units
    that are untreated through a + after. The stacked rows are regressed on the treated indicator, event-time
    indicators and their products; treated rows weigh 1, controls of sub-experiment a
    :math:`Q_a=(N^D_a/N^D)/(N^C_a/N^C)`, so that both sides average sub-experiments alike. The simple
    aggregate is the mean of the event-time effects from 0 to `after`.

    Returns
    -------
    effects, count
        The effects and the number of slopes.
    """
    before, after = window if window is not None else _widest(panel)
    ahead = panel.anticipation
    held = set(panel.times.tolist())
    cohorts = [g for g in panel.cohorts if all(g + e in held for e in range(-before - ahead, after + 1))]
    lost = [f"{g:g}" for g in panel.cohorts if g not in cohorts]
    pieces = []
    for g in cohorts:
        clean = np.isinf(panel.first)
        if control_group == "not_yet_treated":
            clean = clean | (panel.first > g + after + ahead)
        event = panel.time - g
        inside = ((panel.first == g) | clean) & (event >= -before - ahead) & (event <= after)
        rows = np.flatnonzero(inside)
        if not np.any(clean[rows]):
            lost.append(f"{g:g}")
            continue
        pieces.append((rows, event[rows], (panel.first[rows] == g).astype(np.float64)))
    if control_group == "never_treated" and not np.isinf(panel.first).any():
        raise no_never_treated(panel)
    if not pieces:
        raise EstimationError.of("did.no_cohort_in_window", before=before, after=after, n=len(panel.cohorts))
    if lost:
        notes.append(note_of("did.left_out", lost=lost, before=before, after=after))
    rows = np.concatenate([piece[0] for piece in pieces])
    event = np.concatenate([piece[1] for piece in pieces])
    treated = np.concatenate([piece[2] for piece in pieces])
    weights = _corrective([piece[2] for piece in pieces])
    reference = -1.0 - ahead
    times = [float(e) for e in np.unique(event) if e != reference]
    shifts = np.column_stack([event == e for e in times]).astype(np.float64)
    columns = np.hstack(
        [
            shifts * treated[:, None], np.ones((len(rows), 1)), treated[:, None], shifts, panel.controls[rows]
        ]
    )  # fmt: skip
    fitted = fit_slopes(panel.outcome[rows], columns, [], weights)
    if fitted.kept[: len(times)] != list(range(len(times))):
        raise EstimationError.of("did.event_time_one_sided")
    summed = np.zeros((len(panel.unit), len(times)))
    np.add.at(summed, rows, fitted.influence[:, : len(times)])
    summed = panel.summed(summed)
    estimate = fitted.estimate[: len(times)]
    post = np.array(times) >= 0
    keys: list[tuple[Kind, object]] = [("aggregates", "simple"), *(("event_study", e) for e in times)]
    notes.append(note_of("did.stacked", n_pieces=len(pieces), n_rows=len(rows), before=before, after=after))
    effects = Effects(
        keys=tuple(keys),
        estimate=np.array([estimate[post].mean(), *estimate]),
        influence=np.column_stack([summed[:, post].mean(axis=1), summed]),
        size=np.array(
            [treated[event >= 0].sum(), *(treated[event == e].sum() for e in times)], dtype=np.float64
        ),
        weights=np.empty((0, len(keys))),
        cohorts=np.unique(panel.first[rows[treated == 1]]),
    )
    return effects, len(fitted.kept)


def _widest(panel: StaggeredPanel) -> tuple[int, int]:
    """Return the window that every cohort has in the sample."""
    first, last = panel.times[0], panel.times[-1]
    before = int(panel.cohorts[0] - panel.anticipation - first)
    return max(before, 1), int(last - panel.cohorts[-1])


def _corrective(treated: list[Floats]) -> Floats:
    """Return 1 for treated rows, for controls the ratio of the sub-experiment's shares (of rows in the
    window).
    """
    all_treated = sum(piece.sum() for piece in treated)
    all_controls = sum((1 - piece).sum() for piece in treated)
    return np.concatenate(
        [
            np.where(piece == 1, 1.0, (piece.sum() / all_treated) / ((1 - piece).sum() / all_controls))
            for piece in treated
        ]
    )

"""Entropy balancing: the mildest weights of controls that give them the moments of the treated
(Hainmueller).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.kinds import Entries, Key
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.policy.balance import balance_table, groups_of, matching_rows
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EntropyBalance", "entropy_balance"]

Floats = NDArray[np.float64]
_LABEL = Text("entropy balancing", "熵平衡")


@checked
@shown(Text("Entropy balancing", "熵平衡"), first="balance")
@dataclass(frozen=True, kw_only=True, eq=False)
class EntropyBalance:
    """Hold weights and balance, aligned with the frame.

    Parameters
    ----------
    weights
        1 for treated rows, for controls weights that add up to the number treated (by group), 0 for rows
        left out: for ``Specification(weights=...)``.
    balance
        See `digimfg.policy.balance.balance_table`.
    effective_controls
        (Σw)²/Σw² of the controls.
    largest_gap
        Largest difference of a balanced moment, in standard deviations.
    notes
        What a reader must know.
    """

    weights: pd.Series[float]
    balance: pd.DataFrame
    effective_controls: float
    largest_gap: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def entropy_balance(
    frame: pd.DataFrame,
    treatment: str,
    covariates: Annotated[Sequence[str], Entries(1)],
    *,
    moments: Literal[1, 2, 3] = 1,
    by: Key | None = None,
) -> EntropyBalance:
    r"""Weight controls so that their covariates have the moments of the treated rows.

    .. math:: \min_w\sum_i w_i\ln(w_i/q)\quad\text{s.t.}\quad\sum_iw_ix_i^r=\bar x_{1}^r,\ r=1..moments,\
        \sum_i w_i=1,

    solved by Newton's method on its dual, :math:`w_i\propto e^{-\lambda'x_i}`.

    Parameters
    ----------
    frame
        One row per unit (before treatment), or a panel with `by`.
    treatment, covariates
        0/1 column of the treated group, and terms.
    moments
        1 means, 2 also variances, 3 also skewness.
    by
        Column within whose values rows are balanced, such as the year.

    Raises
    ------
    SpecificationError
        If a column is unknown or the treatment is not 0/1.
    EstimationError
        If no weights reach the moments: the treated lie outside of what controls can average to.

    Notes
    -----
    Hainmueller (2012, doi:10.1093/pan/mpr025). Moments that are collinear among the controls are left out
    with a note.

    Examples
    --------
    >>> frame = pd.DataFrame({"d": [1, 1, 0, 0, 0], "x": [2.0, 3.0, 1.0, 2.0, 4.0]})
    >>> found = entropy_balance(frame, "d", ["x"])
    >>> round(float(np.average(frame["x"][2:], weights=found.weights[2:])), 10)
    2.5
    """
    data = matching_rows(frame, treatment, covariates, _LABEL)
    weights = np.zeros(len(frame))
    notes = list(data.notes)
    gaps = []
    for key, inside in groups_of(frame, by, data.rows):
        part = data.part(inside)
        where = _LABEL if key is None else note_of("policy.label_by_key", label=_LABEL, by=by, key=key)
        if not part.treated.any() or part.treated.all():
            raise EstimationError.of("policy.nothing_to_balance", where=where)
        shares, gap, lost = _solve(part.covariates, part.treated, moments, where)
        gaps.append(gap)
        if lost:
            notes.append(note_of("policy.collinear", lost=lost))
        weights[part.rows[part.treated]] = 1.0
        weights[part.rows[~part.treated]] = shares * part.treated.sum()
    used = weights[data.rows][~data.treated]
    effective = float(used.sum() ** 2 / (used**2).sum())
    count = max(1, len(used) // 100)
    heaviest = np.sort(used)[-count:]
    top = float(heaviest.sum() / used.sum())
    if top > 0.5:
        notes.append(note_of("policy.concentrated_weights", top=top))
    return EntropyBalance(
        weights=pd.Series(weights, index=frame.index, name="balancing_weight"),
        balance=balance_table(data.covariates, data.names, data.treated, weights[data.rows]),
        effective_controls=effective,
        largest_gap=max(gaps),
        notes=tuple(notes),
    )


def _solve(x: Floats, treated: NDArray[np.bool_], moments: int, where: Text) -> tuple[Floats, float, int]:
    """Return shares of controls, the largest gap, and how many moments were collinear."""
    centre, spread = x[~treated].mean(axis=0), x[~treated].std(axis=0)
    z = (x - centre) / np.where(spread > 0, spread, 1.0)
    every = np.hstack([z**power for power in range(1, moments + 1)])
    controls, goal = every[~treated], every[treated].mean(axis=0)
    kept: list[int] = []
    basis = np.ones((len(controls), 1)) / np.sqrt(len(controls))
    for place, column in enumerate(controls.T):
        rest = column - basis @ (basis.T @ column)
        if np.linalg.norm(rest) > 1e-8 * max(float(np.linalg.norm(column)), 1e-300):
            kept.append(place)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    centred = controls[:, kept] - goal[kept]
    dual = np.zeros(len(kept))

    def value(at: Floats) -> tuple[float, Floats]:
        index = -centred @ at
        top = float(index.max())
        powers = np.exp(index - top)
        return top + float(np.log(powers.sum())), powers / powers.sum()

    level, shares = value(dual)
    for _ in range(500):
        gap = centred.T @ shares
        if float(np.abs(gap).max(initial=0.0)) < 1e-12:
            break
        hessian = (centred * shares[:, None]).T @ centred - np.outer(gap, gap)
        step = np.linalg.lstsq(hessian, gap, rcond=1e-14)[0]
        size = 1.0
        while size > 1e-10:
            tried, tried_shares = value(dual + size * step)
            if tried <= level - 1e-4 * size * float(gap @ step) or abs(tried - level) < 1e-15 * abs(level):
                break
            size /= 2
        else:
            break
        dual, level, shares = dual + size * step, tried, tried_shares
        if np.abs(dual).max() > 1e6:
            break
    # The moments asked for, also those left out as collinear, must be met.
    worst = float(np.abs(controls.T @ shares - goal).max())
    if worst > 1e-8:
        raise EstimationError.of("policy.means_not_reachable", where=where, worst=worst)
    return shares, worst, every.shape[1] - len(kept)

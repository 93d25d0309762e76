"""Propensity-score matching before difference-in-differences: nearest neighbours or a kernel, support,
balance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.did.logit import fit_logit
from digimfg.kinds import Count, Entries, Key, Positive
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.policy.balance import MatchingRows, balance_table, groups_of, matching_rows
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PropensityScoreMatching", "propensity_score_matching"]

Floats = NDArray[np.float64]
MatchingMethod = Literal["nearest", "kernel"]
_LABEL = Text("propensity-score matching", "倾向得分匹配")


@checked
@shown(Text("Propensity score matching", "倾向得分匹配"), first="balance")
@dataclass(frozen=True, kw_only=True, eq=False)
class PropensityScoreMatching:
    """Hold scores, weights and balance, aligned with the frame.

    Parameters
    ----------
    score
        Propensity score of every row, NaN where a covariate is missing.
    weights
        1 for matched treated rows, for controls the times they are used, 0 for others: for
        ``Specification(weights=...)``.
    treated, matched
        Whether a row is in the treated group; whether it is used.
    logit
        Index covariate (and constant); columns ``estimate std_error``; one block per group of `by`.
    balance
        See `digimfg.policy.balance.balance_table`.
    n_treated, n_matched, n_controls
        Treated rows, those matched, and controls used.
    notes
        What a reader must know.
    """

    score: pd.Series[float]
    weights: pd.Series[float]
    treated: pd.Series[bool]
    matched: pd.Series[bool]
    logit: pd.DataFrame
    balance: pd.DataFrame
    n_treated: int
    n_matched: int
    n_controls: int
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def propensity_score_matching(
    frame: pd.DataFrame,
    treatment: str,
    covariates: Annotated[Sequence[str], Entries(1)],
    *,
    method: MatchingMethod = "nearest",
    neighbors: Count = 1,
    caliper: Positive | None = None,
    replacement: bool = True,
    bandwidth: Positive = 0.06,
    common_support: bool = True,
    by: Key | None = None,
) -> PropensityScoreMatching:
    r"""Match treated rows with controls of like propensity score, a logit of the treatment on covariates.

    Nearest: each treated row takes its `neighbors` controls with the closest scores, 1/k each; controls at
    the same distance share. Kernel: every control counts with Epanechnikov :math:`K((p_j-p_i)/h)`, added up
    to one by treated row.

    Parameters
    ----------
    frame
        One row per unit (a year before treatment), or a panel with `by`.
    treatment, covariates
        0/1 column of the treated group (not of treatment in time), and terms.
    method, neighbors
        ``"nearest"`` or ``"kernel"``.
    caliper
        Largest distance of scores (nearest).
    replacement
        Whether a control serves several treated rows; without, the highest score chooses first (nearest, one
        neighbour).
    bandwidth
        h of the kernel.
    common_support
        Leave out treated rows whose score lies outside the range of the controls' scores.
    by
        Column within whose values rows are matched: ``"year"`` matches period by period (逐期匹配).

    Raises
    ------
    SpecificationError
        If a column is unknown, the treatment is not 0/1, or an option does not fit.
    EstimationError
        If covariates separate the groups, are collinear, or nothing is matched.

    Notes
    -----
    Rosenbaum and Rubin (1983, doi:10.1093/biomet/70.1.41). A match of a unit in one year keeps it comparable
    in all years only if `frame` is the cross-section before treatment; matching period by period may change
    the controls of a unit between years. Both are in use; say which.

    Examples
    --------
    >>> frame = pd.DataFrame({"d": [1, 1, 0, 0, 0, 0], "x": [2.0, 3.0, 1.0, 2.1, 2.8, 3.5]})
    >>> found = propensity_score_matching(frame, "d", ["x"])
    >>> found.weights.tolist()
    [1.0, 1.0, 0.0, 1.0, 1.0, 0.0]
    """
    _check_options(method, neighbors, caliper, replacement)
    data = matching_rows(frame, treatment, covariates, _LABEL)
    score = np.full(len(frame), np.nan)
    weights = np.zeros(len(frame))
    notes = list(data.notes)
    logits = []
    outside, without = 0, 0
    for key, inside in groups_of(frame, by, data.rows):
        part = data.part(inside)
        where = _LABEL if key is None else note_of("policy.label_by_key", label=_LABEL, by=by, key=key)
        fitted, table = _score(part, where)
        score[part.rows] = fitted
        logits.append(table if key is None else pd.concat({key: table}, names=[by]))
        own, pool = fitted[part.treated], fitted[~part.treated]
        usable = np.ones(len(own), dtype=bool)
        if common_support:
            usable = (own >= pool.min()) & (own <= pool.max())
            outside += int((~usable).sum())
        if method == "kernel":
            shares = _kernel(own, pool, bandwidth)
        elif replacement:
            shares = _nearest(own, pool, neighbors, caliper)
        else:
            shares = _without_replacement(own, pool, usable, caliper)
        shares[~usable] = 0.0
        found = shares.sum(axis=1) > 0
        without += int((usable & ~found).sum())
        weights[part.rows[part.treated]] = found.astype(np.float64)
        weights[part.rows[~part.treated]] = shares.sum(axis=0)
    used = weights > 0
    group = np.zeros(len(frame), dtype=bool)
    group[data.rows[data.treated]] = True
    treated = data.treated
    if not used.any():
        raise EstimationError.of("policy.nothing_matched", where=_LABEL)
    if outside:
        notes.append(note_of("policy.outside_common_support", outside=outside))
    if without:
        notes.append(note_of("policy.no_match_within_reach", without=without))
    balance = balance_table(data.covariates, data.names, treated, weights[data.rows])
    bad = int((balance["smd"].abs() >= 0.1).sum())
    if bad:
        notes.append(note_of("policy.not_balanced", bad=bad))
    return PropensityScoreMatching(
        score=pd.Series(score, index=frame.index, name="propensity_score"),
        weights=pd.Series(weights, index=frame.index, name="matching_weight"),
        treated=pd.Series(group, index=frame.index, name="treated", dtype=bool),
        matched=pd.Series(used, index=frame.index, name="matched"),
        logit=pd.concat(logits),
        balance=balance,
        n_treated=int(treated.sum()),
        n_matched=int(np.count_nonzero(weights[data.rows][treated])),
        n_controls=int(np.count_nonzero(weights[data.rows][~treated])),
        notes=tuple(notes),
    )


def _score(part: MatchingRows, where: Text) -> tuple[Floats, pd.DataFrame]:
    x = np.column_stack([np.ones(len(part.rows)), part.covariates])
    both = part.treated.any() and not part.treated.all()
    fitted = fit_logit(x, part.treated.astype(np.float64)) if both else None
    if fitted is None:
        raise EstimationError.of(
            "policy.groups_separated",
            where=where,
            n_treated=int(part.treated.sum()),
            n_controls=int((~part.treated).sum()),
        )
    table = pd.DataFrame(
        {"estimate": fitted.slopes, "std_error": np.sqrt(np.diag(fitted.covariance))},
        index=pd.Index(["Intercept", *part.names], name="covariate", dtype=object),
    )
    return fitted.probability, table


def _nearest(own: Floats, pool: Floats, neighbors: int, caliper: float | None) -> Floats:
    """Return shares of controls by treated row; those as close as the k-th share alike."""
    distance = np.abs(own[:, None] - pool)
    count = min(neighbors, len(pool))
    edge = np.partition(distance, count - 1, axis=1)[:, count - 1]
    near = distance <= edge[:, None] * (1 + 1e-12) + 1e-15
    if caliper is not None:
        near &= distance <= caliper
    total = near.sum(axis=1, keepdims=True)
    shares: Floats = np.where(near, 1.0, 0.0) / np.maximum(total, 1)
    return shares


def _without_replacement(
    own: Floats, pool: Floats, usable: NDArray[np.bool_], caliper: float | None
) -> Floats:
    shares = np.zeros((len(own), len(pool)))
    free = np.ones(len(pool), dtype=bool)
    for row in np.argsort(-own, kind="stable"):
        if not usable[row] or not free.any():
            continue
        distance = np.where(free, np.abs(pool - own[row]), np.inf)
        best = int(np.argmin(distance))
        if caliper is None or distance[best] <= caliper:
            shares[row, best] = 1.0
            free[best] = False
    return shares


def _kernel(own: Floats, pool: Floats, bandwidth: float) -> Floats:
    reach = np.abs(own[:, None] - pool) / bandwidth
    height = np.where(reach < 1, 0.75 * (1 - reach**2), 0.0)
    total = height.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(height, total, out=np.zeros_like(height), where=total > 0)
    return shares


def _check_options(method: MatchingMethod, neighbors: int, caliper: float | None, replacement: bool) -> None:
    if not replacement and (neighbors > 1 or method == "kernel"):
        raise SpecificationError.of("policy.neighbours_without_replacement", replacement=replacement)
    if method == "kernel" and caliper is not None:
        raise SpecificationError.of("policy.caliper_of_kernel", caliper=str(caliper))

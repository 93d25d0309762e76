"""Errors of shift-share regressions that follow the shocks (Adão, Kolesár & Morales 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import ColumnOf, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shift_share_design.exposure import Exposure, exposure_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["ShiftShareInference", "shift_share_inference"]

Floats = NDArray[np.float64]

_COMPLETE = 1e-8
_FEW = 20.0
_CANCELLED = 1e-9


@checked
@shown(Text("Errors of a shift-share design", "份额移动设计的标准误"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ShiftShareInference:
    """The slope of a shift-share regression with the errors of its shocks.

    Parameters
    ----------
    term
        Whose slope it is.
    estimate
        The slope, the same as that of `estimate`.
    errors
        Index ``method`` (``akm``, ``akm0``); ``std_error p_value conf_low conf_high``. The error of ``akm0``
        is the length of its interval over 2 × 1.96.
    segments
        The AKM0 set: ``conf_low conf_high`` by segment; two with infinite ends, or the whole line, where the
        shocks are weak.
    statistics
        ``n_obs n_sectors n_shock_clusters effective_shocks largest_share``: the effective number of shocks is
        1 / Σ s_k² over the sectors' (or clusters') average shares.
    notes
        What a reader must know.
    specification
        As estimated.
    """

    term: str
    estimate: float
    errors: pd.DataFrame
    segments: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]
    specification: Specification


@checked
@keeps_marks
@one_thread
def shift_share_inference(
    specification: Specification,
    frame: StoredFrame,
    shares: pd.DataFrame,
    *,
    sector: Annotated[str, ColumnOf("keys", ("shares",))],
    share: Annotated[str, ColumnOf("numbers", ("shares",))] = "share",
    shock_cluster: str | None = None,
    by_period: bool | None = None,
    residual_sector: bool = True,
) -> ShiftShareInference:
    """Compute AKM and AKM0 errors and intervals.

    Units with similar shares have similar errors whatever their distance or cluster, so that clustered
    errors can be far too small. With X̂ the coefficients of the freed instrument on the shares, ε̂
    residuals, D the treatment: V = Σ_k X̂_k² R_k² / (Σ_i X_i D_i)², R_k = Σ_i s_ik ε̂_i. AKM0 imposes the
    null and inverts the test.

    Parameters
    ----------
    specification
        One endogenous term with the shift-share as only instrument, or neither and the first regressor is the
        shift-share. Its weights and effects are used; its covariance is not.
    frame
        As for `estimate`.
    shares
        One row per unit, sector (and period, if the column of the specification's time is there).
    sector, share
        Columns of `shares`.
    shock_cluster
        Column of `shares` with groups of sectors whose shocks may be correlated, as industries of several
        periods.
    by_period
        Whether shocks of one sector in different periods are different shocks; by default where the
        specification has a time.
    residual_sector
        Add a sector with the rest of incomplete shares and a shock of zero.

    Raises
    ------
    SpecificationError, MeasureError
        If the specification or the shares do not fit.
    EstimationError
        If there are more sectors than rows, or shares are collinear: use `shock_level_regression`.

    References
    ----------
    Adão, Kolesár & Morales (2019), "Shift-Share Designs: Theory and Inference", Quarterly Journal of
    Economics, doi:10.1093/qje/qjz025; the authors' R package ShiftShareSE has the same formulas.

    Examples
    --------
    >>> import digimfg as dm, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> weights = rng.dirichlet(np.ones(8), size=200)
    >>> shares = pd.DataFrame({"unit": np.repeat(np.arange(200), 8), "sector": np.tile(np.arange(8), 200),
    ...     "share": weights.ravel()})
    >>> frame = pd.DataFrame({"unit": np.arange(200), "b": weights @ rng.normal(size=8)})
    >>> frame["y"] = frame.b + weights @ rng.normal(size=8)
    >>> spec = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())
    >>> list(dm.shift_share_inference(spec, frame, shares, sector="sector").errors.index)
    ['akm', 'akm0']
    """
    exposure = exposure_of(specification, frame, shares, sector=sector, share=share, by_period=by_period)
    groups = _groups(exposure, shares, sector, shock_cluster)
    loadings = _loadings(exposure, residual_sector=residual_sector)
    slope = exposure.estimate
    residuals = exposure.outcome - slope * exposure.treatment
    power = float(exposure.instrument @ exposure.treatment)
    added = loadings * (exposure.shares.T @ (exposure.root * residuals))
    own = _by_group(added, groups)
    _check_shocks_differ(exposure, own, added)
    null = _by_group(loadings * (exposure.shares.T @ (exposure.root * exposure.outcome)), groups)
    treated = _by_group(loadings * (exposure.shares.T @ (exposure.root * exposure.treatment)), groups)
    normal = float(scipy.stats.norm.ppf(0.975))
    error = float(np.sqrt(own @ own)) / abs(power)
    segments = _inverted(slope, power**2 / normal**2, own, treated)
    bounded = len(segments) == 1 and bool(np.isfinite(segments).all())
    length = segments[0][1] - segments[0][0] if bounded else np.inf
    sizes = _by_group(exposure.sizes, groups)
    moved = _by_group(loadings * (exposure.shares.T @ (exposure.root * exposure.instrument)), groups)
    table = pd.DataFrame(
        {
            "std_error": [error, length / (2 * normal)],
            "p_value": [
                float(2 * scipy.stats.norm.sf(abs(slope) / error)),
                float(2 * scipy.stats.norm.sf(abs(slope * power) / np.sqrt(null @ null))),
            ],
            "conf_low": [slope - normal * error, segments[0][0]],
            "conf_high": [slope + normal * error, segments[-1][1]],
        },
        index=pd.Index(["akm", "akm0"], name="method", dtype=object),
    )
    statistics = {
        "n_obs": float(exposure.design.n_obs),
        "n_sectors": float(exposure.shares.shape[1]),
        "n_shock_clusters": float(len(sizes)),
        "effective_shocks": float(1 / np.sum(sizes**2)),
        "largest_share": float(sizes.max()),
    }
    return ShiftShareInference(
        term=exposure.term,
        estimate=slope,
        errors=table,
        segments=pd.DataFrame(
            segments,
            columns=["conf_low", "conf_high"],
            index=pd.Index(range(1, len(segments) + 1), name="segment"),
        ),
        statistics=statistics,
        notes=(
            *exposure.design.notes,
            *_lone_note(exposure, groups, moved),
            *_notes(exposure, statistics, segments),
        ),
        specification=specification,
    )


def _groups(exposure: Exposure, shares: pd.DataFrame, sector: str, cluster: str | None) -> NDArray[np.int64]:
    if cluster is None:
        return np.arange(exposure.shares.shape[1])
    if cluster not in shares.columns:
        raise SpecificationError.of(
            "shift_share_design.shock_cluster_lacking",
            got=f"'{cluster}'",
            remedy=", ".join(str(name) for name in shares.columns),
        )
    pairs = (
        shares[[sector, cluster]].drop_duplicates()
        if cluster != sector
        else shares[[sector]].drop_duplicates()
    )
    if pairs[sector].duplicated().any():
        raise SpecificationError.of("shift_share_design.sectors_in_several_groups")
    column = exposure.sectors[[sector]].merge(pairs, on=sector, how="left")[cluster]
    codes: NDArray[np.int64] = pd.factorize(column, sort=True)[0].astype(np.int64)
    return codes


def _loadings(exposure: Exposure, *, residual_sector: bool) -> Floats:
    matrix = exposure.shares
    rest = 1 - matrix.sum(axis=1)
    if residual_sector and np.any(np.abs(rest) > _COMPLETE):
        matrix = np.column_stack([matrix, rest])
    weighted = matrix * exposure.root[:, None]
    size = np.linalg.norm(weighted, axis=0)
    solution, _, rank, _ = np.linalg.lstsq(weighted / size, exposure.instrument, rcond=1e-12)
    if rank < matrix.shape[1]:
        raise EstimationError.of(
            "shift_share_design.shares_collinear", n_sectors=matrix.shape[1], n_rows=len(matrix), rank=rank
        )
    out: Floats = (solution / size)[: exposure.shares.shape[1]]
    return out


def _lone_note(exposure: Exposure, groups: NDArray[np.int64], moved: Floats) -> tuple[Text, ...]:
    """Return a note where one shock makes nearly all of the shift-share: see `lone_cluster_notes`."""
    share = moved / moved.sum()
    if 1 - float(share @ share) >= 0.25:
        return ()
    heaviest = int(np.argmax(np.abs(share)))
    names = exposure.sectors.iloc[np.flatnonzero(groups == heaviest)[0]]
    return (note_of("shift_share_design.lone_group", shock=", ".join(str(value) for value in names)),)


def _check_shocks_differ(exposure: Exposure, own: Floats, added: Floats) -> None:
    """Raise where what sectors add to the slope cancels within every group of shocks: errors would be
    rounding.
    """
    bound = np.abs(exposure.instrument) @ np.abs(exposure.outcome - exposure.estimate * exposure.treatment)
    if float(own @ own) > (_CANCELLED * max(float(np.abs(added).sum()), float(bound))) ** 2:
        return
    raise EstimationError.of("shift_share_design.shocks_cancel", n=len(own))


def _by_group(values: Floats, groups: NDArray[np.int64]) -> Floats:
    return np.bincount(groups, values).astype(np.float64)


def _inverted(slope: float, strength: float, own: Floats, treated: Floats) -> list[tuple[float, float]]:
    """Solve (β̂ - β)² strength ≤ Σ (own + (β̂ - β) treated)² for β."""
    square = strength - float(treated @ treated)
    cross = float(own @ treated)
    level = float(own @ own)
    shape: Literal["interval", "rays", "line"] = "interval" if square > 0 else "rays"
    root = cross**2 + square * level
    if square <= 0 and root <= 0:
        shape = "line"
    if shape == "line":
        return [(-np.inf, np.inf)]
    ends = sorted(slope - (cross + sign * np.sqrt(root)) / square for sign in (-1, 1))
    if shape == "interval":
        return [(ends[0], ends[1])]
    return [(-np.inf, ends[0]), (ends[1], np.inf)]


def _notes(
    exposure: Exposure, statistics: Mapping[str, float], segments: list[tuple[float, float]]
) -> list[Text]:
    notes: list[Text] = []
    count = statistics["effective_shocks"]
    if count < _FEW:
        notes.append(note_of("shift_share_design.few_shocks", count=count, few=_FEW))
    totals = exposure.shares.sum(axis=1)
    if np.any(np.abs(totals - 1) > 1e-6):
        notes.append(note_of("shift_share_design.sums_of_shares", low=totals.min(), high=totals.max()))
    if not np.isfinite(segments).all():
        notes.append(note_of("shift_share_design.unbounded"))
    return notes

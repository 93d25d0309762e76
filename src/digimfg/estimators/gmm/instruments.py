"""Build instrument columns: lagged levels, lagged differences, and variables that stand for themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Block", "gmm_block", "independent_columns", "principal_components", "stack_blocks"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Hold the columns of one set of instruments.

    Parameters
    ----------
    name, equation, lags
        What a table calls the set: its variable, ``transformed``, ``level`` or ``both``, and the lags used.
    transformed, level
        Values on the transformed rows and on the level rows; ``None`` stands for zeros.
    columns
        A name per column.
    """

    name: str
    transformed: Floats | None
    level: Floats | None
    columns: tuple[str, ...]
    lags: str = ""

    @property
    def equation(self) -> str:
        """Return where the set applies."""
        if self.transformed is None:
            return "level"
        return "transformed" if self.level is None else "both"


def gmm_block(
    grid: Floats,
    entity: Codes,
    period: Codes,
    *,
    name: str,
    lags: range,
    differenced: bool,
    collapse: bool,
) -> tuple[Floats, tuple[str, ...]]:
    r"""Return the columns of one variable: one per period and lag, or one per lag when collapsed.

    A value that is missing counts as zero, as in Holtz-Eakin, Newey and Rosen (1988); a column without any
    value is left out.

    Parameters
    ----------
    grid
        The variable by entity and period over all periods known, NaN where missing; shape (N, T).
    entity, period
        Keys of the rows of the equation.
    name
        Name of the variable.
    lags
        Lags of the instruments relative to `period`.
    differenced
        Use :math:`\Delta x_{t-s}` (level equation) instead of :math:`x_{t-s}`.
    collapse
        One column per lag over all periods (Roodman 2009).
    """
    n_periods = grid.shape[1]
    values = grid
    if differenced:
        values = np.full_like(grid, np.nan)
        values[:, 1:] = grid[:, 1:] - grid[:, :-1]
    periods = np.unique(period)
    slot = np.searchsorted(periods, period)
    columns: list[Floats] = []
    names: list[str] = []
    label = f"{'D.' if differenced else ''}{name}"
    rows = np.arange(len(period))
    for lag in lags:
        source = period - lag
        inside = (source >= 0) & (source < n_periods)
        value = np.zeros(len(period))
        value[inside] = values[entity[inside], source[inside]]
        value[~np.isfinite(value)] = 0.0
        if collapse:
            if np.any(value):
                columns.append(value[:, None])
                names.append(f"L{lag}.{label}")
            continue
        present = np.flatnonzero(np.bincount(slot, weights=value != 0.0, minlength=len(periods)))
        if not len(present):
            continue
        place = np.full(len(periods), -1)
        place[present] = np.arange(len(present))
        spread = np.zeros((len(period), len(present)))
        filled = place[slot] >= 0
        spread[rows[filled], place[slot][filled]] = value[filled]
        columns.append(spread)
        names.extend(f"L{lag}.{label}[{periods[j]}]" for j in present)
    block = np.hstack(columns) if columns else np.zeros((len(period), 0))
    return block, tuple(names)


def stack_blocks(blocks: tuple[Block, ...], n_transformed: int, n_level: int) -> tuple[Floats, Codes]:
    """Return all columns, transformed rows above level rows, and the block each column belongs to."""
    widths = [len(block.columns) for block in blocks]
    stacked = np.zeros((n_transformed + n_level, sum(widths)))
    start = 0
    for block, width in zip(blocks, widths, strict=True):
        if block.transformed is not None:
            stacked[:n_transformed, start : start + width] = block.transformed
        if block.level is not None and n_level:
            stacked[n_transformed:, start : start + width] = block.level
        start += width
    owner = np.repeat(np.arange(len(blocks)), widths).astype(np.int64)
    return stacked, owner


def independent_columns(columns: Floats) -> NDArray[np.bool_]:
    """Return which columns are not linear combinations of earlier ones; zeros are not."""
    kept = np.zeros(columns.shape[1], dtype=bool)
    norms = np.linalg.norm(columns, axis=0)
    candidates = np.flatnonzero(norms > 0)
    if not len(candidates):
        return kept
    scaled = columns[:, candidates] / norms[candidates]
    if _plainly_independent(scaled):
        kept[candidates] = True
        return kept
    root = np.asarray(np.linalg.qr(scaled, mode="r"))
    size = min(root.shape)
    kept[candidates[:size]] = np.abs(np.diagonal(root)) > 1e-9
    return kept


def principal_components(columns: Floats, n_components: int | None) -> tuple[Floats, float]:
    """Return the leading principal components of the columns and the share of their variation kept.

    Parameters
    ----------
    n_components
        How many; ``None`` keeps those with an eigenvalue of the correlation matrix of at least one.

    Notes
    -----
    Directions come from the correlation matrix; the scores are not centred, so that a combination of valid
    instruments stays valid (Mehrhoff 2009; Kapetanios and Marcellino 2010).
    """
    spread = columns.std(axis=0)
    scaled = columns[:, spread > 0] / spread[spread > 0]
    eigenvalues, vectors = np.linalg.eigh(np.cov(scaled, rowvar=False, ddof=0).reshape(scaled.shape[1], -1))
    order = np.argsort(eigenvalues)[::-1]
    count = int(np.sum(eigenvalues >= 1.0)) if n_components is None else min(n_components, len(order))
    chosen = order[: max(count, 1)]
    directions = vectors[:, chosen]
    signs = np.sign(directions[np.argmax(np.abs(directions), axis=0), np.arange(len(chosen))])
    return scaled @ (directions * signs), float(eigenvalues[chosen].sum() / eigenvalues.sum())


def _plainly_independent(scaled: Floats) -> bool:
    """Return whether cross products alone show independence: they lose half of the digits, so doubt means
    no.
    """
    try:
        factor = np.linalg.cholesky(scaled.T @ scaled)
    except np.linalg.LinAlgError:
        return False
    return float(np.min(np.diagonal(factor))) > 1e-5

"""Firms over time: logarithms of output and inputs, and where the row of the period before lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

__all__ = ["Firms", "basis", "products"]

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Firms:
    """Hold rows of firms, sorted by firm and period.

    Parameters
    ----------
    output
        Shape (n,).
    free, state, proxy
        Shapes (n, ·): inputs chosen with the period's productivity in mind, inputs chosen before, and what
        reveals productivity.
    firm, period
        Codes from 0, and periods.
    before
        Place of the firm's row one period earlier, -1 where there is none.
    last
        The last period of the sample.
    """

    output: Floats
    free: Floats
    state: Floats
    proxy: Floats
    firm: Whole
    period: Whole
    before: Whole
    last: int

    @property
    def inputs(self) -> Floats:
        """Return free inputs, then states."""
        return np.hstack([self.free, self.state])

    @property
    def linked(self) -> Whole:
        """Return the rows that have one before them."""
        return np.flatnonzero(self.before >= 0)

    @property
    def stays(self) -> NDArray[np.bool_]:
        """Return whether the firm is seen again in a later period."""
        latest = np.full(int(self.firm.max()) + 1, -1)
        np.maximum.at(latest, self.firm, self.period)
        out: NDArray[np.bool_] = self.period < latest[self.firm]
        return out

    def redrawn(self, chosen: Whole) -> Firms:
        """Return firms drawn with replacement, each draw a firm of its own.

        Parameters
        ----------
        chosen
            Codes of firms, one per draw.
        """
        starts = np.searchsorted(self.firm, np.arange(int(self.firm.max()) + 2))
        sizes = (starts[1:] - starts[:-1])[chosen]
        shift = np.r_[0, np.cumsum(sizes)[:-1]] - starts[chosen]
        rows = np.repeat(-shift, sizes) + np.arange(int(sizes.sum()))
        before = self.before[rows]
        return replace(
            self,
            output=self.output[rows],
            free=self.free[rows],
            state=self.state[rows],
            proxy=self.proxy[rows],
            firm=np.repeat(np.arange(len(chosen)), sizes),
            period=self.period[rows],
            before=np.where(before >= 0, before + np.repeat(shift, sizes), -1),
        )


def products(columns: Floats, degree: int) -> Floats:
    """Return all products of columns up to a degree, without the constant; shape (n, ·)."""
    parts = [
        np.prod(columns[:, list(chosen)], axis=1)
        for count in range(1, degree + 1)
        for chosen in combinations_with_replacement(range(columns.shape[1]), count)
    ]
    return np.column_stack(parts)


def basis(columns: Floats, degree: int) -> Floats:
    """Return a constant and all products of standardised columns up to a degree."""
    spread = columns.std(axis=0)
    scaled = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(columns)), products(scaled, degree)])

"""What each row adds to estimates, and the units in which these count alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.design.columns import spreads

__all__ = ["Influence", "slope_influence", "slope_units"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Influence:
    """Hold what each row adds to estimates: its score times the inverse of the normal matrix.

    Parameters
    ----------
    names
        Of the k estimates, for notes.
    rows
        Shape (n, k); the covariance is the sum of their products, weighted as the specification's covariance
        says.
    units
        In which estimates count alike where negative eigenvalues are set to zero, shape (k,): see
        `slope_units`.
    own
        Each regressor freed of the other terms and the effects, up to scale, times the root of the weights,
        shape (n, k); ``None`` where estimates are no slopes.
    blocks
        Places of estimates that stand by themselves, as the slopes of one equation among several; empty for
        all together.
    constants
        Places of constants, which are in no block.
    """

    names: Sequence[str]
    rows: Floats
    units: Floats
    own: Floats | None = None
    blocks: Sequence[Sequence[int]] = ()
    constants: Sequence[int] = ()


def slope_influence(
    names: Sequence[str], columns: Floats, rows: Floats, own: Floats, *, outcome: Floats | None = None
) -> Influence:
    """Return the influence of rows on the slopes of one equation.

    Parameters
    ----------
    names, columns
        Terms, and their values as given, shape (n, k).
    rows, own
        See `Influence`.
    outcome
        In whose units constants are, shape (n,); ``None`` where these have none.

    Examples
    --------
    >>> one = np.array([[1.0, 0.0], [1.0, 4.0]])
    >>> slope_influence(("Intercept", "x"), one, one, one, outcome=np.array([0.0, 2.0])).units.tolist()
    [1.4142135623730951, 0.5]
    """
    units = slope_units(columns)
    constants = [place for place, name in enumerate(names) if name == INTERCEPT]
    units[constants] = 1.0
    if outcome is not None:
        units *= float(_deviations(outcome[:, None])[0]) or 1.0
    return Influence(names=names, rows=rows, units=units, own=own, constants=constants)


def slope_units(columns: Floats) -> Floats:
    """Return one over the standard deviation of each column as given, one for constant columns; shape (k,).

    Examples
    --------
    >>> slope_units(np.array([[1.0, 0.0], [1.0, 4.0]])).round(3).tolist()
    [1.0, 0.354]
    """
    size = _deviations(columns)
    found: Floats = 1 / np.where(size > 0, size, 1.0)
    return found


def _deviations(columns: Floats) -> Floats:
    """Return the standard deviation of each column, zero of one row."""
    found: Floats = spreads(columns) / np.sqrt(max(len(columns) - 1.0, 1.0))
    return found

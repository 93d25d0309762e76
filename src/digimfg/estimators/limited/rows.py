"""Likelihoods of rows given an index, and of units whose rows share a normal effect in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.limited.maximum import Value

__all__ = ["Derivatives", "RowModel", "of_rows", "of_units"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROUNDS = 25


@dataclass(frozen=True, kw_only=True, eq=False)
class Derivatives:
    """Hold the log likelihood of each row and its derivatives by the index and by m further parameters.

    Parameters
    ----------
    value, index, index_twice
        Shape (n,).
    further, cross
        By each further parameter, and by it and the index, shape (n, m).
    further_twice
        Shape (n, m, m).
    """

    value: Floats
    index: Floats
    index_twice: Floats
    further: Floats
    cross: Floats
    further_twice: Floats


class RowModel(Protocol):
    """Give the likelihood of rows."""

    def at(self, index: Floats, further: Floats) -> Derivatives:
        """Return values and derivatives; values are not finite where parameters are not allowed."""
        ...


def of_rows(model: RowModel, columns: Floats, mass: Floats, offset: Floats, point: Floats) -> Value:
    """Return the likelihood of independent rows at slopes and further parameters.

    Parameters
    ----------
    columns
        Shape (n, k).
    mass, offset
        Shape (n,).
    point
        Shape (k + m,).
    """
    k = columns.shape[1]
    with np.errstate(all="ignore"):
        found = model.at(columns @ point[:k] + offset, point[k:])
        total = float(mass @ found.value)
    scores = np.column_stack([columns * found.index[:, None], found.further]) * mass[:, None]
    cross = columns.T @ (found.cross * mass[:, None])
    hessian = np.block(
        [
            [(columns * (mass * found.index_twice)[:, None]).T @ columns, cross],
            [cross.T, np.einsum("n,nij->ij", mass, found.further_twice)],
        ]
    )
    return _allowed(total, scores, hessian)


def _allowed(total: float, scores: Floats, hessian: Floats) -> Value:
    fine = np.isfinite(total) and bool(np.isfinite(scores).all() and np.isfinite(hessian).all())
    return Value(total=total if fine else -np.inf, scores=scores, hessian=hessian)


def of_units(
    model: RowModel, columns: Floats, units: Codes, offset: Floats, nodes: int, point: Floats
) -> Value:
    r"""Return the likelihood of units whose rows share :math:`\sigma_u z` in the index, z standard normal.

    .. math:: \log\int\prod_tf(y_{it}\mid x_{it}'b+\sigma_uz)\,\phi(z)\,dz

    by Gauss–Hermite nodes around the mode of each unit (Naylor and Smith 1982, doi:10.2307/2347995;
    Rabe-Hesketh, Skrondal and Pickles 2005, doi:10.1016/j.jeconom.2004.08.017). Derivatives are those of the
    sum over nodes.

    Parameters
    ----------
    point
        Slopes, further parameters, :math:`\sigma_u`, shape (k + m + 1,); its sign says nothing.
    """
    n, k = columns.shape
    n_units, p = int(units.max()) + 1, len(point)
    further, spread = point[k:-1], float(point[-1])
    base = columns @ point[:k] + offset
    with np.errstate(all="ignore"):
        middle, width = _modes(model, base, further, spread, units, n_units)
        places, weights = np.polynomial.hermite.hermgauss(nodes)
        z = middle[:, None] + np.sqrt(2) * width[:, None] * places
        logs = np.log(weights) + places**2 - z**2 / 2 + np.log(width)[:, None] - np.log(np.pi) / 2
        for node in range(nodes):
            found = model.at(base + spread * z[units, node], further)
            logs[:, node] += np.bincount(units, found.value, minlength=n_units)
        top = logs.max(axis=1)
        share = np.exp(logs - top[:, None])
        whole = share.sum(axis=1)
        total = float(np.sum(top + np.log(whole)))
        share /= whole[:, None]
    scores, hessian = np.zeros((n_units, p)), np.zeros((p, p))
    for node in range(nodes):
        with np.errstate(all="ignore"):
            found = model.at(base + spread * z[units, node], further)
        moved = np.column_stack([columns, np.zeros((n, len(further))), z[units, node]])
        own = moved * found.index[:, None]
        own[:, k:-1] = found.further
        grouped = np.column_stack([np.bincount(units, column, minlength=n_units) for column in own.T])
        scores += grouped * share[:, [node]]
        mass = share[units, node]
        curved = (moved * (mass * found.index_twice)[:, None]).T @ moved
        cross = moved.T @ (found.cross * mass[:, None])
        curved[:, k:-1] += cross
        curved[k:-1, :] += cross.T
        curved[k:-1, k:-1] += np.einsum("n,nij->ij", mass, found.further_twice)
        hessian += curved + (grouped * share[:, [node]]).T @ grouped
    hessian -= scores.T @ scores
    return _allowed(total, scores, hessian)


def _modes(
    model: RowModel, base: Floats, further: Floats, spread: float, units: Codes, n_units: int
) -> tuple[Floats, Floats]:
    """Return the mode of each unit's effect and the spread there, in standard deviations of the effect."""
    mode: Floats = np.zeros(n_units)
    curve: Floats = np.ones(n_units)
    for _ in range(_ROUNDS):
        found = model.at(base + spread * mode[units], further)
        gradient = spread * np.bincount(units, found.index, minlength=n_units) - mode
        bent = 1 - spread**2 * np.bincount(units, found.index_twice, minlength=n_units)
        curve = np.asarray(np.maximum(np.where(np.isfinite(bent), bent, 1.0), 0.2), dtype=np.float64)
        step: Floats = np.clip(np.where(np.isfinite(gradient), gradient, 0.0) / curve, -2.0, 2.0)
        mode = mode + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return mode, 1 / np.sqrt(curve)

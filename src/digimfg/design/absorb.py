"""Absorb effects: the largest by means, the others by the normal equations that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from digimfg.design.centre import far_mean
from digimfg.design.columns import side_by_side
from digimfg.design.effect_solver import EffectSolver
from digimfg.design.elimination import Elimination
from digimfg.errors import EstimationError

__all__ = ["absorb", "absorb_blocks", "degrees_of_freedom", "redundant_levels"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_ROUNDS = 8
_CELLS = 4
_ROUNDING = 1e-14
_NOTHING = 1e-20


def absorb(columns: Floats, effects: Sequence[Codes], weights: Floats | None = None) -> Floats:
    """Return the residuals of columns on the indicators of every effect.

    Parameters
    ----------
    columns
        Shape (n, k), without missing values.
    effects
        Codes 0..G-1 of each effect, shape (n,).
    weights
        Positive weights, shape (n,); the residuals are those of weighted least squares, not multiplied by
        weights.

    Returns
    -------
    ndarray
        Shape (n, k), each column contiguous. The largest effect is eliminated. Up to 400 levels of the others
        whose cells with it are not mostly empty are solved for exactly; more by conjugate gradients on all
        columns at once, preconditioned by an incomplete factor where levels hang together loosely, until the
        sums by level are 1e-14 of the sums of absolute values.

    Raises
    ------
    EstimationError
        If the iterations do not converge.

    Examples
    --------
    >>> absorb(np.array([[1.0], [3.0], [5.0]]), [np.array([0, 0, 1])]).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """
    return absorb_blocks([columns], effects, weights)


def absorb_blocks(
    blocks: Sequence[Floats], effects: Sequence[Codes], weights: Floats | None = None
) -> Floats:
    """Return `absorb` of blocks of columns, shapes (n,) and (n, c), side by side.

    Examples
    --------
    >>> one = np.array([1.0, 3.0, 5.0])
    >>> absorb_blocks([one, one[:, None]], [np.array([0, 0, 1])]).tolist()
    [[-1.0, -1.0], [1.0, 1.0], [0.0, 0.0]]
    """
    if not effects:
        return side_by_side([block.copy() for block in blocks])
    given = [column for block in blocks for column in (block[:, None] if block.ndim == 1 else block).T]
    kernel = Elimination(effects, weights)
    out = np.empty((kernel.n_rows, len(given)), order="F")
    for place, column in enumerate(given):
        out[:, place] = kernel.demeaned(_near(column))
    if kernel.others:
        _solve(kernel, out, lambda place: _NOTHING * kernel.absolute(_near(given[place])))
    return out


def _near(column: Floats) -> Floats:
    """Return a column less its mean where this is far: the effects take it, and sums keep the digits of the
    rest.
    """
    mean = far_mean(column)
    return column - mean if mean else np.ascontiguousarray(column)


def redundant_levels(effects: Sequence[Codes]) -> int:
    """Return how many indicators of the effects are redundant, as reghdfe counts them.

    Exact for one and two effects: the mobility groups, which are the connected components of the graph that
    links two levels where a row has both (Abowd, Creecy & Kramarz 2002, LEHD Technical Paper 2002-06). For
    more, each further effect is counted against every earlier one and the largest count is taken: a lower
    bound on redundancy.

    Examples
    --------
    >>> worker, firm = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 3])
    >>> redundant_levels([worker, firm])
    2
    """
    redundant = 0
    for place in range(1, len(effects)):
        redundant += max(_components(effects[earlier], effects[place]) for earlier in range(place))
    return redundant


def degrees_of_freedom(effects: Mapping[str, Codes]) -> int:
    """Return the number of parameters that the effects use."""
    codes = list(effects.values())
    return sum(int(code.max()) + 1 for code in codes) - redundant_levels(codes)


def _solve(kernel: Elimination, out: Floats, floor: Callable[[int], float]) -> None:
    """Free columns that the largest effect has left of the others, in place.

    Each round works on what the last one left, until the sums by level are rounding alone: of what is left,
    or of the column as it was (`floor`, by place), where next to nothing is left of it.
    """
    solver = EffectSolver(kernel)
    left = list(range(out.shape[1]))
    for turn in range(_ROUNDS):
        sums = np.empty((kernel.others, len(left)))
        rounding = np.zeros(len(left))
        for j, place in enumerate(left):
            if turn > 1:
                out[:, place] = kernel.demeaned(out[:, place])
            sums[:, j] = kernel.sums(out[:, place])
            if turn or not solver.is_exact:
                rounding[j] = _ROUNDING * kernel.length(out[:, place])
        size = np.sqrt(np.einsum("ij,ij->j", sums, sums))
        for j in np.flatnonzero((size > rounding) & (rounding > 0)).tolist():
            rounding[j] = _ROUNDING * kernel.absolute(out[:, left[j]])
        if turn:
            for j in np.flatnonzero(size > rounding).tolist():
                rounding[j] = max(rounding[j], floor(left[j]))
        above = np.flatnonzero(size > rounding)
        if not len(above):
            return
        left = [left[j] for j in above.tolist()]
        solution = solver.solve(np.ascontiguousarray(sums[:, above]), rounding[above] / 4)
        for j, place in enumerate(left):
            out[:, place] = kernel.without(out[:, place], solution[:, j])
    raise EstimationError.of("design.absorption_not_converged", solves=_ROUNDS)


def _components(first: Codes, second: Codes) -> int:
    size, other = int(first.max()) + 1, int(second.max()) + 1
    if size < other:
        first, second, size, other = second, first, other, size
    if size * other <= _CELLS * len(first):
        # Levels of the smaller effect hang together where one of the larger has both.
        cells = np.zeros(size * other, dtype=np.float32)
        cells[first * other + second] = 1
        table = cells.reshape(size, other)
        shared = table.T @ table
        if np.any(np.all(shared, axis=1)):
            return 1
        return int(csgraph.connected_components(sparse.csr_array(shared), directed=False)[0])
    graph = sparse.coo_array(
        (np.ones(len(first), dtype=np.int8), (first, second + size)), shape=(size + other, size + other)
    )
    return int(csgraph.connected_components(graph, directed=False)[0])

"""Absorb effects: one effect by means, two exactly by elimination, three and more by conjugate gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import LinearOperator, cg

from digimfg.design.centre import far_means
from digimfg.errors import EstimationError
from digimfg.say import say
from digimfg.text import Text

__all__ = ["absorb", "degrees_of_freedom", "redundant_levels"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_DENSE = 4_000
_SOLVES = 8
_ROUNDING = 1e-14


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
        Shape (n, k). One effect: exact means. Two: exact, by eliminating the larger effect and solving the
        normal equations of the smaller (Schur complement). Otherwise conjugate gradients on the normal
        equations, preconditioned by group sizes, until the sums by level are 1e-14 of the sums of absolute
        values.

    Raises
    ------
    EstimationError
        If the iterations do not converge.

    Examples
    --------
    >>> absorb(np.array([[1.0], [3.0], [5.0]]), [np.array([0, 0, 1])]).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """
    if not effects:
        return columns.copy()
    means = far_means(columns)  # the effects take the mean: without it sums keep the digits of the rest
    columns = columns - means if means.any() else columns
    order = sorted(range(len(effects)), key=lambda place: -int(effects[place].max(initial=0)))
    first, *others = (effects[place] for place in order)
    size = _sums(np.ones((len(first), 1)), first, weights)[:, 0]
    residual = _demean(columns, first, size, weights)
    if not others:
        return residual
    total = sum(int(code.max()) + 1 for code in others)
    if len(others) == 1 and total <= _DENSE:
        return _eliminate(residual, first, size, others[0], weights)
    return _iterate(residual, [first, *others], weights)


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


def _sums(columns: Floats, codes: Codes, weights: Floats | None) -> Floats:
    count = int(codes.max()) + 1
    weighted = columns if weights is None else columns * weights[:, None]
    return np.column_stack([np.bincount(codes, weighted[:, j], count) for j in range(columns.shape[1])])


def _demean(columns: Floats, codes: Codes, size: Floats, weights: Floats | None) -> Floats:
    return columns - (_sums(columns, codes, weights) / size[:, None])[codes]


def _eliminate(residual: Floats, first: Codes, size: Floats, second: Codes, weights: Floats | None) -> Floats:
    """Solve for the smaller effect on data freed of the larger one, then take both away."""
    count = int(second.max()) + 1
    mass = np.ones(len(first)) if weights is None else weights
    cross = sparse.csr_matrix((mass, (first, second)), shape=(len(size), count))
    own = np.asarray(cross.sum(axis=0)).ravel()
    normal = np.diag(own) - (cross.T @ sparse.diags(1 / size) @ cross).toarray()
    right = _sums(residual, second, weights)
    # The normal matrix lacks one rank per connected component; the minimum-norm solution takes nothing twice.
    values, vectors = linalg.eigh(normal)
    keep = values > values[-1] * 1e-12 if values[-1] > 0 else np.zeros(count, dtype=bool)
    solution = vectors[:, keep] @ ((vectors[:, keep].T @ right) / values[keep][:, None])
    shift = (cross @ solution) / size[:, None]
    once = residual - solution[second] + shift[first]
    # One step of refinement removes what rounding left behind.
    right = _sums(once, second, weights)
    solution = vectors[:, keep] @ ((vectors[:, keep].T @ right) / values[keep][:, None])
    out: Floats = once - solution[second] + ((cross @ solution) / size[:, None])[first]
    return out


def _iterate(columns: Floats, effects: Sequence[Codes], weights: Floats | None) -> Floats:
    n = len(columns)
    offsets = np.cumsum([0, *(int(code.max()) + 1 for code in effects)])
    places = np.concatenate([code + offset for code, offset in zip(effects, offsets[:-1], strict=True)])
    rows = np.tile(np.arange(n), len(effects))
    indicators = sparse.csr_matrix((np.ones(len(places)), (rows, places)), shape=(n, int(offsets[-1])))
    weighted = indicators if weights is None else sparse.diags(weights) @ indicators
    normal = (indicators.T @ weighted).tocsr()
    diagonal = normal.diagonal()
    precondition = LinearOperator(normal.shape, matvec=lambda vector: vector / diagonal)
    out = np.empty_like(columns)
    for j in range(columns.shape[1]):
        residual = columns[:, j]
        # Each solve works on what the last one left, until the sums by level are rounding alone.
        for _ in range(_SOLVES):
            right = np.asarray(weighted.T @ residual, dtype=np.float64)
            rounding = _ROUNDING * float(np.linalg.norm(weighted.T @ np.abs(residual)))
            if float(np.linalg.norm(right)) <= rounding:
                break
            solution, _ = cg(normal, right, rtol=1e-8, atol=rounding / 4, maxiter=20_000, M=precondition)
            residual = residual - indicators @ solution
        else:
            raise EstimationError(
                where=Text("absorbing the fixed effects", "吸收固定效应"),
                expected=Text("convergence of conjugate gradients", "共轭梯度法收敛"),
                got=say("none after {solves} solves", "{solves}次求解后仍未收敛", solves=_SOLVES),
                remedy=Text(
                    "the effects are nearly collinear: leave one out or merge sparse categories",
                    "各效应近乎共线：去掉其一或合并稀疏类别",
                ),
            )
        out[:, j] = residual
    return out


def _components(first: Codes, second: Codes) -> int:
    size = int(first.max()) + 1
    total = size + int(second.max()) + 1
    graph = sparse.coo_matrix(
        (np.ones(len(first), dtype=np.int8), (first, second + size)), shape=(total, total)
    )
    count, _ = csgraph.connected_components(graph, directed=False)
    return int(count)

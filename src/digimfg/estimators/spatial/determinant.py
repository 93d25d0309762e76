"""The log-determinant of I - ρW and its traces: eigenvalues for small N, sparse factors for large N."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.linalg import lapack
from scipy.sparse import csgraph
from scipy.sparse.linalg import ArpackNoConvergence, SuperLU, eigs, splu

from digimfg.estimators.spatial.data import row_sums

__all__ = ["DENSE_UNITS", "Determinant", "forget"]

Floats = NDArray[np.float64]
DENSE_UNITS = 500
_NODES = 14
_WORK = 64


@dataclass(frozen=True, eq=False)
class Determinant:
    r"""Evaluate :math:`\ln|I-\sum_j\rho_jW_j|` and :math:`\operatorname{tr}W_j(I-\sum_j\rho_jW_j)^{-1}`.

    One matrix of up to 500 units is done through its eigenvalues; anything else by an exact (sparse) LU
    factorisation at every evaluation. No approximation enters: neither a grid nor random traces. Answers are
    kept.

    Parameters
    ----------
    matrices
        Square, sparse, shape (N, N) each.
    limits
        Bounds that do not follow from the matrices themselves: of one that acts on units less an intercept,
        N - 1 of them, whose part of the determinant is then out already.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> ring = sparse.csr_array(np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]))
    >>> round(Determinant((ring,)).value(np.array([0.4])), 6)
    -0.146183
    """

    matrices: tuple[sparse.csr_array, ...]
    limits: tuple[tuple[float, float], ...] | None = None

    @property
    def n_units(self) -> int:
        """Return N."""
        return int(self.matrices[0].shape[0])

    @cached_property
    def _values(self) -> dict[bytes, float]:
        return {}

    @cached_property
    def _traces(self) -> dict[bytes, Floats]:
        return {}

    @cached_property
    def row_sums(self) -> Floats:
        """Return the sum of the first row of each matrix."""
        return np.array([float(matrix.data[: matrix.indptr[1]].sum()) for matrix in self.matrices])

    @cached_property
    def eigenvalues(self) -> NDArray[np.complex128] | None:
        """Return the eigenvalues of a single small matrix, ``None`` where factors are used."""
        if len(self.matrices) > 1 or self.n_units > DENSE_UNITS:
            return None
        return _spectrum(self.n_units, *_parts(self.matrices[0]))[0]

    @cached_property
    def bounds(self) -> tuple[tuple[float, float], ...]:
        r"""Return for each matrix the interval :math:`(1/\omega_{\min}, 1/\omega_{\max})` around zero.

        A matrix without cycles (strictly core to periphery, say) has no eigenvalue but zero; the interval is
        then that of a convergent sum, one over the largest row sum.
        """
        if self.limits is not None:
            return self.limits
        if self.eigenvalues is not None:
            return (_spectrum(self.n_units, *_parts(self.matrices[0]))[1],)
        return tuple(_bounds(matrix, None) for matrix in self.matrices)

    def value(self, rho: Floats) -> float:
        r"""Return the log-determinant, :math:`-\infty` where it is not positive."""
        key = rho.tobytes()
        if key not in self._values:
            self._values[key] = self._value(rho)
        return self._values[key]

    def _value(self, rho: Floats) -> float:
        if self.eigenvalues is not None:
            distance = np.abs(1.0 - rho[0] * self.eigenvalues)
            return float(np.sum(np.log(distance))) if np.all(distance > 0) else -np.inf
        if self.n_units <= DENSE_UNITS:
            sign, value = np.linalg.slogdet(self.system(rho).toarray())
            return float(value) if sign > 0 else -np.inf
        factor = _factor(self.system(rho))
        return float(np.sum(np.log(np.abs(factor.U.diagonal()))))

    def traces(self, rho: Floats) -> Floats:
        r"""Return :math:`\operatorname{tr}(W_jA^{-1})` for every matrix: minus the gradient of the value."""
        key = rho.tobytes()
        if key not in self._traces:
            self._traces[key] = self._trace(rho)
        return self._traces[key]

    def _trace(self, rho: Floats) -> Floats:
        if self.eigenvalues is not None:
            return np.array([np.sum((self.eigenvalues / (1.0 - rho[0] * self.eigenvalues)).real)])
        if self.n_units <= DENSE_UNITS:
            inverse = np.linalg.inv(self.system(rho).toarray())
            return np.array([(matrix @ inverse).trace() for matrix in self.matrices])
        return np.array([self._slope(rho, j) for j in range(len(self.matrices))])

    def trace_slopes(self, rho: Floats) -> Floats:
        r"""Return the slopes of the traces, :math:`\operatorname{tr}(W_iA^{-1}W_jA^{-1})`, shape (m, m)."""
        if self.eigenvalues is not None:
            moved = self.eigenvalues / (1.0 - rho[0] * self.eigenvalues)
            return np.array([[np.sum((moved**2).real)]])
        if self.n_units <= DENSE_UNITS:
            inverse = np.linalg.inv(self.system(rho).toarray())
            parts = [matrix @ inverse for matrix in self.matrices]
            return np.array([[np.sum(left * right.T) for right in parts] for left in parts])
        steps = 1e-4 * np.eye(len(rho))
        found = np.array([self.traces(rho + step) - self.traces(rho - step) for step in steps]) / 2e-4
        return np.asarray((found + found.T) / 2)

    def _slope(self, rho: Floats, position: int) -> float:
        """Differentiate the Chebyshev interpolant of exact values near `rho`, minus the slope being the
        trace.
        """
        low, high = self.bounds[position]
        width = 0.25 * min(rho[position] - low, high - rho[position]) if len(self.matrices) == 1 else 0.02

        def exact(nodes: Floats) -> Floats:
            points = np.repeat(rho[None, :], len(nodes), axis=0)
            points[:, position] += width * nodes
            return np.array([self.value(point) for point in points])

        interpolant = np.polynomial.Chebyshev.interpolate(exact, _NODES)
        return -float(interpolant.deriv()(0.0)) / width

    def solved(self, rho: Floats, values: Floats) -> Floats:
        r"""Return :math:`(I-\sum_j\rho_jW_j)^{-1}` times values, shape (N, …)."""
        if self.n_units > DENSE_UNITS:
            return np.asarray(_factor(self.system(rho)).solve(values))
        system = np.eye(self.n_units)
        for value, matrix in zip(rho, self.matrices, strict=True):
            system -= float(value) * matrix.toarray()
        return np.asarray(np.linalg.solve(system, values))

    def system(self, rho: Floats) -> sparse.csr_array:
        r"""Return :math:`A = I-\sum_j\rho_jW_j`."""
        total = sparse.eye_array(self.n_units, format="csr")
        for value, matrix in zip(rho, self.matrices, strict=True):
            total = total - float(value) * matrix
        return sparse.csr_array(total)


def _parts(matrix: sparse.csr_array) -> tuple[bytes, bytes, bytes]:
    """Return what tells a matrix from others of its order."""
    data = np.asarray(matrix.data, dtype=np.float64)
    return matrix.indptr.tobytes(), matrix.indices.tobytes(), data.tobytes()


@lru_cache(maxsize=4)
def _spectrum(
    n_units: int, indptr: bytes, indices: bytes, data: bytes
) -> tuple[NDArray[np.complex128], tuple[float, float]]:
    """Return the eigenvalues of a matrix given by its parts, and the bounds that follow: the same weights
    serve many models.
    """
    matrix = _of_parts(n_units, indptr, indices, data)
    _, group = csgraph.connected_components(matrix, connection="strong")
    size = np.bincount(group)
    dense = matrix.toarray()
    # units sorted by groups that reach each other make the matrix block triangular
    found = [dense.diagonal()[size[group] == 1].astype(np.complex128)]
    for each in np.flatnonzero(size > 1):
        units = np.flatnonzero(group == each)
        found.append(_roots_of_block(dense if len(units) == n_units else dense[np.ix_(units, units)]))
    roots = np.concatenate(found)
    roots.setflags(write=False)
    return roots, _bounds(matrix, roots)


def _roots_of_block(dense: Floats) -> NDArray[np.complex128]:
    if np.abs(dense - dense.T).max() <= 1e-14 * np.abs(dense).max():
        return linalg.eigvalsh(dense).astype(np.complex128)
    real, imaginary, _, _, failed = lapack.dgeev(dense, 0, 0, lwork=_WORK * len(dense))
    if failed:
        raise np.linalg.LinAlgError(f"eigenvalues of {len(dense)} units did not converge")
    return np.asarray(real + 1j * imaginary)


def _of_parts(n_units: int, indptr: bytes, indices: bytes, data: bytes) -> sparse.csr_array:
    kind = np.int32 if len(indptr) == 4 * (n_units + 1) else np.int64
    parts = np.frombuffer(data), np.frombuffer(indices, kind), np.frombuffer(indptr, kind)
    return sparse.csr_array(parts, shape=(n_units, n_units), copy=True)  # sorted in place where it is not


def forget() -> None:
    """Forget what was found out of matrices seen before."""
    _spectrum.cache_clear()


def _factor(system: sparse.csr_array) -> SuperLU:
    return splu(system.tocsc())


def _bounds(matrix: sparse.csr_array, eigenvalues: NDArray[np.complex128] | None) -> tuple[float, float]:
    largest_row = float(row_sums(matrix, absolute=True).max())
    fallback = 1.0 / largest_row if largest_row > 0 else 1.0
    least = 1e-8 * largest_row
    if eigenvalues is None:
        groups = csgraph.connected_components(matrix, connection="strong")[0]
        if groups == matrix.shape[0] and not np.any(matrix.diagonal()):
            return -fallback, fallback
        low, high = _extreme(matrix, "SR", largest_row), _extreme(matrix, "LR", largest_row)
    else:
        real = eigenvalues.real[np.abs(eigenvalues.imag) < least]
        low, high = (float(real.min()), float(real.max())) if len(real) else (0.0, 0.0)
    return (1.0 / low if low < -least else -fallback), (1.0 / high if high > least else fallback)


def _extreme(matrix: sparse.csr_array, which: Literal["SR", "LR"], largest_row: float) -> float:
    """Return the smallest (``SR``) or largest (``LR``) real part; the norm bounds it if ARPACK does not
    converge.
    """
    start = np.random.default_rng(0).standard_normal(matrix.shape[0])
    try:
        found = eigs(matrix, k=1, which=which, v0=start, return_eigenvectors=False, maxiter=20_000, tol=1e-10)
    except ArpackNoConvergence:
        return largest_row if which == "LR" else -largest_row
    return float(found[0].real)

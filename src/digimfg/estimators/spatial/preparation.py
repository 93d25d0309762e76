"""Bring a design and weights into the arrays of a spatial panel, and refuse what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from digimfg.design.centre import far_means
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.panel_rows import unit_and_period, varying_regressors
from digimfg.estimators.spatial.alignment import align_weights, empty_rows
from digimfg.estimators.spatial.data import one_row_sum, row_sums
from digimfg.estimators.spatial.model import HIDDEN
from digimfg.labels import value_labels
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.design import Design
    from digimfg.estimators.spatial.model import SpatialModel
    from digimfg.estimators.spatial.options import SpatialOptions

__all__ = [
    "check_correction",
    "in_given_units",
    "lagged_regressors",
    "own_lag",
    "panel_cube",
    "unit_size",
    "weight_matrices",
    "with_periods",
    "without_far_means",
]

Floats = NDArray[np.float64]


def panel_cube(
    options: SpatialOptions, design: Design, notes: list[Text]
) -> tuple[Floats, Floats, tuple[str, ...], NDArray[np.generic]]:
    """Return outcome (T, N), regressors (T, N, k) without the intercept, their names, and the units.

    Units that ``options.incomplete`` leaves out become notes.

    Raises
    ------
    EstimationError
        If a unit is missing in some and is not to be left out, or no unit is complete.
    """
    unit, period, units, periods = unit_and_period(design)
    n_periods = len(periods)
    counts = np.bincount(unit, minlength=len(units))
    short = counts < n_periods
    kept = np.ones(len(units), dtype=bool)
    if options.incomplete == "drop":
        foreign = ~_weighed(options, units)
        kept = ~(short | foreign)
        if np.any(foreign):
            notes.append(
                _left_out(units[foreign], str(design.specification.entity), Text("without weights", "无权重"))
            )
        if np.any(short & ~foreign):
            notes.append(
                _left_out(
                    units[short & ~foreign],
                    str(design.specification.entity),
                    Text("that miss a period", "缺少某些时期"),
                )
            )
    if not np.any(kept) or np.any(short & kept):
        listed = [f"{units[i]} ({counts[i]}/{n_periods})" for i in np.flatnonzero(short)[:3]]
        raise EstimationError.of(
            "spatial.not_balanced", n_periods=n_periods, n=int(short.sum()), listed=listed
        )
    order = np.lexsort((unit, period))
    order = order[kept[unit[order]]]
    names, columns = varying_regressors(design)
    shape = (n_periods, int(kept.sum()))
    return (
        design.outcome[order].reshape(shape),
        columns[order].reshape(*shape, len(names)),
        names,
        units[kept],
    )


def weight_matrices(
    options: SpatialOptions, units: NDArray[np.generic], notes: list[Text]
) -> tuple[dict[str, sparse.csr_array], sparse.csr_array | None]:
    """Return the matrices of the lags and of the error in the order of the units.

    Raises
    ------
    EstimationError
        If they do not match the units, or a unit has no neighbour.
    SpecificationError
        If the error has no matrix of its own among several.
    """
    named = options.weights if isinstance(options.weights, tuple) else (("W", options.weights),)
    matrices: dict[str, sparse.csr_array] = {}
    for name, value in named:
        matrices[name], found = align_weights(value, units, options.standardization)
        notes.extend(note for note in found if note not in notes)
    one, *others = matrices.values()
    together = sum((abs(matrix) for matrix in others), start=abs(one)) if others else one
    alone = empty_rows(together, units)
    if alone and options.islands == "error":
        raise EstimationError.of("spatial.units_without_neighbours", n=len(alone), alone=alone[:3])
    if alone:
        notes.append(note_of("spatial.no_neighbours", n_alone=len(alone)))
    if not options.lag_error:
        return matrices, None
    if options.error_weights is not None:
        error, found = align_weights(options.error_weights, units, options.standardization)
        notes.extend(note for note in found if note not in notes)
        return matrices, error
    if len(matrices) > 1:
        raise SpecificationError.of("spatial.several_error_matrices", n=len(matrices))
    return matrices, next(iter(matrices.values()))


def lagged_regressors(
    options: SpatialOptions, names: tuple[str, ...], regressors: Floats
) -> NDArray[np.bool_]:
    """Return which regressors are lagged in space; constants of a period would repeat themselves and are
    not.
    """
    if isinstance(options.lag_regressors, tuple):
        unknown = [name for name in options.lag_regressors if name not in names]
        if unknown:
            raise SpecificationError.of("spatial.lag_regressors_unknown", names=names, unknown=unknown)
        return np.array([name in options.lag_regressors for name in names])
    if not options.lag_regressors:
        return np.zeros(len(names), dtype=bool)
    return np.asarray(np.any(np.ptp(regressors, axis=1) > 0, axis=0))


def with_periods(
    regressors: Floats, names: tuple[str, ...], lagged: NDArray[np.bool_]
) -> tuple[Floats, tuple[str, ...], NDArray[np.bool_]]:
    """Return regressors, names and what is lagged with an indicator for every period but the first."""
    n_periods, n_units = regressors.shape[:2]
    steps = np.broadcast_to(np.eye(n_periods)[:, None, 1:], (n_periods, n_units, n_periods - 1))
    return (
        np.concatenate([regressors, steps], axis=2),
        (*names, *(f"{HIDDEN}{period}" for period in range(1, n_periods))),
        np.concatenate([lagged, np.zeros(n_periods - 1, dtype=bool)]),
    )


def without_far_means(
    regressors: Floats,
    names: tuple[str, ...],
    matrices: Mapping[str, sparse.csr_array],
    sizes: Mapping[str, float],
) -> tuple[Floats, dict[str, float]]:
    """Return regressors less means that are large against their spread, and what is taken off each column.

    Effects or the constant take these means, and those of spatial lags where rows share one sum; else
    nothing is taken.
    """
    means = far_means(regressors.reshape(regressors.shape[0] * regressors.shape[1], -1))
    if not means.any() or not all(one_row_sum(matrix) for matrix in matrices.values()):
        return regressors, {}
    shift = dict(zip(names, means.tolist(), strict=True))
    for name, matrix in matrices.items():
        prefix = "W." if len(matrices) == 1 else f"W[{name}]."
        each = float(matrix[[0]].sum()) * sizes[name]
        shift |= {prefix + term: mean * each for term, mean in zip(names, means, strict=True)}
    return regressors - means, shift


def unit_size(
    matrices: Mapping[str, sparse.csr_array], error: sparse.csr_array | None
) -> tuple[dict[str, sparse.csr_array], sparse.csr_array | None, dict[str, float]]:
    """Return weights whose largest row sum is near one, and what they were divided by: name → size, "" for
    the error.

    Searches take steps in the spatial coefficients, which weights of millions (trade, say) make millionths.
    Sizes are powers of two, so that no digit changes, and one where row sums lie within 1/64 and 64.
    """

    def size(matrix: sparse.csr_array) -> float:
        largest = float(row_sums(matrix, absolute=True).max())
        return 1.0 if largest == 0 or 1 / 64 <= largest <= 64 else float(2.0 ** np.round(np.log2(largest)))

    sizes = {name: size(matrix) for name, matrix in matrices.items()}
    sizes[""] = 1.0 if error is None else size(error)
    scaled = {name: _divided(matrix, sizes[name]) for name, matrix in matrices.items()}
    return scaled, None if error is None else _divided(error, sizes[""]), sizes


def _divided(matrix: sparse.csr_array, size: float) -> sparse.csr_array:
    return matrix if size == 1.0 else sparse.csr_array(matrix / size)


def in_given_units(names: tuple[str, ...], sizes: Mapping[str, float]) -> Floats:
    """Return what estimates of these names, made with weights of unit size, are divided by for the weights
    given.
    """
    several = len(sizes) > 2
    of = {"lambda": sizes[""]}
    for matrix, size in sizes.items():
        if matrix:
            of[f"rho[{matrix}]" if several else "rho"] = size
    prefixes = {f"W[{matrix}]." if several else "W.": size for matrix, size in sizes.items() if matrix}
    return np.array(
        [
            of.get(name) or next((size for prefix, size in prefixes.items() if name.startswith(prefix)), 1.0)
            for name in names
        ]
    )


def own_lag(outcome: str, names: tuple[str, ...]) -> int | None:
    """Return the position of the outcome's first lag among the regressors."""
    for name in (f"L.{outcome}", f"L1.{outcome}"):
        if name in names:
            return names.index(name)
    return None


def check_correction(model: SpatialModel) -> None:
    """Refuse the bias correction where it has no meaning.

    Raises
    ------
    SpecificationError
        Without fixed effects, or with time effects and weights whose rows do not share one sum.
    """
    if not model.corrected:
        return
    if model.effects in ("none", "random"):
        raise SpecificationError.of("spatial.correction_without_effects", effects=repr(model.effects))
    if model.effects == "entity":
        return
    for name, matrix in model.weights.items():
        if not one_row_sum(matrix):
            raise SpecificationError.of("spatial.row_sums_differ", name=name)


def _weighed(options: SpatialOptions, units: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return which units every labelled matrix has."""
    named = options.weights if isinstance(options.weights, tuple) else (("W", options.weights),)
    matrices = [value for _, value in named]
    if options.error_weights is not None:
        matrices.append(options.error_weights)
    found = np.ones(len(units), dtype=bool)
    for matrix in matrices:
        if matrix.labels is not None:
            known = matrix.place_of(units.tolist())
            found &= np.array([label in known for label in units.tolist()])
    return found


def _left_out(units: NDArray[np.generic], entity: str, why: Text) -> Text:
    return note_of(
        "spatial.units_left_out",
        n=len(units),
        why=why,
        units=value_labels(units, entity, most=3),
    )

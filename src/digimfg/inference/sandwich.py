"""The one path of sandwich covariances: products of what rows add to estimates, and every guard they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.kernels import kernel_of
from digimfg.inference.lone_clusters import lone_cluster_notes, variation_shares
from digimfg.inference.positive import positive_semidefinite
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.few_groups import GroupMethod
    from digimfg.inference.influence import Influence
    from digimfg.inference.kernels import Kernel

__all__ = ["Added", "Sandwich", "cancelled_columns", "cancelled_variances", "guarded", "sandwich"]

Floats = NDArray[np.float64]

_CANCELLED = 1e-12
_DOUBTFUL = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Sandwich:
    """Hold a covariance without small-sample factor, the number of groups behind it, further counts, and
    notes.

    `n_groups` is the number of clusters of the smallest way, or of periods; zero for rows and neighbours.
    """

    covariance: Floats
    n_groups: int
    counts: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def sandwich(design: Design, influence: Influence) -> Sandwich:
    r"""Return :math:`V=\sum_{i,j}K_{ij}\psi_i\psi_j'` over what rows add to the estimates.

    K is one within clusters (with inclusion and exclusion over several ways: Cameron, Gelbach and Miller
    2011, doi:10.1198/jbes.2010.07136), falls with the distance between periods (Driscoll and Kraay 1998,
    doi:10.1162/003465398557825) or places (Conley 1999, doi:10.1016/S0304-4076(98)00084-0), or is the
    identity.

    All estimators with such errors come here, so that all have the same guards. Variances that cancel, below
    1e-12 of the same sum over absolute values, are rounding: they are zero with a note, an error where every
    one is. Negative eigenvalues are set to zero in standardised units with a note (`positive_semidefinite`).
    Few groups, and terms whose variation lies in one of them, are noted.

    Parameters
    ----------
    design
        With the specification's covariance, clusters, keys and coordinates.
    influence
        Rows in the order of the design.

    Raises
    ------
    EstimationError
        If there is only one cluster or period, or what rows add cancels within all groups.
    SpecificationError
        If the covariance is of no such kind, or lacks a column.
    """
    kernel = kernel_of(design)
    n, count = influence.rows.shape
    own = None if kernel.method == "robust" else influence.own
    shares = np.empty((n, 0)) if own is None else variation_shares(own)
    ones = np.ones((n, int(kernel.method == "conley")))
    found = kernel.products(influence.rows, shares, ones)
    products = (found.matrix + found.matrix.T) / 2
    added = Added(
        products=products[: count + shares.shape[1], : count + shares.shape[1]],
        cancelled=cancelled_columns(kernel, influence.rows, np.diag(products)[:count]),
        shares=shares,
        sums=None if found.sums is None else {way: each[:, count:] for way, each in found.sums.items()},
        n_groups=n**2 / float(products[-1, -1]) if ones.size else kernel.n_groups,
        counts=found.counts,
        notes=found.notes,
    )
    return guarded(design, influence, kernel, added)


@dataclass(frozen=True, kw_only=True, eq=False)
class Added:
    """Hold what the guards of a covariance look at, whatever way rows were added up.

    Parameters
    ----------
    products
        Of what rows add to k estimates and of the shares of rows in the variation of s terms, under the
        kernel, shape (k + s, k + s).
    cancelled
        Which of the k variances are rounding.
    shares
        Of rows or of groups of them, their columns adding up to one, shape (rows, s).
    sums
        Name of a way → sums of shares by group, shape (groups, s); by default those of `shares`.
    n_groups
        Of the smallest way, or as many of equal size as have the same sum of weights.
    counts, notes
        Of the kernel.
    """

    products: Floats
    cancelled: NDArray[np.bool_]
    shares: Floats
    n_groups: float
    sums: Mapping[str, Floats] | None = None
    counts: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def guarded(design: Design, influence: Influence, kernel: Kernel, added: Added) -> Sandwich:
    """Return the covariance of sums over rows with its guards: see `sandwich`.

    Parameters
    ----------
    design
        For the values that name groups.
    influence
        Names, units, blocks and constants are read.
    """
    cancelled, count = added.cancelled, len(added.cancelled)
    covariance = added.products[:count, :count].copy()
    covariance[cancelled] = 0.0
    covariance[:, cancelled] = 0.0
    covariance, repaired = _repaired(covariance, influence, kernel.method)
    lone = lone_cluster_notes(
        design,
        influence.names,
        added.shares,
        kernel.groups,
        sums=added.sums,
        together=np.diag(added.products)[count:],
    )
    silent = [
        name for name, gone in zip(influence.names, cancelled, strict=False) if gone and name not in lone.only
    ]
    return Sandwich(
        covariance=covariance,
        n_groups=kernel.n_groups,
        counts=added.counts,
        notes=(
            *repaired,
            *few_groups_note(kernel.method, added.n_groups),
            *added.notes,
            *lone.notes,
            *_silent_note(silent),
        ),
    )


def cancelled_columns(kernel: Kernel, rows: Floats, variances: Floats) -> NDArray[np.bool_]:
    """Return `cancelled_variances` of the sums of rows, shape (n, k), under a kernel."""
    # The sum of absolute values is at most the root of the number of rows times the length.
    size = np.sqrt([len(rows) * float(column @ column) for column in rows.T])
    for place in np.flatnonzero(np.abs(variances) <= _DOUBTFUL * size**2).tolist():
        size[place] = np.abs(rows[:, place]).sum()
    return cancelled_variances(kernel, variances, size, lambda doubtful: kernel.absolute(rows[:, doubtful]))


def cancelled_variances(
    kernel: Kernel,
    variances: Floats,
    size: Floats,
    absolute_of: Callable[[NDArray[np.bool_]], Floats],
) -> NDArray[np.bool_]:
    """Return which variances are what rounding leaves of sums that cancel.

    Two clusters with two-way effects, or neighbours that are all of the sample, are such cases.

    Parameters
    ----------
    variances
        Of sums of rows under the kernel, shape (k,).
    size
        Sums of the absolute values of rows, shape (k,).
    absolute_of
        Chosen columns → the same sums over absolute values.

    Raises
    ------
    EstimationError
        If no variance is left.
    """
    absolute = np.zeros(len(variances))
    doubtful = np.abs(variances) <= _DOUBTFUL * size**2
    if doubtful.any():
        absolute[doubtful] = absolute_of(doubtful)
    cancelled: NDArray[np.bool_] = doubtful & (absolute > 0) & (np.abs(variances) <= _CANCELLED * absolute)
    if not cancelled.any() or np.any(~cancelled & (variances != 0)):
        return cancelled
    raise EstimationError.of(
        "inference.scores_cancel", where=kernel.where, remedy=kernel.remedy, within=kernel.within
    )


def _repaired(
    covariance: Floats, influence: Influence, method: GroupMethod
) -> tuple[Floats, tuple[Text, ...]]:
    blocks = influence.blocks or (
        [place for place in range(len(covariance)) if place not in influence.constants],
    )
    found = positive_semidefinite(covariance, influence.units, blocks, influence.constants)
    if not found.n_negative:
        return covariance, ()
    before, after = np.diag(covariance), np.diag(found.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.where(before > 0, np.sqrt(after / before) - 1, np.where(before < 0, np.inf, 0.0))
    place = int(np.argmax(np.abs(moved)))
    term = term_label(influence.names[place]) if place < len(influence.names) else None
    negative = [
        term_label(name) for name, gone in zip(influence.names, np.isinf(moved), strict=False) if gone
    ]
    note = _repair_note(found.n_negative, negative, term, float(moved[place]), method)
    return found.covariance, (note,)


def _repair_note(
    n_negative: int, negative: Sequence[Text], term: Text | None, moved: float, method: GroupMethod
) -> Text:
    what = {
        "clustered": Text("The covariance clustered in several ways", "多维聚类协方差"),
        "conley": Text("The spatial covariance", "空间协方差"),
    }.get(method, Text("The covariance", "协方差"))
    change: Text
    if negative:
        change = note_of("inference.variance_was_negative", terms=negative)
    elif term is None:
        change = (
            Text("variances of some had been negative", "部分方差原为负")
            if np.isinf(moved)
            else note_of("inference.largest_change", moved=moved)
        )
    else:
        change = note_of("inference.error_that_moved_most", term=term, moved=moved)
    return note_of("inference.repaired", what=what, n=n_negative, change=change)


def _silent_note(names: Sequence[str]) -> tuple[Text, ...]:
    if not names:
        return ()
    return (note_of("inference.no_error", terms=[term_label(name) for name in names]),)

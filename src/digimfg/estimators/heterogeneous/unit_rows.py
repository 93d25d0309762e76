"""Lay a design out by unit and period, and regress unit by unit, all units at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.panel_rows import check_plain, unit_and_period, varying_regressors
from digimfg.periods import calendar
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["UnitRows", "demeaned", "freed", "less_period_means", "unit_rows", "unit_slopes"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitRows:
    """Hold a panel as arrays of units by places on the calendar, zero where there is no row.

    Parameters
    ----------
    outcome, regressors
        Shapes (N, T) and (N, T, k), the regressors less what `Design.shift` says.
    used
        Where there is a row, shape (N, T).
    terms
        Names of the regressors; no intercept.
    units
        Labels, shape (N,).
    unit, place
        Of each row of the design.
    """

    outcome: Floats
    regressors: Floats
    used: Flags
    terms: tuple[str, ...]
    units: NDArray[np.generic]
    unit: Codes
    place: Codes

    @property
    def n_rows(self) -> NDArray[np.int64]:
        """Return the number of rows of each unit."""
        return np.asarray(self.used.sum(axis=1), dtype=np.int64)

    @property
    def n_periods(self) -> int:
        """Return the number of periods with a row."""
        return int(self.used.any(axis=0).sum())

    def named(self, which: Flags) -> list[str]:
        """Return the labels of the first three of the units that are marked."""
        return [str(label) for label in self.units[which][:3]]


def unit_rows(design: Design, label: Text) -> UnitRows:
    """Return the rows of a design by unit and period.

    Raises
    ------
    SpecificationError
        If there are weights, or no keys.
    EstimationError
        If there is one unit only, or no regressor.
    """
    check_plain(design, label)
    unit, period, units, periods = unit_and_period(design)
    if len(units) < 2:
        raise EstimationError.of("heterogeneous.one_unit", where=label, n=len(unit))
    terms = varying_regressors(design)[0]
    if not terms:
        raise EstimationError.of("heterogeneous.nothing_varies_within_units", where=label)
    places = calendar(list(periods), str(design.specification.time)).places
    place = places[period]
    shape = (len(units), int(places.max()) + 1)
    used = np.zeros(shape, dtype=bool)
    used[unit, place] = True
    outcome = np.zeros(shape)
    outcome[unit, place] = design.outcome
    columns = np.zeros((*shape, len(terms)))
    columns[unit, place] = design.near[:, [design.terms.index(term) for term in terms]]
    return UnitRows(
        outcome=outcome, regressors=columns, used=used, terms=terms, units=units, unit=unit, place=place
    )


def demeaned(values: Floats, used: Flags) -> Floats:
    """Return values, shape (N, T, m), less their means by unit."""
    counts = np.maximum(used.sum(axis=1), 1)[:, None, None]
    rows = used[:, :, None]
    return np.asarray(np.where(rows, values - (values * rows).sum(axis=1, keepdims=True) / counts, 0.0))


def less_period_means(values: Floats, used: Flags) -> Floats:
    """Return values, shape (N, T, m), less their means by period over the units that have a row."""
    counts = np.maximum(used.sum(axis=0), 1)[None, :, None]
    rows = used[:, :, None]
    return np.asarray(np.where(rows, values - (values * rows).sum(axis=0, keepdims=True) / counts, 0.0))


def freed(values: Floats, others: Floats, used: Flags) -> tuple[Floats, Codes]:
    """Return values less what an intercept and others explain in each unit, and the rank of these.

    Parameters
    ----------
    values, others
        Shapes (N, T, m) and (N, T, q); others that are collinear in a unit count once.
    used
        Rows that count, shape (N, T).
    """
    near = demeaned(values, used)
    if not others.shape[2]:
        return near, np.ones(len(values), dtype=np.int64)
    columns = demeaned(others, used)
    length = np.sqrt((columns**2).sum(axis=1))
    whole = np.sqrt(((others * used[:, :, None]) ** 2).sum(axis=1))
    lasting = length > _ROUNDING * np.maximum(whole, np.finfo(float).tiny)
    columns = np.where(lasting[:, None, :], columns / np.where(lasting, length, 1.0)[:, None, :], 0.0)
    basis, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    kept = sizes > _ROUNDING * np.maximum(sizes[:, :1], np.finfo(float).tiny)
    basis = basis * kept[:, None, :]
    for _ in range(2):
        near = near - basis @ (np.swapaxes(basis, 1, 2) @ near)
    return np.where(used[:, :, None], near, 0.0), 1 + kept.sum(axis=1)


def unit_slopes(rows: UnitRows, outcome: Floats, columns: Floats, rank: Codes, label: Text) -> Floats:
    """Return least-squares slopes by unit, shape (N, k), of columns that are already freed.

    Parameters
    ----------
    outcome, columns
        Shapes (N, T) and (N, T, k), as `freed` gives them.
    rank
        What each unit lost to `freed`.

    Raises
    ------
    EstimationError
        If a unit has no more rows than parameters, or its regressors do not vary on their own; units are
        named.
    """
    k = columns.shape[2]
    short = rows.n_rows < rank + k + 1
    if short.any():
        raise EstimationError.of(
            "heterogeneous.too_few_rows_in_units",
            where=label,
            least=int((rank + k + 1)[short].max()),
            parameters=int((rank + k)[short].max()),
            n=int(short.sum()),
            rows=int(rows.n_rows[short].min()),
            units=rows.named(short),
        )
    length = np.sqrt((columns**2).sum(axis=1))
    whole = np.sqrt((demeaned(rows.regressors, rows.used) ** 2).sum(axis=1))
    still = length <= _ROUNDING * np.maximum(whole, np.finfo(float).tiny)
    scaled = columns / np.where(still, 1.0, length)[:, None, :]
    basis, triangle = np.linalg.qr(scaled)
    alone = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
    still |= alone < 1e-7
    bad = still.any(axis=1)
    if bad.any():
        terms = [term for place, term in enumerate(rows.terms) if still[:, place].any()]
        raise EstimationError.of(
            "heterogeneous.regressors_collinear_in_units",
            where=label,
            terms=terms,
            n=int(bad.sum()),
            units=rows.named(bad),
        )
    projected = np.swapaxes(basis, 1, 2) @ outcome[:, :, None]
    found: Floats = np.linalg.solve(triangle, projected)[:, :, 0] / length
    return found

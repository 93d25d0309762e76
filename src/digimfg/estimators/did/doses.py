"""Effects of a dose by cohort and period, as a function of the dose, with the influence of every unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse, scaled_rank
from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Cells
from digimfg.estimators.did.group_time import no_never_treated, wide_panel
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.group_time import BasePeriod, ControlGroup, Wide
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["DoseCells", "Levels", "Spline", "dose_cells"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Spline:
    """Hold a clamped B-spline basis of the dose; its functions add up to one.

    Parameters
    ----------
    knots
        With repeated ends, in units of the dose.
    degree
        Of the pieces.
    """

    knots: Floats
    degree: int

    @classmethod
    def of(cls, dose: Floats, degree: int, inner: int) -> Spline:
        """Return the basis with inner knots at equally spaced quantiles of doses."""
        between = np.quantile(dose, np.linspace(0, 1, inner + 2)[1:-1])
        ends = np.repeat([[dose.min()], [dose.max()]], degree + 1, axis=1)
        return cls(knots=np.concatenate([ends[0], between, ends[1]]), degree=degree)

    @property
    def size(self) -> int:
        """Return the number of functions."""
        return len(self.knots) - self.degree - 1

    def values(self, dose: Floats) -> Floats:
        """Return the functions at doses, shape (n, K)."""
        return self._at(dose, 0)

    def slopes(self, dose: Floats) -> Floats:
        """Return their derivatives, shape (n, K)."""
        return self._at(dose, 1)

    def _at(self, dose: Floats, derivative: int) -> Floats:
        from scipy.interpolate import BSpline

        # On [0, 1], so that a dose in other units gives the same numbers.
        low, width = self.knots[0], self.knots[-1] - self.knots[0]
        curve = BSpline((self.knots - low) / width, np.eye(self.size), self.degree)
        found = curve(np.clip((dose - low) / width, 0.0, 1.0), nu=derivative)
        return np.asarray(found / width**derivative)


@dataclass(frozen=True, kw_only=True, eq=False)
class Levels:
    """Hold one function per level of the dose.

    Parameters
    ----------
    levels
        Sorted, shape (K,).
    """

    levels: Floats

    @property
    def size(self) -> int:
        """Return the number of functions."""
        return len(self.levels)

    def values(self, dose: Floats) -> Floats:
        """Return which level each dose has, shape (n, K)."""
        return np.asarray(dose[:, None] == self.levels, dtype=np.float64)

    def slopes(self, dose: Floats) -> Floats:
        """Return differences from the level below, a dose of zero below the first, per unit of dose."""
        steps = np.diff(self.levels, prepend=0.0)
        own = (np.eye(self.size) - np.eye(self.size, k=-1)) / steps[:, None]
        return self.values(dose) @ own


@dataclass(frozen=True, kw_only=True, eq=False)
class DoseCells:
    """Hold, for every cohort and period, the mean effect, the mean response and the curve.

    Parameters
    ----------
    level, slope
        Mean effect of the doses taken, and mean effect of a little more.
    curve
        One per function of the basis: its coefficient.
    """

    level: Cells
    slope: Cells
    curve: tuple[Cells, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cell:
    estimate: Floats
    influence: Floats
    n_treated: int


def dose_cells(
    panel: StaggeredPanel,
    dose: Floats,
    basis: Spline | Levels,
    *,
    control_group: ControlGroup,
    base_period: BasePeriod,
    notes: list[Text],
) -> DoseCells:
    r"""Return the effects of Callaway, Goodman-Bacon and Sant'Anna (2024, doi:10.3386/w32117).

    In each cell the change of the outcome since the base period, less that of the control group (given its
    controls in the base period, by regression), is regressed on the basis :math:`\psi` among the cohort:

    .. math:: ATT(d|g,t)=\psi(d)'\hat\beta_{gt},\qquad ACRT(d|g,t)=\psi'(d)'\hat\beta_{gt}

    Parameters
    ----------
    dose
        By unit, positive where it is treated.

    Raises
    ------
    EstimationError
        If nobody is left to compare with, or a cohort has too few doses for the basis.
    """
    wide, ahead = wide_panel(panel), panel.anticipation
    if control_group == "never_treated" and not np.isinf(wide.first).any():
        raise no_never_treated(panel)
    never = np.flatnonzero(np.isinf(wide.first))
    found: list[_Cell] = []
    keys: list[tuple[float, float]] = []
    skipped = 0
    for g in panel.cohorts:
        before = np.flatnonzero(wide.times < g - ahead)
        treated = np.flatnonzero(wide.first == g)
        _check_doses(basis, dose[treated], float(g))
        for now, time in enumerate(wide.times):
            anchor = int(before[-1])
            if base_period == "varying" and time < g - ahead:
                anchor = now - 1
            if anchor < 0 or anchor == now:
                continue
            clean = never
            if control_group == "not_yet_treated":
                clean = np.flatnonzero(wide.first > max(time, wide.times[anchor]) + ahead)
                clean = clean[wide.first[clean] != g]
            cell = _cell(wide, (anchor, now), treated, clean, dose, basis)
            if cell is None:
                skipped += 1
                continue
            found.append(cell)
            keys.append((float(g), float(time)))
    if not any(time >= g for g, time in keys):
        raise EstimationError.of("did.no_dose_cells")
    if skipped:
        notes.append(note_of("did.cells_without_comparable_units", skipped=skipped))
    cohort, time = np.array(keys).T
    share = np.array([np.mean(wide.first == g) for g in panel.cohorts])
    estimates = np.array([cell.estimate for cell in found])
    influence = np.stack([cell.influence for cell in found], axis=1)

    def cells(place: int) -> Cells:
        return Cells(
            cohort=cohort,
            time=time,
            estimate=estimates[:, place],
            influence=influence[:, :, place],
            weight=share[np.searchsorted(panel.cohorts, cohort)],
            member=wide.first,
            size=np.array([cell.n_treated for cell in found], dtype=np.float64),
        )

    return DoseCells(level=cells(0), slope=cells(1), curve=tuple(cells(2 + k) for k in range(basis.size)))


def _cell(
    wide: Wide,
    periods: tuple[int, int],
    treated: Codes,
    clean: Codes,
    dose: Floats,
    basis: Spline | Levels,
) -> _Cell | None:
    """Return mean effect, mean response and coefficients, and their influence, shape (N, 2 + K)."""
    anchor, now = periods
    change = wide.outcome[:, now] - wide.outcome[:, anchor]
    x = np.column_stack([np.ones(len(change)), wide.controls[:, anchor]])
    known = np.isfinite(change) & np.isfinite(x).all(axis=1)
    here, there = treated[known[treated]], clean[known[clean]]
    if not len(here) or scaled_rank(x[there]) < x.shape[1]:
        return None
    psi = basis.values(dose[here])
    if scaled_rank(psi) < basis.size:
        return None
    bread = scaled_inverse(x[there].T @ x[there])
    slopes = bread @ (x[there].T @ change[there])
    # How each control unit moves what the treated are compared with, by its coefficients.
    moved = (x[there] * (change[there] - x[there] @ slopes)[:, None]) @ bread
    gain = change[here] - x[here] @ slopes
    project = scaled_inverse(psi.T @ psi) @ psi.T
    beta = project @ gain
    influence = np.zeros((len(change), 2 + basis.size))
    influence[here, 2:] = (project * (gain - psi @ beta)).T
    influence[there, 2:] = -moved @ (project @ x[here]).T
    response = basis.slopes(dose[here])
    level, slope = float(gain.mean()), float((response @ beta).mean())
    influence[here, 0] = (gain - level) / len(here)
    influence[there, 0] = -moved @ x[here].mean(axis=0)
    influence[:, 1] = influence[:, 2:] @ response.mean(axis=0)
    influence[here, 1] += (response @ beta - slope) / len(here)
    return _Cell(estimate=np.r_[level, slope, beta], influence=influence, n_treated=len(here))


def _check_doses(basis: Spline | Levels, dose: Floats, cohort: float) -> None:
    """Refuse a cohort whose doses cannot carry the curve."""
    distinct = np.unique(dose)
    needed = basis.size if isinstance(basis, Spline) else len(basis.levels)
    if len(distinct) >= needed:
        return
    remedy = (
        Text(
            "a lower `degree`, fewer `knots`, or leave the cohort out by `sample`",
            "降低 `degree`、减少 `knots`，或用 `sample` 剔除该批次",
        )
        if isinstance(basis, Spline)
        else Text(
            "dose_form='spline', merged levels, or leave the cohort out by `sample`",
            "改用 dose_form='spline'、合并剂量取值，或用 `sample` 剔除该批次",
        )
    )
    raise EstimationError.of(
        "did.too_few_doses_in_cohort",
        remedy=remedy,
        cohort=cohort,
        needed=needed,
        n=len(dose),
        k=len(distinct),
    )

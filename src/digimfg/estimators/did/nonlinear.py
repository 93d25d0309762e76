"""The extended two-way regression of counts and shares: effects on the mean of a Poisson or a logit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Cells, Effects, aggregate_cells
from digimfg.estimators.did.extended import LABEL, cells_of, covariates, unidentified, with_comparison
from digimfg.estimators.limited.maximum import Value, maximise
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.group_time import ControlGroup
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["Family", "nonlinear_effects"]

Floats = NDArray[np.float64]
Family = Literal["poisson", "logit"]

_NOTHING = 1e-7


def nonlinear_effects(
    panel: StaggeredPanel, *, family: Family, control_group: ControlGroup, notes: list[Text]
) -> tuple[StaggeredPanel, Effects, int]:
    r"""Return the effects of Wooldridge (2023, doi:10.1093/ectj/utad016) on the outcome's own scale.

    .. math:: E[y_{it}]=G\Bigl(\sum_gd_{ig}(\alpha_g+x_{it}'\zeta_g)+\lambda_t+x_{it}'(\xi+\pi_t)
        +\sum_g\sum_{t\ge g}d_{ig}f_t(\tau_{gt}+\dot x_{igt}'\rho_{gt})\Bigr)

    by quasi-maximum likelihood; trends are parallel inside G. Cohorts, not units, have effects of their own:
    many of those would bias a logit. The effect of a cell is the mean over its rows of the fitted value less
    that without :math:`\tau` and :math:`\rho`; rows count as given (as R's etwfe).

    Returns
    -------
    panel, effects, count
        The panel used, its effects, and the number of coefficients.

    Raises
    ------
    EstimationError
        If outcomes do not fit the family, a cell is not identified, or the likelihood has no maximum.
    """
    panel = with_comparison(panel)
    _check_outcome(panel.outcome, family)
    pairs, cell = cells_of(panel, all_cells=control_group == "never_treated")
    size = cell.sum(axis=0)
    _check_cells(panel.outcome, cell, pairs, family)
    groups = np.unique(panel.first)
    base = np.column_stack(
        [
            *(panel.first == g for g in groups),
            *(panel.period == t for t in range(1, len(panel.times))),
        ]
    ).astype(np.float64)
    with_controls = covariates(panel, cell, size) if panel.controls.shape[1] else np.empty((len(cell), 0))
    count = panel.controls.shape[1]
    of_cells = np.r_[np.ones(len(pairs), bool), np.zeros(len(panel.times) - 1 + len(panel.cohorts), bool)]
    own = np.r_[np.zeros(count, bool), np.tile(of_cells, count)]
    x = np.column_stack([base, cell, with_controls])
    kept = _independent(x)
    if not all(base.shape[1] + place in kept for place in range(len(pairs))):
        raise unidentified([pairs[k] for k in range(len(pairs)) if base.shape[1] + k not in kept])
    x = x[:, kept]
    moves = np.concatenate([np.zeros(base.shape[1], bool), np.ones(len(pairs), bool), own])[kept]
    fitted = _fit(x, panel.outcome, family)
    index = x @ fitted
    without = index - x[:, moves] @ fitted[moves]
    mean, slope = _mean(index, family)
    bare, bare_slope = _mean(without, family)
    influence = (x * (panel.outcome - mean)[:, None]) @ scaled_inverse(x.T @ (slope[:, None] * x))
    still_x = np.where(moves, 0.0, x)
    gain = cell.T @ (mean - bare) / size
    gradient = (cell.T @ (slope[:, None] * x - bare_slope[:, None] * still_x)) / size[:, None]
    cohort, time = np.array(pairs).T
    effects = aggregate_cells(
        Cells(
            cohort=cohort,
            time=time,
            estimate=gain,
            influence=panel.summed(influence @ gradient.T),
            weight=size,
            member=None,
            size=size,
        )
    )
    notes.append(
        note_of(
            "did.scale",
            scale=Text("its log mean", "均值的对数")
            if family == "poisson"
            else Text("its log odds", "对数几率"),
        )
    )
    if control_group != "never_treated":
        notes.append(note_of("did.no_pretrend_here"))
    return panel, effects, x.shape[1]


def _mean(index: Floats, family: Family) -> tuple[Floats, Floats]:
    """Return the mean at an index and its derivative."""
    if family == "poisson":
        value = np.exp(np.minimum(index, 700.0))
        return value, value
    value = special.expit(index)
    return value, value * (1 - value)


def _fit(x: Floats, y: Floats, family: Family) -> Floats:
    """Return the coefficients of greatest likelihood."""
    scale = np.sqrt((x**2).mean(axis=0))
    z = x / scale
    unit = float(y.mean())
    start = np.log(y + unit) if family == "poisson" else special.logit((y + 0.5) / 2)

    def value(b: Floats) -> Value:
        index = z @ b
        mean, slope = _mean(index, family)
        return Value(
            total=_likelihood(index, y, family),
            scores=z * (y - mean)[:, None],
            hessian=-z.T @ (slope[:, None] * z),
        )

    found = maximise(value, np.linalg.lstsq(z, start, rcond=None)[0], len(y) * unit)
    if found.converged:
        return np.asarray(found.parameters / scale)
    raise EstimationError.of("did.likelihood_not_converged", where=LABEL, n=found.iterations)


def _likelihood(index: Floats, y: Floats, family: Family) -> float:
    if family == "poisson":
        with np.errstate(over="ignore"):
            return float(np.sum(y * index - np.exp(np.minimum(index, 700.0))))
    return float(np.sum(y * index - np.logaddexp(0.0, index)))


def _independent(x: Floats) -> list[int]:
    """Return the columns of which those before them leave something."""
    size = np.sqrt((x**2).sum(axis=0))
    basis = np.empty((len(x), 0))
    kept: list[int] = []
    for place in np.flatnonzero(size > 0):
        left = x[:, place] / size[place]
        for _ in range(2):
            left = left - basis @ (basis.T @ left)
        length = float(np.sqrt(left @ left))
        if length > _NOTHING:
            basis = np.column_stack([basis, left / length])
            kept.append(int(place))
    return kept


def _check_outcome(y: Floats, family: Family) -> None:
    bad = y < 0 if family == "poisson" else (y < 0) | (y > 1)
    if not bad.any():
        return
    raise EstimationError.of(
        "did.outcome_negative" if family == "poisson" else "did.outcome_outside_unit",
        where=LABEL,
        n=int(bad.sum()),
        low=float(y[bad].min()),
        high=float(y[bad].max()),
    )


def _check_cells(y: Floats, cell: Floats, pairs: list[tuple[float, float]], family: Family) -> None:
    """Refuse cells whose outcomes are all at an end: their effect is infinite inside the link."""
    size = cell.sum(axis=0)
    total = cell.T @ y
    stuck = total == 0 if family == "poisson" else (total == 0) | (total == size)
    if not stuck.any():
        return
    names = ", ".join(f"({pairs[k][0]:g}, {pairs[k][1]:g})" for k in np.flatnonzero(stuck)[:5])
    raise EstimationError.of("did.cells_at_an_end", where=LABEL, n=int(stuck.sum()), names=names)

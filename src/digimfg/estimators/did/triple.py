"""Triple differences: the policy's change among the eligible beyond its change among the ineligible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.did.effects import Cells
from digimfg.estimators.did.group_time import Wide, no_never_treated, wide_panel
from digimfg.estimators.did.two_periods import two_period_effect
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.group_time import BasePeriod, ControlGroup
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.estimators.did.two_periods import CovariateMethod

__all__ = ["triple_effects"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
LABEL = Text("triple differences", "三重差分")


def triple_effects(
    panel: StaggeredPanel,
    eligible: str,
    *,
    control_group: ControlGroup,
    base_period: BasePeriod,
    covariate_method: CovariateMethod,
    notes: list[Text],
) -> Cells:
    r"""Return ATT(g, t) of Ortiz-Villavicencio and Sant'Anna (2025, arXiv:2505.09942).

    .. math:: ATT(g,t)=\delta(g,1;g,0)+\delta(g,1;g_c,1)-\delta(g,1;g_c,0)

    δ is the two-period effect on the eligible units of cohort g against one other group: the ineligible of g,
    and the eligible and the ineligible of a comparison cohort :math:`g_c`; each with its own propensity and
    outcome regression, so that covariates are balanced three ways. Comparison cohorts are not pooled, which
    would bias even without covariates: their effects are averaged with the weights of least variance.

    Parameters
    ----------
    eligible
        0/1 column, constant within units: whom the policy reaches where it is in force.

    Raises
    ------
    SpecificationError
        If the column is of another kind.
    EstimationError
        If a cohort lacks eligible or ineligible units, or no cohort is left to compare with.
    """
    wide = wide_panel(panel)
    reached = _eligible(panel, eligible)
    ahead = panel.anticipation
    never = np.isinf(wide.first)
    if control_group == "never_treated" and not never.any():
        raise no_never_treated(panel)
    _check_sides(panel, wide, reached, eligible)
    keys: list[tuple[float, float]] = []
    found: list[tuple[float, Floats]] = []
    sizes: list[int] = []
    skipped = 0
    for g in panel.cohorts:
        before = np.flatnonzero(wide.times < g - ahead)
        for now, time in enumerate(wide.times):
            anchor = int(before[-1])
            if base_period == "varying" and time < g - ahead:
                anchor = now - 1
            if anchor < 0 or anchor == now:
                continue
            later = np.unique(wide.first[wide.first > max(time, wide.times[anchor]) + ahead])
            others = [h for h in later if h != g and (control_group == "not_yet_treated" or np.isinf(h))]
            each = [_against(wide, reached, (anchor, now), g, h, covariate_method) for h in others]
            one = _least_variance([part for part in each if part is not None])
            if one is None:
                skipped += 1
                continue
            keys.append((float(g), float(time)))
            found.append(one)
            sizes.append(
                int(np.count_nonzero(reached & (wide.first == g) & np.isfinite(wide.outcome[:, now])))
            )
    if not any(time >= g for g, time in keys):
        raise EstimationError.of("did.no_triple_comparison", where=LABEL)
    if skipped:
        notes.append(note_of("did.cells_without_comparison", skipped=skipped))
    cohort = np.array([g for g, _ in keys])
    member = np.where(reached, wide.first, -np.inf)
    return Cells(
        cohort=cohort,
        time=np.array([time for _, time in keys]),
        estimate=np.array([one[0] for one in found]),
        influence=np.column_stack([one[1] for one in found]),
        weight=np.array([np.mean(member == g) for g in panel.cohorts])[
            np.searchsorted(panel.cohorts, cohort)
        ],
        member=member,
        size=np.array(sizes, dtype=np.float64),
    )


def _eligible(panel: StaggeredPanel, name: str) -> Truths:
    """Return which units are eligible."""
    values = panel.design.evaluator(name).values[panel.design.rows]
    column = values[:, 0] if values.shape[1] == 1 else np.full(len(values), np.nan)
    moving = column != column[panel.first_rows][panel.unit]
    odd = ~np.isin(column, (0.0, 1.0)) | moving
    if odd.any():
        raise SpecificationError.of("did.eligibility_not_constant", label=LABEL, name=name, n=int(odd.sum()))
    reached: Truths = column[panel.first_rows] == 1
    return reached


def _check_sides(panel: StaggeredPanel, wide: Wide, reached: Truths, name: str) -> None:
    for g in panel.cohorts:
        inside = wide.first == g
        if not (reached & inside).any() or not (~reached & inside).any():
            raise EstimationError.of(
                "did.cohort_one_sided", label=LABEL, g=g, name=name, value=float((reached & inside).any())
            )


def _against(
    wide: Wide, reached: Truths, periods: tuple[int, int], g: float, h: float, method: CovariateMethod
) -> tuple[float, Floats] | None:
    """Return the triple difference of cohort g against cohort h, and the influence of each unit."""
    anchor, now = periods
    change = wide.outcome[:, now] - wide.outcome[:, anchor]
    seen = np.isfinite(change)
    target = seen & reached & (wide.first == g)
    estimate, influence = 0.0, np.zeros(len(change))
    for cohort, side, sign in ((g, ~reached, 1.0), (h, reached, 1.0), (h, ~reached, -1.0)):
        inside = np.flatnonzero(target | (seen & side & (wide.first == cohort)))
        part = two_period_effect(change[inside], target[inside], wide.controls[inside, anchor], method)
        if part is None:
            return None
        estimate += sign * part.estimate
        influence[inside] += sign * part.influence
    return estimate, influence


def _least_variance(parts: list[tuple[float, Floats]]) -> tuple[float, Floats] | None:
    """Return the average of least variance (weights that may be negative; equal where it is singular)."""
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    rows = np.column_stack([part[1] for part in parts])
    spread = rows.T @ rows
    ones = np.ones(len(parts))
    weights = ones / len(parts)
    if np.linalg.cond(spread) < 1e12:
        solved = np.linalg.solve(spread, ones)
        weights = solved / solved.sum()
    return float(weights @ [part[0] for part in parts]), rows @ weights

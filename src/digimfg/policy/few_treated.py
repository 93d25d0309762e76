"""Inference with few treated units: the residuals of many controls say what chance does (Conley–Taber,
Ferman–Pinto).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.absorb import absorb
from digimfg.design.scaled import scaled_slopes
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.did.panel import require_balanced
from digimfg.estimators.did.regression import fit_slopes
from digimfg.kinds import AtLeast, AtMost, Seed, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.policy.treatment import treatment_panel
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.specification import Specification

__all__ = ["FewTreatedTest", "few_treated_test"]

Floats = NDArray[np.float64]
_LABEL = Text("inference with few treated units", "少数处理个体的推断")


@checked
@shown(Text("Test with few treated units", "少量处理个体的检验"), first="")
@dataclass(frozen=True, kw_only=True, eq=False)
class FewTreatedTest:
    """Hold the test.

    Parameters
    ----------
    estimate
        The two-way coefficient.
    p_value
        Two-sided.
    conf_low, conf_high
        The effects that the test does not reject at one minus the level; infinite where there are too few
        controls to reject any.
    n_treated, n_controls
        Units.
    exact
        Whether every assignment of controls was used.
    placebo
        Column ``estimate``: the coefficient's error with controls' residuals in the place of the treated.
    notes
        What a reader must know.
    """

    estimate: float
    p_value: float
    conf_low: float
    conf_high: float
    n_treated: int
    n_controls: int
    exact: bool
    placebo: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def few_treated_test(
    specification: Specification,
    frame: StoredFrame,
    *,
    size: str | None = None,
    replications: Annotated[int, AtLeast(99), AtMost(10_000_000)] = 9_999,
    level: Share = 0.95,
    seed: Seed = 0,
) -> FewTreatedTest:
    r"""Test a two-way difference-in-differences coefficient of few treated and many control units.

    With :math:`\tilde D` the treatment freed of unit and period effects and controls, and residuals
    :math:`\eta` of control units, the coefficient's error is distributed as

    .. math:: \Gamma = \frac{\sum_{j}\sum_t\tilde D_{jt}\,\eta_{l(j)t}}{\sum_{i}\sum_t\tilde D_{it}^2}

    over draws of a control l(j) for each treated j; the denominator sums over all units (Conley and Taber
    2011, doi:10.1162/REST_a_00049). With `size` each control's part is rescaled to the treated unit's
    variance A + B/size, fitted among controls (Ferman and Pinto 2019, doi:10.1162/rest_a_00759): averages
    over fewer people vary more.

    Parameters
    ----------
    specification
        Its only regressor is the 0/1 treatment, or its estimator names a cohort column; controls as controls.
    frame
        A balanced panel.
    size
        Column of the number behind each unit's averages, positive; its mean by unit counts.
    replications
        Draws; every assignment is used once where there are no more.
    level, seed
        Of the interval; of the draws.

    Raises
    ------
    SpecificationError
        If `size` is not positive.
    EstimationError
        If the panel is not balanced, or fewer than 10 control units are left.

    Examples
    --------
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(30), 6), "year": list(range(6)) * 30})
    >>> frame["pilot"] = ((frame["city"] == 0) & (frame["year"] >= 3)).astype(int)
    >>> frame["y"] = rng.normal(size=180) + 4 * frame["pilot"]
    >>> test = dm.few_treated_test(dm.Specification("y", "pilot", entity="city", time="year"), frame)
    >>> test.exact, test.n_controls, round(test.p_value, 4)
    (True, 29, 0.0333)
    """
    panel = treatment_panel(specification, frame, _LABEL)
    require_balanced(panel, _LABEL)
    effects = [panel.unit, panel.period]
    on = (panel.time >= panel.first).astype(np.float64)
    fitted = fit_slopes(panel.outcome, np.column_stack([on, panel.controls]), effects)
    free = absorb(np.column_stack([on, panel.controls]), effects)
    if free.shape[1] > 1:
        free = free[:, :1] - free[:, 1:] @ scaled_slopes(free[:, 1:], free[:, :1])
    shape = (panel.n_units, len(panel.times))
    weight, residual = np.empty(shape), np.empty(shape)
    weight[panel.unit, panel.period] = free[:, 0]
    residual[panel.unit, panel.period] = fitted.residual
    treated = panel.unit_first <= panel.times[-1]
    n_treated, n_controls = int(treated.sum()), int((~treated).sum())
    if n_controls < 10:
        raise EstimationError.of("policy.too_few_controls", where=_LABEL, got=str(n_controls))
    parts = weight[treated] @ residual[~treated].T
    notes: list[Text] = []
    if size is not None:
        parts = parts * _rescaled(panel, size, weight, residual, treated, notes)
    parts = parts / (weight**2).sum()
    drawn, exact = _draws(parts, replications, seed)
    value = float(fitted.estimate[0])
    extreme = int(np.count_nonzero(np.abs(drawn) >= abs(value) * (1 - 1e-9)))
    reach = _reach(np.abs(drawn), 1 - level)
    notes.append(
        note_of(
            "policy.assignments_of_controls",
            detail=(
                Text("assignments, all of them", "（全部）")
                if exact
                else note_of("policy.random_assignments", seed=seed)
            ),
            n_drawn=len(drawn),
            n_controls=n_controls,
            n_treated=n_treated,
        )
    )
    return FewTreatedTest(
        estimate=value,
        p_value=(1 + extreme) / (1 + len(drawn)),
        conf_low=value - reach,
        conf_high=value + reach,
        n_treated=n_treated,
        n_controls=n_controls,
        exact=exact,
        placebo=pd.DataFrame({"estimate": drawn}),
        notes=(*panel.design.notes, *notes),
    )


def _reach(sizes: Floats, alpha: float) -> float:
    """Return how far an effect that is not rejected may lie from the estimate; infinite where none is."""
    needed = int(
        np.floor(alpha * (1 + len(sizes)) + 1e-9)
    )  # as many draws as large give a p value just above alpha
    return float(np.sort(sizes)[::-1][needed - 1]) if needed else float("inf")


def _rescaled(
    panel: StaggeredPanel,
    size: str,
    weight: Floats,
    residual: Floats,
    treated: NDArray[np.bool_],
    notes: list[Text],
) -> Floats:
    """Return the ratio of standard deviations of treated j and control l, shape (treated, controls)."""
    values = panel.design.evaluator(size).values[panel.design.rows, 0]
    bad = int(np.count_nonzero(~(values > 0)))
    if bad:
        raise SpecificationError.of("policy.size_not_positive", size=size, bad=bad)
    inverse = 1 / (np.bincount(panel.unit, values) / np.bincount(panel.unit))
    ratios = np.empty((int(treated.sum()), int((~treated).sum())))
    x = np.column_stack([np.ones(ratios.shape[1]), inverse[~treated]])
    floored = 0
    for row, unit in enumerate(np.flatnonzero(treated)):
        square = (residual[~treated] @ weight[unit]) ** 2
        slopes = scaled_slopes(x, square)
        fitted, own = x @ slopes, float(slopes @ [1.0, inverse[unit]])
        least = 0.01 * square.mean()
        floored += int(np.count_nonzero(fitted < least)) + int(own < least)
        ratios[row] = np.sqrt(max(own, least) / np.maximum(fitted, least))
    notes.append(note_of("policy.residuals_rescaled", size=size))
    if floored:
        notes.append(note_of("policy.floored", floored=floored))
    return ratios


def _draws(parts: Floats, replications: int, seed: int) -> tuple[Floats, bool]:
    n_treated, n_controls = parts.shape
    count = float(n_controls) ** n_treated
    if count <= replications:
        every = np.array(list(islice(product(range(n_controls), repeat=n_treated), int(count))))
        return parts[np.arange(n_treated), every].sum(axis=1), True
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, n_controls, size=(replications, n_treated))
    return parts[np.arange(n_treated), chosen].sum(axis=1), False

"""Threshold regression with instrumented regressors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.design import INTERCEPT
from digimfg.estimators.panel_rows import check_plain, effects_of, every_row, finish, unit_and_period
from digimfg.estimators.threshold.covariance import panel_covariance
from digimfg.estimators.threshold.instrumented_checks import (
    check_instrumented,
    instrumented_notes,
    not_identified,
    places_of,
)
from digimfg.estimators.threshold.instrumented_search import (
    InstrumentedPanel,
    at_threshold,
    search,
    threshold_test,
)
from digimfg.estimators.threshold.results import critical_likelihood_ratio
from digimfg.estimators.threshold.search import demean, orthonormal_basis
from digimfg.kinds import Above, AtLeast, Below, DrawsOrNone, Entries, Seed, Share
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["InstrumentedThreshold"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_PLACES = 50
_ONE = Text("use columns instead of indicators", "使用单列变量而非一组虚拟变量")


@checked
@dataclass(frozen=True, kw_only=True)
class InstrumentedThreshold(Estimator):
    r"""Estimate a threshold by two-stage least squares: regressors endogenous, threshold variable exogenous
    (Caner and Hansen 2004, doi:10.1017/S0266466604205011).

    .. math:: y_{it}=\beta_1'x_{it}1(q_{it}\le\gamma)+\beta_2'x_{it}1(q_{it}>\gamma)+\theta'z_{it}+\mu_i
       +e_{it}

    The first stage fits endogenous terms by instruments and exogenous terms; :math:`\gamma` is where the
    outcome given the fitted terms has the least sum of squares; slopes are two-stage least squares given
    :math:`\gamma`, each regime with instruments of its own. Errors are those of the specification's
    covariance and take :math:`\gamma` as known. Without the units in ``fixed_effects`` each regime has an
    intercept.

    Parameters
    ----------
    threshold_variable
        Term q, exogenous. Its regimes are closed above: :math:`q\le\gamma` is the lower one.
    regime_dependent
        Terms x, endogenous or not; the others have one slope.
    trim, grid
        Least share of rows in each regime, and number of quantiles of q that are searched.
    draws, seed
        Bootstrap of the largest Wald statistic over 50 of these places or fewer, signs turned by unit (by row
        where there are no units); 0 for none.
    level
        Of the interval :math:`\{\gamma:n(S(\gamma)-S(\hat\gamma))/S(\hat\gamma)\le-2\ln(1-\sqrt{level})\}`,
        which assumes errors of one variance.

    Notes
    -----
    ``tables`` holds ``threshold`` and ``likelihood_ratio`` over the places; `first_stage_f` is the least F of
    the excluded instruments over endogenous terms and regimes.

    Examples
    --------
    >>> InstrumentedThreshold(threshold_variable="q", regime_dependent="x").trim
    0.15
    """

    threshold_variable: str
    regime_dependent: Annotated[tuple[str, ...], Entries(1)]
    trim: Annotated[float, Above(0), Below(0.5)] = 0.15
    grid: Annotated[int, AtLeast(5)] = 200
    draws: DrawsOrNone = 999
    seed: Seed = 0
    level: Share = 0.95

    needs_keys: ClassVar[bool] = True
    takes_instruments: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Threshold with instruments", "工具变量门槛（2SLS）")

    errors_label = errors_of_covariance

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return (self.threshold_variable, *self.regime_dependent)

    def fit(self, design: Design) -> Result:
        """Search the threshold, test it and estimate.

        Raises
        ------
        SpecificationError
            If nothing is endogenous, a term that should change is in no role, or the threshold variable is
            endogenous.
        EstimationError
            If the threshold variable has too few values, or instruments do not identify the slopes.
        """
        check_plain(design, self.label)
        check_instrumented(design.specification, self.label, self.threshold_variable, self.regime_dependent)
        return _fit(self, design)


def _fit(options: InstrumentedThreshold, design: Design) -> Result:
    spec = design.specification
    unit, period, units, periods = unit_and_period(design)
    rows = every_row(design)

    def columns(terms: tuple[str, ...]) -> Floats:
        found = [
            rows.evaluator(term).single(
                note_of("phrases.label_and_term", label=options.label, term=term), _ONE
            )
            for term in terms
        ]
        return np.column_stack(found)[rows.kept] if found else np.zeros((len(unit), 0))

    effects = effects_of(design)
    within = effects in ("entity", "twoways")
    removed: dict[str, Codes] = {str(spec.entity): unit} if within else {}
    exogenous = tuple(term for term in design.terms if term != INTERCEPT)
    dated = np.zeros((len(unit), 0))
    if effects in ("time", "twoways"):
        removed[str(spec.time)] = period
        dated = (period[:, None] == np.arange(1, len(periods))).astype(np.float64)
    moving_terms = options.regime_dependent
    intercept = () if within else (INTERCEPT,)
    ones = np.ones((len(unit), len(intercept)))
    still = tuple(term for term in (*spec.endogenous, *exogenous) if term not in moving_terms)
    excluded = columns(spec.instruments)
    own = tuple(term for term in moving_terms if term not in spec.endogenous)

    def free(values: Floats) -> Floats:
        return demean(values, unit) if within else values

    stage = orthonormal_basis(free(np.hstack([columns(exogenous), excluded, ones, dated])))

    def fitted(terms: tuple[str, ...]) -> Floats:
        values = columns(terms)
        near = free(values)
        inside = [term in spec.endogenous for term in terms]
        left = (near - stage @ (stage.T @ near)) * np.array(inside, dtype=np.float64)
        return values - left

    panel = InstrumentedPanel(
        outcome=free(design.outcome),
        common=np.hstack([columns(still), dated]),
        common_instruments=np.hstack(
            [columns(tuple(term for term in still if term not in spec.endogenous)), dated]
            + ([excluded] if any(term in spec.endogenous for term in still) else [])
        ),
        moving=np.hstack([columns(moving_terms), ones]),
        moving_instruments=np.hstack([columns(own), excluded, ones]),
        fitted_common=np.hstack([fitted(still), dated]),
        fitted_moving=np.hstack([fitted(moving_terms), ones]),
        value=columns((options.threshold_variable,))[:, 0],
        unit=unit if within else None,
    )
    grid = places_of(panel.value, options.trim, options.grid)
    heights = search(panel, grid)
    threshold = float(grid[int(np.argmin(heights))])
    try:
        found = at_threshold(panel, threshold)
    except np.linalg.LinAlgError:
        raise not_identified(options.label) from None
    shown = (*moving_terms, *intercept)
    names = (*(f"{term}:regime[{number}]" for term in shown for number in (1, 2)), *still)
    covariance, df, counts, more = panel_covariance(
        design, found.fitted, found.residuals, np.arange(len(unit)), names=names, effects=removed
    )
    count = len(names)
    ratio = len(unit) * (heights - heights.min()) / heights.min()
    inside = grid[ratio <= critical_likelihood_ratio(options.level)]
    step = -(-len(grid) // _PLACES)
    supremum, p_value = threshold_test(panel, grid[::step], unit, options.draws, options.seed)
    low = float(np.mean(panel.value <= threshold))
    driven = tuple(term for term in spec.endogenous if term in moving_terms) or spec.endogenous
    strength = _first_stage(
        panel, threshold, columns(driven), excluded, np.hstack([columns(exogenous), ones, dated])
    )
    return finish(
        design,
        names=names,
        estimates=found.slopes[:count],
        covariance=covariance[:count, :count],
        df_resid=df if np.isfinite(df) else None,
        statistics={
            "n_obs": float(len(unit)),
            "n_entities": float(len(units)),
            "n_periods": float(len(periods)),
            "n_obs_regime_1": float(np.sum(panel.value <= threshold)),
            "n_obs_regime_2": float(np.sum(panel.value > threshold)),
            "threshold_1": threshold,
            "threshold_wald": supremum,
            "threshold_wald_p": p_value,
            "first_stage_f": strength,
            **counts,
        },
        notes=(*more, *instrumented_notes(p_value, low, strength)),
        tables={
            "threshold": pd.DataFrame(
                {"threshold": [threshold], "conf_low": [inside.min()], "conf_high": [inside.max()]},
                index=pd.Index([options.threshold_variable], name="term"),
            ),
            "likelihood_ratio": pd.DataFrame({"threshold": grid, "likelihood_ratio": ratio}),
        },
    )


def _first_stage(
    panel: InstrumentedPanel, threshold: float, values: Floats, excluded: Floats, others: Floats
) -> float:
    """Return the least F of the excluded instruments over endogenous terms and regimes."""
    least = np.inf
    inside, outside, near = (panel.free(each) for each in (others, excluded, values))
    for side in (panel.value <= threshold, panel.value > threshold):
        basis = orthonormal_basis(inside[side])
        own = orthonormal_basis(outside[side] - basis @ (basis.T @ outside[side]))
        for column in near[side].T:
            left = column - basis @ (basis.T @ column)
            gain = float(np.square(own.T @ left).sum())
            degrees = int(side.sum()) - basis.shape[1] - own.shape[1]
            rest = float(left @ left) - gain
            if rest > 1e-14 * gain:
                least = min(least, gain / max(own.shape[1], 1) * max(degrees, 1) / rest)
    return float(least)

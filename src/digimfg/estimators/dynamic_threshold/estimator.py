"""Dynamic panel with a threshold whose variable and regressors may be endogenous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError
from digimfg.estimators.dynamic_threshold.checks import check_dynamic, check_rest, dynamic_notes
from digimfg.estimators.dynamic_threshold.search import (
    DifferencedPanel,
    linearity_test,
    search_threshold,
    threshold_covariance,
)
from digimfg.estimators.gmm.assembly import assemble
from digimfg.estimators.gmm.instruments import independent_columns
from digimfg.estimators.gmm.levels import GMMInstruments, Levels
from digimfg.estimators.panel_rows import check_plain, effects_of, entity_and_declared, every_row, finish
from digimfg.kinds import Above, AtLeast, Below, DrawsOrNone, Positive, Seed
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["DynamicPanelThreshold"]

Floats = NDArray[np.float64]
_PLACES = 25


@checked
@dataclass(frozen=True, kw_only=True)
class DynamicPanelThreshold(Estimator):
    r"""Estimate a threshold of a dynamic panel by first-difference GMM; the threshold variable may be
    endogenous (Seo and Shin 2016, doi:10.1016/j.jeconom.2016.03.005; Seo, Kim and Kim 2019).

    .. math:: y_{it}=x_{it}'\beta+(1,x_{it}')\delta\,1(q_{it}>\gamma)+\mu_i+\varepsilon_{it}

    The specification's regressors, lags of the outcome among them, are x. Two-step GMM at every place of a
    grid; the least criterion gives :math:`\gamma`. Errors, those of :math:`\gamma` too, are
    :math:`(G'\Omega^{-1}G)^{-1}`, clustered by unit, whatever the specification's covariance.

    Parameters
    ----------
    threshold_variable
        Term q; the upper regime is open below: :math:`q>\gamma`.
    regime_dependent
        Terms whose slopes change; all of the regressors by default.
    instruments
        Lagged instruments, one `GMMInstruments` per variable.
    exogenous
        Terms whose differences are instruments for themselves, one per period.
    kink
        Only the slope of q changes, :math:`\delta(q_{it}-\gamma)1(q_{it}>\gamma)`: no jump.
    collapse
        One instrument per lag instead of one per period and lag.
    period_instruments
        Take indicators of the periods as instruments: errors have mean zero in each.
    trim, grid
        Share of values left out at either end of q, and number of places between, equally spaced.
    bandwidth
        Multiplies :math:`1.06\,s_qN^{-1/5}` in the density by which errors allow for the threshold.
    draws, seed
        Bootstrap of the test of linearity, 0 for none.

    Notes
    -----
    Rows ``x`` are :math:`\beta`, rows ``x:above`` :math:`\delta`. Tables: ``threshold``, ``regimes``,
    ``criterion`` (over the grid). The normal distribution bounds :math:`\gamma` where the threshold is a jump
    of fixed size; the test of linearity is the largest Wald statistic over 25 places
    of the grid or fewer; the bootstrap estimates anew, weights too.

    Examples
    --------
    >>> DynamicPanelThreshold(threshold_variable="q", instruments=(GMMInstruments("y"),)).grid
    100
    """

    threshold_variable: str
    instruments: tuple[GMMInstruments, ...]
    regime_dependent: tuple[str, ...] | None = None
    exogenous: tuple[str, ...] = ()
    kink: bool = False
    collapse: bool = False
    period_instruments: bool = True
    trim: Annotated[float, Above(0), Below(0.5)] = 0.2
    grid: Annotated[int, AtLeast(5)] = 100
    bandwidth: Positive = 1.5
    draws: DrawsOrNone = 299
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    absorbs_effects: ClassVar[bool] = False
    label: ClassVar[Text] = Text("Dynamic panel threshold", "动态面板门槛（FD-GMM）")

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated."""
        del covariance
        return Text(
            "two-step standard errors clustered by entity, the threshold estimated too",
            "聚类到个体层面的两步标准误，已计入门槛的估计误差",
        )

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return (self.threshold_variable, *(self.regime_dependent or ()), *self.exogenous)

    def fit(self, design: Design) -> Result:
        """Test linearity and estimate.

        Raises
        ------
        EstimationError
            If there are more instruments than entities, too few of them, or regimes too small.
        SpecificationError
            If the specification asks for what this estimator does not have.
        """
        check_plain(design, self.label)
        return _fit(self, design)


def _fit(options: DynamicPanelThreshold, design: Design) -> Result:
    rows = every_row(design)
    keep = [place for place, name in enumerate(design.terms) if name != INTERCEPT]
    terms = tuple(design.terms[place] for place in keep)
    columns = design.regressors[:, keep]
    moving_terms = terms if options.regime_dependent is None else options.regime_dependent

    def column(term: str) -> Floats:
        values = rows.columns(term)[rows.kept]
        if values.shape[1] != 1 or not np.isfinite(values).all():
            raise _not_a_column(options, term)
        return values[:, 0]

    levels = Levels(
        outcome=design.outcome,
        regressors=columns,
        names=terms,
        entity=rows.entity[rows.kept],
        period=rows.period[rows.kept],
        grids={item.term: rows.grid(item.term) for item in options.instruments},
        exogenous={},
        level_instruments={},
        time_effects=effects_of(design) in ("time", "twoways"),
    )
    assembly = assemble(
        levels,
        options.instruments,
        system=False,
        transformation="difference",
        collapse=options.collapse,
        weighting="full",
        components=None,
    )
    moved = assembly.transformation
    seen = (moved.period[:, None] == np.unique(moved.period)).astype(np.float64)
    own = [np.asarray(moved.matrix @ column(term))[:, None] for term in options.exogenous]
    parts = [assembly.system.instruments, *(each if options.collapse else each * seen for each in own)]
    if options.period_instruments and not levels.time_effects:
        parts.append(seen)
    instruments = np.hstack(parts)
    instruments = instruments[:, independent_columns(instruments)]
    value = column(options.threshold_variable)
    shifts = [] if options.kink else [np.ones(len(value)), *(column(term) for term in moving_terms)]
    panel = DifferencedPanel(
        outcome=assembly.system.outcome,
        common=assembly.system.regressors,
        instruments=instruments,
        entity=moved.entity,
        n_entities=assembly.system.n_entities,
        difference=moved.matrix,
        moving=np.column_stack(shifts) if shifts else np.zeros((len(value), 0)),
        value=value,
        kink=options.kink,
    )
    low, high = np.quantile(value, [options.trim, 1 - options.trim])
    check_dynamic(panel, options.threshold_variable, options.trim, float(low), float(high))
    grid = np.linspace(low, high, options.grid)
    threshold, point, heights = search_threshold(panel, grid)
    check_rest(panel, point.residuals)
    width = options.bandwidth * 1.06 * float(value.std(ddof=1)) * panel.n_entities**-0.2
    covariance = threshold_covariance(panel, threshold, point, width)
    p, reported = panel.common.shape[1], assembly.n_reported
    shown = [*range(reported), *range(p, len(point.slopes))]
    above = (
        (f"{options.threshold_variable}:above",)
        if options.kink
        else (f"{INTERCEPT}:above", *(f"{term}:above" for term in moving_terms))
    )
    names = (*assembly.names, *above)
    error = float(np.sqrt(covariance[-1, -1]))
    count = instruments.shape[1]
    df_j = count - len(point.slopes) - 1
    supremum, p_value = linearity_test(panel, grid[:: -(-len(grid) // _PLACES)], options.draws, options.seed)
    share = float(np.mean(value > threshold))
    return finish(
        design,
        names=names,
        estimates=point.slopes[shown],
        covariance=covariance[np.ix_(shown, shown)],
        df_resid=None,
        statistics={
            "n_obs": float(len(panel.outcome)),
            "n_entities": float(panel.n_entities),
            "n_periods": float(len(np.unique(moved.period))),
            "n_instruments": float(count),
            "threshold": threshold,
            "threshold_std_error": error,
            "linearity_wald": supremum,
            "linearity_wald_p": p_value,
            "hansen_j": point.criterion,
            "hansen_j_p": float(scipy.stats.chi2.sf(point.criterion, df_j)) if df_j > 0 else float("nan"),
            "share_above": share,
        },
        notes=(
            *assembly.notes,
            *dynamic_notes(p_value, share, threshold, grid, draws=options.draws, seed=options.seed),
        ),
        tables={
            "threshold": pd.DataFrame(
                {
                    "estimate": [threshold],
                    "std_error": [error],
                    "conf_low": [threshold - scipy.stats.norm.ppf(0.975) * error],
                    "conf_high": [threshold + scipy.stats.norm.ppf(0.975) * error],
                },
                index=pd.Index([options.threshold_variable], name="term"),
            ),
            "regimes": _regimes(names, point.slopes[shown], covariance[np.ix_(shown, shown)]),
            "criterion": pd.DataFrame({"threshold": grid, "criterion": heights}),
        },
    )


def _regimes(names: tuple[str, ...], slopes: Floats, covariance: Floats) -> pd.DataFrame:
    rows = {}
    for place, name in enumerate(names):
        other = f"{name}:above"
        if other not in names:
            continue
        weights = np.zeros(len(names))
        weights[[place, names.index(other)]] = 1.0
        rows[name] = {
            "low": slopes[place],
            "low_std_error": np.sqrt(covariance[place, place]),
            "high": weights @ slopes,
            "high_std_error": np.sqrt(weights @ covariance @ weights),
        }
    columns = ["low", "low_std_error", "high", "high_std_error"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("term")


def _not_a_column(options: DynamicPanelThreshold, term: str) -> EstimationError:
    return EstimationError.of(
        "dynamic_threshold.term_of_several_columns", where=options.label, got=repr(term)
    )

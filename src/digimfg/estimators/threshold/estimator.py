"""Hansen's panel threshold: one to three thresholds, bootstrap tests, likelihood-ratio intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.design.collinearity import left_by_effects
from digimfg.errors import EstimationError
from digimfg.estimators.panel_rows import (
    check_plain,
    effects_of,
    entity_and_declared,
    every_row,
    finish,
    unit_and_period,
    varying_regressors,
)
from digimfg.estimators.threshold.bootstrap import Drawing, bootstrap_likelihood_ratios, unit_patterns
from digimfg.estimators.threshold.checks import check_options, check_roles
from digimfg.estimators.threshold.notes import interval_notes, search_notes
from digimfg.estimators.threshold.options import ThresholdOptions
from digimfg.estimators.threshold.regimes import Regimes, fit_regimes
from digimfg.estimators.threshold.results import (
    critical_likelihood_ratio,
    ordered_slopes,
    stage_tests,
    threshold_tables,
)
from digimfg.estimators.threshold.search import demean
from digimfg.estimators.threshold.sequence import Panel, find_thresholds
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["PanelThreshold"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True)
class PanelThreshold(ThresholdOptions, Estimator):
    r"""Estimate regimes of a panel by the level of a threshold variable (Hansen 1999,
    doi:10.1016/S0304-4076(99)00025-1).

    .. math:: y_{it} = \mu_i + \beta_1'x_{it}1(q_{it}\le\gamma_1) +
        \beta_2'x_{it}1(\gamma_1<q_{it}\le\gamma_2) +
       \dots + \theta'z_{it} + \lambda_t + e_{it}

    Thresholds minimise the sum of squares S; they are found one after the other and each is searched again
    given the others until none moves. The test of k thresholds against k - 1 is
    :math:`F_k=(S_{k-1}-S_k)/\hat\sigma^2`, :math:`\hat\sigma^2=S_k/\sum_i(T_i-1)`.

    Parameters
    ----------
    threshold_variable
        Term q. Its regimes are closed above: :math:`q\le\gamma` is the lower one.
    regime_dependent
        Terms x whose slopes differ between regimes; regressors that are not listed have one slope.
    n_thresholds
        1, 2 or 3.
    trim
        Least share of rows in each regime; or one share for each threshold in turn, as xthreg's ``trim(0.01
        0.01 0.05)``.
    grid
        Number of quantiles of the distinct values to search instead of every value.
    replications, seed
        Bootstrap draws of the tests, 0 for none.
    bootstrap
        ``"residual"`` draws residual vectors of whole units with replacement, among units observed in the
        same periods; ``"wild"`` gives each unit's own vector a random sign. By default the first on balanced
        panels (as Hansen), the second on unbalanced ones.
    level
        Of the intervals :math:`\{\gamma: LR(\gamma)\le-2\ln(1-\sqrt{level})\}`.
    kink
        The slope of the threshold variable changes at the threshold and the function does not jump (Hansen
        2017; one threshold, `regime_dependent` is the threshold variable): threshold and interval then lie
        between values too, the interval takes its critical value from the bootstrap, and errors of slopes
        allow for the estimated threshold.

    Notes
    -----
    Entity effects are always removed, by subtracting unit means of the interacted variables, so panels may be
    unbalanced; period effects are asked for by the time column in ``fixed_effects``. Intervals assume
    homoskedastic errors and a fixed number of thresholds; errors of slopes take thresholds as known.

    Two scalings of F are in use: ``f_statistic`` divides by the sum of :math:`T_i-1` as in the paper's text,
    ``f_statistic_n`` in ``result.tables["tests"]`` by the number of rows.

    Examples
    --------
    >>> PanelThreshold(threshold_variable="q", regime_dependent="x").regime_dependent
    ('x',)
    """

    needs_keys: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Panel threshold", "面板门槛")

    errors_label = errors_of_covariance
    removed_effects = entity_and_declared

    def __post_init__(self) -> None:
        check_options(self)

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return (self.threshold_variable, *self.regime_dependent)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        EstimationError
            If the threshold variable has too few values for the regimes asked.
        SpecificationError
            If the specification asks for what this estimator does not have.
        """
        check_plain(design, self.label)
        check_roles(self, design)
        return _fit(self, design)


def _fit(options: PanelThreshold, design: Design) -> Result:
    unit, period, units, periods = unit_and_period(design)
    rows = every_row(design)
    threshold = _complete(options.threshold_variable, rows.columns(options.threshold_variable)[rows.kept])[
        :, 0
    ]
    dependent = [_complete(term, rows.columns(term)[rows.kept]) for term in options.regime_dependent]
    common, common_names = _common(options, design)
    shared = [common]
    specification = design.specification
    effects = {str(specification.entity): unit}
    if effects_of(design) in ("time", "twoways"):
        effects[str(specification.time)] = period
        shared.append((period[:, None] == np.arange(1, len(periods))).astype(np.float64))
    order = np.lexsort((period, unit))
    panel = Panel(
        outcome=demean(design.outcome, unit)[order],
        common=demean(np.hstack(shared), unit)[order],
        regime=np.hstack(dependent)[order],
        threshold=threshold[order],
        entity=unit[order],
        trims=options.trims,
        grid=options.grid,
        kink=options.kink,
    )
    stages = find_thresholds(panel, options.n_thresholds)
    pattern = unit_patterns(unit[order], period[order])
    balanced = int(pattern.max()) == 0
    drawing: Drawing = options.bootstrap or ("residual" if balanced else "wild")
    tests = stage_tests(
        panel, stages, pattern=pattern, drawing=drawing, replications=options.replications, seed=options.seed
    )
    cut = critical_likelihood_ratio(options.level)
    if options.kink:
        drawn = bootstrap_likelihood_ratios(
            panel,
            stages[0],
            pattern=pattern,
            drawing=drawing,
            replications=options.replications,
            rng=np.random.default_rng(np.random.SeedSequence(options.seed, spawn_key=(99,))),
        )
        cut = float(np.quantile(drawn, options.level))
    thresholds, steps, curves = threshold_tables(stages, tests, cut)
    n_regimes = len(stages[-1].thresholds) + 1
    names = (*_regime_names(options, n_regimes, n_regimes * panel.regime.shape[1]), *common_names)
    regimes = fit_regimes(panel, stages[-1].thresholds, design, order, names=names, effects=effects)
    reported = np.arange(len(names))
    statistics = _statistics(panel, stages[-1].sum_of_squares, len(units), len(periods))
    statistics.update(regimes.statistics)
    for number, size in enumerate(regimes.sizes, start=1):
        statistics[f"n_obs_regime_{number}"] = float(size)
    statistics.update(_order_tests(options, regimes))
    for number, (value, p_value) in enumerate(thresholds[["threshold", "p_value"]].to_numpy(), start=1):
        statistics[f"threshold_{number}"] = float(value)
        if options.replications:
            statistics[f"threshold_{number}_p"] = float(p_value)
    return finish(
        design,
        names=names,
        estimates=regimes.estimates[reported],
        covariance=regimes.covariance[np.ix_(reported, reported)],
        df_resid=regimes.df_resid,
        statistics=statistics,
        notes=(
            *regimes.notes,
            *search_notes(options, drawing, regimes.sizes),
            *interval_notes(curves, fixed=_fixed(panel)),
        ),
        tables={"thresholds": thresholds, "tests": steps, "likelihood_ratio": curves},
    )


def _fixed(panel: Panel) -> bool:
    """Return whether the threshold variable is one value for each entity."""
    column = panel.threshold[:, None]
    return not left_by_effects(column, demean(column, panel.entity), None)[0]


def _complete(term: str, values: Floats) -> Floats:
    missing = int(np.sum(~np.all(np.isfinite(values), axis=1)))
    if missing:
        raise EstimationError.of("threshold.values_missing", term=repr(term), missing=missing)
    return values


def _common(options: PanelThreshold, design: Design) -> tuple[Floats, tuple[str, ...]]:
    """Return the regressors that have one slope: those that are not regime-dependent."""
    names, values = varying_regressors(design)
    kept = [place for place, name in enumerate(names) if name not in options.regime_dependent]
    return values[:, kept], tuple(names[place] for place in kept)


def _regime_names(options: PanelThreshold, n_regimes: int, n_slopes: int) -> tuple[str, ...]:
    terms = options.regime_dependent
    if n_slopes != n_regimes * len(terms):
        raise EstimationError.of("threshold.term_of_several_columns", got=", ".join(terms))
    return tuple(f"{term}:regime[{number}]" for term in terms for number in range(1, n_regimes + 1))


def _statistics(panel: Panel, total: float, n_units: int, n_periods: int) -> dict[str, float]:
    everything = float(panel.outcome @ panel.outcome)
    return {
        "n_obs": float(len(panel.outcome)),
        "n_entities": float(n_units),
        "n_periods": float(n_periods),
        "sum_of_squares": total,
        "sigma2": total / panel.degrees,
        "r2_within": 1.0 - total / everything if everything > 0 else float("nan"),
    }


def _order_tests(options: PanelThreshold, regimes: Regimes) -> dict[str, float]:
    """Return the union–intersection tests of slopes that rise or fall from regime to regime."""
    found: dict[str, float] = {}
    n_regimes = len(regimes.sizes)
    several = len(options.regime_dependent) > 1
    for position, term in enumerate(options.regime_dependent):
        places = np.arange(position * n_regimes, (position + 1) * n_regimes)
        spread = regimes.covariance[np.ix_(places, places)]
        up, up_p, down, down_p = ordered_slopes(regimes.estimates[places], spread, regimes.df_resid)
        suffix = f"[{term}]" if several else ""
        found |= {
            f"rising{suffix}": up,
            f"rising{suffix}_p": up_p,
            f"falling{suffix}": down,
            f"falling{suffix}_p": down_p,
        }
    return found

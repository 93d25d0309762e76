"""Panel smooth transition regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.panel_rows import (
    check_plain,
    effects_of,
    entity_and_declared,
    every_row,
    finish,
    unit_and_period,
    varying_regressors,
)
from digimfg.estimators.smooth_transition.answers import regime_table, transition_curve, transition_table
from digimfg.estimators.smooth_transition.checks import multiplier_tests, powers, sequence_tests
from digimfg.estimators.smooth_transition.notes import transition_notes
from digimfg.estimators.smooth_transition.slopes import slopes_and_errors
from digimfg.estimators.smooth_transition.transition import TransitionPanel, fit_transition
from digimfg.estimators.threshold.search import demean, orthonormal_basis
from digimfg.kinds import AtLeast, AtMost, Count, DrawsOrNone, Entries, Seed
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["PanelSmoothTransition"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@checked
@dataclass(frozen=True, kw_only=True)
class PanelSmoothTransition(Estimator):
    r"""Let slopes move smoothly with a variable (PSTR; González, Teräsvirta and van Dijk 2005; González,
    Teräsvirta, van Dijk and Yang 2017).

    .. math:: y_{it}=\mu_i+\beta_0'x_{it}+\beta_1'x_{it}\,g(q_{it};\gamma,c)+\theta'z_{it}+\lambda_t+u_{it},
       \quad g=\Big(1+\exp\Big\{-\gamma\prod_{j=1}^m(q_{it}-c_j)\Big\}\Big)^{-1}

    by nonlinear least squares after unit means are taken off; the errors are those of the specification's
    covariance, with the transition estimated too. A large :math:`\gamma` is a threshold (Hansen 1999).

    Parameters
    ----------
    transition_variable
        Term q.
    regime_dependent
        Terms x whose slopes move; regressors that are not listed have one slope.
    switches
        m: 1 for slopes that move from one level to another, 2 for slopes that differ in the middle;
        ``None`` takes 2 where the second of the sequence of tests rejects most strongly, else 1.
    test_order
        Powers of q in the tests.
    starts
        Best places of a grid of :math:`\gamma` and c from which least squares is searched; beside these, with
        one location, the best step.
    draws, seed
        Wild bootstrap of the tests, signs turned by unit; 0 for none.

    Notes
    -----
    Rows ``x`` are :math:`\beta_0`, rows ``x:transition`` :math:`\beta_1`. Tables: ``transition``
    (:math:`\gamma` and c), ``regimes`` (slopes at g = 0 and g = 1), ``curve`` (g and the slopes over q),
    ``linearity`` (no transition, by powers of q), ``sequence`` (each power given those before it),
    ``remaining`` (no second transition in q) and ``constancy`` (slopes that do not move with time). In each,
    ``lm`` is the Lagrange multiplier statistic, ``hac`` its form robust to heteroskedasticity and dependence
    within units, ``_f`` their F forms.

    Locations are searched within the values of q. The slope's t ratio tests nothing: at zero the rest is not
    identified, so ``linearity`` is the test.

    Examples
    --------
    >>> PanelSmoothTransition(transition_variable="q", regime_dependent="x").regime_dependent
    ('x',)
    """

    transition_variable: str
    regime_dependent: Annotated[tuple[str, ...], Entries(1)]
    switches: Literal[1, 2, 3] | None = 1
    test_order: Annotated[int, AtLeast(1), AtMost(4)] = 3
    starts: Count = 6
    draws: DrawsOrNone = 999
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Panel smooth transition", "面板平滑转换（PSTR）")

    errors_label = errors_of_covariance
    removed_effects = entity_and_declared

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return (self.transition_variable, *self.regime_dependent)

    def fit(self, design: Design) -> Result:
        """Test linearity, estimate the transition, and test what is left.

        Raises
        ------
        SpecificationError
            If the specification asks for what this estimator does not have.
        EstimationError
            If the transition variable has too few values, or moving terms do not vary within units.
        """
        check_plain(design, self.label)
        if design.specification.outcome in self.regime_dependent:
            raise SpecificationError.of(
                "smooth_transition.outcome_among_terms", got=design.specification.outcome
            )
        return _fit(self, design)


def _fit(options: PanelSmoothTransition, design: Design) -> Result:
    unit, period, units, periods = unit_and_period(design)
    order = np.lexsort((period, unit))
    values = _column(options, design, options.transition_variable)
    moving = np.column_stack([_column(options, design, term) for term in options.regime_dependent])
    _check_value(options, values)
    terms, regressors = varying_regressors(design)
    kept = [place for place, name in enumerate(terms) if name not in options.regime_dependent]
    common = [regressors[:, kept]]
    effects = {str(design.specification.entity): unit}
    if effects_of(design) in ("time", "twoways"):
        effects[str(design.specification.time)] = period
        common.append((period[:, None] == np.arange(1, len(periods))).astype(np.float64))
    centre, scale = float(values.mean()), float(values.std())
    panel = TransitionPanel(
        outcome=demean(design.outcome, unit)[order],
        common=demean(np.hstack(common), unit)[order],
        moving=moving[order],
        value=((values - centre) / scale)[order],
        unit=unit[order],
    )
    _check_moving(options, panel)
    blocks = powers(panel.moving, panel.value, options.test_order)
    sequence = sequence_tests(panel.linear, blocks, panel.outcome, panel.unit, options.draws, options.seed)
    basis = orthonormal_basis(panel.linear)
    residual = panel.outcome - basis @ (basis.T @ panel.outcome)
    linearity = multiplier_tests(basis, blocks, residual, panel.unit, options.draws, options.seed)
    switches = options.switches or _switches(sequence)
    transition = fit_transition(panel, switches, options.starts)
    names = (
        *options.regime_dependent,
        *(f"{term}:transition" for term in options.regime_dependent),
        *(terms[place] for place in kept),
    )
    found = slopes_and_errors(panel, transition, design, order, names=names, effects=effects)
    clock = (period[order] + 1.0) / len(periods)
    plain = np.column_stack([panel.moving, regressors[:, kept][order]])
    dated = np.column_stack([plain, panel.moving * found.share[:, None]])
    tests = {
        "linearity": linearity,
        "sequence": sequence,
        "remaining": multiplier_tests(
            found.gradient, blocks, found.residual, panel.unit, options.draws, options.seed
        ),
        "constancy": multiplier_tests(
            found.gradient,
            powers(dated, clock, options.test_order),
            found.residual,
            panel.unit,
            options.draws,
            options.seed,
        ),
    }
    count = len(names)
    everything = float(panel.outcome @ panel.outcome)
    table = transition_table(found, transition, centre, scale)
    return finish(
        design,
        names=names,
        estimates=found.estimates[:count],
        covariance=found.covariance[:count, :count],
        df_resid=found.df_resid,
        statistics={
            "n_obs": float(len(unit)),
            "n_entities": float(len(units)),
            "n_periods": float(len(periods)),
            "sum_of_squares": transition.sum_of_squares,
            "sigma": float(np.sqrt(transition.sum_of_squares / len(unit))),
            "r2_within": 1.0 - transition.sum_of_squares / everything if everything > 0 else float("nan"),
            "switches": float(switches),
            **{str(name): float(value) for name, value in table["estimate"].items()},
            "linearity_hac_f": float(linearity["hac_f"].iloc[0]),
            "linearity_hac_f_p": float(linearity["hac_f_p"].iloc[0]),
            "n_starts": float(transition.starts),
            "starts_agreeing": float(transition.agreeing),
            **found.statistics,
        },
        notes=(
            *found.notes,
            *transition_notes(None if options.switches else switches, transition, found, tests),
        ),
        tables={
            "transition": table,
            "regimes": regime_table(options.regime_dependent, found),
            "curve": transition_curve(options.regime_dependent, panel, transition, found, centre, scale),
            **tests,
        },
    )


def _column(options: PanelSmoothTransition, design: Design, term: str) -> Floats:
    rows = every_row(design)
    where = note_of("phrases.label_and_term", label=options.label, term=term)
    remedy = Text("use a column instead of indicators", "使用单列变量而非一组虚拟变量")
    return rows.evaluator(term).single(where, remedy)[rows.kept]


def _check_value(options: PanelSmoothTransition, values: Floats) -> None:
    least = 3 + 2 * (options.switches or 2)
    distinct = len(np.unique(values))
    if distinct >= least and float(values.std()) > 1e-12 * float(np.abs(values).max()):
        return
    raise EstimationError.of(
        "smooth_transition.too_few_values", least=least, term=repr(options.transition_variable), n=distinct
    )


def _check_moving(options: PanelSmoothTransition, panel: TransitionPanel) -> None:
    inner = demean(panel.moving, panel.unit)
    left = np.linalg.norm(inner, axis=0)
    whole = np.linalg.norm(panel.moving, axis=0)
    scaled = panel.linear / np.maximum(np.linalg.norm(panel.linear, axis=0), np.finfo(float).tiny)
    still = left <= 1e-9 * whole
    if not still.any() and np.linalg.svd(scaled, compute_uv=False)[-1] > 1e-8:
        return
    raise EstimationError.of(
        "smooth_transition.terms_collinear",
        terms=[t for t, flag in zip(options.regime_dependent, still, strict=True) if flag]
        or list(options.regime_dependent),
    )


def _switches(sequence: pd.DataFrame) -> Literal[1, 2]:
    """Return 2 where the test of the second power rejects most strongly, else 1."""
    p = sequence["hac_f_p"].to_numpy()
    p = p if np.isfinite(p).all() else sequence["lm_f_p"].to_numpy()
    return 2 if len(p) > 1 and int(np.argmin(p)) == 1 else 1

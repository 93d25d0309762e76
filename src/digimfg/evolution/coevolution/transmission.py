"""What reaches outcomes of several levels: one equation each, errors clustered over all at once, tests
across them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.design import Design, build_design
from digimfg.distributions.student import quadratic_form, student_contrast, student_joint
from digimfg.errors import EstimationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.panel_var.estimator import fit_panel_var
from digimfg.estimators.panel_var.model import PanelVAR
from digimfg.evolution.coevolution.leading import less_period_means, var_strengths
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.linear_fit import linear_fit
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.specification import Specification
from digimfg.text import Text

__all__ = ["Transmission", "transmitted"]

Floats = NDArray[np.float64]
_COLUMNS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "n_obs"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Transmission:
    """Hold slopes by equation, tests across equations, and the strengths of arrows from and to the hub."""

    table: pd.DataFrame
    tests: pd.DataFrame
    strengths: pd.DataFrame
    notes: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Equation:
    """One equation: slopes of the terms asked for, in standard deviations too, what each unit adds to them,
    and R² within.
    """

    slopes: Floats
    errors: Floats
    scale: Floats
    influence: Floats
    added: float
    df: float
    n_obs: int


def transmitted(
    frame: pd.DataFrame,
    names: tuple[str, ...],
    entity: str,
    time: str,
    *,
    outcomes: Mapping[str, str],
    base: tuple[str, ...],
    lags: int,
    last_lag: int | None,
    horizon: int,
    draws: int,
    level: float,
    seed: int,
) -> Transmission:
    """Return the transmission of indices, and of their coordination, to outcomes.

    Raises
    ------
    EstimationError
        If an outcome has no rows, or indices do not vary apart from the base, unit and period effects.
    """
    codes, units = pd.factorize(frame[entity], sort=True)

    def equation(outcome: str, terms: Sequence[str], controls: Sequence[str]) -> _Equation:
        spec = Specification(
            outcome,
            tuple(terms),
            controls=tuple(controls),
            entity=entity,
            time=time,
            fixed_effects=(entity, time),
            covariance=Clustered(entity, wild_bootstrap=None),
        )
        return _equation(spec, frame, len(terms), codes, len(units))

    terms = tuple(f"L.{name}" for name in names)
    equations = {name: equation(column, terms, base) for name, column in outcomes.items()}
    rows = {
        (name, term): _row(each, place, level)
        for name, each in equations.items()
        for place, term in enumerate(terms)
    }
    arrows = {}
    to_hub = equation("coordination", names, ())
    for place, name in enumerate(names):
        arrows[name, "coevolution"] = _arrow(to_hub, place, level)
    hub = {name: equation(column, ("L.coordination",), base) for name, column in outcomes.items()}
    for name, each in hub.items():
        arrows["coevolution", name] = _arrow(each, 0, level)
    strengths = pd.DataFrame(
        list(arrows.values()),
        columns=["estimate", "conf_low", "conf_high", "p_value"],
        index=pd.MultiIndex.from_tuples(list(arrows), names=["start", "end"]),
    )
    notes: list[Text] = []
    if len(outcomes) > 1:
        pairs, pair_notes = _between(
            frame, outcomes, entity, time,
            lags=lags, last_lag=last_lag, horizon=horizon, draws=draws, level=level, seed=seed,
        )  # fmt: skip
        strengths = pd.concat([strengths, pairs])
        notes += pair_notes
    if outcomes:
        notes += few_groups_note("clustered", len(units))
    return Transmission(
        table=pd.DataFrame(
            list(rows.values()),
            columns=_COLUMNS,
            index=pd.MultiIndex.from_tuples(list(rows), names=["equation", "term"]),
        )
        if rows
        else pd.DataFrame(columns=_COLUMNS, dtype=np.float64),
        tests=_tests(equations, hub, len(units)),
        strengths=strengths,
        notes=tuple(notes),
    )


def _equation(
    spec: Specification, frame: pd.DataFrame, count: int, codes: NDArray[np.int64], n_units: int
) -> _Equation:
    design = build_design(spec, frame)
    lost = [term for term in spec.regressors if term not in design.terms]
    if lost:
        raise EstimationError.of(
            "evolution.indices_without_variation",
            outcome=term_label(spec.outcome),
            names=[term_label(each) for each in lost],
        )
    fit = linear_fit(design)
    result = LeastSquares().fit(design)
    places = [design.terms.index(term) for term in spec.regressors]
    influence = np.zeros((n_units, count))
    np.add.at(influence, codes[design.rows], fit.influence[:, places])
    errors = result.coefficients.loc[list(spec.regressors), "std_error"].to_numpy(dtype=np.float64)
    sizes = np.sqrt((influence**2).sum(axis=0))
    return _Equation(
        slopes=fit.estimates[places],
        errors=errors,
        scale=design.absorbed.regressors[:, places].std(axis=0) / design.absorbed.outcome.std(),
        influence=influence * (errors / sizes),
        added=_added(design, places, fit.residuals),
        df=float(len(np.unique(codes[design.rows])) - 1),
        n_obs=len(design.outcome),
    )


def _added(design: Design, places: Sequence[int], residuals: Floats) -> float:
    """Return what the terms add to R² within."""
    outcome = design.absorbed.outcome
    others = np.delete(design.absorbed.regressors, places, axis=1)
    left = outcome
    if others.shape[1]:
        root = np.linalg.qr(others)[0]
        left = outcome - root @ (root.T @ outcome)
    return float((left @ left - residuals @ residuals) / (outcome @ outcome))


def _row(equation: _Equation, place: int, level: float) -> list[float]:
    estimate, error = float(equation.slopes[place]), float(equation.errors[place])
    found = student_contrast(estimate, error, equation.df, level=level)
    return [estimate, error, estimate / error, found.p_value, found.conf_low, found.conf_high, equation.n_obs]


def _arrow(equation: _Equation, place: int, level: float) -> list[float]:
    scale = float(equation.scale[place])
    estimate, _, _, p_value, low, high, _ = _row(equation, place, level)
    return [scale * estimate, scale * low, scale * high, p_value]


def _between(
    frame: pd.DataFrame,
    outcomes: Mapping[str, str],
    entity: str,
    time: str,
    *,
    lags: int,
    last_lag: int | None,
    horizon: int,
    draws: int,
    level: float,
    seed: int,
) -> tuple[pd.DataFrame, list[Text]]:
    """Return the strengths between outcomes by a panel VAR of their own, none where it cannot be
    estimated.
    """
    names = tuple(outcomes)
    held = frame[[entity, time]].assign(**{name: frame[column] for name, column in outcomes.items()})
    model = PanelVAR(names, lags, entity=entity, time=time, collapse=True, last_lag=last_lag)
    try:
        fit = fit_panel_var(model, less_period_means(held, names, time))
        return var_strengths(fit, horizon, draws=draws, level=level, seed=seed), []
    except EstimationError as error:
        note = note_of("evolution.no_outcome_var", expected=Text.of(error.expected))
        empty = pd.MultiIndex.from_arrays([[], []], names=["start", "end"])
        return pd.DataFrame(
            columns=["estimate", "conf_low", "conf_high", "p_value"], index=empty, dtype=np.float64
        ), [note]


def _tests(equations: Mapping[str, _Equation], hub: Mapping[str, _Equation], n_units: int) -> pd.DataFrame:
    """Return tests that indices add nothing, in each equation and in all, and that coordination counts alike
    in all.
    """
    df = float(n_units - 1)
    rows: dict[str, list[float]] = {}

    def tested(restrictions: Floats, values: Floats, influence: Floats) -> list[float]:
        moved = influence @ restrictions.T
        found = student_joint(quadratic_form(moved.T @ moved, restrictions @ values), len(restrictions), df)
        return [found.statistic, found.df_numerator, df, found.p_value]

    for name, each in equations.items():
        rows[f"indices add to the base: {name}"] = [
            *tested(np.eye(len(each.slopes)), each.slopes, each.influence), each.added,
        ]  # fmt: skip
    if len(equations) > 1:
        values = np.concatenate([each.slopes for each in equations.values()])
        influence = np.hstack([each.influence for each in equations.values()])
        rows["indices add to the base: all equations"] = [
            *tested(np.eye(len(values)), values, influence), np.nan,
        ]  # fmt: skip
        scaled = np.concatenate([each.slopes * each.scale for each in hub.values()])
        parts = np.hstack([each.influence * each.scale for each in hub.values()])
        contrasts = np.hstack([np.ones((len(scaled) - 1, 1)), -np.eye(len(scaled) - 1)])
        rows["coordination counts alike in all equations"] = [*tested(contrasts, scaled, parts), np.nan]
    return pd.DataFrame.from_dict(
        rows,
        orient="index",
        columns=["statistic", "df_numerator", "df_denominator", "p_value", "delta_r2_within"],
    ).rename_axis("test")

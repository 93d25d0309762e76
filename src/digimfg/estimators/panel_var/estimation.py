"""From the panel in levels to a fitted vector autoregression, its tests and notes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from digimfg.distributions.student import quadratic_form
from digimfg.estimators.gmm.assembly import Assembly, assemble
from digimfg.estimators.gmm.inference import serial_correlation_tests, windmeijer_covariance
from digimfg.estimators.gmm.levels import GMMInstruments, Levels
from digimfg.estimators.gmm.moments import Step, estimate_steps, invert_moments
from digimfg.estimators.panel_var.checks import check_count, check_independence, check_variation
from digimfg.estimators.panel_var.equations import equations_of, pseudo_inverse, stacked_system
from digimfg.estimators.panel_var.fit import PanelVARFit, companion
from digimfg.estimators.panel_var.notes import errors_notes, var_notes
from digimfg.ordered_index import ordered_index

if TYPE_CHECKING:
    from digimfg.estimators.panel_var.data import VARPanel
    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["estimated"]

Floats = NDArray[np.float64]


def estimated(model: PanelVAR, panel: VARPanel) -> PanelVARFit:
    """Return the fit of a model.

    Raises
    ------
    EstimationError
        If a variable does not vary within units, or there are more moments than units, or fewer than
        coefficients.
    """
    check_variation(model, panel)
    assembly = _assembled(model, panel)
    check_independence(model, panel, assembly)
    linear = assembly.system
    n_variables = len(model.variables)
    n_entities = len(np.unique(linear.entity))
    n_instruments, n_columns = linear.instruments.shape[1], linear.regressors.shape[1]
    check_count(model, n_instruments, n_columns, n_entities)
    system = stacked_system(assembly, panel.outcomes)
    inverse = pseudo_inverse if model.inverse == "pseudo" else invert_moments
    first, second = estimate_steps(system, inverse)
    step = first if model.steps == 1 else second
    covariance = first.robust_covariance if model.steps == 1 else windmeijer_covariance(system, first, second)
    coefficients = step.coefficients.reshape(n_variables, n_columns)
    reported = assembly.n_reported
    places = np.concatenate([np.arange(reported) + each * n_columns for each in range(n_variables)])
    index = ordered_index(
        list(product(model.variables, assembly.names)),
        ("equation", "term"),
        (model.variables, assembly.names),
    )
    spread = covariance[np.ix_(places, places)]
    scale = 2.0 if model.transformation == "difference" else 1.0
    residuals = step.residuals.reshape(n_variables, -1)
    eigenvalues = _eigenvalues(coefficients, model)
    degrees = n_variables * (n_instruments - n_columns)
    statistics = {
        "n_obs": float(len(linear.entity)),
        "n_entities": float(n_entities),
        "n_periods": float(len(np.unique(panel.period))),
        "n_instruments": float(n_instruments),
        "n_moments": float(n_variables * n_instruments),
        "hansen": second.criterion if degrees else float("nan"),
        "hansen_df": float(degrees),
        "hansen_p": float(special.chdtrc(degrees, second.criterion)) if degrees else float("nan"),
        **_criteria(second.criterion, degrees, len(linear.entity)),
        "max_modulus": float(eigenvalues["modulus"].iloc[0]),
    }
    return PanelVARFit(
        model=model,
        coefficients=_table(step.coefficients[places], spread, index),
        covariance_matrix=pd.DataFrame(spread, index=index, columns=index),
        error_covariance=pd.DataFrame(
            residuals @ residuals.T / residuals.shape[1] / scale,
            index=pd.Index(model.variables),
            columns=pd.Index(model.variables),
        ),
        eigenvalues=eigenvalues,
        causality=_causality(step.coefficients[places], spread, index, model.variables),
        serial_correlation=_serial(model, panel, assembly, step, covariance),
        statistics=statistics,
        notes=(
            *panel.notes,
            *assembly.notes,
            *var_notes(model, statistics, first, second, inverse_drops=model.inverse == "pseudo"),
            *errors_notes(spread, index),
        ),
        equations=equations_of(
            assembly,
            panel.outcomes,
            steps=model.steps,
            inverse=inverse,
            differenced=model.transformation == "difference",
        ),
    )


def _assembled(model: PanelVAR, panel: VARPanel) -> Assembly:
    levels = Levels(
        outcome=panel.outcomes[:, 0],
        regressors=panel.regressors,
        names=panel.names,
        entity=panel.entity,
        period=panel.period,
        grids=panel.grids,
        exogenous=panel.exogenous,
        level_instruments={},
        time_effects=model.time_effects,
    )
    last = model.last_lag
    own = [GMMInstruments(name, first=model.first_lag, last=last) for name in model.variables]
    others = [
        GMMInstruments(name, first=model.first_lag - 1, last=None if last is None else last - 1)
        for name in model.predetermined
    ]
    return assemble(
        levels,
        (*own, *others),
        system=False,
        transformation=model.transformation,
        collapse=model.collapse,
        weighting="full",
        components=None,
    )


def _table(estimates: Floats, covariance: Floats, index: pd.MultiIndex) -> pd.DataFrame:
    variances = np.diag(covariance)
    errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = estimates / errors
    half = special.ndtri(0.975) * errors
    return pd.DataFrame(
        {
            "estimate": estimates,
            "std_error": errors,
            "statistic": statistics,
            "p_value": 2 * special.ndtr(-np.abs(statistics)),
            "conf_low": estimates - half,
            "conf_high": estimates + half,
        },
        index=index,
    )


def _criteria(hansen: float, degrees: int, n_obs: int) -> dict[str, float]:
    """Return Andrews and Lu's criteria; only over-identified models have them."""
    if degrees <= 0:
        return {"mbic": float("nan"), "maic": float("nan"), "mqic": float("nan")}
    logarithm = np.log(n_obs)
    return {
        "mbic": float(hansen - degrees * logarithm),
        "maic": hansen - 2.0 * degrees,
        "mqic": float(hansen - 2.1 * degrees * np.log(logarithm)),
    }


def _eigenvalues(coefficients: Floats, model: PanelVAR) -> pd.DataFrame:
    found = np.linalg.eigvals(companion(coefficients, model.lags))
    order = np.lexsort((-found.imag, -found.real, -np.round(np.abs(found), 12)))
    found = found[order]
    return pd.DataFrame(
        {"real": found.real, "imaginary": found.imag, "modulus": np.abs(found)},
        index=pd.RangeIndex(1, len(found) + 1, name="eigenvalue"),
    )


def _causality(
    estimates: Floats, covariance: Floats, index: pd.MultiIndex, variables: tuple[str, ...]
) -> pd.DataFrame:
    equation = index.get_level_values("equation").to_numpy()
    terms = index.get_level_values("term").to_numpy()
    lagged = np.array([each.partition(".")[2] if each.startswith("L") else "" for each in terms])
    found = {}

    def tested(chosen: NDArray[np.bool_]) -> tuple[float, float, float]:
        places = np.flatnonzero(chosen)
        statistic = quadratic_form(covariance[np.ix_(places, places)], estimates[places])
        if statistic < 0:  # the corrected covariance is none
            return float("nan"), float(len(places)), float("nan")
        return statistic, float(len(places)), float(special.chdtrc(len(places), statistic))

    for outcome in variables:
        for cause in variables:
            if cause != outcome:
                found[outcome, cause] = tested((equation == outcome) & (lagged == cause))
        if len(variables) > 2:
            found[outcome, "all"] = tested(
                (equation == outcome) & (lagged != outcome) & np.isin(lagged, variables)
            )
    if len(variables) > 2:
        for cause in variables:
            found["all others", cause] = tested((equation != cause) & (lagged == cause))
    return pd.DataFrame(
        list(found.values()),
        columns=["statistic", "df", "p_value"],
        index=ordered_index(
            list(found), ("equation", "excluded"), ((*variables, "all others"), (*variables, "all"))
        ),
    )


def _serial(
    model: PanelVAR, panel: VARPanel, assembly: Assembly, step: Step, covariance: Floats
) -> pd.DataFrame:
    """Return Arellano and Bond's tests of orders one and two, equation by equation."""
    size = assembly.system.regressors.shape[1]
    influence = step.bread @ step.cross.T @ step.weight
    rows: dict[tuple[str, int], tuple[float, float]] = {}
    for place, name in enumerate(model.variables):
        own = slice(place * size, (place + 1) * size)
        part = Step(
            coefficients=step.coefficients[own],
            residuals=step.residuals,
            weight=np.eye(influence.shape[1]),
            bread=np.eye(size),
            cross=influence[own].T,
            moments=step.moments,
            singular=step.singular,
        )
        found = serial_correlation_tests(
            assembly.system,
            part,
            covariance[own, own],
            assembly.differences,
            outcome=panel.outcomes[:, place],
            regressors=assembly.regressors,
            n_periods=int(panel.period.max()) + 1,
            orders=2,
            error_variance=None,
        )
        rows |= {(name, order): each for order, each in enumerate(found, start=1)}
    return pd.DataFrame(
        list(rows.values()),
        columns=["statistic", "p_value"],
        index=ordered_index(list(rows), ("equation", "order"), (model.variables, (1, 2))),
    )

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
from digimfg.estimators.panel_var.equations import TOLERANCE, equations_of, pseudo_inverse, stacked_system
from digimfg.estimators.panel_var.fit import PanelVARFit, companion
from digimfg.ordered_index import ordered_index
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.panel_var.data import VARPanel
    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["estimated"]

Floats = NDArray[np.float64]
_FEW = 50


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
            *_notes(model, statistics, first, second, inverse_drops=model.inverse == "pseudo"),
            *_errors_notes(spread, index),
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


def _notes(
    model: PanelVAR, statistics: dict[str, float], first: Step, second: Step, *, inverse_drops: bool
) -> list[Text]:
    orthogonal = model.transformation == "orthogonal"
    notes: list[Text] = [
        say(
            "{removed}; {instruments:,d} instruments in each of {m} equations, {moments:,d} moments for "
            "{n:,|unit}",
            "{removed}；{m}个方程各{instruments:,d}个工具变量，共{moments:,d}个矩条件，个体{n:,}个",
            kind="instruments",
            weight="how",
            removed=Text("Forward orthogonal deviations", "前向正交离差")
            if orthogonal
            else Text("First differences", "一阶差分"),
            instruments=int(statistics["n_instruments"]),
            m=len(model.variables),
            moments=int(statistics["n_moments"]),
            n=int(statistics["n_entities"]),
        )
    ]
    if statistics["max_modulus"] >= 1:
        notes.append(
            say(
                "Not stable: the largest eigenvalue of the companion matrix is {size:.3f}, responses do "
                "not die out; variables that drift want differences",
                "不稳定：伴随矩阵最大特征根的模为{size:.3f}，脉冲响应不会消失；漂移的变量宜取差分",
                kind="unstable",
                size=statistics["max_modulus"],
            )
        )
    if statistics["n_moments"] > statistics["n_entities"]:
        notes.append(
            say(
                "More moments than units: Hansen's test has no power and two-step estimates are unreliable",
                "矩条件多于个体：Hansen 检验失去功效，两步估计不可靠",
                kind="many_instruments",
            )
        )
    if statistics["n_entities"] < _FEW:
        notes.append(
            say(
                "Only {n|unit}: GMM and its bootstrap rest on many; collapse instruments, limit their "
                "lags, and compare steps=1",
                "仅有{n}个个体：GMM 及其自助法依赖大量个体，宜折叠工具变量、限制滞后，并与 steps=1比较",
                kind="few_units",
                n=int(statistics["n_entities"]),
            )
        )
    if model.steps == 2:
        notes.extend(_inverse_notes(first, second, inverse_drops=inverse_drops))
    return notes


def _errors_notes(covariance: Floats, index: pd.MultiIndex) -> list[Text]:
    lost = [
        f"{equation}: {term}"
        for (equation, term), each in zip(index, np.diag(covariance), strict=True)
        if each <= 0
    ]
    if not lost:
        return []
    return [
        say(
            "The corrected variance is not above zero for {names}: their errors are missing; limit "
            "instruments, or use steps=1",
            "以下系数校正后的方差不大于零：{names}，其标准误缺失；宜限制工具变量，或用 steps=1",
            kind="no_errors",
            names=lost,
        )
    ]


def _inverse_notes(first: Step, second: Step, *, inverse_drops: bool) -> list[Text]:
    matrix = first.moments.T @ first.moments
    if inverse_drops:
        if not second.singular:
            return []
        values = np.linalg.eigvalsh(matrix)
        return [
            say(
                "The second step's moment matrix is nearly singular: its pseudo-inverse leaves out {n} "
                "of {m} directions, a choice "
                "that depends on units of measurement",
                "第二步矩条件矩阵近于奇异：伪逆舍去{m}个方向中的{n}个，该取舍依赖计量单位",
                kind="nearly_singular",
                n=int(np.sum(values <= TOLERANCE * values[-1])),
                m=len(values),
            )
        ]
    scale = np.sqrt(np.diag(matrix))
    scale = np.where(scale > 0, scale, 1.0)
    values = np.linalg.eigvalsh(matrix / np.outer(scale, scale))
    if values[0] > TOLERANCE * values[-1]:
        return []
    return [
        say(
            "The second step's moment matrix is nearly singular ({words}): two-step estimates depend on "
            "how it is inverted; "
            "collapse instruments or limit their lags",
            "第二步矩条件矩阵近于奇异（{words}）：两步估计依赖求逆方式；宜折叠工具变量或限制滞后",
            kind="nearly_singular",
            words=Text("a generalised inverse was used", "已用广义逆")
            if second.singular
            else Text("inverted exactly", "已按精确逆计算"),
        )
    ]

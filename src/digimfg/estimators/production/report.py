"""What a production function's estimate says: coefficients, productivity, returns to scale, notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from digimfg.estimators.panel_rows import finish
from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import PROXY_METHODS, Fit, Form, Method, Options, input_terms
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["report"]

Floats = NDArray[np.float64]
_NAMES: dict[Method, Text] = {
    "op": Text("Olley–Pakes", "OP法"),
    "lp": Text("Levinsohn–Petrin", "LP法"),
    "acf": Text("Ackerberg–Caves–Frazer", "ACF法"),
    "wooldridge": Text("Wooldridge (joint GMM)", "Wooldridge联合GMM"),
    "least_squares": Text("least squares", "最小二乘"),
    "fixed_effects": Text("fixed effects of firms", "企业固定效应"),
    "system_gmm": Text("system GMM with common factors (Blundell–Bond)", "系统GMM与共同因子约束"),
}


def report(
    options: Options,
    design: Design,
    firms: Firms,
    order: NDArray[np.intp],
    inputs: tuple[str, ...],
    found: Fit,
    covariance: Floats,
) -> Result:
    """Return the result of an estimate.

    Parameters
    ----------
    order
        Of the design's rows among the firms'.
    inputs
        Their names.
    covariance
        Of the slopes.
    """
    names = _term_names(inputs, options.form)
    specification = design.specification
    terms = input_terms(firms.inputs, options.form)
    tfp = firms.output - terms @ found.slopes
    keys = pd.DataFrame(
        {
            str(specification.entity): np.asarray(design.entity_values)[np.asarray(design.entity)[order]],
            str(specification.time): np.asarray(design.time_values)[np.asarray(design.time)[order]],
        }
    )
    noise = firms.output - found.explained
    tables = {
        "productivity": keys.assign(
            productivity=np.where(np.isnan(noise), tfp, tfp - noise), tfp=tfp, noise=noise
        )
    }
    if options.form == "translog":
        tables["elasticities"] = keys.assign(**_elasticities(firms.inputs, found.slopes, inputs))
    if len(found.minima):
        tables["minima"] = pd.DataFrame(found.minima, columns=[*names, "criterion", "starts"])
    statistics = {
        "n_obs": float(design.n_obs),
        "n_entities": float(int(firms.firm.max()) + 1),
        "n_periods": float(len(np.unique(firms.period))),
    }
    if options.method != "system_gmm":
        statistics["replications"] = float(options.replications)
    statistics |= found.statistics
    tables |= {name: _named_rows(table, names) for name, table in found.tables.items()}
    if options.form == "cobb_douglas":
        scale = float(found.slopes.sum())
        error = float(np.sqrt(covariance.sum()))
        statistics["returns_to_scale"] = scale
        tables["returns_to_scale"] = pd.DataFrame(
            {
                "estimate": [scale],
                "std_error": [error],
                "statistic": [(scale - 1) / error],
                "p_value": [float(2 * stats.norm.sf(abs(scale - 1) / error))],
            },
            index=pd.Index(["constant returns"], name="hypothesis"),
        )
    if not np.isnan(found.survival):
        statistics["share_surviving"] = found.survival
    return finish(
        replace(design, shift={}),
        names=names,
        estimates=found.slopes,
        covariance=covariance,
        df_resid=None,
        statistics=statistics,
        notes=_notes(options, firms, found),
        tables=tables,
    )


def _named_rows(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return a table of the quasi-differenced equation under the names of its terms."""
    called = {"L.y": "L.output"}
    for place, name in enumerate(names):
        called |= {f"x{place}": name, f"L.x{place}": f"L.{name}"}
    return table.rename(index=called)


def _term_names(inputs: tuple[str, ...], form: Form) -> tuple[str, ...]:
    if form == "cobb_douglas":
        return inputs
    k = len(inputs)
    second = [
        f"{inputs[a]}^2" if a == b else f"{inputs[a]}:{inputs[b]}" for a in range(k) for b in range(a, k)
    ]
    return (*inputs, *second)


def _elasticities(inputs: Floats, slopes: Floats, names: tuple[str, ...]) -> dict[str, Floats]:
    k = inputs.shape[1]
    places = {pair: k + count for count, pair in enumerate((a, b) for a in range(k) for b in range(a, k))}
    found = {}
    for a in range(k):
        total = np.full(len(inputs), slopes[a])
        for b in range(k):
            weight = 2.0 if a == b else 1.0
            total = total + weight * slopes[places[min(a, b), max(a, b)]] * inputs[:, b]
        found[names[a]] = total
    return found


def _notes(options: Options, firms: Firms, found: Fit) -> tuple[Text, ...]:
    notes: list[Text] = [
        _method_note(options),
        say(
            "productivity is estimated: errors of an equation that goes on with it leave that out",
            "生产率为估计量：将其用于后续回归时，标准误未计入这一不确定性",
            kind="generated",
            weight="detail",
        ),
    ]
    if options.method in PROXY_METHODS:
        notes.append(
            say(
                "{n:,} of {total:,|row} with a row of the period before enter the second stage",
                "{total:,}行中{n:,}行有上期观测，进入第二阶段",
                kind="linked",
                weight="how",
                n=len(firms.linked),
                total=len(firms.output),
            )
        )
    if len(found.minima) > 1:
        notes.append(
            say(
                "the criterion has several minima ({n}); the lowest is shown, all are in the table of minima",
                "目标函数有{n}个局部极小值，此处为最低者，其余见极小值表",
                kind="several_minima",
                n=len(found.minima),
            )
        )
    return tuple(notes)


def _method_note(options: Options) -> Text:
    if options.method == "system_gmm":
        first, last = options.instrument_lags
        return say(
            "production function by {method}; instruments are lags {first} to {last} of output and inputs",
            "生产函数用{method}估计；以产出与投入的第{first}至{last}期滞后为工具",
            kind="method",
            weight="how",
            method=_NAMES[options.method],
            first=first,
            last=Text("the earliest", "最早一期") if last is None else str(last),
        )
    if options.method not in PROXY_METHODS:
        return say(
            "production function by {method}",
            "生产函数用{method}估计",
            kind="method",
            weight="how",
            method=_NAMES[options.method],
        )
    return say(
        "production function by {method}; polynomial of degree {degree}, productivity's process of "
        "degree {process}",
        "生产函数用{method}估计；多项式{degree}阶，生产率过程{process}阶",
        kind="method",
        weight="how",
        method=_NAMES[options.method],
        degree=options.degree,
        process=options.process,
    )

"""Compute the parts of a test from the columns that fill its roles."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError, MeasureError
from digimfg.estimate import estimate
from digimfg.estimators.threshold.estimator import PanelThreshold
from digimfg.evidence.claim_answer import PART_COLUMNS
from digimfg.paper.packs.within_var import WithinVAR, fit_within_var
from digimfg.simulation.system import core_of, flow_weights
from digimfg.specification import Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.paper.packs.pack_test import PackTest
    from digimfg.result import Result

__all__ = ["Ready", "computed_parts"]

_MANY_CLUSTERS = 50
_DRAWS = 199
_ENOUGH_RATES = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """Hold what an engine takes: keys and roles as columns, and which units are neighbours."""

    frame: pd.DataFrame
    entity: str
    time: str
    links: NDArray[np.float64] | None = None
    beyond: NDArray[np.float64] | None = None
    units: tuple[object, ...] = ()


def computed_parts(test: PackTest, ready: Ready) -> pd.DataFrame | Text:
    """Return the parts, or why they cannot be computed."""
    try:
        rows = _ENGINES[test.engine](test, ready)
    except (EstimationError, MeasureError) as error:
        return Text(f"{error.expected.en}; got {error.got.en}", f"{error.expected.zh}；实为{error.got.zh}")
    if isinstance(rows, Text):
        return rows
    index = pd.Index([str(part.label.en) for part in test.parts], name="part")
    frame = pd.DataFrame(rows, columns=list(PART_COLUMNS), index=index)
    return frame.astype({"sign": "int64", "n_obs": "int64", "n_clusters": "int64"})


def _linear(test: PackTest, ready: Ready) -> list[tuple[float, ...]]:
    cluster = test.cluster or ready.entity
    few = ready.frame[cluster].nunique() < _MANY_CLUSTERS
    means = {name: ready.frame.groupby(ready.time)[name].transform("mean") for name in test.relative}
    frame = ready.frame.assign(**{name: ready.frame[name] - mean for name, mean in means.items()})
    found: dict[tuple[str, ...], Result] = {}
    rows = []
    for part in test.parts:
        equation = (part.outcome, *part.regressors)
        if equation not in found:
            spec = Specification(
                part.outcome,
                part.regressors,
                entity=ready.entity,
                time=ready.time,
                fixed_effects=(ready.entity, ready.time),
                covariance=Clustered(cluster, small_sample="cr2" if few else "stata", wild_bootstrap=None),
            )
            found[equation] = estimate(spec, frame)
        result = found[equation]
        line = _row(result.coefficients, part.term)
        numbers = (line[name] for name in ("estimate", "std_error", "p_value", "conf_low", "conf_high"))
        rows.append((part.sign, *numbers, result.statistics["n_obs"], result.statistics["n_clusters"]))
    return rows


def _var(test: PackTest, ready: Ready) -> list[tuple[float, ...]] | Text:
    fit = fit_within_var(ready.frame, test.roles, ready.entity, ready.time)
    if fit is None:
        return _too_few()
    return [
        _combined(fit, _weights(test.roles, part.slopes), part.sign) for part in test.parts if part.slopes
    ]


def _order(test: PackTest, ready: Ready) -> list[tuple[float, ...]] | Text:
    """Return the links of the stages, and the rank of their order among all by the sum of its t values."""
    fit = fit_within_var(ready.frame, test.roles, ready.entity, ready.time)
    if fit is None:
        return _too_few()
    rows = [
        _combined(fit, _weights(test.roles, part.slopes), part.sign) for part in test.parts if part.slopes
    ]
    count = len(test.roles)
    ratios = np.zeros((count, count))
    for follower in range(count):
        for leader in range(count):
            weights = np.zeros((count, count))
            weights[follower, leader] = 1.0
            value, error = fit.combination(weights)
            ratios[follower, leader] = value / error
    scores = np.array(
        [
            sum(ratios[after, before] for before, after in pairwise(order))
            for order in permutations(range(count))
        ]
    )
    own = scores[0]
    rank = float((scores >= own - 1e-12).mean())
    nothing = math.nan
    return [*rows, (1, float(own - scores.mean()), nothing, rank, nothing, nothing, fit.n_obs, fit.n_units)]


def _threshold(test: PackTest, ready: Ready) -> list[tuple[float, ...]]:
    outcome, slope, variable = test.roles
    return [_gain(test, ready, outcome, slope, variable, test.parts[0].sign)]


def _returns(test: PackTest, ready: Ready) -> list[tuple[float, ...]]:
    """Return the slope of the square, and the gain above a threshold on digitalisation itself."""
    outcome, slope = test.roles
    square, gain = test.parts
    first = _linear(replace(test, parts=(square,)), ready)
    return [*first, _gain(test, ready, outcome, slope, slope, gain.sign)]


def _gain(
    test: PackTest, ready: Ready, outcome: str, slope: str, variable: str, sign: int
) -> tuple[float, ...]:
    """Return by how much a slope is larger above an estimated threshold; units that are there in every year
    count.
    """
    needed = ready.frame[[ready.entity, ready.time, *test.roles]].dropna()
    whole = needed.groupby(ready.entity)[ready.time].transform("size") == needed[ready.time].nunique()
    spec = Specification(
        outcome,
        slope,
        entity=ready.entity,
        time=ready.time,
        fixed_effects=(ready.entity, ready.time),
        covariance=Clustered(ready.entity, wild_bootstrap=None),
        estimator=PanelThreshold(
            threshold_variable=variable,
            regime_dependent=(slope,),
            n_thresholds=1,
            trim=0.15,
            replications=_DRAWS,
            seed=0,
        ),
    )
    result = estimate(spec, needed[whole])
    terms = [f"{slope}:regime[{number}]" for number in (1, 2)]
    low, high = (_row(result.coefficients, term)["estimate"] for term in terms)
    part = result.covariance_matrix.loc[terms, terms].to_numpy(dtype=np.float64)
    error = math.sqrt(part[0, 0] + part[1, 1] - 2 * part[0, 1])
    p_value = float(result.statistics["threshold_1_p"])
    reach = 1.96 * error
    gain = high - low
    counts = (result.statistics["n_obs"], result.statistics["n_clusters"])
    return (sign, gain, error, p_value, gain - reach, gain + reach, *counts)


def _tails(test: PackTest, ready: Ready) -> list[tuple[float, ...]] | Text:
    from digimfg.evolution.growth_tails import fit_growth_tails

    name = test.roles[0]
    rates = ready.frame[[ready.time, name]].dropna()
    if len(rates) < _ENOUGH_RATES:
        return Text(f"{_ENOUGH_RATES} growth rates or more", f"不少于{_ENOUGH_RATES}个增长率")
    found = fit_growth_tails(rates, name, within=ready.time)
    line = _row(found.parameters, "shape")
    shape, low, high = line["estimate"], line["conf_low"], line["conf_high"]
    p_value = _row(found.tests, "normal")["p_value"]
    n_units = ready.frame[ready.entity].nunique()
    return [
        (test.parts[0].sign, 2 - shape, (high - low) / 3.92, p_value, 2 - high, 2 - low, len(rates), n_units)
    ]


def _flows(test: PackTest, ready: Ready) -> list[tuple[float, ...]] | Text:
    outcome, digital = test.roles
    if ready.links is None:
        return Text("units whose neighbours are known", "相邻关系已知的个体")
    wide = ready.frame.pivot_table(index=ready.entity, columns=ready.time, values=digital).reindex(
        list(ready.units)
    )
    if wide.isna().to_numpy().any():
        return Text(
            "a digital index for every unit and year, as neighbours' values are averaged",
            "每个个体、每年均有数字化指数（须对相邻个体取平均）",
        )
    values = wide.to_numpy(dtype=np.float64)
    core = core_of(values)
    near, far = flow_weights(ready.links, core, ready.beyond)
    back, _ = flow_weights(ready.links, ~core, ready.beyond)
    flows = {"near": near, "far": far, "back": back}
    frame = ready.frame[[ready.entity, ready.time, outcome, digital]]
    for name, matrix in flows.items():
        received = pd.DataFrame(matrix @ values, index=wide.index, columns=wide.columns)
        long = received.melt(ignore_index=False, value_name=name).reset_index()
        frame = frame.merge(long, on=[ready.entity, ready.time])
    kept = [name for name in flows if frame[name].std() > 0]
    if len(kept) < len(flows):
        return Text("a core and a periphery that touch", "相互邻接的核心与外围")
    spec = Specification(
        outcome,
        (digital, *flows),
        entity=ready.entity,
        time=ready.time,
        fixed_effects=(ready.entity, ready.time),
        covariance=Clustered(
            ready.entity,
            small_sample="cr2" if len(ready.units) < _MANY_CLUSTERS else "stata",
            wild_bootstrap=None,
        ),
    )
    result = estimate(spec, frame)
    rows = []
    for name in flows:
        line = _row(result.coefficients, name)
        numbers = (line[each] for each in ("estimate", "std_error", "p_value", "conf_low", "conf_high"))
        rows.append((0, *numbers, result.statistics["n_obs"], result.statistics["n_clusters"]))
    return rows


def _row(table: pd.DataFrame, name: str) -> dict[str, float]:
    line = table.loc[[name]].astype(float).to_dict("records")[0]
    return {str(column): float(value) for column, value in line.items()}


def _weights(roles: tuple[str, ...], slopes: tuple[tuple[str, str, float], ...]) -> NDArray[np.float64]:
    weights = np.zeros((len(roles), len(roles)))
    for follower, leader, weight in slopes:
        weights[roles.index(follower), roles.index(leader)] = weight
    return weights


def _combined(fit: WithinVAR, weights: NDArray[np.float64], sign: int) -> tuple[float, ...]:
    from scipy.stats import t

    value, error = fit.combination(weights)
    law = t(fit.n_units - 1)
    reach = float(law.ppf(0.975)) * error
    p_value = float(2 * law.sf(abs(value / error)))
    return (sign, value, error, p_value, value - reach, value + reach, fit.n_obs, fit.n_units)


def _too_few() -> Text:
    return Text(
        "more units with values in two years that follow each other, in series that move apart within units",
        "更多具有相邻两年取值的个体，且各序列在个体内不同步变动",
    )


_ENGINES: dict[str, Callable[[PackTest, Ready], list[tuple[float, ...]] | Text]] = {
    "linear": _linear,
    "var": _var,
    "lead_lag": _var,
    "order": _order,
    "threshold": _threshold,
    "returns": _returns,
    "tails": _tails,
    "flows": _flows,
}

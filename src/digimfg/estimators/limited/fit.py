"""Fit the likelihood of a design's rows or units, and put its numbers into a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from digimfg.covariance import Clustered, Covariance, DriscollKraay, Robust, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.limited.maximum import Maximum, maximise
from digimfg.estimators.limited.rows import RowModel, of_rows, of_units
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = [
    "NODES",
    "SPREAD",
    "Effects",
    "Further",
    "Problem",
    "errors_of_likelihood",
    "fitted_result",
    "no_absorbed_effects",
]

Floats = NDArray[np.float64]
Effects = Literal["none", "random"]

NODES = 16
"""Of the quadrature over the effects of units."""
SPREAD = "/sigma_unit"
"""Name of the standard deviation of the effects of units."""

_NONE = 1e-4


@dataclass(frozen=True, kw_only=True)
class Further:
    """Name a further parameter: its name in results, where its search starts, and how it follows from what
    is searched for: itself, or by the exponential.
    """

    name: str
    start: float
    positive: bool = False
    moves_with_index: bool = False
    unit: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Hold what is maximised.

    Parameters
    ----------
    where
        Whose words errors use: ``"dm.Tobit"``.
    model
        Of the rows.
    terms, columns
        Of the index, shape (n, k).
    start
        Slopes at which the search starts, shape (k,).
    further
        Parameters beside the slopes.
    offset
        Shape (n,).
    unit
        Of the index, as that of the outcome where it is in its units.
    densities
        Sum of the weights of rows whose likelihood is a density of the outcome.
    effects
        ``"random"`` for a normal effect of each unit in the index.
    statistics
        Of the estimator.
    notes
        Of the estimator.
    """

    where: str
    model: RowModel
    terms: tuple[str, ...]
    columns: Floats
    start: Floats
    further: Sequence[Further] = ()
    offset: Floats | None = None
    unit: float = 1.0
    densities: float = 0.0
    effects: Effects = "none"
    statistics: Mapping[str, float]
    notes: tuple[Text, ...] = ()


def errors_of_likelihood(covariance: Covariance, command: str) -> Text | None:
    """Return how errors of a likelihood are described where the rule is Stata's, for notes below tables."""
    from digimfg.display.covariance_names import covariance_phrase

    if isinstance(covariance, Unadjusted):
        return Text("standard errors from the inverse Hessian", "海塞矩阵逆的标准误")
    if covariance.small_sample != "stata":
        return None
    return say(
        "{name} (small-sample adjustment of Stata's {command})",
        "{name}（小样本调整同Stata {command}）",
        name=covariance_phrase(covariance),
        command=command,
    )


def no_absorbed_effects(design: Design, where: str) -> None:
    """Raise where effects are to be absorbed.

    Raises
    ------
    SpecificationError
        With what to write instead.
    """
    if not design.specification.fixed_effects:
        return
    raise SpecificationError(
        where=where,
        expected=Text("no absorbed effects", "无吸收的固定效应"),
        got=f"fixed_effects={design.specification.fixed_effects!r}",
        remedy=Text(
            "enter a few levels as i(region); for effects of units use dm.CorrelatedRandomEffects(…)",
            "少量类别以 i(region) 加入；个体效应用 dm.CorrelatedRandomEffects(…)",
        ),
    )


def fitted_result(design: Design, problem: Problem) -> Result:
    """Maximise and return the result.

    Raises
    ------
    SpecificationError
        If the effects of units lack what they need, or the covariance is none that the likelihood has.
    EstimationError
        If there are not more rows than parameters, or no maximum.
    """
    from digimfg.estimators.linear_result import linear_result
    from digimfg.inference.small_sample import require_rows

    random = problem.effects == "random"
    k, m = problem.columns.shape[1], len(problem.further)
    require_rows(design, k + m + random)
    if random:
        _check_units(design, problem)
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    pooled = _maximum(design, problem, mass, problem.columns, problem.start)
    if not pooled.converged:
        raise _no_maximum(problem)
    found = _with_effects(design, problem, pooled) if random else pooled
    names = (*problem.terms, *(each.name for each in problem.further), *((SPREAD,) if random else ()))
    values, turn = _reported(problem, found.parameters)
    bread = turn[:, None] * found.bread * turn
    covariance, counts, notes = _covariance(design, problem, names, found.scores / turn, bread)
    values, covariance = _unshifted(design, problem, names, values, covariance)
    return linear_result(
        design,
        names=names,
        estimates=values,
        covariance=covariance,
        df=np.inf,
        statistics={
            **_statistics(design, problem, mass, pooled, found),
            **counts,
            "df_resid": float(design.n_obs - len(names)),
        },
        notes=(*problem.notes, *notes),
    )


def _maximum(design: Design, problem: Problem, mass: Floats, columns: Floats, start: Floats) -> Maximum:
    size = np.sqrt(np.mean(columns**2, axis=0)) if len(columns) else np.ones(columns.shape[1])
    size = np.where(size > 0, size, 1.0)
    offset = np.zeros(design.n_obs) if problem.offset is None else problem.offset
    found = maximise(
        lambda point: of_rows(problem.model, columns / size, mass, offset, point),
        np.r_[start * size, [each.start for each in problem.further]],
        float(mass.sum()),
    )
    return _in_units(found, size, len(problem.further))


def _in_units(found: Maximum, size: Floats, rest: int) -> Maximum:
    """Return a maximum over columns of unit size as one over the columns as they are."""
    unit = np.r_[size, np.ones(rest)]
    return Maximum(
        parameters=found.parameters / unit,
        bread=found.bread / np.outer(unit, unit),
        scores=found.scores * unit,
        total=found.total,
        converged=found.converged,
        iterations=found.iterations,
    )


def _with_effects(design: Design, problem: Problem, pooled: Maximum) -> Maximum:
    units = design.entity
    assert units is not None  # noqa: S101
    size = np.sqrt(np.mean(problem.columns**2, axis=0))
    size = np.where(size > 0, size, 1.0)
    offset = np.zeros(design.n_obs) if problem.offset is None else problem.offset
    rest = len(problem.further) + 1
    found = None
    for start in (0.7, 0.2, 1.5):
        here = maximise(
            lambda point: of_units(problem.model, problem.columns / size, units, offset, NODES, point),
            np.r_[pooled.parameters * np.r_[size, np.ones(rest - 1)], start],
            float(design.n_obs),
        )
        if here.converged and (found is None or here.total > found.total):
            found = here
        if found is not None and abs(found.parameters[-1]) > _NONE:
            break
    if found is None or abs(found.parameters[-1]) <= _NONE:
        raise EstimationError(
            where=problem.where,
            expected=Text(
                "units that differ by more than their rows do by chance", "个体间差异大于各行的随机差异"
            ),
            got=Text("a variance of their effects of zero", "个体效应方差为零"),
            remedy=Text("use effects='none' with clustered errors", "使用 effects='none' 与聚类标准误"),
        )
    if found.parameters[-1] < 0:
        turn = np.r_[np.ones(len(found.parameters) - 1), -1.0]
        found = Maximum(
            parameters=found.parameters * turn,
            bread=found.bread * np.outer(turn, turn),
            scores=found.scores * turn,
            total=found.total,
            converged=True,
            iterations=found.iterations,
        )
    return _in_units(found, size, rest)


def _check_units(design: Design, problem: Problem) -> None:
    specification = design.specification
    asked = specification.covariance
    fault: tuple[Text, str] | None = None
    if specification.entity is None or design.weights is not None:
        fault = (
            Text("`entity` and no weights", "有 `entity`，无权重"),
            f"entity={specification.entity!r}, weights={specification.weights!r}",
        )
    elif not isinstance(asked, Unadjusted | Robust | Clustered) or asked.small_sample in ("cr2", "cv3"):
        fault = (
            Text(
                "dm.Unadjusted(), dm.Robust(), or dm.Clustered of whole units without cr2 and cv3",
                "dm.Unadjusted()、dm.Robust()，或不含 cr2、cv3的整个体 dm.Clustered",
            ),
            f"{type(asked).__name__}, {asked.small_sample}",
        )
    else:
        units = design.entity
        assert units is not None  # noqa: S101
        for codes in design.clusters.values():
            if len(np.unique(np.column_stack([units, codes]), axis=0)) > int(units.max()) + 1:
                fault = (Text("clusters of whole units", "由完整个体构成的聚类"), ", ".join(design.clusters))
    if fault is not None:
        raise SpecificationError(
            where=f"{problem.where}(effects='random')",
            expected=fault[0],
            got=fault[1],
            remedy=Text(
                "name the entity and cluster by it, or by what units belong to",
                "指明个体，并聚类到个体或其所属单位",
            ),
        )


def _no_maximum(problem: Problem) -> EstimationError:
    return EstimationError(
        where=problem.where,
        expected=Text("a likelihood with a maximum", "有最大值的似然"),
        got=Text(
            "none: coefficients run to infinity, as where terms tell the outcomes apart, or the terms are "
            "nearly collinear",
            "无最大值：系数趋于无穷（各项将结果完全分离），或各项近乎共线",
        ),
        remedy=Text(
            "cross the outcome with indicators among the terms, and leave out what it does not vary in",
            "将结果与各虚拟变量交叉列表，去掉结果无变动的部分",
        ),
    )


def _reported(problem: Problem, parameters: Floats) -> tuple[Floats, Floats]:
    """Return the parameters as results have them, and their derivatives by those searched for."""
    k = len(problem.terms)
    values, turn = parameters * problem.unit, np.full(len(parameters), problem.unit)
    for place, each in enumerate(problem.further, start=k):
        own = np.exp(parameters[place]) if each.positive else 1.0
        values[place] = (own if each.positive else parameters[place]) * each.unit
        turn[place] = own * each.unit
    return values, turn


def _covariance(
    design: Design, problem: Problem, names: tuple[str, ...], scores: Floats, bread: Floats
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    from digimfg.inference.influence import Influence, slope_units
    from digimfg.inference.sandwich import sandwich
    from digimfg.inference.small_sample import small_sample_adjustment

    asked, p = design.specification.covariance, len(names)
    if isinstance(asked, Unadjusted):
        small_sample_adjustment(design, p, 0)
        return bread, {}, ()
    rows, random = scores @ bread, problem.effects == "random"
    if random:
        units = design.entity
        assert units is not None  # noqa: S101
        spread_out = np.zeros((design.n_obs, p))
        spread_out[np.unique(units, return_index=True)[1]] = rows
        rows = spread_out
    k = len(problem.terms)
    own = _freed(design, problem)
    constants = [*(place for place, name in enumerate(problem.terms) if name == INTERCEPT), *range(k, p)]
    units_of = np.r_[slope_units(problem.columns), np.ones(p - k)]
    units_of[constants] = 1.0
    influence = Influence(names=names, rows=rows, units=units_of, own=own, constants=constants)
    spread = sandwich(design, influence)
    factor = small_sample_adjustment(design, p, spread.n_groups).factor
    if asked.small_sample == "stata":
        grouped = isinstance(asked, Clustered | DriscollKraay)
        n = len(scores) if random else design.n_obs
        groups = spread.n_groups if grouped else n
        factor = groups / (groups - 1)
    return spread.covariance * factor, dict(spread.counts), spread.notes


def _freed(design: Design, problem: Problem) -> Floats:
    """Return each column freed of the others, times the root of the weights: whose rows it varies in."""
    mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
    columns = problem.columns * np.sqrt(mass)[:, None]
    if INTERCEPT not in problem.terms:  # cut points are its constant
        columns = problem.columns - np.average(problem.columns, axis=0, weights=mass)
        columns = columns * np.sqrt(mass)[:, None]
    size = np.linalg.norm(columns, axis=0)
    columns = columns / np.where(size > 0, size, 1.0)
    found: Floats = columns @ np.linalg.pinv(columns.T @ columns)
    return found


def _unshifted(
    design: Design, problem: Problem, names: tuple[str, ...], values: Floats, covariance: Floats
) -> tuple[Floats, Floats]:
    """Return estimates for terms as they are: the intercept, or the cut points, take what was taken off."""
    if not design.shift:
        return values, covariance
    shift = np.array([design.shift.get(name, 0.0) for name in names])
    back = np.eye(len(names))
    for place, name in enumerate(names):
        if name == INTERCEPT:
            back[place] -= shift
    for place, each in enumerate(problem.further, start=len(problem.terms)):
        if each.moves_with_index:
            back[place] += shift
    return back @ values, back @ covariance @ back.T


def _statistics(
    design: Design, problem: Problem, mass: Floats, pooled: Maximum, found: Maximum
) -> dict[str, float]:
    unit = -float(np.log(problem.unit)) * problem.densities
    k = len(problem.terms)
    constant = [place for place, name in enumerate(problem.terms) if name == INTERCEPT]
    statistics = {
        "n_obs": float(design.n_obs),
        "log_likelihood": found.total + unit,
        "iterations": float(found.iterations),
        **problem.statistics,
    }
    if problem.effects == "none":
        null = _maximum(design, problem, mass, problem.columns[:, constant], problem.start[constant])
        if null.converged and k > len(constant):
            ratio = 2 * (found.total - null.total)
            statistics |= {
                "r2_pseudo": 1 - (found.total + unit) / (null.total + unit),
                "lr_statistic": ratio,
                "lr_p": float(stats.chi2.sf(ratio, k - len(constant))),
            }
    else:
        ratio = max(0.0, 2 * (found.total - pooled.total))
        spread = float(found.parameters[-1]) * problem.unit
        statistics |= {
            "lr_units": ratio,
            "lr_units_p": 0.5 * float(stats.chi2.sf(ratio, 1)),
            "sigma_unit": spread,
        }
    if design.entity_values is not None:
        statistics["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        statistics["n_periods"] = float(len(design.time_values))
    return statistics

"""Average marginal effects: through powers, products, logarithms and links, at values, with their errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Entries, Finite, Label, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.postestimation.columns import columns_on, derivatives_on, levels_of, variables_of
from digimfg.postestimation.equation import Equation, data_of, equation_of
from digimfg.postestimation.links import slope
from digimfg.postestimation.responses import Responding, Scale, categories_of, responding
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.text import Text

__all__ = ["Margins", "margins"]

Floats = NDArray[np.float64]

_WHERE = "dm.margins"
Values = Annotated[Mapping[str, Finite | Annotated[tuple[Finite, ...], Entries(1)]], Entries(0)]


@checked
@shown(Text("Average marginal effects", "平均边际效应"))
@dataclass(frozen=True, kw_only=True, eq=False)
class Margins:
    """Hold average marginal effects.

    Parameters
    ----------
    rows
        By ``variable`` (of levels: ``year[1936]``, the change from the reference), ``category`` where the
        outcome is ordered, and one index level for each column of `at`:
        ``estimate std_error statistic p_value conf_low conf_high``.
    covariance_matrix
        Of the rows.
    scale, level
        As asked for.
    n_obs
        Rows averaged over.
    notes
        What a reader must know.
    """

    rows: pd.DataFrame
    covariance_matrix: pd.DataFrame
    scale: Scale
    level: float
    n_obs: int
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
@one_thread
def margins(
    result: Result,
    variables: str | Iterable[str] = (),
    *,
    at: Values | None = None,
    scale: Scale = "mean",
    category: Label | None = None,
    level: Share = 0.95,
    frame: StoredFrame | None = None,
) -> Margins:
    r"""Average the effect of each variable on the mean of the outcome over the rows estimated on.

    Of a column that enters as numbers, :math:`\frac1n\sum_i\partial g(\hat\eta_i)/\partial x_i`, through
    every term that holds it: powers, products, logarithms, differences (a lag is another variable). Of one
    that enters as levels, ``i(x)``, the average change of the mean from the reference level to each other.
    Errors are those of the delta method, :math:`JVJ'`, the distribution that of the coefficients; what the
    other variables are is taken as given. Rows count by the specification's weights.

    With absorbed effects each row keeps its own; under Poisson these follow the slopes, so that the average
    effect of x that enters once is b times the mean of the outcome.

    Parameters
    ----------
    result
        Of an estimator with a mean (see `fitted_values`), or one whose outcome moves by its terms times their
        coefficients: dynamic and long-run panels, first differences, one quantile (of the outcome then).
    variables
        Columns; by default all on the right-hand side.
    at
        Column → the value, or values, that every row is given: one average for each combination.
    scale
        ``"mean"``: of the outcome as the specification writes it (of ``log(y)``, the logarithm).
        Of ordered outcomes, the probability of a category. ``"index"``: before the link, of a censored
        outcome the latent one. Of a censored outcome also ``"probability"`` (to lie between the limits) and
        ``"uncensored"`` (its mean there).
    category
        Of an ordered outcome; by default each in turn.
    level
        Of the intervals.
    frame
        The data estimated on; not needed in the session that estimated them.

    Raises
    ------
    EstimationError
        If the estimator has neither, or an effect has no error.
    SpecificationError
        If a column is not on the right-hand side (the nearest are named), or the data are needed and not
        given, or are others.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> spec = dm.Specification("invest", ("value", "value^2", "log(capital)"), entity="firm",
    ...     time="year", fixed_effects="firm")
    >>> found = dm.margins(dm.estimate(spec, frame), "value", at={"value": (500, 1000)})
    >>> found.rows["estimate"].round(3).tolist()
    [-0.054, -0.019]
    """
    data = data_of(result, frame, _WHERE)
    equation = equation_of(result, data, _WHERE, of_slopes=True)
    numbers, levels = variables_of(equation.design)
    named = [variables] if isinstance(variables, str) else list(variables)
    _check(named, [*numbers, *levels], Text("variables", "变量"))
    wanted = named or [*numbers, *levels]
    places = {name: value if isinstance(value, tuple) else (value,) for name, value in (at or {}).items()}
    _check(list(places), [*numbers, *levels], Text("at", "at"))
    ordered = scale != "index" and bool(categories_of(equation))
    asked = categories_of(equation) if ordered and category is None else (category,)
    responses = [(each, responding(equation, scale, each, _WHERE)) for each in asked]
    keys, estimates, gradients = [], [], []
    for values in product(*places.values()):
        moved = data.assign(**dict(zip(places, values, strict=True)))
        for name in wanted:
            for each, response in responses:
                for label, estimate, gradient in _effects(
                    equation, moved, name, name in levels, response, places
                ):
                    keys.append((label, *((each,) if ordered else ()), *values))
                    estimates.append(estimate)
                    gradients.append(gradient)
    index = (
        pd.MultiIndex.from_tuples(keys, names=["variable", *(("category",) if ordered else ()), *places])
        if places or ordered
        else pd.Index([key[0] for key in keys], name="variable")
    )
    jacobian = np.array(gradients)
    covariance = jacobian @ equation.covariance @ jacobian.T
    rows = _rows(result, np.array(estimates), jacobian, covariance, level)
    estimator = result.specification.estimator
    notes = []
    if estimator.link is None and not estimator.has_response:
        notes.append(note_of("postestimation.slopes_only", label=estimator.label))
    if equation.design.effects and equation.link != "identity":
        notes.append(note_of("postestimation.effects_kept"))
    return Margins(
        rows=rows.set_axis(index, axis=0),
        covariance_matrix=pd.DataFrame(covariance, index=index, columns=index),
        scale=scale,
        level=level,
        n_obs=equation.design.n_obs,
        notes=tuple(notes),
    )


def _check(names: list[str], known: list[str], where: Text) -> None:
    for name in names:
        if name not in known:
            raise SpecificationError.unknown(
                name,
                known,
                where=note_of("postestimation.place_of_margins", what=where),
                expected=Text("columns on the right-hand side", "方程右侧的列"),
                of="columns",
            )


def _effects(
    equation: Equation,
    frame: pd.DataFrame,
    name: str,
    by_level: bool,
    response: Responding,
    at: Mapping[str, object],
) -> Iterator[tuple[str, float, Floats]]:
    """Yield label, average effect and its gradient by the coefficients."""
    if not by_level:
        index, columns = _index(equation, frame) if at else (equation.index, equation.columns)
        change = derivatives_on(equation.design, equation.terms, frame, name)[equation.design.rows]
        effect = change @ equation.estimates
        towards = _moving(equation, columns)
        steep = response.slope(index)
        rows = steep[:, None] * change + (response.curvature(index) * effect)[:, None] * towards
        further = response.slope_by_further(index) * effect[:, None]
        yield name, _mean(equation, steep * effect), _mean_rows(equation, np.hstack([rows, further]))
        return
    names, values = levels_of(equation.design, name)
    means = {}
    for label in names:
        index, columns = _index(equation, frame.assign(**{name: _filled(frame, name, values[label])}))
        rows = response.slope(index)[:, None] * _moving(equation, columns)
        further = response.mean_by_further(index)
        means[label] = (
            _mean(equation, response.mean(index)),
            _mean_rows(equation, np.hstack([rows, further])),
        )
    base, base_rows = means[names[0]]
    for label in names[1:]:
        found, rows = means[label]
        yield label, found - base, rows - base_rows


def _filled(frame: pd.DataFrame, name: str, value: object) -> pd.Series[float]:
    return pd.Series([value] * len(frame), index=frame.index, dtype=frame[name].dtype)


def _index(equation: Equation, frame: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the index and columns of the rows estimated on, at the values of a frame."""
    rows = equation.design.rows
    columns = columns_on(equation.design, equation.terms, frame).values[rows]
    return columns @ equation.estimates + equation.offset + equation.effect, columns


def _moving(equation: Equation, columns: Floats) -> Floats:
    """Return how the index of each row moves with the coefficients: effects of a mean that is not linear
    follow them.
    """
    if not equation.design.effects:
        return columns
    if equation.link is None or equation.link == "identity":
        return columns
    from digimfg.design.absorb import absorb

    design = equation.design
    mass = slope(equation.link, equation.index)
    if design.weights is not None:
        mass = mass * design.weights
    freed = absorb(equation.columns, list(design.effects.values()), mass)
    return np.asarray(columns - equation.columns + freed)


def _mean(equation: Equation, values: Floats) -> float:
    return float(np.average(values, weights=equation.design.weights))


def _mean_rows(equation: Equation, rows: Floats) -> Floats:
    return np.asarray(np.average(rows, axis=0, weights=equation.design.weights))


def _rows(
    result: Result, estimates: Floats, jacobian: Floats, covariance: Floats, level: float
) -> pd.DataFrame:
    found = []
    for estimate, gradient, variance in zip(estimates, jacobian, np.diag(covariance), strict=True):
        if not variance > 0 or not np.isfinite(estimate):
            raise EstimationError.of(
                "postestimation.effect_without_variance", where=_WHERE, got=f"{estimate:g} ({variance:g})"
            )
        error = float(np.sqrt(variance))
        ends = result.distribution.contrast(gradient, float(estimate), error, level=level, where=_WHERE)
        found.append((estimate, error, estimate / error, ends.p_value, ends.conf_low, ends.conf_high))
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    return pd.DataFrame(found, columns=columns)

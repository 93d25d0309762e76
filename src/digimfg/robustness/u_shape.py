"""Lind and Mehlum's test of a U shape: slopes at both ends of the data, the turning point and its Fieller
interval.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import scipy

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.display.formatting import format_number
from digimfg.errors import SpecificationError
from digimfg.estimators.mechanisms.marginal import johnson_neyman
from digimfg.kinds import Finite, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.robustness.partialled import chosen_term
from digimfg.robustness.rerun import data_notes
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.result import Result

__all__ = ["UShapeTest", "u_shape_test"]

_WHERE = "dm.u_shape_test"


@checked
@shown(Text("Test of a U shape", "U形关系检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class UShapeTest:
    """Hold the test; the null is a monotone relation or the opposite shape.

    Parameters
    ----------
    term, shape
        The regressor, and the shape that the sign of its square suggests.
    statistic, p_value
        Of the overall (Sasabuchi) test: the smaller of the two t statistics, one-sided.
    slopes
        At the lower and upper end: ``at slope std_error statistic p_value`` (one-sided).
    turning_point
        :math:`-b_1/(2b_2)`.
    fieller
        Intervals of the turning point at `level`, each (low, high): one, two that run to infinity, or the
        whole line.
    inside
        Whether the turning point lies within the data.
    share_beyond
        Share of rows beyond the turning point.
    notes
        What a reader must know.
    """

    term: str
    shape: Literal["u", "inverse_u"]
    statistic: float
    p_value: float
    slopes: pd.DataFrame
    turning_point: float
    fieller: tuple[tuple[float, float], ...]
    level: float
    inside: bool
    share_beyond: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def u_shape_test(
    result: Result,
    frame: StoredFrame,
    term: str | None = None,
    *,
    lower: Finite | None = None,
    upper: Finite | None = None,
    level: Share = 0.95,
) -> UShapeTest:
    r"""Test that a quadratic falls at the lower end of the data and rises at the upper end, or the reverse.

    The slopes :math:`b_1+2b_2x` at both ends must have the opposite signs; the test rejects when both
    one-sided tests do (Sasabuchi 1980; Lind and Mehlum 2010, doi:10.1111/j.1468-0084.2009.00569.x). A
    significant square alone is not a U: its turn may lie outside the data.

    Parameters
    ----------
    result
        With the terms ``x`` and ``x^2`` of any estimator.
    frame
        The frame it was estimated on: the interval is the range of x over its rows.
    term
        x; by default the first regressor whose square is there.
    lower, upper
        Another interval.
    level
        Of Fieller's interval.

    Raises
    ------
    SpecificationError
        If the square is not in the result, the frame is not the one estimated on, or the interval is empty.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"x": rng.uniform(0, 10, 300)})
    >>> frame["y"] = (frame["x"] - 4) ** 2 + rng.normal(size=300)
    >>> test = dm.u_shape_test(dm.estimate(dm.Specification("y", ("x", "x^2")), frame), frame)
    >>> test.shape, round(test.turning_point, 1), test.p_value < 0.01
    ('u', 4.0, True)
    """
    terms = [str(name) for name in result.coefficients.index]
    name, square = _pair(result, terms, term)
    design = build_design(result.specification, frame)
    if design.data_hash != result.provenance.data_hash:
        raise SpecificationError.of("robustness.another_frame", where=_WHERE)
    values = design.regressors[:, design.terms.index(name)]
    low = float(values.min()) if lower is None else float(lower)
    high = float(values.max()) if upper is None else float(upper)
    if not low < high:
        raise SpecificationError.of("robustness.range_not_in_order", where=_WHERE, got=f"{low:g}, {high:g}")
    estimates = result.coefficients.loc[[name, square], "estimate"].to_numpy(dtype=np.float64)
    covariance = result.covariance_matrix.loc[[name, square], [name, square]].to_numpy(dtype=np.float64)
    test = u_shape_from(
        estimates,
        covariance,
        df=_degrees(result, name, square),
        interval=(low, high),
        values=values,
        level=level,
        term=name,
    )
    return replace(test, notes=(*data_notes(frame, result.specification, design.rows), *test.notes))


def u_shape_from(
    estimates: np.ndarray,
    covariance: np.ndarray,
    *,
    df: float | Callable[[float], float],
    interval: tuple[float, float],
    values: np.ndarray,
    level: float = 0.95,
    term: str = "x",
) -> UShapeTest:
    """Return the test from the two slopes and their covariance; `values` are those of x in the data.

    `df` is the degrees of freedom, or a function of x that gives those of the slope there (of the square
    alone where x is infinite).
    """
    linear, quadratic = (float(value) for value in estimates)
    shape: Literal["u", "inverse_u"] = "u" if quadratic > 0 else "inverse_u"
    ends = np.array(interval)
    slope = linear + 2 * quadratic * ends
    error = np.sqrt(covariance[0, 0] + 4 * ends**2 * covariance[1, 1] + 4 * ends * covariance[0, 1])
    statistic = slope / error
    direction = np.array([-1.0, 1.0]) if shape == "u" else np.array([1.0, -1.0])
    freedom = [df(float(end)) if callable(df) else df for end in ends]
    p_values = np.asarray(scipy.stats.t.sf(direction * statistic, freedom))
    slopes = pd.DataFrame(
        {"at": ends, "slope": slope, "std_error": error, "statistic": statistic, "p_value": p_values},
        index=pd.Index(["lower", "upper"], name="end"),
    )
    weakest = int(np.argmax(p_values))
    turn = -linear / (2 * quadratic) if quadratic != 0 else float("nan")
    inside = bool(interval[0] < turn < interval[1])
    critical = float(scipy.stats.t.ppf((1 + level) / 2, df)) if not callable(df) else _quantile(df, level)
    fieller = _fieller(linear, quadratic, covariance, critical)
    beyond = float(np.mean(values > turn))
    return UShapeTest(
        term=term,
        shape=shape,
        statistic=float(abs(statistic[weakest]) * np.sign(direction[weakest] * statistic[weakest])),
        p_value=float(p_values[weakest]),
        slopes=slopes,
        turning_point=turn,
        fieller=fieller,
        level=level,
        inside=inside,
        share_beyond=beyond,
        notes=tuple(_notes(turn, inside, beyond, interval, fieller, level)),
    )


def _pair(result: Result, terms: list[str], term: str | None) -> tuple[str, str]:
    if term is None:
        found = [name for name in terms if f"{name}^2" in terms]
        if not found:
            raise _no_square("x", terms)
        return found[0], f"{found[0]}^2"
    name = chosen_term(term, result.specification, terms, _WHERE)
    if f"{name}^2" not in terms:
        raise _no_square(name, terms)
    return name, f"{name}^2"


def _no_square(name: str, terms: list[str]) -> SpecificationError:
    return SpecificationError.of(
        "robustness.no_square_in_result", where=_WHERE, got=", ".join(terms), name=name
    )


def _degrees(result: Result, name: str, square: str) -> Callable[[float], float]:
    """Return the degrees of freedom of the slope at x, of the square alone where x is infinite."""
    distribution = result.distribution
    linear, quadratic = ((result.coefficients.index == term).astype(np.float64) for term in (name, square))

    def degrees(x: float) -> float:
        return distribution.degrees(quadratic if np.isinf(x) else linear + 2 * x * quadratic, where=_WHERE)

    return degrees


def _quantile(degrees: Callable[[float], float], level: float) -> Callable[[float], float]:
    return lambda x: float(scipy.stats.t.ppf((1 + level) / 2, degrees(x)))


def _fieller(
    linear: float,
    quadratic: float,
    covariance: np.ndarray,
    critical: float | Callable[[float], float],
) -> tuple[tuple[float, float], ...]:
    """Solve (b1 + 2 θ b2)² ≤ t² Var(b1 + 2 θ b2) for θ."""
    twice = np.array([1.0, 2.0])
    bounds = johnson_neyman(
        np.array([linear, quadratic]) * twice, covariance * twice * twice[:, None], critical
    )
    if len(bounds) < 2:
        return ((-np.inf, np.inf),)
    far = critical(np.inf) if callable(critical) else critical
    if quadratic**2 > far**2 * covariance[1, 1]:
        return ((bounds[0], bounds[1]),)
    return ((-np.inf, bounds[0]), (bounds[1], np.inf))


def _notes(
    turn: float,
    inside: bool,
    beyond: float,
    interval: tuple[float, float],
    fieller: tuple[tuple[float, float], ...],
    level: float,
) -> list[Text]:
    shown = [format_number(value, 4) for value in (turn, *interval)]
    notes: list[Text] = []
    if not inside:
        notes.append(note_of("robustness.outside", shown=shown[0], shown_2=shown[1], shown_3=shown[2]))
    elif min(beyond, 1 - beyond) < 0.05:
        notes.append(note_of("robustness.one_sided", beyond=min(beyond, 1 - beyond)))
    if not all(np.isfinite(end) for part in fieller for end in part):
        notes.append(note_of("robustness.turning_point_unbounded", level=level))
    return notes

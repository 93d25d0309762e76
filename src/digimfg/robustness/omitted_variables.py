"""Cinelli and Hazlett's sensitivity: how strong an omitted variable must be, measured against one that is
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
import scipy

from digimfg.arguments import checked
from digimfg.errors import SpecificationError
from digimfg.kinds import Entries, Positive, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.robustness.partialled import Partialled, partialled, residuals_on
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["OmittedVariableBounds", "adjusted_error", "adjusted_estimate", "omitted_variable_bounds"]

_WHERE = "dm.omitted_variable_bounds"


@checked
@shown(Text("Bounds on omitted variables", "遗漏变量敏感性分析"))
@dataclass(frozen=True, kw_only=True, eq=False)
class OmittedVariableBounds:
    """Hold how sensitive an estimate is to an omitted variable.

    Parameters
    ----------
    term, estimate, std_error, df
        The regressor, its estimate and homoskedastic error, and residual degrees of freedom.
    partial_r2
        Of the outcome with the regressor: what a confounder that explains all else must explain of the
        regressor to bring the estimate to zero.
    robustness_value
        Share of the residual variance of both regressor and outcome that a confounder must explain to take
        away the share `q` of the estimate.
    robustness_value_significance
        The same for significance at the level `alpha`.
    q, alpha
        As asked.
    bounds
        One row per benchmark and multiple: ``r2_regressor r2_outcome estimate std_error statistic conf_low
        conf_high`` if a confounder were that many times as strong as the benchmark.
    notes
        What a reader must know.
    """

    term: str
    estimate: float
    std_error: float
    df: float
    partial_r2: float
    robustness_value: float
    robustness_value_significance: float
    q: float
    alpha: float
    bounds: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def omitted_variable_bounds(
    specification: Specification,
    frame: StoredFrame,
    *,
    term: str | None = None,
    benchmarks: str | Iterable[str] | Mapping[str, Iterable[str]] = (),
    multiples: Positive | Annotated[Iterable[Positive], Entries(1)] = (1.0, 2.0, 3.0),
    q: Positive = 1.0,
    alpha: Share = 0.05,
) -> OmittedVariableBounds:
    r"""Return robustness values and benchmark bounds (Cinelli and Hazlett 2020, doi:10.1111/rssb.12348).

    With :math:`f=|t|/\sqrt{df}`, :math:`f_q=qf` and :math:`f^*=t_{\alpha/2,df-1}/\sqrt{df-1}`:

    .. math:: RV_q=\tfrac12(\sqrt{f_q^4+4f_q^2}-f_q^2),\quad
       |bias|=se\sqrt{df}\sqrt{R^2_{Y\sim Z|D,X}\,R^2_{D\sim Z|X}/(1-R^2_{D\sim Z|X})}

    and :math:`RV_{q,\alpha}` the same with :math:`f_q-f^*`; where one confounder could explain the whole
    outcome, :math:`(f_q^2-f^{*2})/(1+f_q^2)`. Effects count as covariates. The algebra is that of
    homoskedastic errors.

    Parameters
    ----------
    specification
        Least squares.
    frame
        As for `estimate`.
    term
        The regressor; by default the first.
    benchmarks
        Terms to compare with, or name → terms that are compared together.
    multiples
        How many times as strong as the benchmark.
    q
        Share of the estimate to be taken away.
    alpha
        Level of significance.

    Raises
    ------
    SpecificationError
        If a benchmark is unknown or the regressor itself, or an option is out of bounds.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "value", controls="capital", entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.omitted_variable_bounds(spec, grunfeld.load_pandas().data, benchmarks="capital")
    >>> round(found.robustness_value, 3), round(found.partial_r2, 3)
    (0.486, 0.315)
    """
    times = tuple(multiples) if isinstance(multiples, Iterable) else (multiples,)
    parts = partialled(specification, frame, term, _WHERE)
    left = residuals_on(np.column_stack([parts.outcome, parts.regressor]), parts.others)
    y, x = left[:, 0], left[:, 1]
    estimate = float(x @ y) / float(x @ x)
    residual = y - estimate * x
    df = parts.df_resid
    error = float(np.sqrt(residual @ residual / df / (x @ x)))
    f = abs(estimate / error) / np.sqrt(df)
    named = _named(benchmarks, parts)
    rows = [
        row
        for name, places in named.items()
        for row in _bounds(parts, name, places, times, estimate, error, alpha)
    ]
    columns = ["r2_regressor", "r2_outcome", "estimate", "std_error", "statistic", "conf_low", "conf_high"]
    bounds = pd.DataFrame(rows, columns=["benchmark", "multiple", *columns]).set_index(
        ["benchmark", "multiple"]
    )
    return OmittedVariableBounds(
        term=parts.term,
        estimate=estimate,
        std_error=error,
        df=float(df),
        partial_r2=float(f**2 / (1 + f**2)),
        robustness_value=_robustness(q * f, 0.0),
        robustness_value_significance=_robustness(
            q * f, float(abs(scipy.stats.t.ppf(alpha / 2, df - 1))) / np.sqrt(df - 1)
        ),
        q=q,
        alpha=alpha,
        bounds=bounds,
        notes=(
            *parts.design.notes,
            note_of("robustness.inference"),
            *_capped(bounds),
        ),
    )


def adjusted_estimate(
    estimate: float, std_error: float, df: float, r2_regressor: np.ndarray, r2_outcome: np.ndarray
) -> np.ndarray:
    """Return the estimate had a confounder with these partial R² been there, the bias taken towards zero."""
    bias = std_error * np.sqrt(df) * np.sqrt(r2_outcome * r2_regressor / (1 - r2_regressor))
    found: np.ndarray = np.sign(estimate) * (abs(estimate) - bias)
    return found


def adjusted_error(
    std_error: float, df: float, r2_regressor: np.ndarray, r2_outcome: np.ndarray
) -> np.ndarray:
    """Return the standard error had a confounder with these partial R² been there."""
    found: np.ndarray = std_error * np.sqrt((1 - r2_outcome) / (1 - r2_regressor)) * np.sqrt(df / (df - 1))
    return found


def _robustness(f: float, critical: float) -> float:
    if f <= critical:
        return 0.0
    gap = f - critical
    if critical > 0 and f > 1 / critical:
        return float((f**2 - critical**2) / (1 + f**2))
    return float((np.sqrt(gap**4 + 4 * gap**2) - gap**2) / 2)


def _bounds(
    parts: Partialled,
    name: str,
    places: list[int],
    multiples: tuple[float, ...],
    estimate: float,
    error: float,
    alpha: float,
) -> list[tuple[object, ...]]:
    rest = np.delete(parts.others, places, axis=1)
    group = parts.others[:, places]
    with_regressor = _partial_r2(parts.regressor, group, rest)
    with_outcome = _partial_r2(parts.outcome, group, np.column_stack([rest, parts.regressor]))
    rows: list[tuple[object, ...]] = []
    df = parts.df_resid
    for k in multiples:
        r2_regressor = k * with_regressor / (1 - with_regressor)
        if r2_regressor >= 1:
            raise SpecificationError.of(
                "robustness.confounder_impossible",
                where=f"{_WHERE}(multiples=…)",
                got=f"{k:g}",
                most=(1 - with_regressor) / with_regressor,
                name=name,
            )
        shared = k * with_regressor**2 / ((1 - k * with_regressor) * (1 - with_regressor))
        r2_outcome = min(
            ((np.sqrt(k) + np.sqrt(shared)) / np.sqrt(1 - shared)) ** 2 * with_outcome / (1 - with_outcome),
            1.0,
        )
        one, other = np.array(r2_regressor), np.array(r2_outcome)
        moved = float(adjusted_estimate(estimate, error, df, one, other))
        spread = float(adjusted_error(error, df, one, other))
        half = float(scipy.stats.t.ppf(1 - alpha / 2, df)) * spread
        statistic = moved / spread if spread > 0 else float("nan")
        rows.append((name, k, r2_regressor, r2_outcome, moved, spread, statistic, moved - half, moved + half))
    return rows


def _partial_r2(column: np.ndarray, group: np.ndarray, rest: np.ndarray) -> float:
    without = residuals_on(column[:, None], rest)[:, 0]
    whole = residuals_on(column[:, None], np.column_stack([rest, group]))[:, 0]
    return float(1 - (whole @ whole) / (without @ without))


def _named(
    benchmarks: str | Iterable[str] | Mapping[str, Iterable[str]], parts: Partialled
) -> dict[str, list[int]]:
    if isinstance(benchmarks, str):
        asked: dict[str, tuple[str, ...]] = {benchmarks: (benchmarks,)}
    elif isinstance(benchmarks, Mapping):
        asked = {
            name: (terms,) if isinstance(terms, str) else tuple(terms) for name, terms in benchmarks.items()
        }
    else:
        asked = {name: (name,) for name in benchmarks}
    found = {}
    for name, terms in asked.items():
        for each in terms:
            if each not in parts.names:
                raise SpecificationError.unknown(
                    each,
                    parts.names,
                    where=f"{_WHERE}(benchmarks=…)",
                    expected=Text("other terms of the regression", "回归中的其他项"),
                    of="terms",
                )
        found[name] = [parts.names.index(each) for each in terms]
    return found


def _capped(bounds: pd.DataFrame) -> list[Text]:
    rows = bounds.reset_index()
    full = [
        f"{multiple:g} × {name}"
        for name, multiple, value in zip(rows["benchmark"], rows["multiple"], rows["r2_outcome"], strict=True)
        if value >= 1
    ]
    if not full:
        return []
    listed = ", ".join(full)
    return [note_of("robustness.bound", listed=listed)]

"""Put the numbers of a linear estimator into a result."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.distributions.student import t_quantile, t_tail
from digimfg.frame_notes import frame_sources
from digimfg.result import Provenance, Result
from digimfg.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.design import Design
    from digimfg.distributions.reference import Combinations
    from digimfg.text import Text

__all__ = ["linear_result"]

Floats = NDArray[np.float64]


def linear_result(
    design: Design,
    *,
    names: tuple[str, ...],
    estimates: Floats,
    covariance: Floats,
    df: float | Floats,
    statistics: Mapping[str, float],
    notes: tuple[Text, ...],
    tables: Mapping[str, pd.DataFrame] | None = None,
    columns: Mapping[str, Floats] | None = None,
    combinations: Combinations | None = None,
) -> Result:
    """Return the result with t statistics on `df` degrees of freedom and 95 per cent intervals.

    This is the one place that says what statistics are compared with: ``statistics["df_t"]`` holds finite
    degrees of freedom that all terms share; where every term has its own, they are a further column ``df``.
    `columns` holds others, one number per term; `combinations` as in `Result`.

    ``statistics["min_detectable_effect"]`` is 2.8 standard errors of the first endogenous term or regressor:
    the effect that a two-sided 5 per cent test finds with 80 per cent power.
    """
    std_error = np.sqrt(np.maximum(np.diag(covariance), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(std_error > 0, estimates / std_error, np.nan)
    half = t_quantile(0.975, df) * std_error
    further = {} if np.ndim(df) == 0 else {"df": df}
    shared = {"df_t": float(df)} if np.ndim(df) == 0 and np.isfinite(df) else {}
    index = pd.Index(list(names), name="term", dtype=object)
    numbers = {
        "estimate": estimates,
        "std_error": std_error,
        "statistic": statistic,
        "p_value": 2 * t_tail(np.abs(statistic), df),
        "conf_low": estimates - half,
        "conf_high": estimates + half,
        **further,
        **(columns or {}),
    }
    coefficients = pd.DataFrame(
        np.column_stack([*numbers.values()]), index=index, columns=_headings(tuple(numbers))
    )
    declared = (*design.specification.endogenous, *design.specification.regressors)
    first = declared[0] if declared else None
    extra = {"min_detectable_effect": 2.8 * float(std_error[names.index(first)])} if first in names else {}
    return Result(
        coefficients=coefficients,
        covariance_matrix=pd.DataFrame(covariance, index=index, columns=_headings(tuple(names))),
        statistics={**statistics, **shared, **extra},
        notes=(*design.notes, *notes),
        provenance=Provenance(
            specification=design.specification,
            data_hash=design.data_hash,
            versions=dict(_versions()),
            sources=frame_sources(design.evaluator.frame, design.specification),
        ),
        tables=dict(tables or {}),
        dropped=design.dropped,
        combinations=combinations,
    )


def _headings(names: tuple[str, ...]) -> pd.Index[str]:
    """Return an index of column names; many estimates of the same terms look them up in one table."""
    return _known_headings(names).copy()


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Return the versions that made a result, as installed: none is imported to be asked."""
    others = {name: version(name) for name in ("linearmodels", "numpy", "scipy")}
    return tuple({"digimfg": __version__, **others}.items())


@lru_cache(maxsize=64)
def _known_headings(names: tuple[str, ...]) -> pd.Index[str]:
    return pd.Index(list(names))

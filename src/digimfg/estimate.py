"""Estimate a specification on a frame."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.kinds import StoredFrame
from digimfg.one_thread import one_thread
from digimfg.scanning import Scan, Scannable
from digimfg.variables import speaking_of
from digimfg.variables.declared import declared_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.result import Result
    from digimfg.specification import Specification
    from digimfg.variables import Variable

__all__ = ["check_specification", "estimate"]


@checked
def estimate(specification: Specification, frame: StoredFrame | Scannable) -> Result:
    """Estimate one specification.

    Parameters
    ----------
    specification
        The equation and how to estimate it.
    frame
        One row per observation with every column the specification names; rows in any order give the same
        bytes. A `dm.scan` of data larger than memory, or a Dask frame, is streamed.

    Returns
    -------
    Result
        Coefficients, statistics, notes (every dropped row with its reason) and provenance.

    Raises
    ------
    SpecificationError
        If the specification does not fit the frame.
    EstimationError
        If the data cannot answer it.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(7).tolist()
    [0.1101238, 0.3100653]
    """
    import pandas as pd

    if isinstance(frame, Scan):
        check_specification(specification)
        return _of_scan(specification, frame)
    if not isinstance(frame, pd.DataFrame):
        raise SpecificationError.of("estimators.not_a_frame", got=type(frame).__name__)
    check_specification(specification)
    return _fit(specification, frame)


def check_specification(specification: Specification) -> None:
    """Raise unless a specification makes sense by itself, whatever its frame.

    Raises
    ------
    SpecificationError
        If the estimator takes no instruments that are named, or has no errors corrected for leverage, or
        the outcome is among the regressors.
    """
    estimator = specification.estimator
    instrumented = (*specification.endogenous, *specification.instruments)
    if instrumented and not estimator.takes_instruments:
        raise SpecificationError.of(
            "estimators.instruments_not_used", got=", ".join(instrumented), label=estimator.label
        )
    if specification.covariance.small_sample in ("hc2", "hc3") and not estimator.corrects_leverage:
        raise SpecificationError.of(
            "estimators.leverage_rule_without_least_squares",
            where=f"dm.Robust({specification.covariance.small_sample!r})",
            got=estimator.label,
        )
    right = (*specification.regressors, *specification.controls, *specification.endogenous)
    if specification.outcome in right:
        raise SpecificationError.of(
            "estimators.outcome_among_regressors", got=specification.outcome, outcome=specification.outcome
        )


@one_thread
def _fit(specification: Specification, frame: pd.DataFrame) -> Result:
    variables = declared_variables(frame)
    with speaking_of(variables):
        result: Result = specification.estimator.fit(build_design(specification, frame))
    return _with_data(result, frame, variables or result.variables)


def _with_data(result: Result, frame: pd.DataFrame, variables: Mapping[str, Variable]) -> Result:
    """Return a result that holds its data; what is in it was read when it was made."""
    found = copy(result)
    vars(found).update(frame=frame, variables=variables)
    return found


def _of_scan(specification: Specification, scan: Scan) -> Result:
    if scan.n_rows <= scan.in_memory_rows:
        return _fit(specification, scan.read())
    return _streamed(specification, scan)


@one_thread
def _streamed(specification: Specification, scan: Scan) -> Result:
    result: Result = specification.estimator.stream(specification, scan)
    return result

"""Apply a robustness check to a specification and its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digimfg.design import build_design
from digimfg.design.keys import refuse_repeated_rows
from digimfg.errors import EstimationError, SpecificationError, nearest
from digimfg.robustness.rerun import exchanged, on_rows, without_wild_bootstrap
from digimfg.terms import columns_of, parse_term, unknown_column
from digimfg.text import Text
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.robustness.checks import RobustnessCheck
    from digimfg.specification import Specification

__all__ = ["changed"]

_FEW = 10


def changed(
    specification: Specification, frame: pd.DataFrame, term: str, check: RobustnessCheck
) -> tuple[Specification, pd.DataFrame, str]:
    """Return the changed specification and frame, and the term to read off.

    Raises
    ------
    SpecificationError
        If a column of the check is not in the frame.
    EstimationError
        If the check leaves no row, or changes nothing.
    """
    given = frame
    regressor = check.regressor if check.regressor is not None else term
    if check.lag:
        # The whole product is lagged, not its first factor only.
        whole = f"({regressor})" if ":" in regressor and regressor not in frame.columns else regressor
        regressor = f"L{check.lag}.{whole}" if check.lag > 1 else f"L.{whole}"
    regressors = exchanged(specification.regressors, term, regressor)
    controls = dict.fromkeys((*exchanged(specification.controls, term, regressor), *check.more_controls))
    new = specification.replace(
        outcome=check.outcome or specification.outcome,
        regressors=regressors,
        endogenous=exchanged(specification.endogenous, term, regressor),
        controls=tuple(each for each in controls if each not in regressors),
        fixed_effects=tuple(
            dict.fromkeys((*_or(check.fixed_effects, specification.fixed_effects), *check.more_effects))
        ),
        covariance=_or(check.covariance, specification.covariance),
        estimator=_or(check.estimator, specification.estimator),
        observed_only=check.observed_only or specification.observed_only,
    )
    if check.condition is not None:
        both = check.condition if new.sample is None else f"({new.sample}) & ({check.condition})"
        new = new.replace(sample=both)
    if check.winsorize is not None:
        frame = _winsorized(new, frame, check.winsorize)
    if check.leave_out is not None:
        new, frame = _without(new, frame, *check.leave_out)
    if check.balanced:
        new, frame = _balanced(new, frame)
    if new == specification and frame is given:
        raise EstimationError.of(
            "robustness.change_changes_nothing", check=Text(check.label.en, check.label.zh)
        )
    return without_wild_bootstrap(new), frame, regressor


def _or(value: Any, other: Any) -> Any:
    return other if value is None else value


def _winsorized(specification: Specification, frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return the frame with every continuous column of the specification set to its quantiles over the rows
    used.
    """
    rows = np.sort(build_design(specification, frame).rows)
    terms = (specification.outcome, *specification.regressors, *specification.controls)
    keys = {specification.entity, specification.time}
    names = dict.fromkeys(name for term in terms for name in columns_of(parse_term(term, frame.columns)))
    bounded = {}
    for name in names:
        column = frame[name]
        if (
            name in keys
            or not pd.api.types.is_float_dtype(column.dtype)
            or column.iloc[rows].nunique() <= _FEW
        ):
            continue
        low, high = column.iloc[rows].quantile([share, 1 - share])
        bounded[name] = column.clip(low, high)
    if not bounded:
        raise EstimationError.of("robustness.nothing_to_winsorize", got=", ".join(names))
    return frame.assign(**bounded)


def _without(
    specification: Specification, frame: pd.DataFrame, column: str, values: tuple[Any, ...]
) -> tuple[Specification, pd.DataFrame]:
    if column not in frame.columns:
        raise unknown_column(column, [str(name) for name in frame.columns], "dm.RobustnessCheck.without")
    held = frame[column].dropna().unique().tolist()
    own = held_values(values, held)
    odd = [value for value in values if value not in own]
    if odd:
        near = nearest(odd[0], held)
        raise SpecificationError.of(
            "robustness.values_to_drop_unknown",
            where=f"dm.RobustnessCheck.without({column!r}, …)",
            got=", ".join(str(value) for value in odd[:5]),
            near=near,
        )
    return on_rows(specification, frame, ~frame[column].isin(list(own.values())).to_numpy(dtype=bool))


def _balanced(specification: Specification, frame: pd.DataFrame) -> tuple[Specification, pd.DataFrame]:
    refuse_repeated_rows(specification, Text("a balanced panel", "平衡面板"))
    design = build_design(specification, frame)
    if design.entity is None or design.time is None or design.time_values is None:
        raise SpecificationError.of("robustness.no_keys_to_balance")
    count = np.bincount(design.entity)
    whole = count[design.entity] == len(design.time_values)
    if whole.all():
        raise EstimationError.of("robustness.balanced_already")
    if not whole.any():
        raise EstimationError.of("robustness.no_unit_in_every_period")
    rows: NDArray[np.bool_] = np.zeros(len(frame), dtype=bool)
    rows[design.rows[whole]] = True
    return on_rows(specification, frame, rows)

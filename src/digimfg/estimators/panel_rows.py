"""What the panel estimators of this folder share: keys as whole numbers, effects asked for, the result
returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.design.rows import compress_codes
from digimfg.errors import SpecificationError
from digimfg.notes import note_of
from digimfg.sentences import sentence
from digimfg.terms.lags import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.design import Design
    from digimfg.result import Result
    from digimfg.specification import Estimator, Specification
    from digimfg.terms.evaluate import Evaluator

__all__ = [
    "EveryRow",
    "check_plain",
    "effects_of",
    "entity_and_declared",
    "every_row",
    "finish",
    "unit_and_period",
    "varying_regressors",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class EveryRow:
    """Reach the rows of the frame beyond the estimation sample, where lagged instruments lie.

    Parameters
    ----------
    entity
        Code among the entities of the sample for every row of the frame, -1 for other entities.
    period
        Whole numbers from 0; a gap is a jump.
    kept
        Positions of the sample's rows, in the design's order.
    evaluator
        Evaluates terms on every row of the frame.
    """

    entity: Codes
    period: Codes
    kept: Codes
    evaluator: Evaluator

    def columns(self, term: str) -> Floats:
        """Return the columns of a term on every row of the frame, NaN where missing."""
        return self.evaluator(term).values

    def grid(self, term: str) -> Floats:
        """Return a term of one column by entity and period, NaN where missing.

        Raises
        ------
        SpecificationError
            If the term has several columns.
        """
        where = note_of("estimators.lagged_instrument", term=repr(term))
        remedy = Text("use a column, or list it in `exogenous`", "使用单列变量，或列入 `exogenous`")
        values = self.evaluator(term).single(where, remedy)
        grid = np.full((int(self.entity.max()) + 1, int(self.period.max()) + 1), np.nan)
        inside = self.entity >= 0
        grid[self.entity[inside], self.period[inside]] = values[inside]
        return grid


def check_plain(design: Design, label: Text) -> None:
    """Refuse weights, and a specification without keys.

    Raises
    ------
    SpecificationError
        Naming the part of the specification.
    """
    specification = design.specification
    if specification.weights is not None:
        raise SpecificationError.of(
            "estimators.weights_not_taken", got=repr(specification.weights), label=label
        )
    if specification.entity is None or specification.time is None:
        raise SpecificationError.of(
            "estimators.keys_not_named",
            where=label,
            entity=repr(specification.entity),
            time=repr(specification.time),
        )


def effects_of(design: Design) -> Literal["none", "entity", "time", "twoways"]:
    """Return the effects that ``fixed_effects`` asks for.

    Raises
    ------
    SpecificationError
        If it names anything but the entity and time columns.
    """
    specification = design.specification
    wanted = set(specification.fixed_effects)
    other = sorted(wanted - {specification.entity, specification.time})
    if other:
        raise SpecificationError.of(
            "estimators.other_fixed_effects",
            entity=repr(specification.entity),
            time=repr(specification.time),
            effects=", ".join(other),
        )
    entity, time = specification.entity in wanted, specification.time in wanted
    if entity and time:
        return "twoways"
    return "entity" if entity else "time" if time else "none"


def entity_and_declared(estimator: Estimator, specification: Specification) -> tuple[str, ...]:
    """Return the entity, whose effects are always removed, and the fixed effects of the specification."""
    del estimator
    entity = () if specification.entity is None else (specification.entity,)
    return tuple(dict.fromkeys((*entity, *specification.fixed_effects)))


def every_row(design: Design) -> EveryRow:
    """Return the rows of the frame behind a design.

    Raises
    ------
    SpecificationError
        If the time column does not hold whole numbers.
    """
    specification, evaluator = design.specification, design.evaluator
    entity, time = str(specification.entity), str(specification.time)
    years = whole_periods(evaluator.column(time, "`time`"), time)
    known = np.isfinite(years)
    labels = pd.Index(design.entity_values if design.entity_values is not None else [])
    codes = labels.get_indexer(pd.Index(evaluator.column(entity, "`entity`")))
    first = float(years[known].min()) if known.any() else 0.0
    return EveryRow(
        entity=np.where(known, codes, -1).astype(np.int64),
        period=np.where(known, years - first, 0).astype(np.int64),
        kept=design.rows,
        evaluator=evaluator,
    )


def unit_and_period(design: Design) -> tuple[Codes, Codes, NDArray[np.generic], NDArray[np.generic]]:
    """Return codes of unit and period among the kept rows, and the labels they stand for."""
    if (
        design.entity is None
        or design.time is None
        or design.entity_values is None
        or design.time_values is None
    ):
        raise SpecificationError.of("estimators.keys_lacking")
    unit, period = compress_codes(design.entity), compress_codes(design.time)
    units, periods = (np.zeros(int(codes.max()) + 1, dtype=np.int64) for codes in (unit, period))
    units[unit], periods[period] = design.entity, design.time
    return unit, period, np.asarray(design.entity_values)[units], np.asarray(design.time_values)[periods]


def varying_regressors(design: Design) -> tuple[tuple[str, ...], Floats]:
    """Return names and values of the regressors without the intercept."""
    kept = [place for place, name in enumerate(design.terms) if name != INTERCEPT]
    return tuple(design.terms[place] for place in kept), design.regressors[:, kept]


def finish(
    design: Design,
    *,
    names: tuple[str, ...],
    estimates: Floats,
    covariance: Floats,
    df_resid: float | None,
    statistics: Mapping[str, float],
    notes: tuple[Text, ...],
    tables: Mapping[str, pd.DataFrame],
) -> Result:
    """Return the result: tidy coefficients with 95 per cent intervals, the design's notes before the
    estimator's.

    Parameters
    ----------
    df_resid
        Degrees of freedom of the t distribution, ``None`` for the normal.

    Where errors are rounding, because the terms explain the outcome without rest, they are zero with a note.
    """
    from digimfg.estimators.linear_result import linear_result
    from digimfg.estimators.perfect_fit import PERFECT_FIT, rounding_errors

    if rounding_errors(design, names, covariance):
        covariance, notes = np.zeros_like(covariance), (PERFECT_FIT, *notes)
    extra = {} if df_resid is None else {"df_resid": df_resid}
    return linear_result(
        design,
        names=names,
        estimates=estimates,
        covariance=covariance,
        df=np.inf if df_resid is None else df_resid,
        statistics={**statistics, **extra},
        notes=tuple(sentence(note) for note in notes),
        tables=tables,
    )

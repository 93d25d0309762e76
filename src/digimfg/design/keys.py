"""One row per unit and period, unless a specification says that rows repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design.rows import count_repeats
from digimfg.errors import EstimationError, SpecificationError
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.terms import Difference, Log, Node, Power, Product, Shift, parse_term
from digimfg.terms.crossing import level_name
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["check_repeats_allowed", "checked_keys", "refuse_repeated_rows", "refuse_repeats"]

Codes = NDArray[np.int64]
_SHOWN = 3


def check_repeats_allowed(specification: Specification, frame: pd.DataFrame) -> None:
    """Refuse repeated rows where lags, the estimator or the errors need one row per unit and period.

    Raises
    ------
    SpecificationError
        If ``repeated_rows`` stands beside such a part, whether or not rows repeat.
    """
    if not specification.repeated_rows:
        return
    if specification.estimator.needs_keys:
        refuse_repeated_rows(specification, specification.estimator.label)
    if specification.covariance.needs_keys:
        refuse_repeated_rows(specification, Text("errors with lags", "含滞后的标准误"))
    for term in (
        specification.outcome,
        *specification.regressors,
        *specification.controls,
        *specification.endogenous,
        *specification.instruments,
    ):
        if _is_shifted(parse_term(term, frame.columns)):
            refuse_repeated_rows(specification, Text(f"'{term}'", f"“{term}”"))


def refuse_repeated_rows(specification: Specification, what: Text) -> None:
    """Refuse ``repeated_rows`` for what needs one row per unit and period.

    Raises
    ------
    SpecificationError
        If the specification has the option.
    """
    if not specification.repeated_rows:
        return
    raise SpecificationError.of("design.repeated_rows_not_taken", got=what)


def checked_keys(
    specification: Specification, frame: pd.DataFrame, keys: Mapping[str, Codes], rows: Codes
) -> list[Text]:
    """Return a note on the rows that repeat the keys of another, where the specification has them.

    Parameters
    ----------
    keys
        Codes of entity and time by row of the frame.
    rows
        Of the estimation sample.

    Raises
    ------
    SpecificationError
        If two rows of a unit and period are in the sample and ``repeated_rows`` is not set.
    EstimationError
        If the estimator needs one row per unit and period.
    """
    entity, time = specification.entity, specification.time
    if entity is None or time is None:
        return []
    joint = keys[entity][rows] * (int(keys[time].max()) + 1) + keys[time][rows]
    count = count_repeats(joint)
    if not count:
        return []
    labels = term_label(entity), term_label(time)
    if specification.repeated_rows:
        return [note_of("design.keys_repeated", labels=labels[0], labels_2=labels[1], count=count)]
    repeated = np.unique(joint[pd.Series(joint).duplicated().to_numpy()])
    places = rows[[int(np.flatnonzero(joint == key)[0]) for key in repeated[:_SHOWN]]]
    first = frame.iloc[places]
    n, listed = len(repeated), _listed(first, entity, time)
    if specification.estimator.needs_keys:
        where = specification.estimator.label
        raise EstimationError.of(
            "design.repeated_keys", where=where, entity=entity, time=time, n=n, listed=listed
        )
    raise SpecificationError.of("design.keys_not_unique", entity=entity, time=time, n=n, listed=listed)


def _is_shifted(node: Node) -> bool:
    if isinstance(node, Shift | Difference):
        return True
    if isinstance(node, Product):
        return any(_is_shifted(factor) for factor in node.factors)
    return isinstance(node, Log | Power) and _is_shifted(node.base)


def refuse_repeats(frame: pd.DataFrame, entity: str, time: str, where: Text) -> None:
    """Refuse a frame in which a unit has several rows in a period.

    Raises
    ------
    SpecificationError
        Naming the first such keys.
    """
    repeated = frame[frame.duplicated([entity, time])].drop_duplicates([entity, time])
    if len(repeated):
        n, listed = len(repeated), _listed(repeated.head(_SHOWN), entity, time)
        raise SpecificationError.of(
            "design.repeated_keys", where=where, entity=entity, time=time, n=n, listed=listed
        )


def _listed(first: pd.DataFrame, entity: str, time: str) -> str:
    pairs = zip(first[entity], first[time], strict=True)
    return ", ".join(f"{level_name(unit)} {level_name(period)}" for unit, period in pairs)

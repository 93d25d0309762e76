"""Estimate a specification many times: without what only its table needs, on some of its rows, in chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import DigimfgError, EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.filled import filled_notes
from digimfg.frame_notes import frame_notes
from digimfg.frames.said import synthetic_notes
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = [
    "COLUMNS",
    "Attempt",
    "attempt",
    "coefficient_row",
    "data_notes",
    "exchanged",
    "on_rows",
    "reason_of",
    "reasons_note",
    "without_wild_bootstrap",
]

Booleans = NDArray[np.bool_]

COLUMNS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
_KEPT = "digimfg_rows_kept"


@dataclass(frozen=True, kw_only=True, eq=False)
class Attempt:
    """The row of one term, or why there is none."""

    row: dict[str, float] | None
    reason: Text | None
    notes: tuple[Text, ...] = ()


def without_wild_bootstrap(specification: Specification) -> Specification:
    """Return a specification whose clustered errors carry no bootstrap p values."""
    covariance = specification.covariance
    if not isinstance(covariance, Clustered):
        return specification
    plain = Clustered(covariance.columns, small_sample=covariance.small_sample, wild_bootstrap=None)
    return specification.replace(covariance=plain)


def on_rows(
    specification: Specification, frame: pd.DataFrame, rows: Booleans
) -> tuple[Specification, pd.DataFrame]:
    """Return a specification and a frame that use only some rows; lags still see the others."""
    sample = (
        f"`{_KEPT}` == 1" if specification.sample is None else f"({specification.sample}) & `{_KEPT}` == 1"
    )
    return specification.replace(sample=sample), frame.assign(**{_KEPT: rows.astype(np.int64)})


def attempt(specification: Specification, frame: pd.DataFrame, term: str) -> Attempt:
    """Estimate; what cannot be estimated gives its reason instead of an error."""
    try:
        result = estimate(specification, frame)
        return Attempt(row=coefficient_row(result, term), reason=None, notes=result.notes)
    except (EstimationError, SpecificationError) as error:
        return Attempt(row=None, reason=reason_of(error))


def coefficient_row(result: Result, term: str) -> dict[str, float]:
    """Return the numbers of one term and the number of rows.

    Raises
    ------
    EstimationError
        If the term is not among the coefficients: what it is collinear with is named.
    """
    if term not in result.coefficients.index:
        raise EstimationError.of("robustness.no_coefficient", term=term)
    line = result.coefficients.loc[[term]].astype(float).iloc[0].to_dict()
    return {**{name: float(line[name]) for name in COLUMNS}, "n_obs": float(result.statistics["n_obs"])}


def data_notes(
    frame: pd.DataFrame, specification: Specification, rows: NDArray[np.int64]
) -> tuple[Text, ...]:
    """Return what a frame says of itself: that it is simulated, and its notes that concern a specification
    on its rows.
    """
    return (
        *synthetic_notes(frame),
        *filled_notes(frame, specification, rows),
        *frame_notes(frame, specification),
    )


def reason_of(error: DigimfgError) -> Text:
    """Return what an error says, in one line."""
    return note_of("phrases.expected_and_got", where=error.where, expected=error.expected, got=error.got)


def reasons_note(missing: Sequence[tuple[str, Text]]) -> list[Text]:
    """Return one note that names what was not estimated and why."""
    return [note_of("robustness.not_estimated_because", reason=reason, name=name) for name, reason in missing]


def exchanged(terms: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Return the terms with one in place of another."""
    return tuple(new if term == old else term for term in terms)

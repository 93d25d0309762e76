"""What a threshold with instruments refuses, and what its readers must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["check_instrumented", "instrumented_notes", "not_identified", "places_of"]

Floats = NDArray[np.float64]
_WEAK = 10.0


def check_instrumented(
    spec: Specification, label: Text, threshold_variable: str, regime_dependent: tuple[str, ...]
) -> None:
    """Refuse roles that terms cannot have.

    Raises
    ------
    SpecificationError
        Naming the terms.
    """
    if not spec.endogenous or len(spec.instruments) < len(spec.endogenous):
        raise SpecificationError.of(
            "threshold.too_few_instruments",
            where=label,
            got=f"{len(spec.endogenous)}, {len(spec.instruments)}",
        )
    if threshold_variable in spec.endogenous:
        raise SpecificationError.of("threshold.threshold_variable_endogenous", got=threshold_variable)
    known = (*spec.regressors, *spec.controls, *spec.endogenous)
    if other := [term for term in regime_dependent if term not in known]:
        raise SpecificationError.of("threshold.not_terms_of_equation", got=", ".join(other))


def places_of(value: Floats, trim: float, grid: int) -> Floats:
    """Return quantiles of the threshold variable that are searched.

    Raises
    ------
    EstimationError
        If there are fewer than two.
    """
    places = np.quantile(value, np.linspace(trim, 1 - trim, grid), method="inverted_cdf")
    found = np.unique(places)
    found = found[found < value.max()]
    if len(found) >= 2:
        return np.asarray(found)
    raise EstimationError.of("threshold.too_few_threshold_values", trim=trim, n=len(found))


def not_identified(label: Text) -> EstimationError:
    """Return the refusal of instruments that do not identify the slopes."""
    return EstimationError.of("threshold.slopes_not_identified", where=label)


def instrumented_notes(p_value: float, low: float, strength: float) -> list[Text]:
    """Return how errors are formed, whether the threshold is there, and whether instruments are weak."""
    notes: list[Text] = [note_of("threshold.threshold_taken_as_known", low=low)]
    if np.isfinite(p_value) and p_value > 0.05:
        notes.append(note_of("threshold.linear", p=p_value))
    if strength < _WEAK:
        notes.append(note_of("threshold.weak", f=strength))
    return notes

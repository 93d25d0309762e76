"""The event study of a result: effects by event time against one reference, and their covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.estimators.synthetic_did.estimator import SyntheticDifferenceInDifferences
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["EventStudy", "event_study_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class EventStudy:
    """Hold effects by event time, the reference left out.

    Parameters
    ----------
    times, estimate
        Shape (k,), in order of time.
    covariance
        Shape (k, k).
    reference
        The event time at which the effect is zero by construction.
    """

    times: Floats
    estimate: Floats
    covariance: Floats
    reference: float

    @property
    def before(self) -> NDArray[np.bool_]:
        """Return which effects precede the reference."""
        return self.times < self.reference


def event_study_of(result: Result, label: Text) -> EventStudy:
    """Return the event study of a result of difference-in-differences.

    Raises
    ------
    SpecificationError
        If it has none, or none against one reference period.
    """
    table = result.tables.get("event_study")
    covariance = result.tables.get("event_study_covariance")
    if table is None or covariance is None:
        raise SpecificationError.of(
            "policy.not_an_event_study", where=label, got=result.specification.estimator.label
        )
    if not table["reference"].any():
        varying = not isinstance(result.specification.estimator, SyntheticDifferenceInDifferences)
        raise SpecificationError.of(
            "policy.periods_compared_in_turn" if varying else "policy.mean_of_periods_as_reference",
            where=label,
        )
    shown = table[~table["reference"]]
    return EventStudy(
        times=shown.index.to_numpy(dtype=np.float64),
        estimate=shown["estimate"].to_numpy(dtype=np.float64),
        covariance=covariance.to_numpy(dtype=np.float64),
        reference=float(table.index[table["reference"]][0]),
    )

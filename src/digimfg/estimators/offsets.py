"""What is added to the index of a count with a coefficient of one: an offset, the log of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.terms.evaluate import Evaluator

    Floats = NDArray[np.float64]

__all__ = ["Exposed"]


class Exposed:
    """An estimator that takes an exposure or an offset."""

    __slots__ = ()
    exposure: str | None
    offset: str | None

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row must have besides those of the specification."""
        return tuple(term for term in (self.exposure, self.offset) if term is not None)

    def offset_of(self, evaluator: Evaluator) -> Floats | None:
        """Return the offset plus the logarithm of the exposure on every row, missing where there is none."""
        parts = [] if self.offset is None else [evaluator(self.offset).values[:, 0]]
        if self.exposure is not None:
            exposure = evaluator(self.exposure).values[:, 0]
            parts.append(np.log(np.where(exposure > 0, exposure, np.nan)))
        return np.sum(parts, axis=0) if parts else None

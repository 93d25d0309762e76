"""What is added to the index of a count with a coefficient of one: an offset, the log of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import SpecificationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.design import Design
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

    def offset_rows(self, design: Design) -> Floats:
        """Return what is added to the index on the rows of a design, zero without exposure and offset.

        Raises
        ------
        SpecificationError
            If an exposure is not positive.
        """
        if self.exposure is not None:
            bad = design.evaluator(self.exposure).values[design.rows, 0] <= 0
            if bad.any():
                first = ", ".join(str(row) for row in np.sort(design.rows[bad])[:3])
                raise SpecificationError.of(
                    "limited.exposure_not_positive",
                    where=f"dm.{type(self).__name__}(exposure={self.exposure!r})",
                    n=int(bad.sum()),
                    first=first,
                )
        found = self.offset_of(design.evaluator)
        return np.zeros(design.n_obs) if found is None else found[design.rows]

"""Outcomes that are 0 or 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import SpecificationError

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["require_binary"]


def require_binary(design: Design) -> None:
    """Refuse an outcome that is anything but 0 and 1, both of them.

    Raises
    ------
    SpecificationError
        With its first values.
    """
    values = np.unique(design.outcome)
    if not np.array_equal(values, [0.0, 1.0]):
        raise SpecificationError.of(
            "binary.outcome_not_binary",
            got=", ".join(f"{value:g}" for value in values[:5]) + (" …" if len(values) > 5 else ""),
            outcome=design.specification.outcome,
        )

"""Estimators: each file holds one family, a frozen value with options and the arithmetic behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Estimator"]


class Estimator(Protocol):
    """Turn a design (numbers only) into a result."""

    @property
    def label(self) -> Text:
        """Name of the estimator for tables and notes."""
        ...

    def fit(self, design: Design) -> Result:
        """Estimate."""
        ...

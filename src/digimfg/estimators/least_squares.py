"""Least squares with any number of absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from digimfg.text import Text

__all__ = ["LeastSquares"]


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Ordinary or weighted least squares with absorbed effects."""

    label: ClassVar[Text] = Text("OLS", "最小二乘")

"""Labels of the statistics that estimators return, and how each is written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from digimfg.display.formatting import format_count, format_number, format_numbers, format_p_value
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["STATISTIC_LABELS", "format_statistic", "format_statistics", "statistic_label"]

STATISTIC_LABELS = sheet_beside(__file__, "statistics")
"""Name of a statistic, or of a column of a result's tables → its label, in the order of results."""


def statistic_label(name: str) -> Text:
    """Return the label of a statistic; one that is not listed reads as its name in words.

    Examples
    --------
    >>> statistic_label("n_obs").zh, statistic_label("my_test").en
    ('观测值', 'my test')
    """
    words = name.replace("_", " ")
    return STATISTIC_LABELS.get(name, Text(words, words))


def format_statistic(name: str, value: float | None, digits: int) -> str:
    """Return a statistic as tables write it: counts whole, p-values with a lower bound, the rest with
    decimals.
    """
    return format_statistics(name, [value], digits)[0]


def format_statistics(name: str, values: Sequence[float | None], digits: int) -> list[str]:
    """Return the values of a statistic that stand in one column, under one format."""
    if name.startswith("n_"):
        return [format_count(value) for value in values]
    if name == "p_value" or name.endswith(("_p", "_p_value")):
        return [format_p_value(value, digits) for value in values]
    if name == "df" or name.endswith("_df"):
        whole = [value is not None and math.isfinite(value) and value == round(value) for value in values]
        return [
            format_count(value) if each else format_number(value, digits)
            for value, each in zip(values, whole, strict=True)
        ]
    return format_numbers(values, digits)

"""Write numbers as tables show them: fixed decimals, true minus signs, stars, nothing that reads as a false
zero.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "MISSING",
    "format_count",
    "format_interval",
    "format_number",
    "format_numbers",
    "format_p_value",
    "shared_digits",
    "stars_for",
]

MISSING = "—"
_MOST_DECIMALS = 6
"""Decimals that one small number may ask of all that stand with it; a smaller one is written on its own."""


def format_number(value: float | None, digits: int) -> str:
    """Return `value` with `digits` decimals, more where it would read as zero; missing values give a dash.

    A value that is not zero but rounds to zero keeps two significant digits, at most eight decimals; below
    that it is written in scientific notation.

    Examples
    --------
    >>> format_number(-0.12345, 3), format_number(0.000042, 3), format_number(1234.5, 1), format_number(None,
    ...     3)
    ('−0.123', '0.000042', '1,234.5', '—')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.{digits}f}"
    if _reads_as_zero(value, digits):
        decimals = _decimals(value)
        text = f"{value:.{decimals}f}" if decimals <= 8 else f"{value:.1e}"
    return text.replace("-", "−")


def shared_digits(values: Iterable[float | None], digits: int) -> int:
    """Return the decimals of one column: `digits`, or more where one of its numbers would read as zero.

    The smallest of those keeps two significant digits, all of them the same decimals, at most six.

    Examples
    --------
    >>> shared_digits([0.017, 0.000083], 3), shared_digits([0.017, 12.5], 3), shared_digits([1e-9, 0.5], 3)
    (6, 3, 3)
    """
    small = [
        value
        for value in values
        if value is not None and math.isfinite(value) and _reads_as_zero(value, digits)
    ]
    return max([digits, *(needed for value in small if (needed := _decimals(value)) <= _MOST_DECIMALS)])


def format_numbers(values: Sequence[float | None], digits: int) -> list[str]:
    """Return the numbers of one column under one format (see `shared_digits`).

    Examples
    --------
    >>> format_numbers([0.017, 0.000083, None], 3)
    ['0.017000', '0.000083', '—']
    """
    shared = shared_digits(values, digits)
    return [format_number(value, shared) for value in values]


def format_interval(low: float | None, high: float | None, digits: int) -> str:
    """Return an interval in brackets, both ends under one format (see `shared_digits`).

    Examples
    --------
    >>> format_interval(-1.353, 0.00029, 3)
    '[−1.35300, 0.00029]'
    """
    return f"[{', '.join(format_numbers((low, high), digits))}]"


def format_count(value: float | None) -> str:
    """Return a count with thousands separators; missing values give a dash.

    Examples
    --------
    >>> format_count(12345.0)
    '12,345'
    """
    return MISSING if value is None or math.isnan(value) else f"{value:,.0f}".replace("-", "−")


def format_p_value(value: float | None, digits: int) -> str:
    """Return a p-value; one that would read as zero is given as a bound.

    Examples
    --------
    >>> format_p_value(0.00001, 3), format_p_value(0.25, 3)
    ('<0.001', '0.250')
    """
    if value is None or math.isnan(value):
        return MISSING
    bound = 10.0**-digits
    return f"<{bound:.{digits}f}" if value < bound / 2 else f"{value:.{digits}f}"


def stars_for(p_value: float | None, levels: Sequence[float]) -> str:
    """Return one star per level that `p_value` lies below.

    Examples
    --------
    >>> stars_for(0.03, (0.01, 0.05, 0.1)), stars_for(0.5, (0.01, 0.05, 0.1))
    ('**', '')
    """
    if p_value is None or math.isnan(p_value):
        return ""
    return "*" * sum(p_value < level for level in levels)


def _reads_as_zero(value: float, digits: int) -> bool:
    return value != 0 and not f"{value:.{digits}f}".strip("-0.")


def _decimals(value: float) -> int:
    return 1 - math.floor(math.log10(abs(value)))

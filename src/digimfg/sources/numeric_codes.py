"""The three-digit codes of economies that United Nations services use."""

from __future__ import annotations

from functools import cache

from digimfg.variables.countries import COUNTRIES

__all__ = ["economies_by_number"]


@cache
def economies_by_number() -> dict[str, str]:
    """Return three-digit code → three-letter code of every economy; 412 is the United Nations' for Kosovo.

    Examples
    --------
    >>> economies_by_number()["156"]
    'CHN'
    """
    return {number: code for code, (_, number) in COUNTRIES.items()}

"""One finding of an instrument check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from digimfg.arguments import checked
from digimfg.text import Text

__all__ = ["InstrumentFinding", "Severity"]

Severity = Literal["fine", "attention", "problem"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentFinding:
    """What one check found.

    Parameters
    ----------
    check
        ``variation``, ``leverage``, ``one_series``, ``lag``, ``identity`` or ``placebo``.
    instrument
        The term, or all of them joined where the check is of the whole first stage.
    severity
        ``fine``, ``attention`` (say it in the text) or ``problem`` (the instrument does not identify what it
        claims to).
    text
        The finding in words.
    """

    check: str
    instrument: str
    severity: Severity
    text: Text

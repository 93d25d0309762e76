"""Read cells of keys for what they are: codes that lost digits, a country written NA, zeros in front."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from digimfg.errors import PanelError
from digimfg.importing.cells import clean_text, is_missing
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["inexact_codes", "key_marks", "lost_digits", "refuse_twins"]

_MOST_EXACT = 1e15
_EXPONENT = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{2,3}")
_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")
_TWO_LETTER_HEADERS = re.compile(r"iso3166(?:1)?alpha2|iso2c?|alpha2|twoletter|二位|两位|二字|两字")
_NAMIBIA = "na"
_SHOWN = 3


def key_marks(
    key: str, values: Iterable[object], heads: Iterable[str], marks: frozenset[str], given: Sequence[str]
) -> frozenset[str]:
    """Return what counts as missing in the column of a key: among countries of two letters, NA is Namibia.

    Parameters
    ----------
    key
        Name of the key.
    values
        Its distinct cells.
    heads
        What its header says, as `match_text` compares texts.
    marks
        What counts as missing elsewhere.
    given
        What the mapping says to be missing.

    Examples
    --------
    >>> [key_marks("country", values, [], frozenset({"na"}), ()) for values in (["CN", "NA"], ["China",
    ...     "NA"])]
    [frozenset(), frozenset({'na'})]
    """
    if key != "country" or any(clean_text(mark).casefold() == _NAMIBIA for mark in given):
        return marks
    others = [clean_text(value) for value in values if not is_missing(value, marks)]
    told = any(_TWO_LETTER_HEADERS.search(head) for head in heads)
    codes = all(_TWO_LETTERS.fullmatch(text) for text in others) and bool(others or told)
    return marks - {_NAMIBIA} if codes else marks


def lost_digits(value: object) -> bool:
    """Tell whether a cell holds a number that may have lost digits: sixteen and more, or a power of ten.

    Examples
    --------
    >>> [lost_digits(value) for value in (9.111e17, "9.111E+17", "911100001000120000", 600000.0, "1E5")]
    [True, True, False, False, False]
    """
    if isinstance(value, float):
        return abs(value) >= _MOST_EXACT
    return (
        isinstance(value, str) and not value.isdigit() and _EXPONENT.fullmatch(clean_text(value)) is not None
    )


def inexact_codes(key: str, values: Sequence[object], rows: int) -> Text:
    """Tell of cells in the column of a key that lost digits."""
    listed = ", ".join(clean_text(value) for value in values[:_SHOWN]) + (
        " …" if len(values) > _SHOWN else ""
    )
    return note_of("importing.codes_lost_digits", key=key, n=rows, listed=listed)


def refuse_twins(frame: pd.DataFrame, key: str) -> None:
    """Refuse codes that differ by zeros in front alone: one of them lost its zeros on the way.

    Raises
    ------
    PanelError
        If there are such codes.
    """
    codes = [code for code in frame[key].unique().tolist() if isinstance(code, str) and code.isdecimal()]
    if len({*map(len, codes)}) < 2:
        return
    same: dict[str, list[str]] = {}
    for code in codes:
        same.setdefault(code.lstrip("0"), []).append(code)
    twins = [sorted(found) for found in same.values() if len(found) > 1]
    if twins:
        shown = "; ".join(", ".join(found) for found in sorted(twins)[:_SHOWN])
        raise PanelError.of(
            "importing.key_in_two_spellings",
            key=key,
            n=len(twins),
            shown=shown,
            twin=twins[0][-1],
            first=twins[0][0],
        )

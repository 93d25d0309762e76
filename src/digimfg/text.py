"""Bilingual text: everything a person sees exists in English and Chinese."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
_NO_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_MOST_DECIMALS = 6
"""Decimals that a small number may ask of all that stand with it."""
LANGUAGES: tuple[Language, ...] = ("en", "zh")

__all__ = [
    "LANGUAGES",
    "Language",
    "Text",
    "column_letter",
    "counted",
    "current_language",
    "in_sentence",
    "legible",
    "written",
    "written_ends",
]


@dataclass(frozen=True, slots=True)
class Text:
    """Hold one phrase in English and Chinese.

    ``str(text)`` gives the phrase in the current language (see `current_language`); exhibits ask
    for a language by name and never depend on the environment.

    Examples
    --------
    >>> Text("Observations", "观测值").language("zh")
    '观测值'
    """

    en: str
    zh: str

    def language(self, language: Language) -> str:
        """Return the phrase in one language."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.language(current_language())

    @classmethod
    def of(cls, value: Text | str) -> Text:
        """Return `value` as a Text; a plain string stands for both languages."""
        return value if isinstance(value, Text) else cls(value, value)


def legible(text: str) -> str:
    r"""Return a text with ``�`` for every character that no document can hold.

    Those are halves of characters (surrogates), codes that are no characters, and control characters but tab
    and line ends.

    Examples
    --------
    >>> legible("a\x07b \ud800 \ufffe")
    'a�b � �'
    """
    return _NO_CHARACTERS.sub("�", text)


def current_language() -> Language:
    """Return the language of messages: ``DIGIMFG_LANGUAGE``, else the locale, else English."""
    chosen = os.environ.get("DIGIMFG_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "zh" if chosen.lower().startswith("zh") else "en"


def counted(count: int, one: str, several: str = "") -> str:
    """Return a count with its English noun, in the plural unless it is one.

    Parameters
    ----------
    count
        Zero or more.
    one, several
        The noun, and its plural where that is not `one` with an s.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row"), counted(2, "country", "countries")
    ('1 row', '1,200 rows', '2 countries')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def written(value: float, form: str) -> str:
    """Return a number in one of Python's formats with a true minus sign, as tables write it.

    Examples
    --------
    >>> written(-3.342, ".2f"), written(0.5, ".3g")
    ('−3.34', '0.5')
    """
    return format(value, form).replace("-", "−")


def written_ends(low: float, high: float, digits: int) -> tuple[str, str]:
    """Return both ends of an interval with the same decimals and true minus signs.

    The end that is larger in size has `digits` significant digits; more decimals where the other would read
    as zero, fewer where both would end in zeros. Ends that are infinite or missing have their signs, and the
    other end is written by itself.

    Examples
    --------
    >>> written_ends(-1.353, 0.29066, 4), written_ends(1, 2, 4), written_ends(12.5, 0.0004, 3)
    (('−1.353', '0.291'), ('1', '2'), ('12.5000', '0.0004'))
    >>> written_ends(0.25, float("inf"), 4)
    ('0.25', '∞')
    """
    finite = [value for value in (low, high) if math.isfinite(value)]
    form = _form_of([abs(value) for value in finite if value], digits)
    figures = [written(value, form) for value in finite]
    while figures and all("." in each and each[-1] in "0." for each in figures):
        figures = [each[:-1] for each in figures]
    left = iter(figures)
    first, last = (
        next(left) if math.isfinite(each) else "—" if math.isnan(each) else "∞" if each > 0 else "−∞"
        for each in (low, high)
    )
    return first, last


def _form_of(sizes: list[float], digits: int) -> str:
    """Return one format for numbers: the largest with so many significant digits, none as a false zero."""
    decimals = max(digits - 1 - math.floor(math.log10(max(sizes, default=1.0))), 0)
    if decimals > _MOST_DECIMALS + digits:
        return f".{digits - 1}e"
    needed = [1 - math.floor(math.log10(size)) for size in sizes if not float(f"{size:.{decimals}f}")]
    return f".{max([decimals, *(each for each in needed if each <= _MOST_DECIMALS)])}f"


def in_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: its first letter small unless it begins an acronym.

    Examples
    --------
    >>> in_sentence("Early use"), in_sentence("TFP (log)")
    ('early use', 'TFP (log)')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def column_letter(position: int) -> str:
    """Return the letters of a place, as spreadsheets name their columns: A to Z, then AA.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

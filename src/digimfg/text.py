"""Bilingual text: everything a person sees exists in English and Chinese."""

from __future__ import annotations

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

"""Put texts of cells together: runs, raised digits, reading aids, characters that XML cannot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from digimfg.errors import Fault
from digimfg.importing.faults import ReadingError

__all__ = ["MOST_CHARACTERS", "RichText", "raised_text", "unescaped", "without_marks"]

MOST_CHARACTERS = 1 << 22
"""Of one text; a spreadsheet takes 32,767."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MARKS = re.compile("(?<![A-Za-z\u00b9\u00b2\u00b3\u2070-\u208f])[\u00b9\u00b2\u00b3\u2070-\u207f]+$")
_RAISED = str.maketrans("0123456789+-=()（）", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁽⁾")


class RichText:
    """Put the text of a cell together from its runs, without the reading aids of East Asian workbooks."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.taking = self.aside = self.raised = False
        self.length = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element of a string."""
        if tag == "t":
            self.taking = not self.aside
        elif tag == "r":
            self.raised = False
        elif tag == "vertAlign":
            self.raised = attributes.get("val", "") in ("superscript", "subscript")
        elif tag == "rPh":
            self.aside = True

    def end(self, tag: str) -> None:
        """Take its end."""
        if tag == "t":
            self.taking = False
        elif tag == "rPh":
            self.aside = False
        elif tag == "r":
            self.raised = False

    def text(self, data: str) -> None:
        """Take characters.

        Raises
        ------
        ReadingError
            If a text has more of them than any spreadsheet takes.
        """
        if self.taking:
            self.length += len(data)
            if self.length > MOST_CHARACTERS:
                raise ReadingError(Fault.of("importing.text_too_long"))
            self.pieces.append(raised_text(data) if self.raised else data)

    def done(self) -> str:
        """Return the text, and begin the next one."""
        whole = unescaped("".join(self.pieces))
        self.pieces.clear()
        self.length = 0
        return whole


def raised_text(text: str) -> str:
    """Return raised or lowered text in characters that say so: a footnote mark is no digit of its number.

    Examples
    --------
    >>> "4125.5" + raised_text("2"), "4125.5" + raised_text("[2]")
    ('4125.5²', '4125.5[2]')
    """
    bare = text.strip()
    raised = bare.translate(_RAISED)
    return text if set(raised) & set(bare) else raised


def without_marks(text: str) -> str:
    """Return a text without the footnote marks that stand raised behind it; those behind a letter may be of
    its unit.

    Examples
    --------
    >>> without_marks("山西¹⁾"), without_marks("2019年²"), without_marks("万km²")
    ('山西', '2019年', '万km²')
    """
    return text if text.isascii() else _MARKS.sub("", text)


def unescaped(text: str) -> str:
    r"""Return text with the characters that XML cannot hold, which workbooks write as ``_x000D_``.

    Examples
    --------
    >>> unescaped("a_x000A_b_x005F_c")
    'a\nb_c'
    """
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text

"""Read a text of our grammars from left to right: symbols, names of columns, and how deep it may go."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache

from digimfg.errors import Fault, SpecificationError
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["Scanner", "shortened", "term_place"]

_DEEPEST = 50
_LONGEST = 100_000
_SHOWN = 60
_SPACE = re.compile(r"\s*")


class Scanner:
    """Hold a text, the place that is reached, and the names that are columns.

    Parameters
    ----------
    text
        What is read.
    columns
        Names that are columns; the longest that fits at a place is taken.
    role
        What the text is, for errors: "term", "sample".
    remedy
        What may be written.

    Raises
    ------
    SpecificationError
        If the text is longer than 100,000 characters.
    """

    def __init__(self, text: str, columns: Collection[str], role: Text, remedy: Text) -> None:
        self.text = text
        self.position = 0
        self.columns = sorted(columns, key=len, reverse=True)
        self.role = role
        self.remedy = remedy
        self._depth = 0
        if len(text) > _LONGEST:
            raise self.error(Fault.of("terms.text_too_long", longest=_LONGEST))

    def error(self, fault: Fault) -> SpecificationError:
        """Return the error of what does not stand at the place that is reached."""
        rest = shortened(self.text[self.position : self.position + _SHOWN + 1])
        place, whole = self.position + 1, self.whole()
        return fault.error(
            SpecificationError,
            where=note_of("terms.place_in_text", whole=whole, place=place),
            got=note_of("terms.rest_of_term", rest=rest) if rest else Text("the end", "结尾"),
            remedy=self.remedy,
            place=place,
        )

    def whole(self) -> Text:
        """Return the text with its role, for errors."""
        shown = shortened(self.text)
        return Text(f"{self.role.en} '{shown}'", f"{self.role.zh}“{shown}”")

    def at_end(self) -> bool:
        """Return whether nothing but spaces is left."""
        self.skip()
        return self.position == len(self.text)

    def skip(self) -> None:
        """Pass over spaces."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position

    def take(self, symbol: str) -> bool:
        """Pass over a symbol, if it stands here after spaces."""
        self.skip()
        if not self.text.startswith(symbol, self.position):
            return False
        self.position += len(symbol)
        return True

    def need(self, symbol: str) -> None:
        """Pass over a symbol.

        Raises
        ------
        SpecificationError
            If it does not stand here.
        """
        if not self.take(symbol):
            raise self.error(Fault.of("terms.symbol_lacking", symbol=symbol))

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Pass over what a pattern matches here after spaces, and return the match."""
        self.skip()
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        return found

    def quoted_name(self) -> str | None:
        """Pass over a name in backticks, if one stands here.

        Raises
        ------
        SpecificationError
            If the second backtick is missing.
        """
        if not self.take("`"):
            return None
        end = self.text.find("`", self.position)
        if end < 0:
            raise self.error(Fault.of("terms.backtick_not_closed"))
        name, self.position = self.text[self.position : end], end + 1
        return name

    def column(self, ends: Callable[[str, int], bool]) -> str | None:
        """Pass over the longest name of a column that stands here and ends as it must, and return it.

        Parameters
        ----------
        ends
            Text and the place after the name → whether a name may end there.
        """
        self.skip()
        for name in self.columns:
            end = self.position + len(name)
            if name and self.text.startswith(name, self.position) and ends(self.text, end):
                self.position = end
                return name
        return None

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one bracket or prefix deeper.

        Raises
        ------
        SpecificationError
            If that makes more than fifty.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.error(Fault.of("terms.nested_too_deep", deepest=_DEEPEST))
        yield
        self._depth -= 1


def shortened(text: str) -> str:
    """Return a text as errors show it: its first sixty characters.

    Examples
    --------
    >>> len(shortened("(" * 5000))
    61
    """
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@lru_cache(maxsize=1_024)
def term_place(term: str) -> Text:
    """Return where an error is: in a term, its first characters."""
    shown = shortened(term)
    return note_of("terms.place_of_term", shown=shown)

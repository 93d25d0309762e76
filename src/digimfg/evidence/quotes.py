"""See that the lines of a claim hold its words: the paper's text is the judge, blanks aside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find_lines", "read_lines", "stands_at"]

_BLANK = re.compile(r"\s+")


def read_lines(path: str | Path) -> tuple[str, ...]:
    """Return the lines of a paper's text.

    Raises
    ------
    AnalysisError
        If the file is missing or no UTF-8 text.
    """
    try:
        return tuple(Path(path).read_text(encoding="utf-8-sig").split("\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError.of(
            "evidence.paper_not_in_utf8", where=str(path), got=type(error).__name__
        ) from None


def stands_at(words: str, first: int, last: int, lines: Sequence[str]) -> bool:
    """Tell whether words begin in one line of a text and end in another, blanks aside; lines count from 1.

    Examples
    --------
    >>> stands_at("一二三", 1, 2, ["零一", "二 三四"]), stands_at("一二三", 1, 1, ["零一", "二 三四"])
    (True, False)
    """
    return (first, last) in find_lines(words, lines)


def find_lines(words: str, lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return first and last line of every place where a text has the words, blanks aside.

    Examples
    --------
    >>> find_lines("一二", ["零一", "", "二一 二"])
    ((1, 3), (3, 3))
    """
    wanted = _BLANK.sub("", words)
    if not wanted:
        return ()
    squeezed = [_BLANK.sub("", line) for line in lines]
    numbers = [number for number, line in enumerate(squeezed, start=1) for _ in line]
    starts = re.finditer(f"(?={re.escape(wanted)})", "".join(squeezed))
    return tuple((numbers[each.start()], numbers[each.start() + len(wanted) - 1]) for each in starts)

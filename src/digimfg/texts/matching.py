"""Find the words of a dictionary in texts: one pass, longest word first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.texts.rules import CLAUSE_END, SENTENCE_END, MentionRules, denied, of_others

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

    from digimfg.texts.dictionary import TermDictionary

__all__ = ["Mention", "Overlap", "Status", "find_mentions", "plain_text"]

Overlap = Literal["longest", "all"]
Status = Literal["counted", "denied", "other"]

_BLANKS = re.compile(r"\s+")
_SENTENCE_REACH = 200
_WIDE_FIRST, _WIDE_LAST, _WIDE_SHIFT = 0xFF01, 0xFF5E, 0xFEE0


@dataclass(frozen=True, slots=True)
class Mention:
    """A word found: where in the plain text, which word of which block, and whether it counts."""

    start: int
    end: int
    word: int
    status: Status


@dataclass(frozen=True, slots=True)
class _Machine:
    automaton: AhoCorasick
    latin_start: tuple[bool, ...]
    latin_end: tuple[bool, ...]


def plain_text(text: str) -> str:
    r"""Return a text as it is searched: half-width, lower case, no blanks or line breaks within Chinese.

    An empty line ends a sentence and stays as a line break.

    Examples
    --------
    >>> plain_text("大数\n据　与 Ｂ２Ｂ big  data")
    '大数据与b2b big data'
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    wide = (points >= _WIDE_FIRST) & (points <= _WIDE_LAST)
    narrow = np.where(wide, points - _WIDE_SHIFT, points).astype("<u4")
    folded = narrow.tobytes().decode("utf-32-le", "surrogatepass").lower()
    return _BLANKS.sub(_blank, folded)


def find_mentions(
    text: str, dictionary: TermDictionary, rules: MentionRules | None, overlap: Overlap
) -> Iterator[Mention]:
    """Yield the mentions in a plain text from left to right; without rules, every one counts."""
    words = tuple(word for block in dictionary.blocks for word in block.words)
    machine = _machine(words, overlap)
    for word, start, end in machine.automaton.find_matches_as_indexes(text, overlapping=overlap == "all"):
        if machine.latin_start[word] and start > 0 and _latin(text[start - 1]):
            continue
        if machine.latin_end[word] and end < len(text) and _latin(text[end]):
            continue
        yield Mention(start, end, word, "counted" if rules is None else _status(text, start, rules))


@lru_cache(maxsize=8)
def _machine(words: tuple[str, ...], overlap: Overlap) -> _Machine:
    from ahocorasick_rs import AhoCorasick, MatchKind

    plain = [plain_text(word) for word in words]
    kind = MatchKind.Standard if overlap == "all" else MatchKind.LeftmostLongest
    return _Machine(
        AhoCorasick(plain, matchkind=kind),
        tuple(_latin(word[0]) for word in plain),
        tuple(_latin(word[-1]) for word in plain),
    )


def _status(text: str, start: int, rules: MentionRules) -> Status:
    before = text[max(0, start - _SENTENCE_REACH) : start]
    sentence = before[_last(SENTENCE_END, before) :]
    if denied(sentence[_last(CLAUSE_END, sentence) :], rules):
        return "denied"
    return "other" if of_others(sentence, rules) else "counted"


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Return where the text after the last match begins."""
    return max((match.end() for match in pattern.finditer(text)), default=0)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _blank(match: re.Match[str]) -> str:
    if match.group().count("\n") > 1:
        return "\n"
    text = match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return " " if before.isascii() and after.isascii() else ""

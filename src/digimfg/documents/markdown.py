"""The Markdown of chapters: CommonMark with formulas, numbers, references and calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

__all__ = ["chapter_markdown"]

_CROSS = re.compile(r"@(tbl|fig|eq)-([\w-]+)")
_CALL = re.compile(r"\{\{\s*([^:{}\s]*)\s*(?::\s*([^{}]*?)\s*)?\}\}")
_NUMBER = re.compile(r"\{([^{}\n]+)\}")
_MATH = re.compile(r"\$(?=\S)((?:\\.|[^$\\])+?)(?<=\S)\$(?![0-9])", re.DOTALL)


def chapter_markdown() -> MarkdownIt:
    """Return the parser: tables, no HTML, no images; tokens ``call formula cross number display`` beside."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    for name, rule in (("call", _call), ("formula", _formula), ("cross", _cross), ("number", _number)):
        markdown.inline.ruler.before("escape", name, rule)
    markdown.inline.ruler.disable("entity")
    markdown.block.ruler.before("fence", "display", _display, {"alt": ["paragraph"]})
    return markdown


def _pushed(state: StateInline, silent: bool, token_kind: str, found: re.Match[str], **meta: str) -> bool:
    if not silent:
        token = state.push(token_kind, "", 0)
        token.content = found[1] if found.re.groups else found[0]
        token.meta = {"line": state.src[: state.pos].count("\n"), **meta}
    state.pos = found.end()
    return True


def _display(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("$$", start):
        return False
    if silent:
        return True
    end = first
    while "$$" not in state.src[start + 2 : state.eMarks[end]] and end + 1 < last:
        end += 1
    token = state.push("display", "", 0)
    token.content = state.src[start : state.eMarks[end]]
    token.map = [first, end + 1]
    state.line = end + 1
    return True


def _call(state: StateInline, silent: bool) -> bool:
    found = _CALL.match(state.src, state.pos)
    if found is None:
        return False
    return _pushed(state, silent, "call", found, kind=found[1], name=found[2] or "")


def _formula(state: StateInline, silent: bool) -> bool:
    found = _MATH.match(state.src, state.pos)
    return found is not None and _pushed(state, silent, "formula", found)


def _cross(state: StateInline, silent: bool) -> bool:
    found = _CROSS.match(state.src, state.pos)
    if found is None or (
        state.pos and state.src[state.pos - 1].isascii() and state.src[state.pos - 1].isalnum()
    ):
        return False
    ascii_name = re.match(r"[A-Za-z0-9_-]+", found[2])
    if ascii_name is not None:  # Chinese words may follow at once
        found = re.compile(r"@(tbl|fig|eq)-([A-Za-z0-9_-]+)").match(state.src, state.pos) or found
    return _pushed(state, silent, "cross", found, kind=found[1], name=found[2])


def _number(state: StateInline, silent: bool) -> bool:
    found = _NUMBER.match(state.src, state.pos)
    return found is not None and _pushed(state, silent, "number", found)

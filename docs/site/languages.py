"""Write a page of both languages in one: pages of ``docs/`` hold English and Chinese side by side.

A heading or a cell of a table is ``English · 中文``; a paragraph is followed by its Chinese lines; blocks of code
and formulas are for both. A page without Chinese is shown as it is, with a line that says so.
"""

from __future__ import annotations

import re

__all__ = ["has_chinese", "in_language", "languages_of"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SET = re.compile(r"`[^`]*(?:`|$)|\]\([^)]*\)|https?://\S+|\$[^$]*\$|\*\*?dm\.\S+")
_BOTH = re.compile(r"\[([^\]\[]*?) · ([^\]\[]*[\u3400-\u9fff][^\]\[]*)\]\(")
_NOTE = {
    "en": "",
    "zh": "> 本页目前只有英文。\n\n",
}


def has_chinese(text: str) -> bool:
    """Return whether a text holds Chinese characters."""
    return bool(_HAN.search(text))


def languages_of(line: str) -> str:
    """Return ``"en"``, ``"zh"``, or ``""`` where a line holds no word of either outside code and formulas."""
    plain = _SET.sub(" ", line)
    han, words = len(_HAN.findall(plain)), len(_WORD.findall(plain))
    return "" if not han and not words else "zh" if han > words else "en"


def in_language(text: str, language: str) -> str:
    r"""Return what a page says in one language.

    Examples
    --------
    >>> print(in_language("# Data · 数据\n\nRead it.\n读入。\n", "zh"))
    # 数据
    <BLANKLINE>
    读入。
    <BLANKLINE>
    """
    if not has_chinese(_without_code(text)):
        first, _, rest = text.partition("\n")
        return f"{first}\n\n{_NOTE[language]}{rest.lstrip()}" if _NOTE[language] else text
    kept: list[str] = []
    fence, last, within = "", language, False
    for line in text.splitlines():
        mark = re.match(r"^\s*(```+|~~~+|\$\$)", line)
        if fence:
            kept.append(line)
            fence = "" if line.strip().startswith(fence) else fence
        elif mark and not (mark[1] == "$$" and line.strip().endswith("$$") and line.strip() != "$$"):
            fence = mark[1]
            kept.append(line)
        elif not line.strip():
            last, within = language, False
            if kept and kept[-1]:
                kept.append("")
        elif line.startswith("#"):
            kept.append(_heading(line, language))
        elif line.startswith("|"):
            kept.append("|".join(_part(cell, language) for cell in line.split("|")))
        elif line.startswith(("    ", "<", "![", ":::", "% ")):
            kept.append(line)
        else:
            spoken = languages_of(f"`{line}" if within else line) or last
            within ^= line.count("`") % 2 == 1
            if spoken == language:
                kept.append(line)
            last = spoken
    return "\n".join(kept) + "\n"


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def _heading(line: str, language: str) -> str:
    marks, _, words = line.partition(" ")
    split = _part(words, language)
    if split == words and (found := re.match(r"^([^\u3400-\u9fff]+?)\s+([\u3400-\u9fff].*)$", words)):
        split = found[1] if language == "en" else found[2]
    return f"{marks} {split.strip()}"


def _part(cell: str, language: str) -> str:
    """Return the part of a cell or heading before or after `` · ``, if the part after it is Chinese."""
    cell = _BOTH.sub(lambda found: f"[{found[1 if language == 'en' else 2]}](", cell)
    before, dot, after = cell.partition(" · ")
    if not dot or not has_chinese(after) or has_chinese(before):
        return cell
    return f"{before} " if language == "en" else f" {after}"

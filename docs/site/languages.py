"""Write a page of both languages in one: pages of ``docs/`` hold English and Chinese side by side.

A heading or a cell of a table is ``English · 中文``; a paragraph is followed by its Chinese lines; blocks of code
and formulas are for both. A page without Chinese is shown as it is, with a line that says so.
"""

from __future__ import annotations

import re

__all__ = ["has_chinese", "in_language", "joined", "languages_of"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SET = re.compile(r"`[^`]*(?:`|$)|\]\([^)]*\)|https?://\S+|\$[^$]*\$|\*\*?dm\.\S+")
_BOTH = re.compile(r"\[([^\]\[]*?) · ([^\]\[]*[\u3400-\u9fff][^\]\[]*)\]\(")
_AFTER = re.compile(r"^(.*?[A-Za-z0-9).,;:%`])\s+([\u3400-\u9fff].*)$")
_WIDE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_SEAM = re.compile(
    f"(?<=[{_WIDE}”’])\n {{0,3}}(?=[{_WIDE}“‘])|(?<=[。，、；：）])\n {{0,3}}(?=[A-Za-z0-9`*])"
)
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
    for section in _sections(text):
        both = has_chinese(_without_code("\n".join(section[1:])))
        kept += _section(section, language) if both else [_heading(section[0], language), *section[1:]]
    text = "\n".join(kept) + "\n"
    return joined(text) if language == "zh" else text


def joined(text: str) -> str:
    r"""Return Chinese paragraphs as one line each: a browser shows the end of a line as a space.

    Examples
    --------
    >>> joined("# 标题\n按依赖次序计算，并可\n追溯到单元格。\n")
    '# 标题\n按依赖次序计算，并可追溯到单元格。\n'
    """
    parts = re.split(r"(^```.*?^```|^(?:#| {4}|\|)[^\n]*\n)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(part if at % 2 else _SEAM.sub("", part) for at, part in enumerate(parts))


def _sections(text: str) -> list[list[str]]:
    """Return the lines of a page from heading to heading; one without Chinese is shown as it is."""
    found: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced and found[-1]:
            found.append([])
        found[-1].append(line)
    return found


def _section(lines: list[str], language: str) -> list[str]:
    kept: list[str] = []
    fence, last, within, before = "", language, False, ""
    for line in lines:
        mark = re.match(r"^\s*(```+|~~~+|\$\$)", line)
        if fence:
            kept.append(line)
            fence = "" if line.strip().startswith(fence) else fence
        elif mark and not (mark[1] == "$$" and line.strip().endswith("$$") and line.strip() != "$$"):
            fence = mark[1]
            kept.append(line)
        elif not line.strip():
            last, within, before = language, False, ""
            if not kept or kept[-1]:
                kept.append("")
        elif line.startswith("#"):
            kept.append(_heading(line, language))
        elif line.startswith("|"):
            kept.append("|".join(_part(cell, language) for cell in line.split("|")))
        elif line.startswith(("    ", "<", "![", ":::", "% ")):
            kept.append(line)
        else:
            for part in [line] if before == "zh" else _parted(line):
                last = before = languages_of(f"`{part}" if within else part) or last
                within ^= part.count("`") % 2 == 1
                if last == language:
                    kept.append(part)
    return kept


def _parted(line: str) -> list[str]:
    """Return the two parts of a line on which a Chinese sentence follows an English one."""
    found = _AFTER.match(line)
    if found is None:
        return [line]
    before, after = found[1], found[2]
    long = len(_HAN.findall(_SET.sub(" ", after))) >= 6 and not has_chinese(before)
    return (
        [before, after] if long and languages_of(before) == "en" and languages_of(after) == "zh" else [line]
    )


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

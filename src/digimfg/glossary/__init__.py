"""The project's words: one for each thing in each language, those they replace, and how Chinese text is set.

``data/glossary.toml`` is the only place that says so; `reworded` applies it to a phrase and `typeset` its
rules of setting; ``scripts/apply_glossary.py`` applies both to every template and label of the project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from digimfg.file_forms import FileForm
from digimfg.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Old", "Word", "glossary", "old_words", "reworded", "typeset"]

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Old:
    """A wording that is not used: its pattern in one language, and what stands in its place."""

    language: Language
    pattern: re.Pattern[str]
    use: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What a thing is called, and the wordings that this replaces."""

    text: Text
    old: tuple[Old, ...]


class OldForm(TypedDict):
    """Old wordings in a file: regular expressions, and what to use."""

    zh: NotRequired[dict[str, str]]
    en: NotRequired[dict[str, str]]


class WordForm(TypedDict):
    """A word in a file."""

    en: str
    zh: str
    old: NotRequired[OldForm]


class GlossaryForm(TypedDict):
    """The glossary's file."""

    words: list[WordForm]


_FORM: FileForm[GlossaryForm] = FileForm(
    schema=GlossaryForm,
    what=Text("the TOML file of the glossary", "术语表TOML文件"),
    remedy=Text("install digimfg again", "重新安装digimfg"),
)


@cache
def glossary() -> tuple[Word, ...]:
    """Return the words in their order.

    Examples
    --------
    >>> [word.text.zh for word in glossary() if word.text.en == "labour share"]
    ['劳动收入份额']
    """
    found = []
    for each in _FORM.read(DATA / "glossary.toml")["words"]:
        old = each.get("old", {})
        chinese = [
            Old(language="zh", pattern=re.compile(key), use=use) for key, use in old.get("zh", {}).items()
        ]
        english = [
            Old(language="en", pattern=re.compile(key), use=use) for key, use in old.get("en", {}).items()
        ]
        found.append(Word(text=Text(each["en"], each["zh"]), old=(*chinese, *english)))
    return tuple(found)


def old_words(phrase: str, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what a phrase says in old words, each with what to say.

    Examples
    --------
    >>> old_words("劳动份额与前沿差距", "zh")
    (('劳动份额', '劳动收入份额'),)
    """
    return tuple(
        (match[0], match.expand(old.use))
        for word in glossary()
        for old in word.old
        if old.language == language
        for match in old.pattern.finditer(phrase)
    )


def reworded(phrase: str, language: Language) -> str:
    """Return a phrase in the words of the glossary; what stands in braces or backticks is left as it is.

    Examples
    --------
    >>> reworded("供应国与客户国", "zh")
    '投入来源国与投入购买国'
    """

    def apply(masked: str) -> str:
        for word in glossary():
            for old in word.old:
                if old.language == language:
                    masked = old.pattern.sub(old.use, masked)
        return masked

    return _masked(phrase, apply)


def typeset(phrase: str) -> str:
    """Return Chinese text without blanks between characters and digits, and with full-width punctuation.

    What stands in braces counts as a number; what is quoted as code (backticks, quotes, calls) as Latin
    words. Both are left as they are.

    Examples
    --------
    >>> typeset("剔除 {n:,} 行, 1995 年之前(含)"), typeset("请运行 `digimfg run`")
    ('剔除{n:,}行，1995年之前（含）', '请运行 `digimfg run`')
    """
    return _masked(phrase, _set) if re.search(f"[{_HAN}]", phrase) else phrase


_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_CLOSING = "）”》」】"
_NUMBER, _CODE = "\ue000", "\ue001"
_HELD = re.compile(
    r"`[^`]*`|(?<![A-Za-z])'[^']*'|[A-Za-z_.]+\([^()]*\)|\{\{[^{}]*[\u3400-\u9fff][^{}]*\}\}|\{\{|\}\}"
    r"|\{(?:[^{}]|\{[^{}]*\})*\}"
)
_RULES = tuple(
    (re.compile(pattern), use)
    for pattern, use in (
        (f"(?<=[{_HAN}{_CLOSING}]) +(?=[+−<>]?[0-9{_NUMBER}])", ""),
        (f"(?<=[0-9{_NUMBER}%]) +(?=[{_HAN}])", ""),
        (f"(?<=[{_HAN}{_CLOSING}]), ?", "，"),
        (f"(?<=[{_HAN}{_CLOSING}]); ?", "；"),
        (f"(?<=[{_HAN}{_CLOSING}]):(?![/\\d]) ?", "："),
        (f"(?<=[{_HAN}{_CLOSING}])\\?", "？"),
        (f"(?<=[{_HAN}{_CLOSING}])!", "！"),
        (f"(?<=[0-9A-Za-z{_NUMBER}{_CODE}%)]), ?(?=[{_HAN}])", "，"),
        (f"(?<=[0-9A-Za-z{_NUMBER}{_CODE}%)]); ?(?=[{_HAN}])", "；"),
        (f"(?<=[{_HAN}{_CLOSING}])\\(([^()（）]*)\\)", r"（\1）"),
        ("(?<=\\S) +(?=[，。；：！？、（）])|(?<=[，。；：！？、（）]) +(?![|*])", ""),
    )
)


def _set(masked: str) -> str:
    for pattern, use in _RULES:
        masked = pattern.sub(use, masked)
    return masked


def _masked(phrase: str, change: Callable[[str], str]) -> str:
    held: list[str] = []

    def hide(match: re.Match[str]) -> str:
        held.append(match[0])
        return _CODE if not match[0].startswith("{") or match[0] == "{{" else _NUMBER

    changed = change(_HELD.sub(hide, phrase))
    shown = iter(held)
    return re.sub(f"[{_NUMBER}{_CODE}]", lambda _: next(shown), changed)

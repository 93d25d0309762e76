"""Which mentions do not count: denied ones, and those of other firms and of people's careers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from digimfg.arguments import checked
from digimfg.kinds import Whole

__all__ = ["CLAUSE_END", "SENTENCE_END", "MentionRules", "denied", "of_others"]

CLAUSE_END = re.compile(r"[,。;!?:\n]")
SENTENCE_END = re.compile(r"[。;!?\n]")
_TOWARDS_REACH = 6


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class MentionRules:
    """State which mentions are set aside; an empty tuple turns a rule off.

    Parameters
    ----------
    negations
        A word of these before the mention, in the same clause, at most `reach` characters away, denies it.
    not_negations
        Words that hold such characters but deny nothing (``"不断"``).
    reach
        Characters between the negation and the mention.
    others
        Who else may be the subject of a sentence (``"客户"``), and the words of a person's career
        (``"曾任"``): mentions after them in the sentence are not the firm's own ...
    towards
        ... unless the firm acts for them (``"为客户提供"``): one of these words just before,
    own
        or the firm is named again in between.
    """

    negations: tuple[str, ...] = (
        "没有", "没", "未", "无", "不", "非", "尚未", "并未", "从未", "不涉及", "未涉及", "不存在", "不属于",
        "缺乏", "缺少",
    )  # fmt: skip
    not_negations: tuple[str, ...] = (
        "不断", "不仅", "不但", "不只", "不止", "不少", "不同", "不得不", "不可或缺", "不可缺少", "无不",
        "无论", "无锡", "无线", "无人",
        "无缝", "无纸化", "无处不在", "未来", "非常", "非但", "毫无疑问", "并非只", "不限于", "不懈",
        "不断地",
    )  # fmt: skip
    reach: Whole = 10
    others: tuple[str, ...] = (
        "客户", "供应商", "股东", "竞争对手", "同行", "合作方", "交易对方", "下游企业", "上游企业", "曾任",
        "历任", "现任", "兼任", "毕业于",
        "就职于", "任职于",
    )  # fmt: skip
    towards: tuple[str, ...] = (
        "为", "向", "给", "对", "与", "和", "帮助", "服务", "助力", "面向", "满足", "赋能", "协助", "根据",
        "从", "联合", "同",
    )  # fmt: skip
    own: tuple[str, ...] = ("公司", "本集团", "我们", "我司", "本企业")


def denied(clause: str, rules: MentionRules) -> bool:
    """Say whether the clause up to a mention denies it."""
    pattern = _words(rules.negations, rules.not_negations)
    if pattern is None:
        return False
    return any(
        match.group() in rules.negations and len(clause) - match.end() <= rules.reach
        for match in pattern.finditer(clause)
    )


def of_others(sentence: str, rules: MentionRules) -> bool:
    """Say whether the sentence up to a mention is about somebody else."""
    pattern = _words(rules.others, ())
    if pattern is None:
        return False
    subject = None
    for match in pattern.finditer(sentence):
        before = sentence[max(0, match.start() - _TOWARDS_REACH) : match.start()]
        if not any(word in before for word in rules.towards):
            subject = match
    return subject is not None and not any(word in sentence[subject.end() :] for word in rules.own)


@lru_cache(maxsize=32)
def _words(words: tuple[str, ...], exceptions: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern that takes the longest word at each place, exceptions among them."""
    if not words:
        return None
    longest = sorted({*words, *exceptions}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest)))

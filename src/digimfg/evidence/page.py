"""The ledger as one self-contained page: each verdict opens to its estimates, table cells, data and rule."""

from __future__ import annotations

from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.evidence.ledger_file import DATA
from digimfg.evidence.page_parts import (
    audit_part,
    descriptions_part,
    estimates_part,
    facts_part,
    needs_part,
    rule_part,
)
from digimfg.evidence.page_versions import versions_part
from digimfg.evidence.verdict_values import STATUSES
from digimfg.text import Language, Text, legible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.evidence.places import Places
    from digimfg.evidence.verdict_values import Verdict, Verdicts

__all__ = ["render_ledger"]

KINDS = {
    "fact": Text("fact", "事实"),
    "causal": Text("causal", "因果"),
    "structural": Text("structural", "结构"),
    "forecast": Text("forecast", "预测"),
    "normative": Text("normative", "规范"),
}

TESTABILITY = {
    "A": Text("testable with open data", "公开数据可检验"),
    "B": Text("testable with data that users bring", "自备数据可检验"),
    "C": Text("by simulation only", "仅可模拟"),
    "D": Text("record only", "仅作记录"),
}

LAYERS = {
    "technology": Text("technology", "技术"),
    "structure": Text("structure", "结构"),
    "institution": Text("institution", "制度"),
}

_WORDS = {
    "title": Text("Ledger of claims", "论断账本"),
    "lead": Text(
        "What the paper claims, what bears on it, and what the data show, by rules in dated versions "
        "that are never rewritten: version 1 was declared with the analyses, version 2 after its "
        "estimates were seen. Open a claim to see its estimates, the cells they stand in, the data and "
        "the rule.",
        "论文的论断、相关证据与数据判定；规则按版本注明日期、不得改写：第1版与分析同时声明，"
        "第2版在看到第1版估计之后修订。点开任一论断可见其估计、所在表格单元格、数据与规则。",
    ),
    "all": Text("All", "全部"),
    "open": Text("Open all", "全部展开"),
    "close": Text("Close all", "全部收起"),
    "lines": Text("the paper's text, lines {}–{}", "原文第{}—{}行"),
    "line": Text("the paper's text, line {}", "原文第{}行"),
    "section": Text("section {}", "第{}节"),
    "words": Text("In the paper's words", "原文表述"),
    "why": Text("Why", "依据"),
    "changed": Text("Rules changed after they were declared", "声明后改动过的规则"),
    "hash": Text("Rules: SHA-256 {}", "规则：SHA-256 {}"),
    "measures": Text("Measures that bear on it", "相关测度"),
    "skip": Text("Skip to the claims", "跳到论断"),
}


def render_ledger(
    verdicts: Verdicts, language: Language, places: Mapping[str, Places] = MappingProxyType({})
) -> str:
    """Return the ledger as one HTML page that needs no other file and no network.

    The same verdicts give the same bytes. Without scripts everything works but the filter.

    Parameters
    ----------
    verdicts
        What `verdict` returned.
    language
        ``"en"`` or ``"zh"``.
    places
        Analysis → where its specifications are shown (`find_places`).
    """
    style = (DATA / "ledger.css").read_text(encoding="utf-8")
    script = (DATA / "ledger.js").read_text(encoding="utf-8")
    title = _WORDS["title"].language(language)
    body = "\n".join(_claim(each, language, places) for each in verdicts.verdicts)
    return legible(
        "<!DOCTYPE html>\n"
        f'<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#claims">{escape(_WORDS["skip"].language(language))}</a>\n'
        f"<header>\n<h1>{escape(title)}</h1>\n<p>{escape(_lead(verdicts.subject, language))}</p>\n"
        f"{_changes(verdicts, language)}{_filter(verdicts, language)}</header>\n"
        f'<main id="claims">\n{body}\n</main>\n'
        f"<footer><p>{escape(_WORDS['hash'].language(language).format(verdicts.rules_hash))}</p></footer>\n"
        f"<script>\n{script}</script>\n</body>\n</html>\n"
    )


def _lead(subject: Text, language: Language) -> str:
    """Return what the page is about: whose claims they are, where that is known, and how they were judged."""
    lead = _WORDS["lead"].language(language)
    named = subject.language(language)
    return f"{named}{'。' if language == 'zh' else '. '}{lead}" if named else lead


def _filter(verdicts: Verdicts, language: Language) -> str:
    counts = {status: sum(each.status == status for each in verdicts.verdicts) for status in STATUSES}
    buttons = [("all", _WORDS["all"].language(language), len(verdicts.verdicts))]
    buttons += [
        (status, STATUSES[status].language(language), count) for status, count in counts.items() if count
    ]
    shown = "".join(
        f'<button type="button" class="chip {name}" data-filter="{name}" '
        f'aria-pressed="{"true" if name == "all" else "false"}">'
        f"{escape(label)} <b>{count}</b></button>"
        for name, label, count in buttons
    )
    toggles = "".join(
        f'<button type="button" class="plain" '
        f'data-toggle="{name}">{escape(_WORDS[name].language(language))}</button>'
        for name in ("open", "close")
    )
    return f'<div class="filter" role="group">{shown}</div>\n<div class="toggles">{toggles}</div>\n'


def _changes(verdicts: Verdicts, language: Language) -> str:
    if not verdicts.changes:
        return ""
    items = "".join(f"<li>{escape(change.line.language(language))}</li>" for change in verdicts.changes)
    return f'<section class="changed"><h2>{escape(_WORDS["changed"].language(language))}</h2><ul>{items}</ul></section>\n'  # noqa: E501


def _claim(verdict: Verdict, language: Language, places: Mapping[str, Places]) -> str:
    claim = verdict.claim
    layers = ", ".join(LAYERS[layer].language(language) for layer in claim.layers)
    about = [
        _WORDS["section"].language(language).format(claim.section),
        KINDS[claim.kind].language(language),
        f"{claim.testability}: {TESTABILITY[claim.testability].language(language)}",
        layers,
    ]
    if claim.lines:
        key = "line" if claim.lines[0] == claim.lines[1] else "lines"
        about.append(_WORDS[key].language(language).format(*claim.lines))
    parts = [
        f'<p class="about">{escape(" · ".join(about))}</p>',
        _quoted(claim.text, language),
        f"<h3>{escape(_WORDS['why'].language(language))}</h3><p>{_with_commands(verdict.reason.language(language))}</p>",
        *(estimates_part(each, places.get(each.link.analysis), language) for each in verdict.estimates),
        *(facts_part(each, language) for each in verdict.facts),
        *(
            audit_part(
                each,
                language,
                summary=verdict.status not in ("recorded", "verified", "unchecked", "not_testable"),
            )
            for each in verdict.audits
        ),
        *(descriptions_part(each, places.get(each.link.analysis), language) for each in verdict.descriptions),
        needs_part(verdict.needs, language),
        _measures(claim.measures, language),
        versions_part(verdict, language),
        rule_part(claim, language),
    ]
    return (
        f'<details id="{escape(claim.id)}" data-status="{verdict.status}">\n'
        f'<summary><span class="id">{escape(claim.id)}</span><span '
        f'class="claim">{escape(claim.text.language(language))}</span>'
        f'<span class="chip '
        f'{verdict.status}">{escape(verdict.headline.language(language))}</span></summary>\n'
        f'<div class="inside">\n{"".join(part + chr(10) for part in parts if part)}</div>\n</details>'
    )


def _quoted(text: Text, language: Language) -> str:
    if language == "zh":
        return ""
    return f'<h3>{escape(_WORDS["words"].en)}</h3><blockquote lang="zh">{escape(text.zh)}</blockquote>'


def _with_commands(words: str) -> str:
    """Return words with what stands between backticks set as code."""
    pieces = escape(words).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))


def _measures(measures: tuple[Text, ...], language: Language) -> str:
    if not measures:
        return ""
    items = "".join(f"<li>{escape(each.language(language))}</li>" for each in measures)
    return f"<h3>{escape(_WORDS['measures'].language(language))}</h3><ul>{items}</ul>"

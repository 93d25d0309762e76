"""The ledger as one self-contained page: each verdict opens to its estimates, table cells, data and rule."""

from __future__ import annotations

from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.display.answer_words import CODE_WORDS
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
from digimfg.sheets import sheet_beside
from digimfg.text import Language, Text, legible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.evidence.places import Places
    from digimfg.evidence.verdict_values import Verdict, Verdicts

__all__ = ["render_ledger"]

KINDS = sheet_beside(__file__, "page", "kinds")

TESTABILITY = sheet_beside(__file__, "page", "testability")


_WORDS = sheet_beside(__file__, "page", "words")


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
    layers = ", ".join(CODE_WORDS["layer"][layer].language(language) for layer in claim.layers)
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

"""Parts of the ledger's page: estimates with their intervals, exact tests, audits, data, rules."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from digimfg.display.formatting import MISSING, format_count, format_number, format_numbers, format_p_value
from digimfg.evidence.page_versions import judged_part
from digimfg.evidence.tags import html_table
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.evidence.claims import Claim, Need
    from digimfg.evidence.described import Described
    from digimfg.evidence.grounds import Audit, Fact
    from digimfg.evidence.places import Places
    from digimfg.evidence.weighed import Seen, Weighed

__all__ = [
    "CONFIDENCE_WORDS",
    "SEVERITY_WORDS",
    "audit_part",
    "descriptions_part",
    "estimates_part",
    "facts_part",
    "needs_part",
    "rule_part",
]

_WORDS = sheet_beside(__file__, "page_parts", "words")

CONFIDENCE_WORDS = sheet_beside(__file__, "page_parts", "confidence")
SEVERITY_WORDS = sheet_beside(__file__, "page_parts", "severity")


def estimates_part(weighed: Weighed, places: Places | None, language: Language) -> str:
    """Return the estimates of one analysis: a table, and the intervals drawn."""
    link = weighed.link
    listed = [weighed.main, *weighed.robust]
    title = link.part.language(language) or (places.title.language(language) if places else link.analysis)
    rows = []
    for each in listed:
        shown = places.by_specification.get(each.specification, ()) if places else ()
        where = "; ".join(place.label.language(language) for place in shown) or MISSING
        name = each.specification + (f" ({_say('main', language)})" if each is weighed.main else "")
        wild = f" ({_say('wild', language)})" if each.bootstrapped else ""
        rows.append(
            [
                name,
                f"{format_number(each.estimate, 4)} ({format_number(each.std_error, 4)})",
                f"{format_p_value(each.p_value, 3)}{wild}",
                " … ".join(format_numbers((each.conf_low, each.conf_high), 4)),
                f"{format_count(each.n_obs)}, {format_count(each.n_clusters)}",
                where,
            ]
        )
    header = (
        [_say(key, language) for key in ("specification", "estimate")]
        + ["p"]
        + [_say(key, language) for key in ("interval", "counts", "place")]
    )
    panel = places.panel if places else MISSING
    validity = "".join(
        f"<p>{escape(_say('validity', language).format(name, format_p_value(p, 3)))}</p>"
        for name, p in weighed.validity.items()
    )
    detectable = _say("detectable", language).format(
        format_number(weighed.detectable, 3),
        weighed.power,
        f"{link.smallest_effect:g}",
        link.smallest_effect_reason.language(language),
    )
    return (
        f"<h3>{escape(_say('estimates', language).format(title))}</h3>"
        f'<p class="about"><code>{escape(weighed.main.outcome)}</code> ← '
        f"<code>{escape(weighed.main.term)}</code></p>"
        f"{_intervals(listed)}{html_table(header, rows)}{validity}<p>{escape(detectable)}</p>{judged_part(weighed, language)}"  # noqa: E501
        f"<p>{escape(_say('panel', language).format(panel, weighed.main.data_hash[:16]))}</p>"
    )


def descriptions_part(described: Described, places: Places | None, language: Language) -> str:
    """Return what an analysis shows without testing it: numbers, where they stand, and the weakness."""
    link = described.link
    rows = []
    for number, value in zip(link.numbers, described.shown_values, strict=False):
        stands = places.by_specification.get(number.source, ()) if places else ()
        where = dict.fromkeys(place.label.language(language) for place in stands)
        rows.append([number.label.language(language), value, "; ".join(where) or number.source])
    header = [_say(key, language) for key in ("quantity", "value", "place")]
    table = html_table(header, rows) if rows else f"<p>{escape(_say('absent', language))}</p>"
    return (
        f"<h3>{escape(_say('described', language).format(link.part.language(language)))}</h3>{table}"
        f"<p>{escape(_say('weakness', language).format(link.weakness.language(language)))}</p>"
    )


def facts_part(fact: Fact, language: Language) -> str:
    """Return an exact test with its numbers."""
    rows = [[name, format_number(value, 4)] for name, value in fact.numbers.items()]
    return (
        f"<h3>{escape(_say('exact', language))}: <code>{escape(fact.name)}</code></h3>"
        f"{html_table([_say('quantity', language), _say('value', language)], rows)}"
    )


def audit_part(audit: Audit, language: Language, *, summary: bool) -> str:
    """Return the audit of a record: sums, and every erratum with its evidence; the summary only where asked
    for.
    """
    parts = [f"<h3>{escape(_say('record', language))}: <code>{escape(audit.record.register)}</code></h3>"]
    if summary:
        parts.append(f"<p>{escape(audit.summary.language(language))}</p>")
    if len(audit.quantities):
        rows = [
            [
                str(row[f"label_{language}"]),
                _amount(float(row["value"]), str(row[f"unit_{language}"]), language),
                str(row[f"formula_{language}"]),
            ]
            for _, row in audit.quantities.iterrows()
        ]
        parts.append(html_table([_say(key, language) for key in ("quantity", "value", "formula")], rows))
    if len(audit.errata):
        rows = [_erratum(record, language) for record in records(audit.errata)]
        parts.append(
            html_table(
                [
                    _say(key, language)
                    for key in ("cell", "line", "printed", "proposed", "sure", "severity", "evidence")
                ],
                rows,
            )
        )
    return "".join(parts)


def _amount(value: float, unit: str, language: Language) -> str:
    return f"{format_number(value, 2)}{'' if language == 'zh' else ' '}{unit}"


def needs_part(needs: Sequence[Need], language: Language) -> str:
    """Return the data that would decide a claim, with the command that brings them."""
    if not needs:
        return ""
    items = "".join(
        f"<li>{escape(each.label.language(language))}: "
        + (f"<code>{escape(each.command)}</code>" if each.command else escape(_say("no_command", language)))
        + "</li>"
        for each in needs
    )
    return f"<h3>{escape(_say('needs', language))}</h3><ul>{items}</ul>"


def rule_part(claim: Claim, language: Language) -> str:
    """Return the rule of a claim as declared."""
    from digimfg.evidence.rules import flat_rule

    items = "".join(
        f"<dt>{escape(_rule_name(name, language))}</dt><dd>{escape(value)}</dd>"
        for name, value in flat_rule(claim).items()
    )
    return f"<h3>{escape(_say('rule', language))}</h3><dl>{items}</dl>"


_RULE_NAMES = sheet_beside(__file__, "page_parts", "rule_names")


def _rule_name(path: str, language: Language) -> str:
    words = _RULE_NAMES[path.rsplit(".", 1)[-1]].language(language)
    number = path.partition("[")[2].partition("]")[0]
    return f"{words} [{number}]" if number not in ("", "1") else words


def _erratum(record: dict[str, Any], language: Language) -> list[str]:
    line = record["first_line"]
    proposed = str(record["english"]) if language == "en" and record["english"] else str(record["proposed"])
    return [
        f"{record['row']} · {record['column']}",
        MISSING if line is None or line != line else str(line),
        str(record["printed"]) or MISSING,
        _say("drop", language) if record["action"] == "drop" else proposed or MISSING,
        CONFIDENCE_WORDS[str(record["confidence"])].language(language),
        SEVERITY_WORDS[str(record["severity"])].language(language),
        f"{record[f'evidence_{language}']} [{record['source']}]",
    ]


def _say(key: str, language: Language) -> str:
    return _WORDS[key].language(language)


def _intervals(listed: Sequence[Seen]) -> str:
    """Draw estimates and intervals as an inline picture; the table below says the same in numbers."""
    ends = [
        value
        for each in listed
        for value in (each.conf_low, each.conf_high, each.estimate)
        if math.isfinite(value)
    ]
    if not ends:
        return ""
    low, high = min(0.0, *ends), max(0.0, *ends)
    width, step = 320.0, 14.0
    scale = (width - 16) / ((high - low) or 1.0)
    height = step * len(listed) + 8

    def place(value: float) -> str:
        return f"{8 + (value - low) * scale:.1f}"

    marks = [f'<line class="zero" x1="{place(0)}" x2="{place(0)}" y1="2" y2="{height - 2:.0f}"/>']
    for number, each in enumerate(listed):
        y = f"{step * number + 11:.0f}"
        if math.isfinite(each.conf_low) and math.isfinite(each.conf_high):
            marks.append(
                f'<line class="interval" x1="{place(each.conf_low)}" x2="{place(each.conf_high)}" '
                f'y1="{y}" y2="{y}"/>'
            )
        marks.append(
            f'<circle class="{"first" if number == 0 else "other"}" cx="{place(each.estimate)}" '
            f'cy="{y}" r="{4 if number == 0 else 3}"/>'
        )
    return f'<svg class="intervals" viewBox="0 0 {width:.0f} {height:.0f}" aria-hidden="true">{"".join(marks)}</svg>'  # noqa: E501

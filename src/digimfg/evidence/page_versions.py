"""Parts of the ledger's page that belong to the second procedure: p-values, grades, falsification, versions
of the rule.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from digimfg.display.formatting import MISSING, format_number, format_numbers, format_p_value
from digimfg.evidence.tags import html_table
from digimfg.evidence.weighed import GRADES, IDENTIFICATIONS
from digimfg.sheets import sheet_beside
from digimfg.text import Language

if TYPE_CHECKING:
    from digimfg.evidence.verdict_values import Verdict
    from digimfg.evidence.weighed import Weighed

__all__ = ["CONSTRUCTS", "judged_part", "versions_part"]

CONSTRUCTS = sheet_beside(__file__, "page_versions", "constructs")

_WORDS = sheet_beside(__file__, "page_versions", "words")


def judged_part(weighed: Weighed, language: Language) -> str:
    """Return the adjusted p-values, the grade and the falsification of an estimate under procedure 2."""
    if weighed.grade is None or weighed.identification is None:
        return ""
    p_values = [format_p_value(p, 3) for p in (weighed.p_decides, weighed.p_adjusted, weighed.p_romano_wolf)]
    fit = CONSTRUCTS[weighed.link.construct] if weighed.link.construct else _WORDS["undeclared"]
    reason = weighed.link.construct_reason.language(language)
    lines = [
        _say("p", language).format(*p_values),
        _say("grade", language).format(
            GRADES[weighed.grade].language(language),
            IDENTIFICATIONS[weighed.identification].language(language),
            fit.language(language)
            + (f" ({reason})" if reason and language == "en" else f"（{reason}）" if reason else ""),
        ),
    ]
    if weighed.no_romano_wolf is not None:
        lines.append(_say("no_romano_wolf", language).format(weighed.no_romano_wolf.language(language)))
    tests = weighed.falsified
    if tests is not None:
        share = tests.trend_share if math.isfinite(tests.trend_share) else 0.0
        lines.append(
            _say("falsified", language).format(
                format_p_value(tests.p_value, 3),
                format_number(tests.power, 2),
                *format_numbers((tests.conf_low, tests.conf_high), 3),
                share,
                *format_numbers((tests.detrended_low, tests.detrended_high), 3),
            )
        )
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def versions_part(verdict: Verdict, language: Language) -> str:
    """Return the versions of a claim's rule side by side, each with its verdict and why it was amended."""
    if verdict.version is None:
        return ""
    rows = [
        [
            each.version.declared.language(language),
            each.headline.language(language),
            each.amended.language(language) or MISSING,
        ]
        for each in verdict.earlier
    ]
    rows.append([verdict.version.declared.language(language), verdict.headline.language(language), MISSING])
    header = [_say(key, language) for key in ("version", "verdict", "amended")]
    return f"<h3>{escape(_say('versions', language))}</h3>{html_table(header, rows)}"


def _say(key: str, language: Language) -> str:
    return _WORDS[key].language(language)

"""Sentences of the report over verdicts: how many claims are supported, how sure, and what estimates say."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from digimfg.display.formatting import format_number, format_numbers, format_p_value
from digimfg.evidence.weighed import GRADES, IDENTIFICATIONS
from digimfg.notes import note_of
from digimfg.sentences import sentence
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.evidence.verdict_values import Verdict
    from digimfg.evidence.weighed import Weighed

__all__ = ["ON_DIGITALISATION", "answer_sentences", "estimate_sentences"]

ON_DIGITALISATION = ("C12", "C19", "C20")
"""Claims on what digitalisation does to manufacturing, as against claims on its evolution at large."""
_FOUND = sheet_beside(__file__, "report_sentences", "found")


def answer_sentences(verdicts: Sequence[Verdict]) -> list[Text]:
    """Return how many claims estimates support, and by which designs and grades of evidence."""
    tested = [each for each in verdicts if each.estimates]
    statuses = Counter(each.status for each in tested)
    digital = [each for each in tested if each.claim.id in ON_DIGITALISATION]
    supported = [each for each in tested if each.status == "supported"]
    shown = [each for each in digital if each.status == "supported"]
    said: list[Text] = [
        note_of(
            "paper.claims_counted",
            n_claims=len(verdicts),
            n_tested=len(tested),
            supported=statuses["supported"],
            contradicted=statuses["contradicted"],
            null=statuses["informative_null"],
            open=statuses["inconclusive"] + statuses["undecidable"] + statuses["mixed"],
        )
    ]
    if digital:
        listed = [Text(each.claim.id, each.claim.id) for each in digital]
        said.append(note_of("paper.upgrading_claims_supported", ids=listed, n=len(shown), of=len(digital)))
    grades = Counter(one.grade for each in supported for one in each.estimates if one.grade)
    designs = Counter(
        one.identification for each in supported for one in each.estimates if one.identification
    )
    if supported:
        said += [
            note_of("paper.supported_claims", ids=[Text(each.claim.id, each.claim.id) for each in supported]),
            note_of(
                "paper.grades_of_supported",
                grades=_counted([(GRADES[grade], n) for grade, n in grades.items()]),
            ),
            note_of(
                "paper.designs_of_supported",
                designs=_counted([(IDENTIFICATIONS[design], n) for design, n in designs.items()]),
            ),
        ]
    return said


def estimate_sentences(one: Weighed) -> Text:
    """Return what an estimate says of a claim: its numbers, what was found, design and grade."""
    main = one.main
    low, high = format_numbers((main.conf_low, main.conf_high), 3)
    numbers: dict[str, object] = {
        "estimate": format_number(main.estimate, 3),
        "se": format_number(main.std_error, 3),
        "low": low,
        "high": high,
    }
    part = one.link.part if one.link.part.en else Text(one.link.analysis, one.link.analysis)
    said = [
        note_of(
            "paper.estimate_of_part",
            **(
                numbers
                | {
                    "part": part,
                    "p": _p(one.p_decides if math.isfinite(one.p_decides) else main.p_value),
                }
            ),
        )
    ]
    if math.isfinite(one.p_adjusted):
        said.append(note_of("paper.adjusted_p", p=_p(one.p_adjusted)))
    if one.robust:
        said.append(note_of("paper.robust_estimates_agree", n=one.agreeing, of=len(one.robust)))
    together: Text = said[0]
    for each in said[1:]:
        together = note_of("paper.two_parts", a=together, b=each)
    sentences = [note_of("phrases.sentence_closed", said=[together]), _FOUND[one.status]]
    if one.identification:
        sentences.append(
            note_of(
                "paper.design_with_grade",
                design=sentence(IDENTIFICATIONS[one.identification]),
                grade=GRADES[one.grade] if one.grade else Text("none", "无"),
            )
        )
    return Text(" ".join(each.en for each in sentences), "".join(each.zh for each in sentences))


def _counted(counts: Sequence[tuple[Text, int]]) -> Text:
    parts = [note_of("paper.word_with_count", word=word, n=n) for word, n in counts]
    return Text(", ".join(each.en for each in parts), "、".join(each.zh for each in parts))


def _p(value: float) -> str:
    shown = format_p_value(value, 3)
    return f"< {shown[1:]}" if shown.startswith("<") else f"= {shown}"

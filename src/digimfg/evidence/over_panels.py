"""What several panels decide of one claim: each test's p-value, adjusted by Holm over the panels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digimfg.evidence.second_procedure import adjusted
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claim_answer import ClaimAnswer
    from digimfg.evidence.decision import LineStatus

__all__ = ["said_over_panels", "tested_panels", "votes_of_panels"]


def tested_panels(answers: Sequence[ClaimAnswer]) -> tuple[ClaimAnswer, ...]:
    """Return the answers of observed panels that had what the test needs."""
    return tuple(each for each in answers if not each.synthetic and each.status != "not_testable")


def votes_of_panels(
    answers: Sequence[ClaimAnswer], alpha: float
) -> tuple[tuple[LineStatus, ...], tuple[float, ...]]:
    """Return what each observed panel says once p-values are adjusted by Holm over them, and these p-values.

    Several panels are several chances to find a claim supported or contradicted; a panel that decides at
    `alpha` alone and not after the adjustment is inconclusive. An informative null needs no p-value.

    Parameters
    ----------
    answers
        Of observed panels, as `tested_panels` returns them.
    alpha
        Level.
    """
    p_values = adjusted([math.nan if each.p_value is None else each.p_value for each in answers])
    votes: list[LineStatus] = []
    for each, p in zip(answers, p_values, strict=True):
        decided = each.status in ("supported", "contradicted")
        lost = decided and not (math.isnan(p) or p < alpha)
        votes.append("inconclusive" if lost or each.status == "not_testable" else each.status)
    return tuple(votes), p_values


def said_over_panels(answers: Sequence[ClaimAnswer], p_values: Sequence[float]) -> Text:
    """Return the p-values over panels in words, nothing where there is one panel."""
    if len(answers) < 2:
        return Text("", "")
    en = [f"{each.panel} {p:.3f}" for each, p in zip(answers, p_values, strict=True) if not math.isnan(p)]
    if not en:
        return Text("", "")
    return Text(
        f"p over {len(answers)} panels by Holm: {', '.join(en)}",
        f"{len(answers)}个面板间经Holm校正的p值：{'，'.join(en)}",
    )

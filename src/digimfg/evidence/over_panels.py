"""What several panels decide of one claim: each test's p-value, adjusted by Holm over the panels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digimfg.evidence.second_procedure import adjusted
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claim_answer import ClaimAnswer
    from digimfg.evidence.weighed import LineStatus

__all__ = ["said_difference", "said_over_panels", "tested_panels", "votes_of_panels"]

_POWER = 2.8016  # quantiles of the normal distribution at 0.975 and 0.80, added up


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


def said_difference(answers: Sequence[ClaimAnswer]) -> Text:
    """Return what would settle a claim that observed panels decide differently, nothing where they agree.

    For a panel that leaves open what another decides: about how many clusters would find the other's
    estimates with a power of 80 % at 5 %, errors falling with the root of clusters.
    """
    decided = [each for each in answers if each.status in ("supported", "contradicted")]
    if len({each.status for each in decided}) > 1:
        return Text(
            "the panels contradict each other, which more rows of either would not settle: compare the "
            "columns that fill the roles, units and years",
            "各面板结论相反，增加任一面板的行数无济于事：请比较充任各角色的列、个体与年份",
        )
    undecided = [each for each in answers if each.status == "inconclusive"]
    wanted = [(each.panel, _enough(each, decided[0])) for each in undecided if decided]
    said = [(panel, count) for panel, count in wanted if count]
    return Text(
        "; ".join(
            f"{panel} leaves open what {decided[0].panel} decides: about {count:,} clusters would find its "
            "estimates"
            for panel, count in said
        ),
        "；".join(
            f"{panel}未能判定{decided[0].panel}所判定者：约需{count:,}个聚类方可发现其估计值"
            for panel, count in said
        ),
    )


def _enough(open_one: ClaimAnswer, decided: ClaimAnswer) -> int:
    """Return the clusters that would do, 0 where no part of both has an error."""
    parts = open_one.parts[["std_error", "n_clusters"]].join(decided.parts["estimate"], how="inner").dropna()
    parts = parts[parts["estimate"] != 0]
    ratio = _POWER * parts["std_error"] / parts["estimate"].abs()
    counts = parts["n_clusters"] * ratio.clip(lower=1) ** 2
    return math.ceil(counts.max()) if len(counts) else 0

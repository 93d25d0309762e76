"""What the evidence says of one claim, and of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from digimfg.arguments import checked
from digimfg.evidence.claim_answer import ClaimAnswer, headline_of
from digimfg.evidence.claims import Claim, Need
from digimfg.evidence.described import Described
from digimfg.evidence.grounds import Audit, Fact
from digimfg.evidence.over_panels import tested_panels
from digimfg.evidence.preparation import (
    unknown_name,
)
from digimfg.evidence.rules import RuleChange
from digimfg.evidence.versions import RuleVersion
from digimfg.evidence.weighed import Weighed
from digimfg.sheets import sheet_beside
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["AUDITS", "STATUSES", "EarlierVerdict", "Status", "StudyAnswer", "Verdict", "Verdicts"]

Status = Literal[
    "supported",
    "contradicted",
    "informative_null",
    "inconclusive",
    "mixed",
    "undecidable",
    "not_supported",
    "not_testable",
    "verified",
    "unchecked",
    "recorded",
]
STATUSES = sheet_beside(__file__, "verdict_values", "statuses")
"""Those of procedure 2; "not supported" and "recorded fact" are of procedure 1 alone."""
AUDITS = sheet_beside(__file__, "verdict_values", "audits")


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierVerdict:
    """What an earlier version of a claim's rule says of the same results, and why it was amended."""

    version: RuleVersion
    status: Status
    headline: Text
    amended: Text


class StudyAnswer(Protocol):
    """What a study answers: `dm.FalsificationPack`, `dm.RobustnessBattery`, or what was stored of them."""


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict:
    """What the evidence says of one claim.

    Parameters
    ----------
    claim
        The claim with its rule.
    status
        One of `STATUSES`.
    low_power
        A null that could not have been anything else.
    estimates, facts, audits
        The evidence.
    needs
        Data that would make it testable, or more of it.
    reason
        How the rule came to the status.
    version
        Of the rule, where the ledger is the shipped one.
    earlier
        What earlier versions of its rule say of the same results.
    panels
        What the packs' tests say of it, one answer per panel.
    descriptions
        What is shown beside and decides nothing.
    """

    claim: Claim
    status: Status
    low_power: bool
    estimates: tuple[Weighed, ...]
    facts: tuple[Fact, ...]
    audits: tuple[Audit, ...]
    needs: tuple[Need, ...]
    reason: Text
    version: RuleVersion | None = None
    earlier: tuple[EarlierVerdict, ...] = ()
    panels: tuple[ClaimAnswer, ...] = ()
    descriptions: tuple[Described, ...] = ()

    @property
    def headline(self) -> Text:
        """Return the status in words, with its audit, its lack of power, the design that it rests on, and
        where
        panels decide it: on which, simulated ones apart.
        """
        tested = [each for each in self.panels if each.status != "not_testable"]
        if not tested:
            return self._own_headline
        more = [headline_of(each, STATUSES[each.status]) for each in tested]
        own = () if self.decided_by_panels else (self._own_headline,)
        if self.decided_by_panels and any(each.status != self.status for each in tested_panels(self.panels)):
            own = (STATUSES[self.status],)
        listed = (*own, *more)
        return Text("; ".join(each.en for each in listed), "；".join(each.zh for each in listed))

    @property
    def decided_by_panels(self) -> bool:
        """Return whether the status is that of observed panels of packs, for want of estimates of its own."""
        return (
            bool(tested_panels(self.panels))
            and not self.estimates
            and all(each.status == "recorded" for each in self.facts)
        )

    @property
    def _own_headline(self) -> Text:
        words = STATUSES[self.status]
        if self.low_power:
            return Text(f"{words.en} (little power)", f"{words.zh}（功效不足）")
        if self.status in ("recorded", "verified", "unchecked") and self.audits:
            worst = max(
                (each.status for each in self.audits), key=("holds", "additions", "corrected", "open").index
            )
            return Text(f"{words.en}: {AUDITS[worst].en}", f"{words.zh}：{AUDITS[worst].zh}")
        decided = self.status in ("supported", "contradicted") and self.claim.kind == "causal"
        if decided and any(each.identification == "association" for each in self.estimates):
            return Text(f"{words.en}, as an association", f"{words.zh}（仅为相关关系）")
        return words


@checked
@shown(Text("Verdicts", "结论判定"), first="summary")
@dataclass(frozen=True, kw_only=True, eq=False)
class Verdicts:
    """All verdicts, in the order of the ledger, the hash of the rules, what changed in these since, and
    whose claims they are of.
    """

    verdicts: tuple[Verdict, ...]
    rules_hash: str
    changes: tuple[RuleChange, ...] = ()
    subject: Text = field(default_factory=lambda: Text("", ""))

    @property
    def summary(self) -> pd.DataFrame:
        """Return claim → its text, what the evidence says of it, and how the rule came to that."""
        import pandas as pd

        found = {
            each.claim.id: {"text": each.claim.text, "verdict": each.headline, "reason": each.reason}
            for each in self.verdicts
        }
        return pd.DataFrame.from_dict(found, orient="index").rename_axis("claim")

    def __getitem__(self, claim: str) -> Verdict:
        for each in self.verdicts:
            if each.claim.id == claim:
                return each
        raise unknown_name(Text("the ledger", "论断账本"), claim, [each.claim.id for each in self.verdicts])

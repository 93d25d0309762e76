"""The ledger of the paper's claims and the verdict on each, by rules declared before the estimates were seen."""

from digimfg.evidence.claims import Claim, Rule
from digimfg.evidence.ledger_file import ledger, read_ledger
from digimfg.evidence.rules import changed_rules, declared_rules
from digimfg.evidence.snapshot import compare_verdicts, verdicts_record
from digimfg.evidence.verdicts import Verdict, Verdicts, verdict

__all__ = [
    "Claim",
    "Rule",
    "Verdict",
    "Verdicts",
    "changed_rules",
    "compare_verdicts",
    "declared_rules",
    "ledger",
    "read_ledger",
    "verdict",
    "verdicts_record",
]

"""The rules as data: their hash, what was declared, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from digimfg.files import canonical_json, sha256_bytes
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claims import Claim

__all__ = ["RuleChange", "changed_rules", "flat_rule", "rule_of", "rules_hash"]


_DECIDING = (
    "analysis",
    "main",
    "robust",
    "term",
    "sign",
    "smallest_effect",
    "validity",
    "joint",
    "battery",
    "battery_rows",
    "design",
    "falsification",
    "honest_bound",
    "construct",
)
"""What of an `Estimates` decides; words do not."""

_OF_PROCEDURE_2 = {
    "procedure", "honest_bound", "joint", "battery", "battery_rows", "design", "falsification", "construct"
}  # fmt: skip
"""What procedure 1 does not know, and so is no part of a rule that follows it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleChange:
    """Name one field of a rule that is not as declared."""

    claim: str
    field: str
    declared: str
    now: str

    @property
    def line(self) -> Text:
        """Return the change in words."""
        return Text(
            f"{self.claim}, {self.field}: declared {self.declared}, now {self.now}",
            f"{self.claim}，{self.field}：声明时为{self.declared}，现为{self.now}",
        )


def rule_of(claim: Claim) -> dict[str, Any]:
    """Return everything of a claim that decides its verdict, as plain data."""
    first = claim.rule.procedure == 1
    rule = {
        name: value for name, value in asdict(claim.rule).items() if not (first and name in _OF_PROCEDURE_2)
    }
    deciding = [name for name in _DECIDING if not (first and name in _OF_PROCEDURE_2)]
    return {
        "rule": rule,
        "estimates": [{name: _value(getattr(each, name)) for name in deciding} for each in claim.estimates],
        "facts": [{"name": each.name, **each.parameters} for each in claim.facts],
        "records": [
            {"register": each.register, "rows": list(each.rows), "columns": list(each.columns)}
            for each in claim.records
        ],
        "needs": list(claim.needs),
    }


def flat_rule(claim: Claim) -> dict[str, str]:
    """Return the same as names and values in words, ``rule.alpha`` → ``0.05``."""
    return _flat(rule_of(claim))


def rules_hash(claims: Iterable[Claim]) -> str:
    """Return the SHA-256 of the rules of all claims."""
    content = {claim.id: rule_of(claim) for claim in claims}
    return sha256_bytes(canonical_json(content).encode("utf-8"))


def changed_rules(claims: Iterable[Claim], declared: Mapping[str, Any]) -> tuple[RuleChange, ...]:
    """Return every field in which the rules of claims differ from those declared.

    Parameters
    ----------
    claims
        As they are now.
    declared
        Claim → rule, as `rule_of` gives it: those that were declared or those of a stored snapshot. Claims
        that are only on one side are changes too.
    """
    now = {claim.id: rule_of(claim) for claim in claims}
    changes = []
    for claim in sorted({*now, *declared}):
        before, after = _flat(declared.get(claim, {})), _flat(now.get(claim, {}))
        for field in sorted({*before, *after}):
            if before.get(field, "—") != after.get(field, "—"):
                changes.append(
                    RuleChange(
                        claim=claim, field=field, declared=before.get(field, "—"), now=after.get(field, "—")
                    )
                )
    return tuple(changes)


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _flat(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, Mapping):
        return {
            key: text
            for name, item in value.items()
            for key, text in _flat(item, f"{path}.{name}" if path else name).items()
        }
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return {
            key: text
            for number, item in enumerate(value, start=1)
            for key, text in _flat(item, f"{path}[{number}]").items()
        }
    if isinstance(value, list):
        return {path: ", ".join(str(item) for item in value)} if value else {}
    if value in ("", None):
        return {}
    return {path: f"{value:g}" if isinstance(value, float) else str(value)}

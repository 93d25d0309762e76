"""Versions of each claim's rule: dated, hashed, never rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digimfg.errors import AnalysisError
from digimfg.evidence.claims import Estimates, ExactTest, Record, Rule
from digimfg.evidence.ledger_form import VERSIONS_FORM, Known, VersionForm
from digimfg.evidence.rules import rule_of
from digimfg.files import canonical_json, sha256_bytes
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claims import Claim

__all__ = [
    "RuleVersion",
    "add_rules",
    "add_versions",
    "as_declared",
    "earlier_claims",
    "read_versions",
    "versions_content",
]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleVersion:
    """Hold one version of the rule of one claim.

    Parameters
    ----------
    claim, version
        Whose, and its number from 1.
    date
        When it was declared, ``YYYY-MM-DD``.
    estimate_known
        Whether any estimate of the claim, a trial included, was known when it was written.
    reason
        Why it differs from the version before.
    rule
        As `digimfg.evidence.rules.rule_of` gives it.
    hash
        SHA-256 of all of this and of the hash before it.
    """

    claim: str
    version: int
    date: str
    estimate_known: Known
    reason: Text
    rule: Mapping[str, Any]
    hash: str

    @property
    def declared(self) -> Text:
        """Return when it was declared, and knowing what, in words."""
        known = {
            "yes": Text("estimates of the claim were known", "已知该论断的估计"),
            "no": Text("no estimate of the claim was known", "尚不知该论断的任何估计"),
            "cannot be shown": Text(
                "declared with the analyses; that no estimate was seen before cannot be shown",
                "与分析同时声明，无法证明事先未见估计",
            ),
        }[self.estimate_known]
        return Text(
            f"version {self.version} of {self.date}, SHA-256 {self.hash[:12]}; {known.en}",
            f"第{self.version}版，{self.date}，SHA-256 {self.hash[:12]}；{known.zh}",
        )


def read_versions(path: Path | str) -> dict[str, tuple[RuleVersion, ...]]:
    """Read versions of rules and see that none was changed after it was declared.

    Raises
    ------
    AnalysisError
        If the hash of a version is not that of its content, or numbers or dates do not follow each other.
    """
    document = VERSIONS_FORM.open(path)
    return {claim: _chain(claim, listed, str(path)) for claim, listed in document.content.items()}


def versions_content(versions: Mapping[str, Iterable[RuleVersion]]) -> str:
    """Return versions as the text of their file."""
    return canonical_json({claim: [_plain(each) for each in listed] for claim, listed in versions.items()})


def add_versions(
    versions: Mapping[str, tuple[RuleVersion, ...]],
    claims: Iterable[Claim],
    *,
    date: str,
    estimate_known: Known,
    reason: Text,
) -> dict[str, tuple[RuleVersion, ...]]:
    """Return the versions with one more for every claim whose rule is not the last one declared.

    Versions that are there stay as they are; so does a claim that is no longer in the ledger.

    Raises
    ------
    AnalysisError
        If the date is none, or before that of a version it would follow, or a changed rule comes without a
        reason.
    """
    rules = {claim.id: rule_of(claim) for claim in claims}
    return add_rules(versions, rules, date=date, estimate_known=estimate_known, reason=reason)


def add_rules(
    versions: Mapping[str, tuple[RuleVersion, ...]],
    rules: Mapping[str, Mapping[str, Any]],
    *,
    date: str,
    estimate_known: Known,
    reason: Text,
) -> dict[str, tuple[RuleVersion, ...]]:
    """Return the versions with one more for every rule, plain data by name, that is not the last one
    declared.

    Raises
    ------
    AnalysisError
        As `add_versions`.
    """
    found = dict(versions)
    for name, rule in rules.items():
        before = found.get(name, ())
        if before and _same(before[-1].rule, rule):
            continue
        where = Text(f"claim {name}, version {len(before) + 1}", f"论断{name}第{len(before) + 1}版")
        if before and not (reason.en and reason.zh):
            raise AnalysisError.of("evidence.no_reason_for_change", where=where)
        made = RuleVersion(
            claim=name,
            version=len(before) + 1,
            date=date,
            estimate_known=estimate_known,
            reason=reason,
            rule=rule,
            hash="",
        )
        listed = (*before, replace(made, hash=_hash(made, before[-1].hash if before else "")))
        _follow(name, listed, where)
        found[name] = listed
    return found


def as_declared(claim: Claim, version: RuleVersion) -> Claim:
    """Return a claim as it was under an earlier version of its rule; words are the present ones."""
    words = {(each.analysis, each.main): each for each in claim.estimates}
    return replace(
        claim,
        rule=Rule(**{"procedure": 1, **version.rule["rule"]}),
        estimates=tuple(_link(each, words) for each in version.rule["estimates"]),
        facts=tuple(
            ExactTest(
                name=each["name"], parameters={key: value for key, value in each.items() if key != "name"}
            )
            for each in version.rule["facts"]
        ),
        records=tuple(_record(each, claim) for each in version.rule["records"]),
        needs=tuple(version.rule["needs"]),
    )


def earlier_claims(
    claims: Iterable[Claim], versions: Mapping[str, tuple[RuleVersion, ...]]
) -> tuple[Claim, ...]:
    """Return claims as they were under every version of their rules before the last one."""
    return tuple(as_declared(claim, each) for claim in claims for each in versions.get(claim.id, ())[:-1])


def _link(content: Mapping[str, Any], words: Mapping[tuple[str, str], Estimates]) -> Estimates:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    own = words.get((values["analysis"], values["main"]))
    empty = Text("", "")
    return Estimates(
        **values,
        smallest_effect_reason=own.smallest_effect_reason if own else empty,
        part=own.part if own else empty,
        construct_reason=own.construct_reason if own else empty,
        data=own.data if own else "world",
    )


def _record(content: Mapping[str, Any], claim: Claim) -> Record:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    now = [each.quantities for each in claim.records if each.register == values["register"]]
    return Record(**values, quantities=now[0] if now else ())


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return canonical_json(one) == canonical_json(other)


def _plain(version: RuleVersion) -> VersionForm:
    return {
        "version": version.version,
        "date": version.date,
        "estimate_known": version.estimate_known,
        "reason": {"en": version.reason.en, "zh": version.reason.zh},
        "rule": dict(version.rule),
        "hash": version.hash,
    }


def _hash(version: RuleVersion, before: str) -> str:
    content = {**_plain(version), "hash": before, "claim": version.claim}
    return sha256_bytes(canonical_json(content).encode("utf-8"))


def _chain(claim: str, listed: list[VersionForm], where: str) -> tuple[RuleVersion, ...]:
    versions = tuple(
        RuleVersion(
            claim=claim,
            version=each["version"],
            date=each["date"],
            estimate_known=each["estimate_known"],
            reason=Text(each["reason"]["en"], each["reason"]["zh"]),
            rule=each["rule"],
            hash=each["hash"],
        )
        for each in listed
    )
    before = ""
    for version in versions:
        place = Text(f"{where}, {claim}, version {version.version}", f"{where}，{claim}第{version.version}版")
        if _hash(version, before) != version.hash:
            raise AnalysisError.of("evidence.version_edited", where=place, date=version.date)
        before = version.hash
    _follow(claim, versions, Text.of(where))
    return versions


def _follow(claim: str, versions: tuple[RuleVersion, ...], where: Text) -> None:
    dates = [each.date for each in versions]
    if [each.version for each in versions] != [*range(1, len(versions) + 1)] or dates != sorted(dates):
        got = ", ".join(f"{each.version} ({each.date})" for each in versions)
    elif not all(_DATE.match(date) for date in dates):
        got = ", ".join(dates)
    else:
        return
    raise AnalysisError.of("evidence.versions_not_in_order", where=where, got=got, claim=claim)

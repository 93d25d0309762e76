"""Give each claim its verdict: by rule from estimates and exact tests, else what would decide it, else its audit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol

from digimfg.arguments import checked
from digimfg.errors import AnalysisError, nearest
from digimfg.evidence.claims import Claim, Estimates, Need
from digimfg.evidence.decision import Weighed, seen, weigh
from digimfg.evidence.grounds import NO_GROUNDS, Audit, Fact, Grounds
from digimfg.evidence.ledger_file import needs
from digimfg.evidence.rules import RuleChange, changed_rules, rules_hash
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["STATUSES", "PValue", "Status", "Verdict", "Verdicts", "judge"]

Status = Literal["supported", "mixed", "not_supported", "contradicted", "not_testable", "recorded"]

STATUSES: dict[str, Text] = {
    "supported": Text("supported", "支持"),
    "mixed": Text("mixed", "证据不一"),
    "not_supported": Text("not supported", "未获支持"),
    "contradicted": Text("contradicted", "相反"),
    "not_testable": Text("not testable here", "现有数据无法检验"),
    "recorded": Text("recorded fact", "记录在案"),
}

AUDITS: dict[str, Text] = {
    "holds": Text("no error found", "未发现错误"),
    "corrected": Text("holds once corrected", "更正后成立"),
    "open": Text("in part open", "部分存疑"),
    "additions": Text("the paper's list is lost", "原文列表缺失"),
}


class PValue(Protocol):
    """A test with a p-value."""

    @property
    def p_value(self) -> float:
        """Return the p-value."""
        ...


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
    """

    claim: Claim
    status: Status
    low_power: bool
    estimates: tuple[Weighed, ...]
    facts: tuple[Fact, ...]
    audits: tuple[Audit, ...]
    needs: tuple[Need, ...]
    reason: Text

    @property
    def headline(self) -> Text:
        """Return the status in words, with its audit or its lack of power."""
        words = STATUSES[self.status]
        if self.low_power:
            return Text(f"{words.en} (little power)", f"{words.zh}（功效不足）")
        if self.status == "recorded" and self.audits:
            worst = max(
                (each.status for each in self.audits), key=("holds", "additions", "corrected", "open").index
            )
            return Text(f"{words.en}: {AUDITS[worst].en}", f"{words.zh}：{AUDITS[worst].zh}")
        return words


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class Verdicts:
    """All verdicts, in the order of the ledger, the hash of the rules that gave them, and what changed in these since."""

    verdicts: tuple[Verdict, ...]
    rules_hash: str
    changes: tuple[RuleChange, ...] = ()

    def __getitem__(self, claim: str) -> Verdict:
        for each in self.verdicts:
            if each.claim.id == claim:
                return each
        raise _unknown(Text("the ledger", "论断账本"), claim, [each.claim.id for each in self.verdicts])


def judge(
    claims: Iterable[Claim],
    results: Mapping[str, Mapping[str, Result]],
    tests: Mapping[str, Mapping[str, PValue]] = MappingProxyType({}),
    *,
    absent: Collection[str] = (),
    grounds: Grounds = NO_GROUNDS,
) -> Verdicts:
    """Return the verdict of each claim.

    Estimates and exact tests decide where a claim has them: all supported is supported, all contradicted is
    contradicted, all not supported is not supported, anything else is mixed. A claim without them is not testable
    here if it needs data that are not shipped, and otherwise a recorded fact with its audit.

    Parameters
    ----------
    claims
        As `read_claims` reads them.
    results
        Analysis → specification → result.
    tests
        Analysis → name → anything with ``p_value``.
    absent
        Analyses that the project does not have: a claim that rests on one is not testable here and names it.
    grounds
        What claims rest on besides: exact tests, audited records, the rules as declared.

    Raises
    ------
    AnalysisError
        If a claim names an analysis, a specification, a term or a test that is not there; the nearest names are
        suggested. An analysis that takes data which are not shipped may be absent: its claim is then not testable
        here and says which command brings the data.
    """
    listed = tuple(claims)
    declared = {claim.id: grounds.declared[claim.id] for claim in listed if claim.id in grounds.declared}
    return Verdicts(
        verdicts=tuple(_verdict(claim, results, tests, absent, grounds) for claim in listed),
        rules_hash=rules_hash(listed),
        changes=changed_rules([claim for claim in listed if claim.id in declared], declared),
    )


def _verdict(
    claim: Claim,
    results: Mapping[str, Mapping[str, Result]],
    tests: Mapping[str, Mapping[str, PValue]],
    absent: Collection[str],
    grounds: Grounds,
) -> Verdict:
    known = needs()
    lost = [each for each in claim.estimates if each.analysis in absent]
    unfed = [
        each
        for each in claim.estimates
        if each.analysis not in results and not known[each.data].shipped and each not in lost
    ]
    weighed = tuple(
        _weigh(claim, each, results, tests) for each in claim.estimates if each not in lost + unfed
    )
    facts, audits = _facts(claim, grounds), _audits(claim, grounds)
    wanted = dict.fromkeys([*claim.needs, *(each.data for each in unfed)])
    missing = (
        *(_analysis_needed(each.analysis) for each in lost),
        *(known[name] for name in wanted if not known[name].shipped),
    )
    votes = [each.status for each in weighed] + [each.status for each in facts if each.status != "recorded"]
    status: Status
    if votes:
        status = votes[0] if len(set(votes)) == 1 else "mixed"
    else:
        status = "not_testable" if missing else "recorded"
    nulls = [*(each.low_power for each in weighed), *(each.low_power for each in facts)]
    return Verdict(
        claim=claim,
        status=status,
        low_power=status == "not_supported" and any(nulls),
        estimates=weighed,
        facts=facts,
        audits=audits,
        needs=missing,
        reason=_reason(status, weighed, facts, audits, missing),
    )


def _facts(claim: Claim, grounds: Grounds) -> tuple[Fact, ...]:
    where = Text(f"claim {claim.id}, exact tests", f"论断 {claim.id}，精确检验")
    _check(where, [each.name for each in claim.facts], grounds.exact_tests)
    return tuple(grounds.exact_tests[each.name](claim.rule, **each.parameters) for each in claim.facts)


def _audits(claim: Claim, grounds: Grounds) -> tuple[Audit, ...]:
    where = Text(f"claim {claim.id}, records", f"论断 {claim.id}，记录")
    _check(where, [each.register for each in claim.records], grounds.registers)
    return () if grounds.audit is None else tuple(map(grounds.audit, claim.records))


def _analysis_needed(name: str) -> Need:
    label = Text(f"the analysis '{name}', which this project does not have", f"分析“{name}”（本项目中没有）")
    return Need(name=f"analysis {name}", label=label, shipped=False, command="")


def _weigh(
    claim: Claim,
    link: Estimates,
    results: Mapping[str, Mapping[str, Result]],
    tests: Mapping[str, Mapping[str, PValue]],
) -> Weighed:
    where = Text(f"claim {claim.id}, analysis '{link.analysis}'", f"论断 {claim.id}，分析“{link.analysis}”")
    if link.analysis not in results:
        raise AnalysisError(
            where=Text(f"claim {claim.id}", f"论断 {claim.id}"),
            expected=Text(f"results of the analysis '{link.analysis}'", f"分析“{link.analysis}”的结果"),
            got=Text(f"results of: {', '.join(results) or '—'}", f"已有结果：{', '.join(results) or '—'}"),
            remedy=Text(
                f"run it: `digimfg run {link.analysis}` or `make`",
                f"请先运行：`digimfg run {link.analysis}` 或 `make`",
            ),
        )
    found = results[link.analysis]
    _check(where, [link.main, *(name for name in link.robust if name != "*")], found)
    main = found[link.main]
    term = link.term or main.specification.regressors[0]
    _check(Text(f"{where.en}, '{link.main}'", f"{where.zh}“{link.main}”"), [term], main.coefficients.index)
    outcome = main.specification.outcome
    if link.robust == ("*",):
        names = [
            name
            for name, each in found.items()
            if name != link.main and term in each.coefficients.index and each.specification.outcome == outcome
        ]
    else:
        names = list(link.robust)
    robust = []
    for name in names:
        _check(Text(f"{where.en}, '{name}'", f"{where.zh}“{name}”"), [term], found[name].coefficients.index)
        robust.append(seen(name, found[name], term, claim.rule))
    own_tests = tests.get(link.analysis, {})
    _check(Text(f"{where.en}, validity", f"{where.zh}，有效性检验"), link.validity, own_tests)
    validity = {name: float(own_tests[name].p_value) for name in link.validity}
    return weigh(link, seen(link.main, main, term, claim.rule), robust, validity, claim.rule)


def _check(where: Text, names: Iterable[str], known: Iterable[str]) -> None:
    listed = [str(name) for name in known]
    for name in names:
        if name not in listed:
            raise _unknown(where, name, listed)


def _unknown(where: Text, name: str, known: list[str]) -> AnalysisError:
    near = nearest(name, known)
    return AnalysisError(
        where=where,
        expected=Text(f"one of: {', '.join(known) or '—'}", f"下列之一：{', '.join(known) or '—'}"),
        got=f"'{name}'",
        remedy=Text(
            f"nearest names: {near}; correct the claim or the analysis",
            f"相近的名称：{near}；更正论断或分析文件",
        ),
    )


def _reason(
    status: Status,
    weighed: tuple[Weighed, ...],
    facts: tuple[Fact, ...],
    audits: tuple[Audit, ...],
    missing: tuple[Need, ...],
) -> Text:
    en = [
        f"{each.link.part.en}: {each.reason.en}" if each.link.part.en else each.reason.en for each in weighed
    ]
    zh = [
        f"{each.link.part.zh}：{each.reason.zh}" if each.link.part.zh else each.reason.zh for each in weighed
    ]
    en += [each.reason.en for each in facts]
    zh += [each.reason.zh for each in facts]
    if status in ("recorded", "not_testable"):
        en += [each.summary.en for each in audits]
        zh += [each.summary.zh for each in audits]
    if missing:
        lead = (
            Text("needs", "需要")
            if status == "not_testable"
            else Text("not covered here, needs", "此处未涵盖，需要")
        )
        en.append(
            f"{lead.en} "
            + "; ".join(
                f"{each.label.en}{f' (`{each.command}`)' if each.command else ''}" for each in missing
            )
        )
        zh.append(
            f"{lead.zh}"
            + "；".join(
                f"{each.label.zh}{f'（`{each.command}`）' if each.command else ''}" for each in missing
            )
        )
    return Text(". ".join(sentence[:1].upper() + sentence[1:] for sentence in en), "。".join(zh))

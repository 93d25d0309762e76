"""Give each claim its verdict: by rule from estimates and exact tests, else what would decide it, else its
audit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.evidence.claim_answer import ClaimAnswer
from digimfg.evidence.claims import Claim, Need, Rule
from digimfg.evidence.described import described
from digimfg.evidence.grounds import NO_GROUNDS, Audit, Fact, Grounds
from digimfg.evidence.ledger_file import needs
from digimfg.evidence.over_panels import said_difference, said_over_panels, tested_panels, votes_of_panels
from digimfg.evidence.preparation import (
    EvidenceOfClaims,
    Prepared,
    check_names,
    prepared,
    weighed_by,
)
from digimfg.evidence.rules import changed_rules, rules_hash
from digimfg.evidence.second_procedure import adjusted, combine
from digimfg.evidence.verdict_values import EarlierVerdict, Status, StudyAnswer, Verdict, Verdicts
from digimfg.evidence.versions import RuleVersion, as_declared
from digimfg.evidence.weighed import LineStatus, PValue, Weighed
from digimfg.kinds import Probability
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = [
    "judge",
    "with_panels",
]


def judge(
    claims: Iterable[Claim],
    results: Mapping[str, Mapping[str, Result]],
    tests: Mapping[str, Mapping[str, PValue]] = MappingProxyType({}),
    *,
    studies: Mapping[str, Mapping[str, StudyAnswer]] = MappingProxyType({}),
    absent: Collection[str] = (),
    romano_wolf: Mapping[tuple[str, str, str], Probability] = MappingProxyType({}),
    undefined: Mapping[tuple[str, str, str], Text] = MappingProxyType({}),
    panels: Mapping[str, Sequence[ClaimAnswer]] = MappingProxyType({}),
    grounds: Grounds = NO_GROUNDS,
) -> Verdicts:
    """Return the verdict of each claim.

    Estimates and exact tests decide where a claim has them, by the procedure that its rule names
    (`digimfg.evidence.second_procedure`); p-values are adjusted over the main estimates of all claims given.
    A claim without them is not testable here if it needs data that are not shipped, and otherwise a recorded
    fact: verified where its audit names outside sources, else unchecked.

    Parameters
    ----------
    claims
        As `read_claims` reads them.
    results
        Analysis → specification → result.
    tests
        Analysis → name → anything with ``p_value``.
    studies
        Analysis → name → answer of a study: falsification packs and batteries that claims name, and frames
        of figures that describe.
    absent
        Analyses that the project does not have: a claim that rests on one is not testable here and names it.
    romano_wolf
        (Analysis, specification, term) → p-value adjusted by Romano and Wolf, to be shown beside.
    undefined
        The same → why there is none.
    panels
        Claim → answers of packs' tests. They decide a claim that has no estimates of its own, those of
        observed panels alone, p-values adjusted by Holm over them; where two differ, both are shown. Beside a
        claim's own verdict they are shown and change nothing.
    grounds
        What claims rest on besides: exact tests, audited records, the versions of their rules.

    Raises
    ------
    AnalysisError
        If a claim names an analysis, a specification, a term or a test that is not there (the nearest names
        are suggested), or, under procedure 2, a robust row that could not fail or a validity test without
        power. An analysis that takes data which are not shipped may be absent: its claim is then not
        testable here and says which command brings the data.
    """
    listed = tuple(claims)
    evidence = EvidenceOfClaims(
        results=results, tests=tests, studies=studies, romano_wolf=romano_wolf, undefined=undefined
    )
    ready = {claim.id: _ready(claim, evidence, absent) for claim in listed}
    family = adjusted([each.p_decides for claim in listed for each in ready[claim.id]])
    p_values = iter(family)
    found = []
    for claim in listed:
        weighed = tuple(weighed_by(claim, each, next(p_values)) for each in ready[claim.id])
        version, earlier = _versions(claim, evidence, absent, grounds)
        judged = with_panels(
            _verdict(claim, weighed, evidence, absent, grounds), tuple(panels.get(claim.id, ()))
        )
        found.append(
            replace(judged, version=version, earlier=earlier, descriptions=described(claim, evidence))
        )
    declared = {
        claim.id: grounds.versions[claim.id][-1].rule for claim in listed if claim.id in grounds.versions
    }
    return Verdicts(
        verdicts=tuple(found),
        rules_hash=rules_hash(listed),
        changes=changed_rules([claim for claim in listed if claim.id in declared], declared),
        subject=grounds.subject,
    )


def _ready(claim: Claim, evidence: EvidenceOfClaims, absent: Collection[str]) -> list[Prepared]:
    """Return the estimates of a claim that can be weighed: those of analyses that are there."""
    known = needs()
    return [
        prepared(claim, each, evidence)
        for each in claim.estimates
        if each.analysis not in absent and (each.analysis in evidence.results or known[each.data].shipped)
    ]


def _versions(
    claim: Claim, evidence: EvidenceOfClaims, absent: Collection[str], grounds: Grounds
) -> tuple[RuleVersion | None, tuple[EarlierVerdict, ...]]:
    """Return the declared version of a claim of the shipped ledger, and what earlier ones say."""
    versions = grounds.versions.get(claim.id, ())
    if not versions or changed_rules([claim], {claim.id: versions[-1].rule}):
        return None, ()
    earlier = []
    for version, later in pairwise(versions):
        then = as_declared(claim, version)
        ready = _ready(then, evidence, absent)
        p_values = adjusted([each.p_decides for each in ready])
        weighed = tuple(weighed_by(then, each, p) for each, p in zip(ready, p_values, strict=True))
        found = _verdict(then, weighed, evidence, absent, grounds)
        earlier.append(
            EarlierVerdict(
                version=version, status=found.status, headline=found.headline, amended=later.reason
            )
        )
    return versions[-1], tuple(earlier)


def _verdict(
    claim: Claim,
    weighed: tuple[Weighed, ...],
    evidence: EvidenceOfClaims,
    absent: Collection[str],
    grounds: Grounds,
) -> Verdict:
    known = needs()
    lost = [each for each in claim.estimates if each.analysis in absent]
    unfed = [each for each in claim.estimates if each.analysis not in evidence.results and each not in lost]
    facts, audits = _facts(claim, grounds), _audits(claim, grounds)
    wanted = dict.fromkeys([*claim.needs, *(each.data for each in unfed)])
    missing = (
        *(_analysis_needed(each.analysis) for each in lost),
        *(known[name] for name in wanted if not known[name].shipped),
    )
    tested = [each for each in facts if each.status != "recorded"]
    first = claim.rule.procedure == 1
    votes: list[LineStatus] = [each.status for each in weighed]
    votes += [_vote(each, claim.rule) for each in tested]
    identified = [each.identification in ("experiment", "survives") for each in weighed] + [True] * len(
        tested
    )
    status: Status
    if votes and first:
        status = votes[0] if len(set(votes)) == 1 else "mixed"
    elif votes:
        status = combine(votes, identified)
    elif missing:
        status = "not_testable"
    else:
        status = "recorded" if first else "verified" if any(each.sources for each in audits) else "unchecked"
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


def with_panels(verdict: Verdict, answers: tuple[ClaimAnswer, ...]) -> Verdict:
    """Return a verdict with what packs say of its claim, decided by observed panels where nothing else
    decides.

    p-values are adjusted by Holm over the observed panels. Panels that agree give their status; where two
    decide differently it is mixed, and where only some decide it is inconclusive. What a simulated panel says
    is shown and decides nothing.
    """
    if not answers:
        return verdict
    shown = replace(verdict, panels=answers)
    observed = tested_panels(answers)
    missing = verdict.needs
    status = verdict.status
    votes, p_values = votes_of_panels(observed, verdict.claim.rule.alpha)
    if shown.decided_by_panels:
        status = combine(votes, [True] * len(votes))
        covered = {name for each in observed for name in (each.panel, f"{each.panel}_annual")}
        missing = tuple(need for need in missing if need.name not in covered)
    said = [
        *(_said_of_panel(each) for each in answers),
        said_over_panels(observed, p_values),
        said_difference(observed),
    ]
    own = verdict.reason if status == verdict.status else _reason(status, (), (), (), missing)
    every = [each for each in (own, *said) if each.en]
    reason = Text(". ".join(each.en for each in every), "。".join(each.zh for each in every))
    return replace(shown, status=status, needs=missing, reason=reason)


def _said_of_panel(answer: ClaimAnswer) -> Text:
    mark = (
        Text(" (synthetic data, no evidence)", "（模拟数据，不作为证据）")
        if answer.synthetic
        else Text("", "")
    )
    return Text(
        f"On {answer.panel}{mark.en}: {answer.reason.en} ({answer.declared.en})",
        f"{answer.panel}{mark.zh}：{answer.reason.zh}（{answer.declared.zh}）",
    )


def _facts(claim: Claim, grounds: Grounds) -> tuple[Fact, ...]:
    where = Text(f"claim {claim.id}, exact tests", f"论断{claim.id}，精确检验")
    check_names(where, [each.name for each in claim.facts], grounds.exact_tests)
    return tuple(grounds.exact_tests[each.name](claim.rule, **each.parameters) for each in claim.facts)


def _audits(claim: Claim, grounds: Grounds) -> tuple[Audit, ...]:
    where = Text(f"claim {claim.id}, records", f"论断{claim.id}，记录")
    check_names(where, [each.register for each in claim.records], grounds.registers)
    return () if grounds.audit is None else tuple(map(grounds.audit, claim.records))


def _vote(fact: Fact, rule: Rule) -> LineStatus:
    """Return the status of an exact test; under procedure 2 one that could not reject is undecidable."""
    if fact.status == "recorded" or (fact.status == "not_supported" and rule.procedure == 2):
        return "undecidable" if fact.attainable >= rule.alpha else "inconclusive"
    return fact.status


def _analysis_needed(name: str) -> Need:
    label = Text(f"the analysis '{name}', which this project does not have", f"分析“{name}”（本项目中没有）")
    return Need(name=f"analysis {name}", label=label, shipped=False, command="")


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
    if status in ("recorded", "verified", "unchecked", "not_testable"):
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

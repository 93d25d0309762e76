"""The paper's claims, what they rest on, and the verdict on them and on claims of one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.evidence.claims import Claim
from digimfg.evidence.grounds import Grounds, Ledger
from digimfg.evidence.ledger_file import read_claims
from digimfg.evidence.verdict_values import StudyAnswer, Verdicts
from digimfg.evidence.verdicts import judge
from digimfg.evidence.versions import read_versions
from digimfg.evidence.weighed import PValue
from digimfg.kinds import Probability
from digimfg.paper.audit import audit
from digimfg.paper.exact_tests import EXACT_TESTS
from digimfg.paper.reading import DATA
from digimfg.registry import instances
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.project import Project
    from digimfg.result import Result

__all__ = ["RULE_VERSIONS", "SUBJECT", "grounds", "ledger", "ledger_of", "read_ledger", "verdict"]

RULE_VERSIONS = "rule_versions.json"
SUBJECT = Text(
    "The three hypotheses reviewed in the paper, its own system, its case",
    "论文所综述的三个假说、其自身体系与案例",
)
"""What the paper's claims are of: promotion, fusion and transformation are hypotheses that it reviews; its
own thesis is the logic of the techno-economic paradigm, and its case is the policy of the United States."""


@checked
@cache
def ledger() -> tuple[Claim, ...]:
    """Return the paper's claims in their order: those of the first register, their parts, then those added
    to it.

    Examples
    --------
    >>> claims = ledger()
    >>> claims[1].id, claims[1].text.en
    ('C02', 'Recessions and depressions shorten, and the Kondratieff cycle falls from 63 to 43 years.')
    """
    return read_ledger(DATA / "claims.toml")


@checked
def read_ledger(path: str | Path, *, paper: str | Path | None = None) -> tuple[Claim, ...]:
    """Read claims of your own from a TOML file of the form of the shipped ledger.

    Parameters
    ----------
    path
        A file with ``[[claims]]`` tables and, if wanted, one ``[rule]`` for all; a claim may change it in
        ``rule = { alpha = 0.01 }``.
    paper
        The paper's text, against which the words of every claim are read at its ``lines``; by default the
        file that the ledger names in ``paper``, beside itself. Where there is neither, lines are not checked.

    Raises
    ------
    AnalysisError
        Naming the line, if the file is missing or no TOML, two claims have one id, or a claim lacks a field,
        has an unknown one or a value that it cannot have, or names data, a register or an exact test that
        does not exist.
    """
    return read_claims(path, grounds(), paper=paper)


@checked
def verdict(
    claims: Iterable[Claim],
    results: Mapping[str, Mapping[str, Result]],
    tests: Mapping[str, Mapping[str, PValue]] = MappingProxyType({}),
    *,
    studies: Mapping[str, Mapping[str, StudyAnswer]] = MappingProxyType({}),
    absent: Collection[str] = (),
    romano_wolf: Mapping[tuple[str, str, str], Probability] = MappingProxyType({}),
) -> Verdicts:
    """Return the verdict of each claim.

    Estimates and exact tests decide where a claim has them, by the procedure that its rule names
    (`digimfg.evidence.second_procedure`); p-values are adjusted over the main estimates of all claims given.
    A claim without them is not testable here if it needs data that are not shipped, and otherwise a recorded
    fact: verified where its audit names outside sources, else unchecked.

    Parameters
    ----------
    claims
        `ledger`, some of it, or `read_ledger`.
    results
        Analysis → specification → result.
    tests
        Analysis → name → anything with ``p_value``.
    studies
        Analysis → name → answer of a study: falsification packs and batteries that claims name.
    absent
        Analyses that the project does not have: a claim that rests on one is not testable here and names it.
    romano_wolf
        (Analysis, specification, term) → p-value adjusted by Romano and Wolf, to be shown beside.

    Raises
    ------
    AnalysisError
        If a claim names an analysis, a specification, a term or a test that is not there (the nearest names
        are suggested), or, under procedure 2, a robust row that could not fail or a validity test without
        power. An analysis that takes data which are not shipped may be absent: its claim is then not
        testable here and says which command brings the data.

    Examples
    --------
    >>> from digimfg.paper.ledger import ledger
    >>> found = verdict([claim for claim in ledger() if claim.id == "C02"], {})
    >>> found["C02"].headline.en
    'undecidable'
    """
    return judge(
        claims, results, tests, studies=studies, absent=absent, romano_wolf=romano_wolf, grounds=grounds()
    )


def ledger_of(project: Project, path: Path | None = None) -> Ledger:
    """Return the claims of a project with their grounds: those of `path`, of its ``claims.toml``, or else
    the paper's.
    """
    own = project.root / "claims.toml"
    if path is not None or own.is_file():
        return Ledger(claims=read_ledger(path or own), grounds=grounds())
    return Ledger(claims=ledger(), grounds=replace(grounds(), subject=SUBJECT))


@cache
def grounds() -> Grounds:
    """Return what claims may rest on besides estimates: the registers, the exact tests, the versions of
    rules.
    """
    return Grounds(
        exact_tests=EXACT_TESTS,
        registers=tuple(instances("paper.registers", "REGISTER")),
        audit=audit,
        versions=read_versions(DATA / RULE_VERSIONS),
    )

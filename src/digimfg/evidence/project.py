"""Judge a project: read its results, give the verdicts, write them for machines and readers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError
from digimfg.evidence.claim_answer import ClaimAnswer
from digimfg.evidence.claims import Description
from digimfg.evidence.family import adjust_family
from digimfg.evidence.ledger_form import ACCEPTED_FORM
from digimfg.evidence.page import render_ledger
from digimfg.evidence.places import check_links, find_places
from digimfg.evidence.snapshot import VerdictChanges, compare_verdicts, verdicts_record
from digimfg.evidence.verdict_table import VerdictTable
from digimfg.evidence.verdict_values import Verdicts
from digimfg.evidence.verdicts import judge
from digimfg.evidence.version_table import RuleVersionTable
from digimfg.evidence.versions import earlier_claims
from digimfg.exhibits import Evidence
from digimfg.files import canonical_json, sha256_bytes, sha256_file, write_text
from digimfg.replication.kept import KeptFiles
from digimfg.replication.load import keep_names, load_analyses
from digimfg.replication.record import load_results, read_record, record_path
from digimfg.replication.serialise import from_plain
from digimfg.replication.writing import write_exhibit
from digimfg.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from digimfg.analysis import Analysis
    from digimfg.evidence.claims import Estimates
    from digimfg.evidence.grounds import Ledger
    from digimfg.evidence.places import Places
    from digimfg.project import Project
    from digimfg.replication.record_form import Record
    from digimfg.result import Result

__all__ = [
    "accept_verdicts",
    "check_verdicts",
    "judge_project",
    "panel_answers",
    "verdict_changes",
    "write_verdicts",
]


_VERDICTS, _FILES = "all-verdicts", "all-files"  # no names of analyses
_NOT_HELD = ("study", "coefficients")


@dataclass(frozen=True, slots=True)
class _Stored:
    p_value: float
    power: float = math.nan


def judge_project(project: Project, ledger: Ledger) -> tuple[Verdicts, dict[str, Places]]:
    """Return the verdicts on claims from the stored results of a project, and where their estimates stand.

    Verdicts from the same claims, grounds and results, by the same code, are kept.

    Raises
    ------
    AnalysisError
        If a claim and an analysis do not fit (`check_links`), or an analysis that a claim rests on has not
        been run.
    """
    claims, analyses = ledger.claims, load_analyses(project)
    keep_names(project, analyses)
    check_links(claims, analyses)
    every = [*claims, *earlier_claims(claims, ledger.grounds.versions)]
    links = [link for claim in every for link in claim.links]
    wanted = {link.analysis for link in links if link.analysis in analyses}
    records = {name: read_record(project, name) for name in sorted(wanted)}
    packs = {name: read_record(project, name) for name, analysis in analyses.items() if _is_pack(analysis)}
    kept = KeptFiles(project.output, "judged")
    parts = {name: _parts_judged(record) for name, record in {**records, **packs}.items()}
    told = kept.name(claims, ledger.grounds, list(analyses), parts)
    found = kept.value(_VERDICTS, told, partial(_judged, project, ledger, analyses, records))
    return found, find_places({name: analyses[name] for name in sorted(wanted)})


def _is_pack(analysis: Analysis) -> bool:
    return any(study.specification is None for study in analysis.studies.values())


def _parts_judged(record: Record) -> str:
    """Return a hash of a record but for its exhibits and the text of its files: they decide nothing."""
    held = {name: part for name, part in record.items() if name not in ("exhibits", "files", "title")}
    held["made_from"] = {
        path: digest
        for path, digest in record.get("made_from", {}).items()
        if not path.startswith("analyses/")
    }
    return sha256_bytes(json.dumps(held, sort_keys=True).encode())


def _judged(
    project: Project, ledger: Ledger, analyses: Mapping[str, Analysis], records: Mapping[str, Record]
) -> Verdicts:
    claims = ledger.claims
    every = [*claims, *earlier_claims(claims, ledger.grounds.versions)]
    links = [link for claim in every for link in claim.links]
    results = {name: _results(name, project) for name in records}
    tests = {name: _tests(record) for name, record in records.items()}
    named = {(link.analysis, name) for link in links for name in _answers(link)}
    studies = {
        name: _studies(record, {answer for analysis, answer in named if analysis == name})
        for name, record in records.items()
    }
    absent = {link.analysis for claim in every for link in claim.estimates} - set(analyses)
    own = project.processed if (project.processed / "datapackage.json").is_file() else None
    family = adjust_family(
        claims, results, lambda name: analyses[name].load(own, project.output / ".computed")
    )
    return judge(
        claims,
        results,
        tests,
        studies=studies,
        absent=absent,
        romano_wolf=family.p_values,
        undefined=family.undefined,
        panels=panel_answers(project, analyses),
        grounds=ledger.grounds,
    )


def _results(name: str, project: Project) -> dict[str, Result]:
    """Return the results of an analysis; what is read from a file is kept as long as the file is the same."""
    kept = KeptFiles(project.output, "judged")
    told = kept.name(sha256_file(record_path(project, name)))
    return kept.value(name, told, partial(load_results, name, project))


def panel_answers(project: Project, analyses: Mapping[str, Analysis]) -> dict[str, list[ClaimAnswer]]:
    """Return what packs' tests said when they were run, by claim, in the order of the analyses.

    Raises
    ------
    AnalysisError
        If an analysis with a pack's tests has not been run.
    """
    found: dict[str, list[ClaimAnswer]] = {}
    for name, analysis in analyses.items():
        if not _is_pack(analysis):
            continue
        for study in read_record(project, name)["studies"].values():
            if study["study"] == ClaimAnswer.__name__:
                answer = ClaimAnswer(
                    **{
                        "notes": (),
                        **{key: from_plain(value) for key, value in study.items() if key not in _NOT_HELD},
                    }
                )
                found.setdefault(answer.claim, []).append(answer)
    return found


def write_verdicts(
    project: Project, ledger: Ledger, judged: tuple[Verdicts, dict[str, Places]] | None = None
) -> list[Path]:
    """Write verdicts as JSON, as a table in every format, and as the ledger's page, in both languages.

    Parameters
    ----------
    project, ledger
        As in `judge_project`.
    judged
        What that returned, where it was asked already.

    Returns
    -------
    list of Path
        ``output/verdicts.json``, ``output/tables/verdicts_<language>.*``, ``rule_versions_<language>.*`` and
        ``output/ledger_<language>.html``.
    """
    verdicts, places = judge_project(project, ledger) if judged is None else judged
    kept = KeptFiles(project.output, "judged")
    told = kept.name(verdicts, places)
    return kept.files(_FILES, told, partial(_written, project, verdicts, places))


def _written(project: Project, verdicts: Verdicts, places: dict[str, Places]) -> list[Path]:
    record = project.output / "verdicts.json"
    write_text(record, canonical_json(verdicts_record(verdicts)))
    table = VerdictTable("verdicts", verdicts=verdicts).build(Evidence())
    versions = RuleVersionTable("rule_versions", verdicts=verdicts).build(Evidence())
    files = [
        record,
        *write_exhibit(project.output, "verdicts", table),
        *write_exhibit(project.output, "rule_versions", versions),
    ]
    for language in LANGUAGES:
        page = project.output / f"ledger_{language}.html"
        write_text(page, render_ledger(verdicts, language, places))
        files.append(page)
    return files


def check_verdicts(project: Project, ledger: Ledger) -> VerdictChanges:
    """Return what is not as accepted in ``tests/snapshots/verdicts``, changed rules first.

    Raises
    ------
    AnalysisError
        If no verdicts were ever accepted.
    """
    accepted = _snapshot(project)
    if not accepted.is_file():
        raise AnalysisError.of("evidence.no_accepted_verdicts", where=str(accepted))
    verdicts, _ = judge_project(project, ledger)
    return compare_verdicts(ACCEPTED_FORM.read(accepted), verdicts)


def verdict_changes(project: Project, ledger: Ledger) -> VerdictChanges:
    """Return what changed in accepted verdicts, as `check_verdicts` does; nothing where none were ever
    accepted.
    """
    return check_verdicts(project, ledger) if _snapshot(project).is_file() else VerdictChanges()


def accept_verdicts(project: Project, ledger: Ledger) -> Path:
    """Store the present verdicts and their rules as the accepted ones and return the file."""
    verdicts, _ = judge_project(project, ledger)
    write_text(_snapshot(project), canonical_json(verdicts_record(verdicts)))
    return _snapshot(project)


def _snapshot(project: Project) -> Path:
    return project.snapshots / "verdicts" / "verdicts.json"


def _answers(link: Estimates | Description) -> tuple[str, ...]:
    """Return what a link names besides specifications: studies, and figures that describe."""
    if isinstance(link, Description):
        return tuple(number.source for number in link.numbers)
    return (link.main, link.battery, link.falsification)


def _studies(record: Record, names: set[str]) -> dict[str, SimpleNamespace]:
    """Return the stored answers of studies and the numbers of figures, by the names they had."""
    figures = {each["name"]: each.get("numbers", {}) for each in record["exhibits"]}
    return {
        name: SimpleNamespace(**{key: _number(from_plain(value)) for key, value in content.items()})
        for name, content in {**figures, **record["studies"]}.items()
        if name in names
    }


def _number(value: object) -> object:
    return math.nan if value is None else value


def _tests(record: Record) -> dict[str, _Stored]:
    values = {name: test.get("p_value", "—") for name, test in record["tests"].items()}
    for name, value in values.items():
        if not (value is None or (isinstance(value, int | float) and 0 <= value <= 1)):
            raise AnalysisError.of("evidence.p_value_outside", got=repr(value), name=name)
    return {name: _Stored(math.nan if value is None else float(value)) for name, value in values.items()}

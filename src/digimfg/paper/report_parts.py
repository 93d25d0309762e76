"""The parts of the report that come of verdicts: sentences over values, which claim no more than the rule."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from digimfg.errors import ExhibitError
from digimfg.evidence.project import judge_project
from digimfg.evidence.verdict_values import STATUSES
from digimfg.notes import note_of
from digimfg.panels import shipped_panels
from digimfg.paper.ledger import ledger_of
from digimfg.paper.report_markdown import escaped, grid
from digimfg.paper.report_sentences import ON_DIGITALISATION, answer_sentences, estimate_sentences
from digimfg.registry import instances
from digimfg.replication.record import read_record
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from digimfg.evidence.verdict_values import Verdict, Verdicts
    from digimfg.project import Project
    from digimfg.replication.record_form import Record
    from digimfg.text import Language

__all__ = ["report_parts"]

_HEADS = sheet_beside(__file__, "report_parts", "heads")
_TITLES = sheet_beside(__file__, "report_parts", "titles")


def report_parts(
    project: Project, verdicts: Verdicts | None = None
) -> Mapping[str, Callable[[str, Language, Text], str]]:
    """Return kind → what gives the Markdown of ``{{kind: name}}`` in a chapter: verdicts, and what was found.

    ``answer``: how many claims are supported, and how sure. ``claim``, ``claims``: one claim, or all of a
    section of the paper that estimates bear on. ``open``: those of a section that nothing here decides.
    ``verdicts``: all. ``findings``: what an analysis found first, with its first table and figure;
    ``others``: the rest of them. ``sources``: where the shipped data come from.

    Parameters
    ----------
    project
        Whose results these are.
    verdicts
        Of the project, where it was judged already.
    """
    return _Parts(project, verdicts).by_kind()


class _Parts:
    def __init__(self, project: Project, judged: Verdicts | None) -> None:
        self._project = project
        self._judged = judged

    def by_kind(self) -> Mapping[str, Callable[[str, Language, Text], str]]:
        return {
            "answer": self._answer,
            "claim": self._claim,
            "claims": self._claims,
            "open": self._open,
            "verdicts": self._verdicts,
            "findings": self._findings,
            "others": self._others,
            "sources": _sources,
        }

    @property
    def _found(self) -> Verdicts:
        if self._judged is None:
            self._judged = judge_project(self._project, ledger_of(self._project))[0]
        return self._judged

    def _answer(self, _name: str, language: Language, _where: Text) -> str:
        verdicts = self._found.verdicts
        said = answer_sentences(verdicts)
        lines = [escaped(note_of("phrases.sentence_closed", said=said), language)]
        rows = [
            (STATUSES[status].language(language), str(count))
            for status, count in Counter(each.status for each in verdicts).most_common()
        ]
        head = _HEADS["answer"].language(language).split("|")
        title = _TITLES["answer"].language(language)
        lines += ["", *grid(head, rows), "", f": {title} {{#tbl-answer}}", ""]
        return "\n".join(lines)

    def _claim(self, name: str, language: Language, where: Text) -> str:
        ids = [each.claim.id for each in self._found.verdicts]
        if name not in ids:
            raise ExhibitError.unknown(name, ids, where=where)
        return self._prose(self._found[name], language)

    def _section(self, name: str, where: Text) -> list[Verdict]:
        sections = sorted({str(each.claim.section) for each in self._found.verdicts})
        wanted = name.split()
        for section in wanted:
            if section not in sections:
                raise ExhibitError.unknown(section, sections, where=where)
        return [
            each
            for each in self._found.verdicts
            if str(each.claim.section) in wanted and each.claim.id not in ON_DIGITALISATION
        ]

    def _claims(self, name: str, language: Language, where: Text) -> str:
        listed = [each for each in self._section(name, where) if each.estimates]
        return "\n\n".join(self._prose(each, language) for each in listed)

    def _open(self, name: str, language: Language, where: Text) -> str:
        listed = [each for each in self._section(name, where) if not each.estimates]
        rows = [
            (
                each.claim.id,
                each.claim.text.language(language),
                each.headline.language(language),
            )
            for each in listed
        ]
        if not rows:
            return ""
        head = _HEADS["open"].language(language).split("|")
        title = _TITLES["open"].language(language)
        own = re.sub(r"\W+", "-", name)
        return "\n".join([*grid(head, rows, align=":--"), "", f": {title} {{#tbl-open-{own}}}", ""])

    def _verdicts(self, _name: str, language: Language, _where: Text) -> str:
        rows = [
            (
                each.claim.id,
                each.claim.text.language(language),
                each.headline.language(language),
                each.reason.language(language),
            )
            for each in self._found.verdicts
        ]
        head = _HEADS["verdicts"].language(language)
        title = _TITLES["verdicts"].language(language)
        lines = grid(head.split("|"), rows, align=":--")
        return "\n".join([*lines, "", f": {title} {{#tbl-verdicts}}", ""])

    def _prose(self, verdict: Verdict, language: Language) -> str:
        claim = verdict.claim
        lead = note_of("paper.claim_with_verdict", id=claim.id, claim=claim.text, verdict=verdict.headline)
        said = [escaped(lead, language)]
        said += [escaped(estimate_sentences(each), language) for each in verdict.estimates]
        if not verdict.estimates:
            said.append(escaped(verdict.reason, language))
        return "\n\n".join(said)

    def _record(self, name: str, where: Text) -> Record:
        if name not in (known := self._project.analysis_files()):
            raise ExhibitError.unknown(name, list(known), where=where)
        return read_record(self._project, name)

    def _findings(self, name: str, language: Language, where: Text) -> str:
        record = self._record(name, where)
        lines = [f"## {escaped(Text(**record['title']), language)}", ""]
        first = next(iter(record["order"]["specifications"]), "")
        if first and record["interest"].get(first):
            lines += [f"{{{{sentence: {name}.{first}}}}}", ""]
        main = _main(record)
        if main:
            shown = [f"@{'tbl' if kind == 'table' else 'fig'}-{exhibit}" for kind, exhibit in main]
            lines += [f"See {' and '.join(shown)}." if language == "en" else f"见{'与'.join(shown)}。", ""]
        lines += _calls(main)
        return "\n".join(lines)

    def _others(self, name: str, language: Language, where: Text) -> str:
        lines = []
        for each in name.split():
            record = self._record(each, where)
            main = _main(record)
            rest = [exhibit for exhibit in _named(record) if exhibit not in main]
            if rest:
                lines += [f"## {escaped(Text(**record['title']), language)}", "", *_calls(rest)]
        return "\n".join(lines)


def _sources(_name: str, language: Language, _where: Text) -> str:
    sources = instances("sources", "SOURCE")
    used = {source for panel in shipped_panels().values() for source in panel.sources}
    head = _HEADS["sources"].language(language)
    rows = [
        (each.title.language(language), str(each.licence), str(each.accessed), each.citation)
        for each in (sources[name] for name in sorted(used))
    ]
    title = _TITLES["sources"].language(language)
    return "\n".join([*grid(head.split("|"), rows, align=":--"), "", f": {title} {{#tbl-sources}}", ""])


def _named(record: Record) -> list[tuple[str, str]]:
    return [(exhibit["kind"], exhibit["name"]) for exhibit in record["exhibits"]]


def _main(record: Record) -> list[tuple[str, str]]:
    """Return the exhibits that answer: the table called main, else the first, and the first figure."""
    named = _named(record)
    tables = [each for each in named if each[0] == "table"]
    figures = [each for each in named if each[0] == "figure"]
    main = [each for each in tables if each[1].endswith("_main")]
    return [*(main or tables)[:1], *figures[:1]]


def _calls(exhibits: Sequence[tuple[str, str]]) -> list[str]:
    return [line for kind, name in exhibits for line in (f"{{{{{kind}: {name}}}}}", "")]

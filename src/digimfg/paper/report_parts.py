"""The parts of the report that come of verdicts: sentences over values, which claim no more than the rule."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from digimfg.display.formatting import format_number, format_numbers, format_p_value
from digimfg.errors import ExhibitError
from digimfg.evidence.project import judge_project
from digimfg.evidence.verdict_values import STATUSES
from digimfg.evidence.weighed import GRADES, IDENTIFICATIONS
from digimfg.notes import note_of
from digimfg.panels import shipped_panels
from digimfg.paper.ledger import ledger_of
from digimfg.registry import instances
from digimfg.replication.record import read_record
from digimfg.say import sentence
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from digimfg.evidence.verdict_values import Verdict, Verdicts
    from digimfg.evidence.weighed import Weighed
    from digimfg.project import Project
    from digimfg.replication.record_form import Record
    from digimfg.text import Language

__all__ = ["report_parts"]

_ON_DIGITALISATION = ("C12", "C19", "C20")
"""Claims on what digitalisation does to manufacturing, as against claims on its evolution at large."""
_FOUND = sheet_beside(__file__, "report_parts", "found")


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
        tested = [each for each in verdicts if each.estimates]
        statuses = Counter(each.status for each in tested)
        digital = [each for each in tested if each.claim.id in _ON_DIGITALISATION]
        supported = [each for each in tested if each.status == "supported"]
        shown = [each for each in digital if each.status == "supported"]
        said = [
            note_of(
                "paper.claims_counted",
                n_claims=len(verdicts),
                n_tested=len(tested),
                supported=statuses["supported"],
                contradicted=statuses["contradicted"],
                null=statuses["informative_null"],
                open=statuses["inconclusive"] + statuses["undecidable"] + statuses["mixed"],
            )
        ]
        if digital:
            listed = [Text(each.claim.id, each.claim.id) for each in digital]
            said.append(
                note_of("paper.upgrading_claims_supported", ids=listed, n=len(shown), of=len(digital))
            )
        grades = Counter(one.grade for each in supported for one in each.estimates if one.grade)
        designs = Counter(
            one.identification for each in supported for one in each.estimates if one.identification
        )
        if supported:
            said += [
                note_of(
                    "paper.supported_claims", ids=[Text(each.claim.id, each.claim.id) for each in supported]
                ),
                note_of(
                    "paper.grades_of_supported",
                    grades=_counted([(GRADES[grade], n) for grade, n in grades.items()]),
                ),
                note_of(
                    "paper.designs_of_supported",
                    designs=_counted([(IDENTIFICATIONS[design], n) for design, n in designs.items()]),
                ),
            ]
        lines = [_escaped(note_of("phrases.sentence_closed", said=said), language)]
        rows = [
            (STATUSES[status].language(language), str(count))
            for status, count in Counter(each.status for each in verdicts).most_common()
        ]
        head = Text("Verdict|Claims", "判定|论断数").language(language).split("|")
        title = Text("Verdicts on the claims", "论断的判定").language(language)
        lines += ["", *_grid(head, rows), "", f": {title} {{#tbl-answer}}", ""]
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
            if str(each.claim.section) in wanted and each.claim.id not in _ON_DIGITALISATION
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
        head = Text("Claim|What the paper says|Verdict", "编号|论断|判定").language(language).split("|")
        title = Text("Claims on which no estimate of this report bears", "本报告没有估计可据的论断").language(
            language
        )
        own = re.sub(r"\W+", "-", name)
        return "\n".join([*_grid(head, rows, align=":--"), "", f": {title} {{#tbl-open-{own}}}", ""])

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
        head = Text("Claim|What the paper says|Verdict|Why", "编号|论断|判定|依据").language(language)
        title = Text("All claims and their verdicts", "全部论断与判定").language(language)
        lines = _grid(head.split("|"), rows, align=":--")
        return "\n".join([*lines, "", f": {title} {{#tbl-verdicts}}", ""])

    def _prose(self, verdict: Verdict, language: Language) -> str:
        claim = verdict.claim
        lead = note_of("paper.claim_with_verdict", id=claim.id, claim=claim.text, verdict=verdict.headline)
        said = [_escaped(lead, language)]
        said += [_escaped(_weighed(each), language) for each in verdict.estimates]
        if not verdict.estimates:
            said.append(_escaped(verdict.reason, language))
        return "\n\n".join(said)

    def _record(self, name: str, where: Text) -> Record:
        if name not in (known := self._project.analysis_files()):
            raise ExhibitError.unknown(name, list(known), where=where)
        return read_record(self._project, name)

    def _findings(self, name: str, language: Language, where: Text) -> str:
        record = self._record(name, where)
        lines = [f"## {_escaped(Text(**record['title']), language)}", ""]
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
                lines += [f"## {_escaped(Text(**record['title']), language)}", "", *_calls(rest)]
        return "\n".join(lines)


def _sources(_name: str, language: Language, _where: Text) -> str:
    sources = instances("sources", "SOURCE")
    used = {source for panel in shipped_panels().values() for source in panel.sources}
    head = Text("Source|Licence|Accessed|Citation", "来源|许可|取得日期|引用").language(language)
    rows = [
        (each.title.language(language), str(each.licence), str(each.accessed), each.citation)
        for each in (sources[name] for name in sorted(used))
    ]
    title = Text("Sources of the shipped panels", "随附面板的来源").language(language)
    return "\n".join([*_grid(head.split("|"), rows, align=":--"), "", f": {title} {{#tbl-sources}}", ""])


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


def _weighed(one: Weighed) -> Text:
    main = one.main
    low, high = format_numbers((main.conf_low, main.conf_high), 3)
    numbers: dict[str, object] = {
        "estimate": format_number(main.estimate, 3),
        "se": format_number(main.std_error, 3),
        "low": low,
        "high": high,
    }
    part = one.link.part if one.link.part.en else Text(one.link.analysis, one.link.analysis)
    said = [
        note_of(
            "paper.estimate_of_part",
            **(
                numbers
                | {
                    "part": part,
                    "p": _p(one.p_decides if math.isfinite(one.p_decides) else main.p_value),
                }
            ),
        )
    ]
    if math.isfinite(one.p_adjusted):
        said.append(note_of("paper.adjusted_p", p=_p(one.p_adjusted)))
    if one.robust:
        said.append(note_of("paper.robust_estimates_agree", n=one.agreeing, of=len(one.robust)))
    together: Text = said[0]
    for each in said[1:]:
        together = note_of("paper.two_parts", a=together, b=each)
    sentences = [note_of("phrases.sentence_closed", said=[together]), _FOUND[one.status]]
    if one.identification:
        sentences.append(
            note_of(
                "paper.design_with_grade",
                design=sentence(IDENTIFICATIONS[one.identification]),
                grade=GRADES[one.grade] if one.grade else Text("none", "无"),
            )
        )
    return Text(" ".join(each.en for each in sentences), "".join(each.zh for each in sentences))


def _counted(counts: Sequence[tuple[Text, int]]) -> Text:
    parts = [note_of("paper.word_with_count", word=word, n=n) for word, n in counts]
    return Text(", ".join(each.en for each in parts), "、".join(each.zh for each in parts))


def _p(value: float) -> str:
    shown = format_p_value(value, 3)
    return f"< {shown[1:]}" if shown.startswith("<") else f"= {shown}"


def _escaped(text: Text, language: Language) -> str:
    """Return words as Markdown that shows them as they are."""
    return re.sub(r"([\\`*_{}\[\]<>#$@|~])", r"\\\1", text.language(language))


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], align: str = "---") -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(_escaped(Text(cell, cell), 'en') for cell in cells)} |"

    return [line(head), f"|{'|'.join(align for _ in head)}|", *map(line, rows)]

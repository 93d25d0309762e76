"""Read ledgers from TOML files."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from digimfg.errors import Fault, nearest
from digimfg.evidence.claims import Claim, Description, Estimates, ExactTest, Need, Number, Record, Rule
from digimfg.evidence.grounds import NO_GROUNDS, Grounds
from digimfg.evidence.ledger_form import (
    LEDGER_FORM,
    NEEDS_FORM,
    ClaimForm,
    DescriptionForm,
    EstimatesForm,
    LedgerForm,
)
from digimfg.evidence.quotes import find_lines, read_lines, stands_at
from digimfg.file_forms import Document, text_of
from digimfg.spelling import tidy
from digimfg.text import Text

__all__ = ["DATA", "needs", "read_claims"]

DATA = Path(__file__).parent / "data"


@cache
def needs() -> dict[str, Need]:
    """Return the data that claims may need, by name."""
    return {
        name: Need(
            name=name, label=Text(each["en"], each["zh"]), shipped=each["shipped"], command=each["command"]
        )
        for name, each in NEEDS_FORM.read(DATA / "needs.toml").items()
    }


def read_claims(
    path: str | Path, grounds: Grounds = NO_GROUNDS, *, paper: str | Path | None = None
) -> tuple[Claim, ...]:
    """Read claims from a TOML file.

    Parameters
    ----------
    path
        A file with ``[[claims]]`` tables and, if wanted, one ``[rule]`` for all; a claim may change it in
        ``rule = { alpha = 0.01 }``.
    grounds
        What claims may name besides estimates.
    paper
        The paper's text, against which the words of every claim are read at its ``lines``; by default the
        file that the ledger names in ``paper``, beside itself. Where there is neither, lines are not checked.

    Raises
    ------
    AnalysisError
        Naming the line, if the words of a claim do not stand on its lines, or the file is missing or no
        TOML, two claims have one id, or a claim lacks a field, has an unknown one or a value that it cannot
        have, or names data, a register or an exact test that does not exist.
    """
    document = LEDGER_FORM.open(path)
    rule = Rule(**document.content.get("rule", {}))
    named = document.content.get("paper")
    held = paper if paper is not None else Path(path).parent / named if named else None
    lines = None if held is None else read_lines(held)
    seen: set[str] = set()
    for number, each in enumerate(document.content["claims"]):
        if each["id"] in seen:
            document.refuse(("claims", number, "id"), Fault.of("evidence.id_twice", id=each["id"]))
        seen.add(each["id"])
        _check_names(document, number, each, grounds)
        _check_lines(document, number, each, lines)
    return tuple(_claim(each, rule) for each in document.content["claims"])


def _claim(content: ClaimForm, rule: Rule) -> Claim:
    lines = content.get("lines")
    return Claim(
        id=content["id"],
        section=content["section"],
        text=Text(content["en"], tidy(content["text"])),
        lines=(lines[0], lines[1]) if lines else None,
        kind=content["kind"],
        testability=content["testability"],
        layers=tuple(content["layers"]),
        estimates=tuple(map(_estimates, content.get("estimates", ()))),
        facts=tuple(map(_exact_test, content.get("facts", ()))),
        records=tuple(Record(**_tuples(each)) for each in content.get("records", ())),
        descriptions=tuple(map(_description, content.get("descriptions", ()))),
        measures=tuple(map(text_of, content.get("measures", ()))),
        needs=tuple(content.get("needs", ())),
        rule=replace(rule, **content.get("rule", {})),
    )


def _estimates(content: EstimatesForm) -> Estimates:
    words = ("smallest_effect_reason", "part", "construct_reason")
    values = _tuples(content)
    values |= {name: text_of(values[name]) for name in words if name in values}
    return Estimates(**values)


def _exact_test(content: dict[str, str | float]) -> ExactTest:
    parameters = {key: float(value) for key, value in content.items() if key != "name"}
    return ExactTest(name=str(content["name"]), parameters=parameters)


def _description(content: DescriptionForm) -> Description:
    numbers = tuple(
        Number(
            label=Text(each["en"], each["zh"]),
            **{name: value for name, value in _tuples(each).items() if name not in ("en", "zh")},
        )
        for each in content["numbers"]
    )
    part, weakness = text_of(content["part"]), text_of(content["weakness"])
    return Description(analysis=content["analysis"], part=part, numbers=numbers, weakness=weakness)


def _check_names(document: Document[LedgerForm], number: int, content: ClaimForm, grounds: Grounds) -> None:
    """See that data, registers and exact tests that a claim names exist, and that a sign is one."""

    def at(*path: str | int) -> tuple[str | int, ...]:
        return ("claims", number, *path)

    for place, name in enumerate(content.get("needs", ())):
        _check_choice(document, at("needs", place), name, needs())
    for place, link in enumerate(content.get("estimates", ())):
        _check_choice(document, at("estimates", place, "data"), link.get("data", "world"), needs())
        if link["sign"] not in (-1, 0, 1):
            document.refuse(
                at("estimates", place, "sign"), Fault.of("evidence.no_sign", value=repr(link["sign"]))
            )
    for place, record in enumerate(content.get("records", ())):
        _check_choice(document, at("records", place, "register"), record["register"], grounds.registers)
    for place, fact in enumerate(content.get("facts", ())):
        _check_choice(document, at("facts", place, "name"), fact.get("name", ""), grounds.exact_tests)
        wanted = [*inspect.signature(grounds.exact_tests[str(fact["name"])]).parameters][1:]
        for name, value in fact.items():
            _check_choice(document, at("facts", place, name), name, ("name", *wanted))
            if name != "name" and (isinstance(value, str) or not value > 0):
                fault = Fault.of("evidence.parameter_not_positive", value=repr(value))
                document.refuse(at("facts", place, name), fault)
        for name in wanted:
            if name not in fact:
                fault = Fault.of("evidence.parameter_lacking", name=name, given=list(fact))
                document.refuse(at("facts", place), fault)


def _check_lines(
    document: Document[LedgerForm], number: int, content: ClaimForm, lines: Sequence[str] | None
) -> None:
    """See that the lines of a claim hold its words, where the paper is at hand."""
    if "lines" not in content:
        return
    first, last = content["lines"]
    at = ("claims", number, "lines")
    if not 1 <= first <= last:
        document.refuse(at, Fault.of("evidence.lines_not_in_order", first=first, last=last))
    if lines is None or stands_at(content["text"], first, last, lines):
        return
    places = [f"[{start}, {end}]" for start, end in find_lines(content["text"], lines)]
    if not places:
        fault = Fault.of("evidence.words_not_in_paper", id=content["id"], first=first, last=last)
        document.refuse(at, fault)
    listed = " / ".join(places[:3])
    document.refuse(
        at,
        Fault.of("evidence.words_on_other_lines", id=content["id"], first=first, last=last, listed=listed),
    )


def _check_choice(
    document: Document[LedgerForm], path: tuple[str | int, ...], value: Any, known: Iterable[str]
) -> None:
    names = list(known)
    if value not in names:
        near = nearest(value, names)
        document.refuse(path, Fault.of("evidence.not_among", value=repr(value), known=names, near=near))


def _tuples(content: Any) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}

"""Read errata from TOML files: those that come with the package and those of users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.file_forms import Bilingual, FileForm, text_of
from digimfg.paper.reading import DATA
from digimfg.text import Text

__all__ = ["Confidence", "Erratum", "Severity", "read_errata", "shipped_errata"]

Confidence = Literal["certain", "likely", "open"]
Severity = Literal["error", "slip", "imprecise", "question"]
"""A reader would call it an error · spelling, marks, translation · true or blank, but more is known · may be
right."""
Action = Literal["replace", "drop"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Erratum:
    """Propose other words for one cell.

    Parameters
    ----------
    register, row, column
        The cell's address (`register_cells` lists all).
    printed
        What the paper has there; must agree, so that no erratum strays to another cell.
    proposed
        What it should say; empty where that is not known.
    confidence
        ``"certain"`` and ``"likely"`` ones make the corrected view, ``"open"`` ones leave the cell as
        printed.
    severity
        ``"error"``: a reader would call it one; ``"slip"``: spelling, marks, translation; ``"imprecise"``:
        true, or left blank, but more is known; ``"question"``: it may be right.
    cause
        Errata of one cause are one mistake, seen in several cells.
    evidence
        Why.
    source, date
        Where the evidence stands, and when that was published (ISO 8601, as far as known).
    checked
        When it was looked up.
    english
        Translation of `proposed`.
    action
        ``"replace"`` the words or ``"drop"`` the row.
    origin
        ``"digimfg"``, or the file that it was read from.
    """

    register: str
    row: str
    column: str
    printed: str
    proposed: str
    confidence: Confidence
    evidence: Text
    source: str
    date: str
    checked: str = ""
    english: str = ""
    action: Action = "replace"
    origin: str = "digimfg"
    severity: Severity = "error"
    cause: str = ""

    @property
    def address(self) -> tuple[str, str, str]:
        """Return register, row and column."""
        return self.register, self.row, self.column


class ErratumForm(TypedDict):
    """The fields of an erratum in a file."""

    register: str
    row: str
    column: str
    printed: str
    proposed: str
    confidence: Confidence
    evidence: Bilingual
    source: str
    date: str
    proposed_en: NotRequired[str]
    action: NotRequired[Action]
    severity: NotRequired[Severity]
    cause: NotRequired[str]
    checked: NotRequired[str]


class ErrataForm(TypedDict):
    """Errata, and when all of them were looked up."""

    checked: NotRequired[str]
    errata: list[ErratumForm]


ERRATA_FORM: FileForm[ErrataForm] = FileForm(
    schema=ErrataForm,
    what=Text("a TOML file of errata", "勘误 TOML 文件"),
    remedy=Text("see `digimfg errata --help` for the form of the file", "文件格式见 `digimfg errata --help`"),
)


@cache
def shipped_errata() -> tuple[Erratum, ...]:
    """Return the errata that come with the package."""
    return _errata(ERRATA_FORM.read(DATA / "errata.toml"), "digimfg")


@checked
def read_errata(path: str | Path) -> tuple[Erratum, ...]:
    """Read errata of your own from a TOML file of the form of the shipped one.

    Parameters
    ----------
    path
        A file of ``[[errata]]`` tables with ``register row column printed proposed confidence evidence
        source date`` and, where wanted, ``severity`` (an error by default), ``cause``, ``proposed_en``,
        ``action = "drop"`` and ``checked``. ``evidence`` is one string or
        ``{ en = "…", zh = "…" }``.

    Raises
    ------
    DigimfgError
        Naming the line, if the file is missing or no TOML, or an erratum lacks a field, has an unknown one
        or a value that it cannot have.
    """
    return _errata(ERRATA_FORM.read(path), Path(path).name)


def _errata(content: ErrataForm, origin: str) -> tuple[Erratum, ...]:
    return tuple(
        Erratum(
            register=each["register"],
            row=each["row"],
            column=each["column"],
            printed=each["printed"],
            proposed=each["proposed"],
            confidence=each["confidence"],
            evidence=text_of(each["evidence"]),
            source=each["source"],
            date=each["date"],
            checked=each.get("checked", content.get("checked", "")),
            english=each.get("proposed_en", ""),
            action=each.get("action", "replace"),
            severity=each.get("severity", "error"),
            cause=each.get("cause", ""),
            origin=origin,
        )
        for each in content["errata"]
    )

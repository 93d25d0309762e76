"""Read errata from TOML files: those that come with the package and those of users."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from digimfg.errors import DigimfgError
from digimfg.paradigm.reading import DATA
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Confidence", "Erratum", "read_errata", "shipped_errata"]

Confidence = Literal["certain", "likely", "open"]


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
        ``"certain"`` and ``"likely"`` ones make the corrected view, ``"open"`` ones leave the cell as printed.
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
    action: Literal["replace", "drop"] = "replace"
    origin: str = "digimfg"

    @property
    def address(self) -> tuple[str, str, str]:
        """Return register, row and column."""
        return self.register, self.row, self.column


@cache
def shipped_errata() -> tuple[Erratum, ...]:
    """Return the errata that come with the package."""
    return _parse((DATA / "errata.toml").read_text(encoding="utf-8"), "errata.toml", "digimfg")


def read_errata(path: str | Path) -> tuple[Erratum, ...]:
    """Read errata of your own from a TOML file of the form of the shipped one.

    Parameters
    ----------
    path
        A file of ``[[errata]]`` tables with ``register row column printed proposed confidence evidence source date``
        and, where wanted, ``proposed_en``, ``action = "drop"`` and ``checked``. ``evidence`` is one string or
        ``{ en = "…", zh = "…" }``.

    Raises
    ------
    DigimfgError
        If the file is missing or no TOML, or an erratum lacks a field or has an unknown one.
    """
    file = Path(path)
    try:
        content = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DigimfgError(
            where=str(file),
            expected=Text("a TOML file of errata", "勘误 TOML 文件"),
            got=f"{type(error).__name__}: {error.strerror}",
            remedy=Text("check the path", "检查路径"),
        ) from error
    return _parse(content, str(file), file.name)


def _parse(content: str, where: str, origin: str) -> tuple[Erratum, ...]:
    try:
        read = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(where, Text("valid TOML", "有效的 TOML"), str(error)) from error
    checked = read.get("checked", "")
    return tuple(
        _erratum(each, f"{where}, [[errata]] {number}", checked, origin)
        for number, each in enumerate(read.get("errata", ()), start=1)
    )


_REQUIRED = ("register", "row", "column", "printed", "proposed", "confidence", "evidence", "source", "date")
_OPTIONAL = ("proposed_en", "action", "checked")


def _erratum(content: Mapping[str, Any], where: str, checked: str, origin: str) -> Erratum:
    missing = [field for field in _REQUIRED if field not in content]
    strange = [field for field in content if field not in (*_REQUIRED, *_OPTIONAL)]
    if missing or strange:
        raise _malformed(
            where,
            Text(f"the fields {', '.join(_REQUIRED)}", f"字段 {', '.join(_REQUIRED)}"),
            f"missing {missing}, unknown {strange}",
        )
    if content["confidence"] not in get_args(Confidence):
        raise _malformed(
            where,
            Text("confidence certain, likely or open", "confidence 为 certain、likely 或 open"),
            repr(content["confidence"]),
        )
    if content.get("action", "replace") not in ("replace", "drop"):
        raise _malformed(
            where, Text("action replace or drop", "action 为 replace 或 drop"), repr(content["action"])
        )
    evidence = content["evidence"]
    return Erratum(
        **{field: content[field] for field in _REQUIRED if field != "evidence"},
        evidence=Text.of(evidence) if isinstance(evidence, str) else Text(evidence["en"], evidence["zh"]),
        english=content.get("proposed_en", ""),
        action=content.get("action", "replace"),
        checked=content.get("checked", checked),
        origin=origin,
    )


def _malformed(where: str, expected: Text, got: str) -> DigimfgError:
    return DigimfgError(
        where=where,
        expected=expected,
        got=got,
        remedy=Text(
            "see `digimfg errata --help` for the form of the file", "文件格式见 `digimfg errata --help`"
        ),
    )

"""Read a register's data file: its cells, where the paper has them, and its notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NotRequired

from annotated_types import Len
from typing_extensions import TypedDict

from digimfg.file_forms import FileForm, Words
from digimfg.paper.definition import Cell
from digimfg.spelling import tidy
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DATA", "Lines", "Printed", "PrintedRow", "read_printed"]

DATA = Path(__file__).parent / "data"
Lines = Annotated[list[int], Len(2, 2)]
"""First and last line in the paper's text."""


class CellForm(TypedDict):
    """The paper's words, where they stand, and what they say in English."""

    text: str
    lines: NotRequired[Lines]
    en: NotRequired[str]


class RegisterForm(Words):
    """Title and keys of a register."""

    keys: Annotated[list[str], Len(1)]


class SectionForm(TypedDict):
    """Which lines treat a theme."""

    theme: str
    lines: Lines


class PrintedForm(TypedDict):
    """A register's file: title, notes, the cells of its head, and rows of cells and coded values."""

    register: RegisterForm
    notes: NotRequired[list[Words]]
    header: NotRequired[dict[str, CellForm]]
    rows: list[dict[str, CellForm | list[int] | list[str] | str | bool | int | float]]
    sections: NotRequired[list[SectionForm]]


_FORM: FileForm[PrintedForm] = FileForm(
    schema=PrintedForm,
    what=Text("a TOML file of a register", "资料表 TOML 文件"),
    remedy=Text(
        "compare with digimfg/paper/data/institutes.toml", "可对照 digimfg/paper/data/institutes.toml"
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedRow:
    """One row as the file has it: key, coded values, cells."""

    key: str
    coded: Mapping[str, Any]
    cells: Mapping[str, Cell]
    in_paper: bool
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A register as printed."""

    title: Text
    keys: tuple[str, ...]
    notes: tuple[Text, ...]
    header: Mapping[str, Cell]
    rows: tuple[PrintedRow, ...]
    sections: tuple[tuple[str, int, int], ...]


@cache
def read_printed(name: str) -> Printed:
    """Return a register as the paper has it, from ``data/<name>.toml``."""
    content = _FORM.read(DATA / f"{name}.toml")
    about = content["register"]
    keys = tuple(about["keys"])
    rows = tuple(_row(position, row, keys) for position, row in enumerate(content["rows"], start=1))
    return Printed(
        title=Text(about["en"], about["zh"]),
        keys=keys,
        notes=tuple(Text(note["en"], note["zh"]) for note in content.get("notes", ())),
        header={
            column: _cell("header", column, value) for column, value in content.get("header", {}).items()
        },
        rows=rows,
        sections=tuple(
            (each["theme"], each["lines"][0], each["lines"][1]) for each in content.get("sections", ())
        ),
    )


def _row(position: int, content: Mapping[str, Any], keys: tuple[str, ...]) -> PrintedRow:
    key = ":".join(str(content[name]) for name in keys)
    words = {name: value for name, value in content.items() if isinstance(value, dict)}
    coded = {
        name: value
        for name, value in content.items()
        if name not in words and name not in ("in_paper", "source")
    }
    cells = {name: _cell(key, name, value) for name, value in words.items()}
    order = {
        "position": Cell(row=key, column="position", verbatim="", text=str(position), english="", lines=None)
    }
    return PrintedRow(
        key=key,
        coded=coded,
        cells=order | cells,
        in_paper=content.get("in_paper", True),
        source=content.get("source", ""),
    )


def _cell(row: str, column: str, content: Mapping[str, Any]) -> Cell:
    lines = tuple(content["lines"]) if "lines" in content else None
    return Cell(
        row=row,
        column=column,
        verbatim=content["text"],
        text=tidy(content["text"]),
        english=content.get("en", ""),
        lines=(lines[0], lines[1]) if lines else None,
    )

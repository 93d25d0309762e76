"""What the text of a chapter consists of: blocks, and the parts of their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from digimfg.documents.mathematics import Node

__all__ = [
    "Block", "Call", "Chapter", "Code", "CrossReference", "Equation", "Formula", "Grid", "Heading", "Inline",
    "Item", "Number", "Paragraph", "Words",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Words in one style; `url` where they are a link."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """A formula in a line."""

    latex: str
    tree: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A reference to a number, and its format."""

    path: str
    form: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CrossReference:
    """A reference to a table, a figure or a formula of the document: ``tbl``, ``fig``, ``eq``."""

    kind: str
    name: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What is put here: ``table figure sentence notes contents``, or what a project adds."""

    kind: str
    name: str
    line: int


Inline: TypeAlias = Words | Formula | Number | CrossReference | Call
Kind = TypeVar("Kind", covariant=True)  # of the parts of a paragraph: as written, or resolved


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading(Generic[Kind]):
    """A heading of level 1 to 4; `number` is given when chapters are put together."""

    level: int
    parts: tuple[Kind, ...]
    number: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph(Generic[Kind]):
    """A paragraph; `quoted` where it is set in."""

    parts: tuple[Kind, ...]
    quoted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Item(Generic[Kind]):
    """An item of a list: its mark, and how deep it stands."""

    parts: tuple[Kind, ...]
    mark: str
    depth: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Equation:
    """A displayed formula."""

    latex: str
    tree: Node
    name: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """Lines as they are."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A table written in the text: its head, its rows, how its columns stand, its title and name."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    alignment: tuple[str, ...]
    title: tuple[Inline, ...]
    name: str
    line: int


Block: TypeAlias = Heading[Inline] | Paragraph[Inline] | Item[Inline] | Equation | Code | Call | Grid


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """One file: what its head says, and its blocks."""

    where: str
    head: Mapping[str, str]
    blocks: tuple[Block, ...]

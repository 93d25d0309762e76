"""Take the tables of a document as the same code wrote them before; write only those that are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digimfg.content_key import content_key
from digimfg.documents.book import PlacedTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from digimfg.documents.book import Book

__all__ = ["WrittenTables", "table_names"]


def table_names(book: Book) -> dict[int, str | None]:
    """Return the identity of each table's block → the name of all that the table holds, in the language."""
    return {
        id(block): content_key(block.table, book.language)
        for block in book.blocks
        if isinstance(block, PlacedTable)
    }


class WrittenTables:
    """Hold the tables of one document in one format.

    Parameters
    ----------
    names
        Of the blocks of the document (`table_names`); those without a name are written every time.
    held
        Name → the table as it was written; `leave` leaves those of this document there.
    """

    def __init__(
        self,
        names: Mapping[int, str | None] | None = None,
        held: MutableMapping[str, Any] | None = None,
    ) -> None:
        self._names = {} if names is None else names
        self._held: MutableMapping[str, Any] = {} if held is None else held
        self._asked: dict[str, Any] = {}

    def before(self, block: PlacedTable, *, labelled: bool = False) -> Any:
        """Return a table as it was written, ``None`` where it was not."""
        name = self._name(block, labelled)
        if name in self._held:
            self._asked[name] = self._held[name]
        return self._asked.get(name)

    def keep(self, block: PlacedTable, written: Any, *, labelled: bool = False) -> Any:
        """Keep a table that was written now, and return it."""
        if name := self._name(block, labelled):
            self._asked[name] = written
        return written

    def of(self, block: PlacedTable, write: Callable[[], Any], *, labelled: bool = False) -> Any:
        """Return a table as it was written before, or is written now."""
        held = self.before(block, labelled=labelled)
        return self.keep(block, write(), labelled=labelled) if held is None else held

    def leave(self) -> None:
        """Leave the tables of this document, and no others, to the next one."""
        self._held.clear()
        self._held.update(self._asked)

    def _name(self, block: PlacedTable, labelled: bool) -> str:
        name = self._names.get(id(block))
        return "" if name is None else f"{name} {block.label}" if labelled else name

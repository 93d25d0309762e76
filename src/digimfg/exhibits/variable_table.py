"""Variable definitions: type, name, symbol, unit, definition, source, as the dictionary has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.table import Alignment, Cell, Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Labelled, Uses
from digimfg.exhibits.columns import chosen_variables
from digimfg.exhibits.selection import exhibit_where
from digimfg.frames.said import definition_of
from digimfg.labels import symbol_of, term_label
from digimfg.sheets import sheet_beside
from digimfg.terms import columns_of, parse_term
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["VariableTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class VariableTable(Labelled):
    """Define the variables of an analysis.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`.
    variables
        Columns or terms, or role → columns; by default those of `specification` by their roles. A term such
        as ``"log(x)"`` or ``"a:b"`` is defined by its columns.
    specification
        Specification whose variables are defined; by default the first.
    definitions
        Column → definition, for columns that the dictionary does not have.

    Examples
    --------
    >>> table = VariableTable("definitions", variables=("x",), definitions={"x": Text("A number.",
    ...     "一个数。")})
    >>> table.build(Evidence()).rows[0].cells[-1].en
    'A number.'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("variables",), other=("definitions",))

    variables: tuple[str, ...] | Mapping[Text, tuple[str, ...]] = ()
    specification: str | None = None
    definitions: Mapping[str, Text | str] | None = None

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        first = next(iter(evidence.results), None)
        groups = chosen_variables(self, evidence, self.variables, self.specification or first)
        roles = any(role.en for role, _ in groups)
        rows, defined = [], set[str]()
        for role, names in groups:
            shown_role: Cell = role
            for column in dict.fromkeys(column for name in names for column in self._columns(evidence, name)):
                if column in defined:
                    continue
                defined.add(column)
                rows.append(Row(cells=(*([shown_role] if roles else []), *self._cells(evidence, column))))
                shown_role = ""
        heads = [
            *([_HEADINGS["type"]] if roles else []),
            _HEADINGS["variable_name"],
            _HEADINGS["symbol"],
        ]
        heads += [_HEADINGS["unit"], _HEADINGS["definition_and_source"]]
        alignment: tuple[Alignment, ...] = (*(("l",) if roles else ()), "p", "p", "p", "p")
        return Table(
            title=Text.of(self.title or _HEADINGS["variable_definitions"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            alignment=alignment,
            name=self.name,
        )

    def _columns(self, evidence: Evidence, term: str) -> tuple[str, ...]:
        known = set(dictionary()) | set(self.definitions or {})
        if evidence.frame is not None:
            known |= {str(column) for column in evidence.frame.columns}
        return (term,) if term in known else tuple(columns_of(parse_term(term, known)))

    def _cells(self, evidence: Evidence, column: str) -> tuple[Cell, ...]:
        label, entry = term_label(column, self.labels), dictionary().get(column)
        if self.definitions and column in self.definitions:
            unit = entry.unit if entry is not None else ""
            return label, symbol_of(column), unit, Text.of(self.definitions[column])
        if entry is None:
            raise ExhibitError.of(
                "exhibits.variable_not_defined", where=exhibit_where(self), got=f"'{column}'", column=column
            )
        renewed = definition_of(evidence.frame, column)
        if renewed is not None:
            return label, symbol_of(column), entry.unit, renewed
        if entry.source == "derived" and not entry.source_code:
            return label, symbol_of(column), entry.unit, entry.definition
        origin = f"{entry.source}: {entry.source_code}" if entry.source_code else entry.source
        definition = Text(f"{entry.definition.en} [{origin}]", f"{entry.definition.zh}[{origin}]")
        return label, symbol_of(column), entry.unit, definition

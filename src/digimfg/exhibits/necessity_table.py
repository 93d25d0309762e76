"""Conditions and their absence, tested for necessity: one group of columns per outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.configurations.necessity import NecessaryConditions
from digimfg.display.formatting import MISSING, format_number
from digimfg.display.notes import joined
from digimfg.display.table import Row, Span, Table
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Labelled, Rounded, Uses
from digimfg.exhibits.selection import check_names, exhibit_where
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.display.table import Alignment

__all__ = ["NecessityTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_HEADS = sheet_beside(__file__, "necessity_table", "heads")


@checked
@dataclass(frozen=True, kw_only=True)
class NecessityTable(Rounded, Labelled):
    """Show consistency, coverage and relevance of necessity of every condition, for one outcome or several.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a `NecessaryConditions`, or several by the name of their outcome, may be given at once.
    studies
        Names of the studies, in this order; by default all of their kind.
    digits
        Decimals.

    Examples
    --------
    >>> NecessityTable("necessity", digits=2).digits
    2
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(studies=("studies",))

    studies: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        found = {
            name: each for name, each in evidence.studies.items() if isinstance(each, NecessaryConditions)
        }
        check_names(self, self.studies, found, _HEADINGS["study"])
        if not found:
            raise ExhibitError.of("exhibits.no_necessary_conditions", where=exhibit_where(self))
        chosen = {name: found[name] for name in self.studies or found}
        names = list(dict.fromkeys(name for each in chosen.values() for name in each.table.index))
        rows = []
        for name in names:
            cells = [
                format_number(each.table.loc[name, column], self.digits)
                if name in each.table.index
                else MISSING
                for each in chosen.values()
                for column in _HEADS
            ]
            rows.append(Row(cells=(self._label(str(name)), *cells)))
        columns = (
            (Span(text=_HEADINGS["condition"]), *(Span(text=head) for head in _HEADS.values()))
            if len(chosen) == 1
            else (
                Span(text=_HEADINGS["condition"]),
                *(Span(text=head) for _ in chosen for head in _HEADS.values()),
            )
        )
        over = (Span(text=""), *(Span(text=self._label(name), width=3) for name in chosen))
        told = list(dict.fromkeys(note for each in chosen.values() for note in each.notes))
        values: list[Alignment] = ["d"] * (3 * len(chosen))
        return Table(
            title=Text.of(self.title or _HEADINGS["necessary_conditions"]),
            header=(columns,) if len(chosen) == 1 else (over, columns),
            rows=tuple(rows),
            notes=(
                joined(
                    [
                        *told,
                        _HEADINGS["absence_and_relevance"],
                    ]
                ),
            ),
            alignment=("p", *values),
            name=self.name,
        )

    def _label(self, name: str) -> Text:
        parts = []
        for part in name.split(" + "):
            label = term_label(part.removeprefix("~"), self.labels)
            parts.append(note_of("exhibits.absent_condition", name=label) if part.startswith("~") else label)
        return (
            parts[0]
            if len(parts) == 1
            else Text(" + ".join(each.en for each in parts), " + ".join(each.zh for each in parts))
        )

"""The system of indicators as theses print it: target, dimension, indicator, direction, weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_numbers
from digimfg.display.notes import joined, note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, Rounded, Uses
from digimfg.exhibits.selection import check_names, select_frame
from digimfg.kinds import Digits
from digimfg.labels import term_label
from digimfg.measures.composite import composite_index
from digimfg.measures.index_definition import IndexDefinition, Indicator
from digimfg.measures.index_scores import ScoresResult
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digimfg.measures.directions import Direction

__all__ = ["IndexWeightsTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_WAYS = sheet_beside(__file__, "index_weights_table", "ways")


_UP, _DOWN = (1, "+", "positive"), (-1, "-", "negative")


@checked
@dataclass(frozen=True, kw_only=True)
class IndexWeightsTable(Rounded, Labelled):
    """Show the indicators of an index by dimension, with direction and weight.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; the panel, or the answer of `composite_index` for the definition, may be given at once.
    definition
        Of the index. With a panel, its weights are those of `composite_index`.
    digits
        Decimals of weights.

    Raises
    ------
    ExhibitError
        If the answer given is not of this definition.

    Examples
    --------
    >>> definition = IndexDefinition("digital", (Indicator("broadband"), Indicator("price", -1)))
    >>> IndexWeightsTable("digital_weights", definition=definition).digits
    4
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    uses: ClassVar[Uses] = Uses(other=())

    definition: IndexDefinition
    digits: Digits = 4

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        given = next((each for each in evidence.studies.values() if isinstance(each, ScoresResult)), None)
        scores = given or composite_index(select_frame(self, evidence), self.definition)
        leaves = list(_leaves(self.definition, ()))
        held = [str(name) for name in scores.weights.index]
        check_names(self, [leaf.column for _, leaf in leaves], held, _HEADINGS["indicator_word"])
        weights = [float(scores.weights[leaf.column]) for _, leaf in leaves]
        shown = format_numbers(weights, self.digits)
        depth = max(len(path) for path, _ in leaves)
        rows: list[Row] = []
        before = ("",) * depth
        for (path, leaf), weight in zip(leaves, shown, strict=True):
            full = (*path, *[""] * (depth - len(path)))
            stubs = [
                ""
                if not name or full[: place + 1] == before[: place + 1]
                else self._dimension(full, place, leaves, weights)
                for place, name in enumerate(full)
            ]
            opens = next((place for place, stub in enumerate(stubs) if stub), depth)
            rows.append(
                Row(
                    cells=(*stubs, term_label(leaf.column, self.labels), _direction(leaf.direction), weight),
                    rule_above=bool(rows) and opens < depth,
                )
            )
            before = full
        levels = [_HEADINGS["target"]] if depth == 1 else [_HEADINGS["target"], _HEADINGS["dimension"]]
        levels += [Text(f"Level {place}", f"第{place}层") for place in range(3, depth + 1)]
        heads = [*levels, _HEADINGS["indicator_layer"], _HEADINGS["direction"], _HEADINGS["weight"]]
        alignment: list[Alignment] = ["p"] * depth
        way = self.definition.weighting or "entropy"
        named = _WAYS.get(way, Text.of(str(way))) if isinstance(way, str) else _HEADINGS["fixed"]
        return Table(
            title=Text.of(self.title or _HEADINGS["system_of_indicators_and_weights"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(
                note_paragraph(
                    [
                        note_of("exhibits.weights_sum_to_one", way=named),
                        Text(
                            "In parentheses: the weight of a dimension, the sum of its indicators'",
                            "括号内为该层权重，即其下各指标权重之和",
                        ),
                    ]
                ),
                *([joined(scores.notes)] if scores.notes else []),
            ),
            alignment=(*alignment, "p", "c", "d"),
            name=self.name,
        )

    def _dimension(
        self,
        path: tuple[str, ...],
        place: int,
        leaves: list[tuple[tuple[str, ...], Indicator]],
        weights: list[float],
    ) -> Text:
        label = term_label(path[place], self.labels)
        if place == 0:
            return label
        below = sum(
            weight
            for (other, _), weight in zip(leaves, weights, strict=True)
            if other[: place + 1] == path[: place + 1]
        )
        return note_of("exhibits.dimension_with_share", label=label, share=f"{below:.{self.digits}f}")


def _leaves(
    definition: IndexDefinition, above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Indicator]]:
    """Yield the indicators with the names of what they belong to, from the index down."""
    path = (*above, definition.name)
    for part in definition.parts:
        if isinstance(part, Indicator):
            yield path, part
        else:
            yield from _leaves(part, path)


def _direction(direction: Direction) -> Text:
    if direction in _UP or direction in _DOWN:
        return _HEADINGS["positive"] if direction in _UP else _HEADINGS["negative"]
    return _HEADINGS["moderate"]

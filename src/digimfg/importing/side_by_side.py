"""Find tables that stand side by side on a sheet: their rows need not belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.importing.cells import is_missing, match_text
from digimfg.importing.layout import body_column
from digimfg.importing.names import resolve_names
from digimfg.importing.years import read_year
from digimfg.notes import note_of
from digimfg.text import Text, column_letter

if TYPE_CHECKING:
    from digimfg.importing.mapping import ImportMapping
    from digimfg.importing.plan import Plan

__all__ = ["side_by_side"]

_SHOWN = 5


def side_by_side(plan: Plan, key: str, given: ImportMapping) -> list[Text]:
    """Tell of a second column of the same name with other keys: tables that stand side by side."""
    table, first = plan.table, plan.places[key]
    name = match_text(table.headers[first].text)
    lines: list[Text] = []
    for place, header in enumerate(table.headers):
        if place == first or match_text(header.text) != name or not name:
            continue
        pairs = dict.fromkeys(
            zip(body_column(table, first).tolist(), body_column(table, place).tolist(), strict=True)
        )
        codes = _codes(key, [value for pair in pairs for value in pair], given)
        differ = [
            pair for pair in pairs if codes[pair[0]] and codes[pair[1]] and codes[pair[0]] != codes[pair[1]]
        ]
        if differ:
            letters = f"{column_letter(first)}, {column_letter(place)}"
            shown = "; ".join(f"{one}, {other}" for one, other in differ[:_SHOWN])
            lines.append(
                note_of("importing.tables_side_by_side", letters=letters, header=header.text, shown=shown)
            )
    return lines


def _codes(key: str, values: list[object], given: ImportMapping) -> dict[object, object]:
    held = [value for value in dict.fromkeys(values) if not is_missing(value)]
    if key == "year":
        return {**dict.fromkeys(values), **{value: read_year(value) for value in held}}
    return {**dict.fromkeys(values), **resolve_names(key, held, given.names)}

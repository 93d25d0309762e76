"""Find the columns whose unit a person must declare, before anything is read."""

from __future__ import annotations

from collections.abc import Sequence

from digimfg.importing.cells import match_text
from digimfg.importing.layout import body_column, split_unit
from digimfg.importing.mapping import ColumnMapping, ImportMapping
from digimfg.importing.numbers import parse_numbers
from digimfg.importing.plan import Plan
from digimfg.importing.units import needs_unit
from digimfg.variables import dictionary

__all__ = ["columns_without_unit"]


def columns_without_unit(plans: Sequence[Plan], given: ImportMapping) -> tuple[str, ...]:
    """Return the names of columns and indicators whose unit nothing declares: header, cells, lines above, or
    mapping.
    """
    found: dict[str, None] = {}
    for plan in plans:
        if given.unit or plan.table.unit or "unit" in plan.places:
            continue
        for name, told in plan.indicators.items():
            if _demanded(told, (name,)) and not split_unit(name)[1]:
                found[name] = None
        for place, planned in plan.columns.items():
            header = plan.table.headers[place]
            names = (planned.name, *header.parts)
            if planned.name and not header.unit and _demanded(planned.told, names) and _bare(plan, place):
                found[planned.name] = None
    return tuple(found)


def _demanded(told: ColumnMapping, names: Sequence[str]) -> bool:
    variable = dictionary().get(told.variable)
    return (
        variable is not None
        and not told.unit
        and variable.dtype != "string"
        and needs_unit(variable.unit)
        and match_text(variable.name) not in {match_text(name) for name in names}
    )


def _bare(plan: Plan, place: int) -> bool:
    """Tell whether the cells of a column say no unit themselves."""
    if place in plan.table.grid.percent:
        return False
    return parse_numbers(body_column(plan.table, place)).units is None

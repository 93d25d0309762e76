"""Put computed columns in the order in which each finds its inputs there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from digimfg.derived.column import Derived, column_place
from digimfg.errors import PanelError
from digimfg.text import Text

__all__ = ["check_names", "in_order"]


def check_names(columns: Sequence[Derived], held: Collection[str]) -> None:
    """Raise where two columns have one name, or a column has the name of one that the panel holds.

    Raises
    ------
    PanelError
        At the second of them.
    """
    seen = set(held)
    for column in columns:
        if column.name in seen:
            twice = column.name not in held
            raise PanelError.of(
                "derived.name_twice" if twice else "derived.name_taken", where=column_place(column.name)
            )
        seen.add(column.name)


def in_order(columns: Sequence[Derived], held: Collection[str] | None = None) -> tuple[Derived, ...]:
    """Return columns so that each stands behind those that it is computed from; among equals the order
    declared.

    Parameters
    ----------
    columns
        As declared; their names differ.
    held
        Columns of the panel; ``None`` where these are not known yet, and no input is missed.

    Raises
    ------
    PanelError
        If an input is neither a column of the panel nor computed (the nearest names are given), or columns
        are computed from each other in a circle.
    """
    computed = {column.name: column for column in columns}
    known = list(dict.fromkeys([*(held or ()), *computed]))
    needs = {name: column.how.inputs(known) for name, column in computed.items()}
    for name, inputs in needs.items():
        for each in inputs:
            if held is not None and each not in computed and each not in held:
                raise PanelError.unknown(
                    each,
                    [one for one in known if one != name],
                    where=column_place(name),
                    expected=Text("columns of the panel, or computed ones", "面板的列，或计算所得的列"),
                    of="columns",
                )
    ordered: dict[str, Derived] = {}
    path: list[str] = []

    def place(name: str) -> None:
        if name in ordered or name not in computed:
            return
        if name in path:
            circle = [*path[path.index(name) :], name]
            raise PanelError.of(
                "derived.columns_in_a_circle", where=column_place(name), got=" ← ".join(circle)
            )
        path.append(name)
        for each in needs[name]:
            place(each)
        path.pop()
        ordered[name] = computed[name]

    for name in computed:
        place(name)
    return tuple(ordered.values())

"""Trace a cell of a computed column to the source cells of the panel, through every column between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from digimfg.derived.joined import joined_rows
from digimfg.derived.rows import Rows
from digimfg.errors import PanelError, nearest
from digimfg.importing.stored import ImportedPanel
from digimfg.importing.trace import trace
from digimfg.importing.tracing import traced_cell
from digimfg.panels import find_panel
from digimfg.panels.raw_cells import RawCell, RawFile
from digimfg.panels.tracing import Trace, Tracer
from digimfg.text import Text
from digimfg.variables import speaking_of
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from digimfg.derived.column import Derived
    from digimfg.derived.joined import Join
    from digimfg.variables import Variable

__all__ = ["trace_derived"]


class Declared(Protocol):
    """What a trace asks of a panel with computed columns."""

    @property
    def name(self) -> str:
        """Return its name."""
        ...

    @property
    def panel(self) -> str | pd.DataFrame:
        """Return what it is computed from."""
        ...

    @property
    def keys(self) -> str | tuple[str, ...]:
        """Return the key columns."""
        ...

    @property
    def time(self) -> str | None:
        """Return the key that dates a row."""
        ...

    @property
    def columns(self) -> tuple[Derived, ...]:
        """Return the computed columns."""
        ...

    @property
    def joins(self) -> tuple[Join, ...]:
        """Return what is joined."""
        ...

    def variables(self) -> Mapping[str, Variable]:
        """Return the entries of the computed columns in the dictionary."""
        ...

    def base(self, *, vintage: str | None = None) -> pd.DataFrame:
        """Return the panel without its computed columns."""
        ...


def trace_derived(
    panel: Declared, frame: pd.DataFrame, key: Mapping[str, Any], column: str, vintage: str | None
) -> Trace:
    """Return the trace of one cell of a panel with computed columns; see `DerivedPanel.trace`.

    Parameters
    ----------
    panel
        The declaration.
    frame
        What it loads.
    key, column, vintage
        As in `trace`.
    """
    if column not in frame.columns:
        raise PanelError.of(
            "derived.traced_column_unknown", got=column, near=nearest(column, map(str, frame.columns))
        )
    rows = Rows(frame=frame, keys=tuple(panel.keys), time=panel.time)
    found = _Found(panel=panel, rows=rows, vintage=vintage, words=panel.variables())
    row = _row(panel, frame, key)
    found.add(column, row)
    value = frame[column].iloc[row]
    return Trace(
        panel=panel.name,
        key={name: frame[name].iloc[row] for name in panel.keys},
        column=column,
        label=found.words[column].label if column in found.words else None,
        value=None if pd.isna(value) else value.item() if hasattr(value, "item") else value,
        cells=tuple(dict.fromkeys(found.cells)),
        files=tuple(dict.fromkeys(found.files)),
        steps=tuple(dict.fromkeys(found.steps)),
        recomputed=found.recomputed,
    )


@dataclass(kw_only=True)
class _Found:
    """Gather the cells, files and steps behind a cell, each column and row once, inputs before what is
    computed from them.
    """

    panel: Declared
    rows: Rows
    vintage: str | None
    words: Mapping[str, Variable]
    cells: list[RawCell] = field(default_factory=list)
    files: list[RawFile] = field(default_factory=list)
    steps: list[Text] = field(default_factory=list)
    recomputed: bool = True
    _seen: set[tuple[str, int]] = field(default_factory=set)
    _tracers: dict[str, Tracer] = field(default_factory=dict)
    _places: dict[int, Any] = field(default_factory=dict)

    def add(self, column: str, row: int) -> None:
        if (column, row) in self._seen:
            return
        self._seen.add((column, row))
        declared = next((each for each in self.panel.columns if each.name == column), None)
        if declared is None:
            self._add_source(column, row)
            return
        rule = declared.how
        for name in rule.inputs(list(map(str, self.rows.frame.columns))):
            for place in rule.behind(self.rows, name, row):
                self.add(name, place)
        self.files += rule.registers()
        with speaking_of(self.words):
            formula = rule.formula()
        label = declared.label if isinstance(declared.label, Text) else Text.of(declared.label)
        self.steps.append(Text(f"{label.en}: {formula.en}", f"{label.zh}：{formula.zh}"))

    def _add_source(self, column: str, row: int) -> None:
        if column in self.panel.keys:
            return
        for place, declared in enumerate(self.panel.joins):
            other = declared.table()
            if column in other.columns and column not in self._own():
                self._add_joined(place, declared, other, column, row)
                return
        key = {name: self.rows.frame[name].iloc[row] for name in self.panel.keys}
        if isinstance(self.panel.panel, str):
            self._take(self._traced(self.panel.panel, key, column))
        else:
            self._add_given(self.panel.name, self.rows.frame, row, tuple(key), column)

    def _add_joined(self, place: int, declared: Join, other: pd.DataFrame, column: str, row: int) -> None:
        if place not in self._places:
            self._places[place] = joined_rows(self.rows.frame, declared, other)
        there = int(self._places[place][row])
        if there < 0:
            return
        if isinstance(declared.other, str):
            names = find_panel(declared.other).keys
            key = {name: other[name].iloc[there] for name in names}
            self._take(self._traced(declared.other, key, column))
        elif isinstance(declared.other, ImportedPanel):
            key = {name: other[name].iloc[there] for name in find_panel(declared.other.panel).keys}
            self._take(traced_cell(declared.other.cell(tuple(key.values()), column), key))
        else:
            on = (declared.on,) if isinstance(declared.on, str) else declared.on
            told = self.panel.name if declared.source is None else str(declared.source)
            self._add_given(told, other, there, on, column)

    def _add_given(
        self, source: str, frame: pd.DataFrame, row: int, keys: tuple[str, ...], column: str
    ) -> None:
        value = frame[column].iloc[row]
        self.cells.append(
            RawCell(
                source=source,
                file=str(Text("a frame given", "给定的数据框")),
                line=row + 1,
                row=tuple((name, str(frame[name].iloc[row])) for name in keys),
                column=column,
                text="" if pd.isna(value) else str(value),
            )
        )

    def _take(self, found: Trace) -> None:
        self.cells += found.cells
        self.files += found.files
        self.steps += found.steps
        self.recomputed &= found.recomputed

    def _own(self) -> set[str]:
        """Return the columns that the panel holds itself."""
        return set(self.panel.base(vintage=self.vintage).columns)

    def _traced(self, panel: str, key: Mapping[str, Any], column: str) -> Trace:
        if not find_panel(panel).ships:
            return trace(panel, key, column)
        if panel not in self._tracers:
            self._tracers[panel] = Tracer(panel, vintage=self.vintage)
        return self._tracers[panel].trace(key, column)


def _row(panel: Declared, frame: pd.DataFrame, key: Mapping[str, Any]) -> int:
    if set(key) != set(panel.keys):
        names = ", ".join(panel.keys)
        raise PanelError.of("derived.traced_key_incomplete", got=", ".join(key), near=names, names=names)
    there = pd.Series(True, index=frame.index)
    for name, value in key.items():
        own = held_values([value], frame[name].unique().tolist()).get(value, value)
        there &= frame[name] == own
    places = there.to_numpy().nonzero()[0]
    if len(places) != 1:
        shown = ", ".join(str(value) for value in frame[list(panel.keys)].iloc[0])
        raise PanelError.of("derived.traced_row_unknown", got=str(dict(key)), near=shown)
    return int(places[0])

"""Trace a cell of a computed column to the source cells of the panel, through every column between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from digimfg.derived.rows import Rows
from digimfg.errors import PanelError, nearest
from digimfg.importing.trace import trace
from digimfg.panels import find_panel
from digimfg.panels.raw_cells import RawCell, RawFile
from digimfg.panels.tracing import Trace, Tracer
from digimfg.text import Text
from digimfg.variables import speaking_of
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from digimfg.derived.column import Derived
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
    found = _Found(
        panel=panel, rows=Rows(frame=frame, keys=tuple(panel.keys), time=panel.time), vintage=vintage
    )
    row = _row(panel, frame, key)
    found.add(column, row)
    value = frame[column].iloc[row]
    return Trace(
        panel=panel.name,
        key={name: frame[name].iloc[row] for name in panel.keys},
        column=column,
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
    cells: list[RawCell] = field(default_factory=list)
    files: list[RawFile] = field(default_factory=list)
    steps: list[Text] = field(default_factory=list)
    recomputed: bool = True
    _seen: set[tuple[str, int]] = field(default_factory=set)
    _tracer: Tracer | None = None

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
        with speaking_of(self.panel.variables()):
            formula = rule.formula()
        self.steps.append(Text(f"{column}: {formula.en}", f"{column}：{formula.zh}"))

    def _add_source(self, column: str, row: int) -> None:
        if column in self.panel.keys:
            return
        key = {name: self.rows.frame[name].iloc[row] for name in self.panel.keys}
        if not isinstance(self.panel.panel, str) or column in self._joined():
            told = tuple((name, str(value)) for name, value in key.items())
            value = self.rows.frame[column].iloc[row]
            self.cells.append(
                RawCell(
                    source=self.panel.name,
                    file=Text("a frame given", "给定的数据框").en,
                    line=row + 1,
                    row=told,
                    column=column,
                    text="" if pd.isna(value) else str(value),
                )
            )
            return
        found = self._traced(self.panel.panel, key, column)
        self.cells += found.cells
        self.files += found.files
        self.steps += found.steps
        self.recomputed &= found.recomputed

    def _joined(self) -> set[str]:
        """Return the columns that the panel does not hold itself."""
        known = set(self.panel.base(vintage=self.vintage).columns)
        return {name for name in map(str, self.rows.frame.columns) if name not in known}

    def _traced(self, panel: str, key: Mapping[str, Any], column: str) -> Trace:
        if not find_panel(panel).ships:
            return trace(panel, key, column)
        if self._tracer is None:
            self._tracer = Tracer(panel, vintage=self.vintage)
        return self._tracer.trace(key, column)


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

"""A panel and the columns that are computed from it: one declaration for analyses and notebooks."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.derived.column import Derived, column_place
from digimfg.derived.joined import Join, join
from digimfg.derived.keeping import computed_once
from digimfg.derived.marks import carry_marks
from digimfg.derived.order import check_names, in_order
from digimfg.derived.rows import Made, Rows
from digimfg.errors import DigimfgError, PanelError
from digimfg.frame_notes import frame_sources
from digimfg.frames import as_numbers
from digimfg.frames.filled_cells import filled_columns
from digimfg.kinds import Label, StoredFrame
from digimfg.measures.missing import MissingPolicy, fill_missing
from digimfg.panels import find_panel
from digimfg.panels.store import load_panel
from digimfg.text import Text
from digimfg.variables import speaking_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from digimfg.panels.tracing import Trace
    from digimfg.variables import Variable

__all__ = ["DerivedPanel"]

_YEAR = "year"
_SHOWN = 8
_TOLD = ("label", "unit", "definition")


@checked
@dataclass(frozen=True, eq=False)
class DerivedPanel:
    """Declare a panel with columns that are computed from it.

    `Analysis` takes it in place of a panel's name; `load` gives the frame to a notebook. Every computed
    column has its label and unit in tables, figures and the codebook, repeats the sources and notes of its
    inputs, is flagged where it rests on filled-in cells, and can be traced to its source cells.

    Parameters
    ----------
    panel
        Name of the panel, or a frame with one row per key.
    columns
        What is computed, in any order: each is computed once those are that it names.
    keys
        Key columns of a frame; those of a named panel are known.
    time
        The key that dates a row; by default ``"year"``, where it is a key.
    joins
        Columns of other panels or frames, brought in before anything is computed.
    missing
        Policies for gaps in the columns of the panel, filled before anything is computed from them;
        `Analysis` may declare them instead.
    name
        What a frame is called in the records of an analysis.

    Raises
    ------
    PanelError
        If a column is computed twice, or from itself through others; the panel is unknown; or a frame has no
        keys.

    Examples
    --------
    >>> import digimfg as dm
    >>> world = dm.DerivedPanel("world", (
    ...     dm.Derived("log_users", "log(internet_users_pct)", label=dm.Text("internet users, log",
    ...     "网民占比（对数）")),
    ... ))
    >>> frame = world.load()
    >>> round(frame.loc[(frame["country"] == "DEU") & (frame["year"] == 2014), "log_users"].item(), 4)
    4.4636
    """

    panel: str | StoredFrame
    columns: tuple[Derived, ...]
    _: KW_ONLY
    keys: str | tuple[str, ...] = ()
    time: str | None = None
    joins: tuple[Join, ...] = ()
    missing: MissingPolicy | tuple[MissingPolicy, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        given = (self.keys,) if isinstance(self.keys, str) else self.keys
        keys = find_panel(self.panel).keys if isinstance(self.panel, str) else given
        held = keys if isinstance(self.panel, str) else self._held(self.panel)
        time = self.time if self.time is not None else _YEAR if _YEAR in keys else None
        if not keys or not set(keys) <= set(held) or (time is not None and time not in keys):
            raise PanelError.of(
                "derived.keys_without_time", got=f"keys={keys}, time={time!r}", held=held[:_SHOWN]
            )
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "time", time)
        if not self.name:
            object.__setattr__(self, "name", self.panel if isinstance(self.panel, str) else "frame")
        check_names(self.columns, keys)
        in_order(self.columns)

    def load(self, processed: Path | None = None, *, vintage: str | None = None) -> pd.DataFrame:
        """Return the panel with its computed columns behind its own.

        Parameters
        ----------
        processed, vintage
            As in `load_panel`.

        Raises
        ------
        PanelError
            If an input is unknown (the nearest are named), a name is there already, or a function does not
            answer.
        MeasureError, SpecificationError
            What the measure behind a rule has to say, with the column named.
        """
        return self.computed(self.base(processed, vintage=vintage))

    def base(self, processed: Path | None = None, *, vintage: str | None = None) -> pd.DataFrame:
        """Return the panel without its computed columns."""
        return (
            load_panel(self.panel, processed, vintage=vintage) if isinstance(self.panel, str) else self.panel
        )

    def computed(self, frame: pd.DataFrame, folder: Path | None = None) -> pd.DataFrame:
        """Return a frame that is the panel's base with everything declared: joined, filled, computed.

        The same is computed once; with a folder also once for all processes that share it.
        """
        joined = [(each.on, each.columns, each.source, each.table()) for each in self.joins]
        declared = (self.columns, joined, self.missing, self.keys, self.time)
        return computed_once(declared, frame, lambda: self._in_key_order(frame), folder)

    def _in_key_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Compute with rows in the order of their keys and return them as they stood: sums and fits end in
        the same digits whatever the order of rows.
        """
        order = _key_order(frame, tuple(self.keys))
        if np.array_equal(order, np.arange(len(order))):
            return self._computed(frame)
        found = self._computed(frame.iloc[order])
        if len(found) != len(order):
            return found
        return found.iloc[np.argsort(order)].reset_index(drop=True)

    def _computed(self, frame: pd.DataFrame) -> pd.DataFrame:
        for declared in self.joins:
            frame = join(frame, declared, declared.table())
        if self.missing:
            entity = [key for key in self.keys if key != self.time]
            frame = fill_missing(frame, self.missing, entity=entity, time=self._dated()).frame
        columns = in_order(self.columns, self._held(frame))
        check_names(self.columns, self._held(frame))
        result = frame.reset_index(drop=True)
        rows = Rows(frame=result, keys=tuple(self.keys), time=self.time)
        self._check_keys(result)
        entries = self.variables()
        for column in columns:
            with speaking_of(entries):
                made = _made(column, rows)
            result = result.copy(deep=False)
            result[column.name] = _typed(column, made)
            carry_marks(result, column, entries[column.name], rows, made.notes)
            rows = Rows(frame=result, keys=tuple(self.keys), time=self.time)
        return result.copy()

    def codebook(self, frame: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return what every computed column is: label, unit, definition, inputs, and how many values it has.

        Parameters
        ----------
        frame
            What `load` returned; by default it is loaded.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``column`` in the order of computation; columns ``label_en label_zh unit_en unit_zh
            definition_en definition_zh inputs n n_missing n_filled sources``.
        """
        held = self.load() if frame is None else frame
        known, filled = self._held(held), filled_columns(held)
        rows, entries = {}, self.variables()
        for column in in_order(self.columns, known):
            entry, inputs = entries[column.name], column.how.inputs(known)
            rows[column.name] = {
                **{
                    f"{part}_{language}": getattr(getattr(entry, part), language)
                    for part in _TOLD
                    for language in ("en", "zh")
                },
                "inputs": ", ".join(inputs),
                "n": int(held[column.name].notna().sum()),
                "n_missing": int(held[column.name].isna().sum()),
                "n_filled": filled.get(column.name, {}).get("filled", 0),
                "sources": "; ".join(source.en for source in frame_sources(held, (column.name,))),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("column")

    def trace(self, key: Mapping[str, Label], column: str, *, vintage: str | None = None) -> Trace:
        """Trace one cell to the source cells that it rests on, through every computed column between.

        An index names the cells of its row; its weights and bounds come from all rows. Joined columns are
        traced to what was joined: the raw cells of a panel, the sheet of an import, the rows of a frame.

        Raises
        ------
        PanelError
            If the panel has no such row or column.
        """
        from digimfg.derived.tracing import trace_derived

        return trace_derived(self, self.load(vintage=vintage), key, column, vintage)

    def variables(self) -> dict[str, Variable]:
        """Return the entries of the computed columns in the dictionary, by name."""
        named = {column.name: column.variable() for column in self.columns}
        with speaking_of(named):
            return {column.name: column.variable() for column in self.columns}

    def _held(self, frame: pd.DataFrame) -> tuple[str, ...]:
        return tuple(map(str, frame.columns))

    def _dated(self) -> str:
        if self.time is None:
            raise PanelError.of("derived.gaps_without_years", got=", ".join(self.keys))
        return self.time

    def _check_keys(self, frame: pd.DataFrame) -> None:
        repeated = int(frame.duplicated(list(self.keys)).sum())
        if repeated:
            raise PanelError.of(
                "derived.repeated_keys", name=self.name, keys=" × ".join(self.keys), repeated=repeated
            )


def _made(column: Derived, rows: Rows) -> Made:
    try:
        return column.how.compute(rows)
    except DigimfgError as error:
        place = column_place(column.name)
        error.where = Text(f"{place.en}, {error.where.en}", f"{place.zh}，{error.where.zh}")
        raise


def _typed(column: Derived, made: Made) -> Any:
    """Return the values as the rule declares them.

    Raises
    ------
    PanelError
        If numbers are declared and others given, or infinite ones.
    """
    values = pd.Series(np.asarray(made.values))
    if column.how.dtype != "float":
        return values.to_numpy()
    numbers = as_numbers(values)
    if numbers is None or np.isinf(numbers).any():
        raise PanelError.of(
            "derived.values_not_finite",
            where=column_place(column.name),
            found=Text("infinite values", "无穷值") if numbers is not None else str(values.dtype),
        )
    return numbers


def _key_order(frame: pd.DataFrame, keys: Sequence[str]) -> NDArray[np.int64]:
    """Return the places of rows sorted by keys, those of equal keys as they stand."""
    codes = []
    for key in keys:
        if key not in frame:
            continue
        values = frame[key]
        try:
            codes.append(pd.factorize(values, sort=True)[0])
        except TypeError:  # numbers beside text
            codes.append(pd.factorize(values.map(str), sort=True)[0])
    return np.lexsort(codes[::-1]) if codes else np.arange(len(frame))

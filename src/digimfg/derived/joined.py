"""Bring columns of another panel or frame to the rows of a panel, by keys that both have."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import PanelError, nearest
from digimfg.frames.filled_cells import declare_filled, filled_columns, filled_flags, flag_columns
from digimfg.frames.said import MARK, add_notes, add_sources, is_synthetic, say_of_joined
from digimfg.importing.stored import ImportedPanel
from digimfg.kinds import StoredFrame
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.panels.store import load_panel
from digimfg.text import Text
from digimfg.variables.unit_names import NAMED_KEYS, in_words_of, same_units, unit_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


__all__ = ["Join", "join", "joined_rows"]

_SHOWN = 5


@checked
@dataclass(frozen=True, eq=False)
class Join:
    """Declare columns that a computed panel takes from another panel or frame.

    Parameters
    ----------
    other
        Name of a panel, a frame, or what `import_panel` made of a file.
    on
        Key columns that name a row of the other, each also a column of the panel; several rows of the panel
        may meet one row of the other (a national series by ``"year"``), never the other way round. Units
        meet by their codes or names.
    columns
        Which to take; by default all but the keys and the names of their units.
    source
        Where a frame comes from, as notes below tables name it.

    Examples
    --------
    >>> import digimfg as dm, pandas as pd
    >>> users = pd.DataFrame({"year": [2011, 2012], "national_users": [513.1, 564.0]})
    >>> dm.Join(users, on="year", source="CNNIC").on
    'year'
    """

    other: str | StoredFrame | ImportedPanel
    _: KW_ONLY
    on: str | tuple[str, ...]
    columns: str | tuple[str, ...] = ()
    source: Text | str | None = None

    def table(self) -> pd.DataFrame:
        """Return what is joined."""
        if isinstance(self.other, str):
            return load_panel(self.other)
        return self.other.frame if isinstance(self.other, ImportedPanel) else self.other


def join(frame: pd.DataFrame, declared: Join, other: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with the columns of another, missing where that has no such row, which a note counts.

    Raises
    ------
    PanelError
        If a key or a column is not there (the nearest are named), a key of the other repeats, also under two
        names of one unit, no row meets another, or the frame has the column.
    """
    on = (declared.on,) if isinstance(declared.on, str) else declared.on
    wanted = (declared.columns,) if isinstance(declared.columns, str) else declared.columns
    _check_there(on, frame, Text("the panel", "面板"))
    _check_there((*on, *wanted), other, Text("what is joined", "并入的数据"))
    flags = flag_columns(other)
    named = {name for key in on for name in (f"{key}_name_zh", f"{key}_name_en") if name in frame.columns}
    taken = wanted or tuple(
        name for name in map(str, other.columns) if name not in (*on, MARK, *flags, *named)
    )
    again = [name for name in taken if name in frame.columns]
    spelled = other.assign(**{key: _spelled(other[key], frame[key].unique().tolist()) for key in on})
    repeated = spelled.duplicated(list(on))
    if again or repeated.any() or not on:
        raise PanelError.of(
            "derived.join_not_unique",
            found=note_of("derived.already_there", again=again)
            if again
            else note_of(
                "derived.repeated_rows", n=int(repeated.sum()), row=_row(other, repeated.to_numpy(), on)
            ),
        )
    places = _places(frame, spelled, on)
    if (places < 0).all():
        raise PanelError.of(
            "derived.joined_keys_unknown", row=_row(frame, None, on), row_found=_row(other, None, on)
        )
    result = frame.copy(deep=False)
    for name in taken:
        result[name] = other[name].reset_index(drop=True).reindex(places).to_numpy()
    if is_synthetic(other) and MARK not in result:
        result[MARK] = 1
    say_of_joined(result, other, taken)
    for name, said in filled_columns(other).items():
        raised = filled_flags(other, name) if name in taken else None
        if raised is not None:
            there = np.where(places >= 0, raised[np.maximum(places, 0)], False)
            declare_filled(result, name, there, _recounted(said, result[name].notna().to_numpy(), there))
    if declared.source is not None:
        add_sources(result, [Text.of(declared.source)], taken)
    lacking = int(np.count_nonzero(places < 0))
    if lacking:
        note = note_of(
            "derived.rows_without_match",
            n=lacking,
            names=[term_label(name) for name in taken],
            keys=[note_of("derived.key_in_sentence", key=term_label(key)) for key in on],
        )
        add_notes(result, [note], taken)
    for key in on:
        strange = _strange(spelled[key], frame[key].unique().tolist())
        if strange:
            note = note_of(
                "derived.names_not_joined",
                key=term_label(key),
                values=[*strange[:_SHOWN], *(["…"] if len(strange) > _SHOWN else [])],
            )
            add_notes(result, [note], taken)
    return result


def joined_rows(frame: pd.DataFrame, declared: Join, other: pd.DataFrame) -> np.ndarray:
    """Return for each row of a frame the place of the row that was joined to it, -1 for none."""
    on = (declared.on,) if isinstance(declared.on, str) else declared.on
    spelled = other.assign(**{key: _spelled(other[key], frame[key].unique().tolist()) for key in on})
    return _places(frame, spelled, on)


def _spelled(column: pd.Series[Any], held: list[Any]) -> pd.Series[Any]:
    """Return a key as the panel writes it, also where the other writes one unit in several ways."""
    once = in_words_of(column, held)
    there = set(held)
    same = same_units([value for value in once.dropna().unique().tolist() if value not in there], held)
    return once.map(lambda value: same.get(value, value)) if same else once


def _strange(column: pd.Series[Any], held: list[Any]) -> list[str]:
    """Return the values that are no unit at all, where the panel's are all units of one kind."""
    there = set(held)
    values = [value for value in column.dropna().unique().tolist() if value not in there]
    kinds = [kind for kind in NAMED_KEYS if values and all(unit_code(kind, value) for value in held)]
    return [str(value) for value in values if kinds and not any(unit_code(kind, value) for kind in kinds)]


def _row(frame: pd.DataFrame, chosen: np.ndarray | None, on: Sequence[str]) -> str:
    first = (frame if chosen is None else frame[chosen])[list(on)].head(1)
    return ", ".join(f"{key} {value!r}" for key in on for value in first[key].tolist())


def _recounted(said: Mapping[str, Any], present: np.ndarray, filled: np.ndarray) -> dict[str, Any]:
    """Return what was said of a filled column, its cells counted where they stand now."""
    counts = {
        "observed": int(np.count_nonzero(present & ~filled)),
        "filled": int(np.count_nonzero(filled)),
        "missing": int(np.count_nonzero(~present)),
    }
    return {**said, **counts}


def _places(frame: pd.DataFrame, other: pd.DataFrame, on: Sequence[str]) -> np.ndarray:
    held = {key: place for place, key in enumerate(zip(*(other[name].tolist() for name in on), strict=True))}
    wanted = zip(*(frame[name].tolist() for name in on), strict=True)
    return np.array([held.get(key, -1) for key in wanted], dtype=np.int64)


def _check_there(names: Sequence[str], frame: pd.DataFrame, what: Text) -> None:
    for name in names:
        if name not in frame.columns:
            near = nearest(name, map(str, frame.columns))
            raise PanelError.of("derived.join_column_unknown", got=f"'{name}'", what=what, near=near)

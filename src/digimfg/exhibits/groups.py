"""Groups that figures compare: the values of a column, or equal parts of the units by a number."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from digimfg.errors import ExhibitError
from digimfg.exhibits import FigureExhibit, Labelled
from digimfg.exhibits.selection import check_choice, check_names, exhibit_where, read_frame
from digimfg.kinds import AtLeast, AtMost
from digimfg.labels import term_label, value_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text, column_letter
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.exhibits import Exhibit

__all__ = ["GroupedFigure", "Groups", "grouped", "row_panels", "ungrouped"]

_HEADINGS = sheet_beside(__file__, "headings")

_PARTS = {
    2: _HEADINGS["half"],
    3: _HEADINGS["one_third"],
    4: _HEADINGS["quarter"],
    5: _HEADINGS["fifth"],
}
_LOW, _HIGH, _MIDDLE = _HEADINGS["lowest"], _HEADINGS["highest"], _HEADINGS["middle"]


@dataclass(frozen=True, kw_only=True)
class GroupedFigure(Labelled, FigureExhibit, ABC):
    """A figure that compares groups of rows.

    Parameters
    ----------
    group
        Column whose values are the groups (at most six).
    group_parts
        Cut the units into 2 to 5 equal parts by their mean of `group` instead.
    specification
        Use the estimation sample of this specification; by default the whole panel.
    entity, time
        Key columns; by default those of the first specification.
    """

    group: str | None = None
    group_parts: Annotated[int, AtLeast(2), AtMost(5)] | None = None
    specification: str | None = None
    entity: str | None = None
    time: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Groups:
    """The group of each row.

    Parameters
    ----------
    codes
        0, 1, …; missing where the group is unknown.
    labels
        One per code.
    subject
        What the groups are groups of.
    """

    codes: pd.Series[float]
    labels: tuple[Text, ...]
    subject: Text


def grouped(
    exhibit: Exhibit,
    frame: pd.DataFrame,
    group: str,
    parts: int | None,
    entity: str | None,
    labels: Mapping[str, Text | str] | None,
) -> Groups:
    """Return the groups of the rows of `frame`.

    Parameters
    ----------
    group
        Column whose values are the groups.
    parts
        Cut the units into this many equal parts by their mean of `group`; ``None`` takes its values as they
        are.
    entity
        Column of the units that are cut; ``None`` cuts rows.

    Raises
    ------
    ExhibitError
        If the column is unknown, or has more than six values and no parts are asked for.
    """
    check_names(exhibit, (group,), [str(name) for name in frame.columns], _HEADINGS["column_word"])
    subject = term_label(group, labels)
    values = read_frame(exhibit, frame, {group: "keys" if parts is None else "numbers"})[group]
    if parts is None:
        levels = _in_order(group, values)
        check_choice(exhibit, f"group='{group}', number of values", len(levels), range(1, 7))
        codes = values.map({level: float(code) for code, level in enumerate(levels)}).astype("float64")
        return Groups(
            codes=codes,
            labels=tuple(value_label(level, labels, column=group) for level in levels),
            subject=subject,
        )
    check_choice(exhibit, "group_parts", parts, tuple(_PARTS))
    units = values.astype("float64")
    if entity is not None:
        check_names(exhibit, (entity,), [str(name) for name in frame.columns], _HEADINGS["column_word"])
        units = units.groupby(frame[entity]).mean()
    position = (units.rank(method="average") - 0.5) / units.notna().sum() * parts
    part = position.floordiv(1).clip(upper=parts - 1)
    codes = part if entity is None else frame[entity].map(part)
    return Groups(codes=codes.astype("float64"), labels=_part_labels(parts), subject=subject)


def _in_order(group: str, values: pd.Series[Any]) -> list[Any]:
    """Return the distinct values: in the dictionary's order where it has one for all of them, else
    ascending.
    """
    found = sorted(values.dropna().unique())
    entry = dictionary().get(group)
    ranked = list(entry.categories or ()) if entry is not None else []
    return [value for value in ranked if value in found] if set(found) <= set(ranked) else found


def _part_labels(parts: int) -> tuple[Text, ...]:
    def name(end: Text) -> Text:
        return Text(f"{end.en} {_PARTS[parts].en}", f"{end.zh}{_PARTS[parts].zh}")

    inner = [
        Text(f"Part {code + 1} of {parts}", f"第{code + 1}组（共{parts}组）") for code in range(1, parts - 1)
    ]
    return (name(_LOW), *([name(_MIDDLE)] if parts == 3 else inner), name(_HIGH))


def row_panels(
    exhibit: Labelled, frame: pd.DataFrame, by: str | None
) -> list[tuple[Text | None, pd.DataFrame]]:
    """Return all rows, or those of each value of a column in ascending order, under a panel's heading."""
    if by is None:
        return [(None, frame)]
    check_names(exhibit, (by,), [str(name) for name in frame.columns], _HEADINGS["column_word"])
    values = sorted(frame[by].dropna().unique().tolist(), key=lambda each: (str(type(each)), each))
    if not values:
        raise ExhibitError.of("exhibits.no_rows_in_groups", where=exhibit_where(exhibit), by=by, n=len(frame))
    parts: list[tuple[Text | None, pd.DataFrame]] = []
    for place, value in enumerate(values):
        part = frame[frame[by] == value]
        heading = note_of(
            "exhibits.panel_of_group",
            letter=column_letter(place),
            group=_value_of(by, value, exhibit.labels),
            n=len(part),
        )
        parts.append((heading, part))
    return parts


def ungrouped(frame: pd.DataFrame, by: str | None) -> list[Text]:
    """Return a sentence that counts rows without a group, where there are such."""
    lost = 0 if by is None else int(frame[by].isna().sum())
    if not lost:
        return []
    return [note_of("exhibits.rows_without_group", n=lost)]


def _value_of(by: str, value: Any, labels: Mapping[str, Text | str] | None) -> Text:
    label = value_label(value, labels, column=by)
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, str) or label != Text.of(plain):
        return label
    return note_of("exhibits.column_is_value", column=term_label(by, labels), value=label)

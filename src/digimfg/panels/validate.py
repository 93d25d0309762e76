"""Validate a panel and say everything that is wrong with it in one readable error."""

from __future__ import annotations

import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.frames import no_keys
from digimfg.panels import Panel, find_panel
from digimfg.panels.key_order import in_key_order
from digimfg.scanning import Scan, Scannable
from digimfg.text import Text
from digimfg.variables import dictionary

__all__ = ["validate_frame", "validate_panel"]


@checked
def validate_panel(frame: pd.DataFrame | Scannable, name: str) -> pd.DataFrame:
    """Check a frame against a panel's schema and return it in canonical form.

    Parameters
    ----------
    frame
        Keys and variables as ordinary columns; a panel of your own files needs its keys and any of its
        variables. Further columns are kept; where the dictionary knows them, its rules hold for them too.
        A `dm.scan` is read whole.
    name
        Name of the panel (`list_panels`).

    Returns
    -------
    pandas.DataFrame
        The same rows sorted by key, the panel's columns first, whole numbers as int64 and numbers as float64
        (conversions that lose nothing). Missing values stay missing.

    Raises
    ------
    PanelError
        Lists every failure at once: column, rule, number of rows, first keys, remedy. Rules: the columns are
        there and of their type, numbers are finite and within their bounds, categories and country codes are
        known, keys are complete and unique, there is at least one row.

    Examples
    --------
    >>> import digimfg as dm
    >>> world = dm.load_panel("world")
    >>> dm.validate_panel(world.sample(frac=1.0, random_state=1), "world").equals(world)
    True
    """
    return validate_frame(frame.read() if isinstance(frame, Scan) else frame, find_panel(name))


def validate_frame(frame: pd.DataFrame, panel: Panel, *, partial: bool | None = None) -> pd.DataFrame:
    """Check a frame against a panel's declaration; see `validate_panel`.

    With `partial` only the keys must be there; by default so where the panel ships no data.
    """
    # pandera takes as long to import as pandas, and reading a panel needs none of it.
    from digimfg.panels.failures import find_failures

    _check_cells(frame, panel)
    checked = _widen(frame)
    required = panel.keys if (not panel.ships if partial is None else partial) else panel.variables
    failures = find_failures(checked, panel, required)
    if failures:
        count = len(failures)
        raise PanelError.of(
            "panels.columns_not_as_described",
            name=panel.name,
            n=len(frame),
            n_failures=count,
            listed=[failure.line for failure in failures],
        )
    others = [column for column in checked.columns if column not in panel.variables]
    ordered = checked[[*(name for name in panel.variables if name in checked.columns), *others]]
    if in_key_order(ordered, panel.keys):
        return ordered.reset_index(drop=True)
    return ordered.sort_values(list(panel.keys), kind="stable", ignore_index=True)


def _widen(frame: pd.DataFrame) -> pd.DataFrame:
    entries = dictionary()
    changes: dict[str, str] = {}
    for column in frame.columns[~frame.columns.duplicated(keep=False)]:
        if column not in entries:
            continue
        dtype, kind = frame[column].dtype, entries[column].dtype
        boolean = pd.api.types.is_bool_dtype(dtype)
        if kind == "float" and pd.api.types.is_numeric_dtype(dtype) and not boolean:
            changes[column] = "float64"
        elif (
            kind == "integer"
            and (pd.api.types.is_integer_dtype(dtype) or boolean)
            and not frame[column].isna().any()
        ):
            changes[column] = "int64"
    return frame.astype(changes).reset_index(drop=True)


def _check_cells(frame: pd.DataFrame, panel: Panel) -> None:
    for place in range(frame.shape[1]):
        if fault := no_keys(frame.iloc[:, place]):
            column = frame.columns[place]
            where = Text(f"panel '{panel.name}', column '{column}'", f"面板“{panel.name}”，列“{column}”")
            raise fault.error(PanelError, where=where)

"""Compare a panel on two vintages: which cells came, went and were revised, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.frames.said import vintages_of
from digimfg.panels import find_panel
from digimfg.panels.store import load_panel
from digimfg.panels.vintage_names import vintage_name
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.panels import Panel

__all__ = ["VintageChanges", "compare_vintages", "frame_changes"]

_TOLERANCE = 1e-9


@checked
@shown(Text("Changes between vintages", "版本间变动"))
@dataclass(frozen=True, kw_only=True, eq=False)
class VintageChanges:
    """Hold what differs between two vintages of a panel.

    Parameters
    ----------
    panel, before, after
        Which panel, and which vintages.
    columns
        Indexed by ``column``; ``n_before n_after added removed revised median_revision_pct
        largest_revision_pct``: numbers of values, of cells that came, went, and hold another value, and the
        size of revisions in percent of the earlier value (its column's median size where that is larger).
        Columns without a change are left out.
    revisions
        Every revised number, largest first: keys, ``column before after revision_pct``.
    """

    panel: str
    before: str
    after: str
    columns: pd.DataFrame
    revisions: pd.DataFrame


@checked
def compare_vintages(panel: str, before: str = "shipped", after: str = "latest") -> VintageChanges:
    """Compare a panel on two vintages of its fetched data.

    Parameters
    ----------
    panel
        Name of the panel.
    before, after
        Vintages as in `load_panel`; ``"shipped"`` is the panel as it comes with the package.

    Returns
    -------
    VintageChanges
        Counts by column, and every revision.

    Raises
    ------
    SourceError
        If a vintage was not fetched.
    PanelError
        If both are the same, or no fetched data renew the panel.
    """
    declared = find_panel(panel)
    frames = [load_panel(panel, vintage=vintage) for vintage in (before, after)]
    names = [vintage_name(panel, vintages_of(frame)) for frame in frames]
    if names[0] == names[1]:
        raise PanelError.of("panels.same_vintage_twice", panel=panel, names=names[0])
    columns, revisions = frame_changes(frames[0], frames[1], declared)
    return VintageChanges(panel=panel, before=names[0], after=names[1], columns=columns, revisions=revisions)


def frame_changes(
    before: pd.DataFrame, after: pd.DataFrame, panel: Panel
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``columns`` and ``revisions`` of `VintageChanges` for two frames of a panel.

    A number is revised where it differs by more than 1e-9 of its size.

    Examples
    --------
    >>> before = pd.DataFrame({"country": ["DEU", "FRA"], "year": [2014, 2014], "labor_share": [0.6, 0.5]})
    >>> after = before.assign(labor_share=[0.6, 0.55])
    >>> frame_changes(before, after, find_panel("world"))[1][["country", "before",
    ...     "after"]].to_numpy().tolist()
    [['FRA', 0.5, 0.55]]
    """
    keys = list(panel.keys)
    one, two = before.set_index(keys), after.set_index(keys)
    rows = one.index.union(two.index)
    one, two = one.reindex(rows), two.reindex(rows)
    counts, revised = {}, []
    for name in dict.fromkeys([*two.columns, *one.columns]):
        old = one[name] if name in one else pd.Series(np.nan, index=rows)
        new = two[name] if name in two else pd.Series(np.nan, index=rows)
        changed = _changed(old, new)
        added, removed = int((old.isna() & new.notna()).sum()), int((old.notna() & new.isna()).sum())
        if not (added or removed or changed.any()):
            continue
        sizes = _revisions(name, old[changed], new[changed], old)
        revised.append(sizes)
        counts[name] = {
            "n_before": int(old.notna().sum()),
            "n_after": int(new.notna().sum()),
            "added": added,
            "removed": removed,
            "revised": int(changed.sum()),
            "median_revision_pct": sizes["revision_pct"].abs().median(),
            "largest_revision_pct": sizes["revision_pct"].abs().max(),
        }
    fields = [
        "n_before",
        "n_after",
        "added",
        "removed",
        "revised",
        "median_revision_pct",
        "largest_revision_pct",
    ]
    columns = pd.DataFrame.from_dict(counts, orient="index", columns=fields).rename_axis("column")
    listed = [*keys, "column", "before", "after", "revision_pct"]
    revisions = pd.concat(revised) if revised else pd.DataFrame(columns=listed)
    return columns, _largest_first(revisions, listed)


def _largest_first(revisions: pd.DataFrame, listed: list[str]) -> pd.DataFrame:
    size = revisions["revision_pct"].astype("float64").abs().fillna(np.inf).to_numpy()
    return revisions.iloc[np.argsort(-size, kind="stable")][listed].reset_index(drop=True)


def _changed(old: pd.Series, new: pd.Series) -> pd.Series[bool]:
    both = old.notna() & new.notna()
    if pd.api.types.is_numeric_dtype(old.dtype) and pd.api.types.is_numeric_dtype(new.dtype):
        close = np.isclose(old.to_numpy("float64"), new.to_numpy("float64"), rtol=_TOLERANCE, atol=0.0)
        beyond: pd.Series[bool] = both & ~close
        return beyond
    differ: pd.Series[bool] = both & (old != new)
    return differ


def _revisions(name: str, old: pd.Series, new: pd.Series, column: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame({"column": name, "before": old.astype(object), "after": new.astype(object)})
    if pd.api.types.is_numeric_dtype(old.dtype) and len(old):
        scale = np.maximum(old.abs().astype("float64"), float(column.abs().median()))
        frame["revision_pct"] = 100.0 * (new - old).astype("float64") / scale
    else:
        frame["revision_pct"] = np.nan
    return frame.reset_index()

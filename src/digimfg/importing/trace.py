"""Trace one cell of any panel: a shipped one to its raw cells, an imported one to its own file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from digimfg.arguments import checked
from digimfg.importing.tracing import trace_imported
from digimfg.kinds import Label
from digimfg.panels import find_panel
from digimfg.panels.tracing import Trace, Tracer

__all__ = ["trace"]


@checked
def trace(
    panel: str, key: Mapping[str, Label], column: str, *, vintage: str | None = None, raw: Path | None = None
) -> Trace:
    """Trace one cell of a panel to the raw cells it comes from.

    The value is computed again from the raw cells, and it is an error if the panel holds another one.

    Parameters
    ----------
    panel
        Name of the panel.
    key
        Key column → value.
    column
        Column to trace.
    vintage
        As in `load_panel`.
    raw
        Folder of the raw files; by default the one beside the panels in a checkout. The installed package
        has none: there the trace names files, hashes and steps without raw cells.

    Returns
    -------
    Trace
        Value, raw cells, files with citation, licence, vintage and hash, and steps; prints as text.

    Raises
    ------
    PanelError
        If the panel has no such row, or holds another value than its raw cells give.
    SpecificationError
        If the panel has no such column; the nearest are named.

    Examples
    --------
    >>> import digimfg as dm
    >>> found = dm.trace("world", {"country": "CHN", "year": 2010}, "log_tfp")
    >>> [(cell.file, cell.column, cell.text) for cell in found.cells]
    [('pwt91.csv', 'rtfpna', '0.9849293')]
    """
    if not find_panel(panel).ships:
        return trace_imported(panel, key, column)
    return Tracer(panel, vintage=vintage, raw=raw).trace(key, column)

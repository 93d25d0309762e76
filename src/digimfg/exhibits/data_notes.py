"""Say below every table and figure which fetched data it was made from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.exhibits import Evidence
    from digimfg.exhibits.chart import Chart
    from digimfg.exhibits.table import Table

__all__ = ["naming_vintages"]


def naming_vintages(product: Table | Chart, evidence: Evidence) -> Table | Chart:
    """Return a table or chart whose notes name the vintages of its frame, where it uses fetched data and no note does."""
    frame = evidence.frame
    if frame is None or not frame.attrs.get("vintages"):
        return product
    entry = frame.attrs["notes"][0]
    if any(entry["en"] in note.en for note in product.notes):
        return product
    return replace(product, notes=(*product.notes, Text(entry["en"], entry["zh"])))

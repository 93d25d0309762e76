"""Mark exhibits of simulated data: a note, and words across a figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.contracts import notes_of_answer
from digimfg.frames.said import NOTE, is_synthetic
from digimfg.sentences import holds
from digimfg.sheets import sheet_beside
from digimfg.text import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from digimfg.display.table import Table
    from digimfg.exhibits.chart import Chart
    from digimfg.exhibits.evidence import Evidence

__all__ = ["marked"]

_HEADINGS = sheet_beside(__file__, "headings")


def marked(product: Table | Chart, evidence: Evidence) -> Table | Chart:
    """Return a table or chart with the mark where its evidence is simulated: a note, and words across a
    figure.
    """
    from digimfg.exhibits.chart import Chart
    from digimfg.exhibits.drawing import width_inches

    answers = (*evidence.results.values(), *evidence.studies.values(), *evidence.tests.values())
    simulated = any(NOTE in (notes_of_answer(answer) or ()) for answer in answers) or (
        evidence.frame is not None and is_synthetic(evidence.frame)
    )
    if not simulated:
        return product
    said = any(holds(note, NOTE) for note in product.notes)
    notes = product.notes if said else (NOTE, *product.notes)
    if not isinstance(product, Chart):
        return replace(product, notes=notes)
    plain = product.draw

    def draw(language: Language) -> Figure:
        figure = plain(language)
        size = 30 * min(1.0, figure.get_figwidth() / width_inches("wide"))
        figure.text(
            0.5, 0.5, _HEADINGS["synthetic"].language(language), ha="center", va="center",
            rotation=25, fontsize=size, color="0.5", alpha=0.25, zorder=10,
        )  # fmt: skip
        return figure

    return replace(product, notes=notes, draw=draw)

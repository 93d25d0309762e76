"""Write a finished table or chart in every format and both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.exhibits.chart import Chart
from digimfg.exhibits.writers import BUILT_SUFFIXES, FIGURE_SUFFIXES, save
from digimfg.exhibits.writers.typst import render_typst_chart
from digimfg.files import write_text
from digimfg.text import LANGUAGES, Language

if TYPE_CHECKING:
    from pathlib import Path

    from digimfg.display.table import Table

__all__ = ["write_exhibit"]


def write_exhibit(folder: Path, name: str, value: Table | Chart) -> list[Path]:
    """Write a table below ``tables/`` or a chart below ``figures/`` of `folder`.

    Returns
    -------
    list of Path
        ``tables/<name>_<language>.{tex,docx,html,md,typ}``, or ``figures/<name>_<language>.{pdf,png,typ}``:
        the last is the figure with its caption and notes for a Typst text.
    """
    if isinstance(value, Chart):
        return [
            path for language in LANGUAGES for path in _write_chart(folder / "figures", name, value, language)
        ]
    stems = [(folder / "tables" / f"{name}_{language}", language) for language in LANGUAGES]
    return [
        save(value, stem.with_suffix(suffix), language)
        for stem, language in stems
        for suffix in BUILT_SUFFIXES
    ]


def _write_chart(folder: Path, name: str, chart: Chart, language: Language) -> list[Path]:
    stem = folder / f"{name}_{language}"
    images = [save(chart, stem.with_suffix(suffix), language) for suffix in FIGURE_SUFFIXES]
    inclusion = stem.with_suffix(".typ")
    write_text(inclusion, render_typst_chart(chart, images[0].name, language))
    return [*images, inclusion]

"""Write figures as vectors (PDF) or pixels (PNG), the same bytes every time."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

from digimfg.errors import ExhibitError
from digimfg.exhibits.style import house_style
from digimfg.text import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from digimfg.exhibits.chart import Chart

__all__ = ["render_image"]

# Of Chinese, whose characters fill the height that the default leaves between Latin ones; ticks may stand
# close.
_AXIS_SPACING, _TICK_SPACING = 1.3, 1.15
# No date, no version of the drawing library: they would change the bytes and tell the reader nothing.
_HALVES = re.compile("[\ud800-\udfff]")
_METADATA = {
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    ".png": {"Software": None},
}


def render_image(chart: Chart, language: Language, suffix: str) -> bytes:
    """Return the chart as ``.pdf`` or ``.png`` (300 dpi).

    Raises
    ------
    ExhibitError
        If no font of the house style has one of its characters.
    """
    from matplotlib.text import Text as Drawn

    stream = io.BytesIO()
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("error", message=r"Glyph .* missing")
        figure = chart.draw(language)
        _space_lines(figure)
        for text in figure.findobj(Drawn):
            if _HALVES.search(text.get_text()):
                raise _not_drawn(chart, ascii(text.get_text()))
        try:
            figure.savefig(stream, format=suffix[1:], metadata=_METADATA[suffix])
        except UserWarning as warning:
            raise _not_drawn(chart, str(warning)) from warning
    return stream.getvalue()


def _not_drawn(chart: Chart, got: str) -> ExhibitError:
    return ExhibitError.of("exhibits.characters_not_drawn", got=got, chart=chart.name or chart.title)


def _space_lines(figure: Figure) -> None:
    """Set the lines of Chinese axis labels apart."""
    for axes in figure.axes:
        spacings = dict.fromkeys((*axes.get_xticklabels(), *axes.get_yticklabels()), _TICK_SPACING)
        spacings |= {axes.xaxis.label: _AXIS_SPACING, axes.yaxis.label: _AXIS_SPACING}
        for label, spacing in spacings.items():
            words = label.get_text()
            if "\n" in words and any("\u4e00" <= each <= "\u9fff" for each in words):
                label.set_linespacing(spacing)

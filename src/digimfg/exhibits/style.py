"""The house style of figures: sizes, greys that print, one font for both languages."""

from __future__ import annotations

import importlib.metadata
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["COLORS", "MARKERS", "NARROW_CM", "WIDE_CM", "figure_size", "font_folders", "house_style"]

WIDE_CM, NARROW_CM = 14.0, 8.0
# Dark to light in print without colour, and told apart by readers who see no red and green (after Okabe and Ito).
COLORS = ("#0b3c5d", "#d55e00", "#86bbd8", "#8c564b", "#e6ac27", "#5c5c5c")
MARKERS = ("o", "s", "^", "D", "v", "P")
_STYLE = Path(__file__).with_name("digimfg.mplstyle")


@contextmanager
def house_style() -> Iterator[None]:
    """Draw under the house style, whatever the user's own settings are, and leave those as they were."""
    import matplotlib as mpl
    import matplotlib.style

    _register_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        matplotlib.style.use(_STYLE)
        yield


def figure_size(width_cm: float = WIDE_CM, ratio: float = 0.62) -> tuple[float, float]:
    """Return the size in inches of a figure `width_cm` wide and `ratio` times as high."""
    return width_cm / 2.54, width_cm / 2.54 * ratio


def font_folders() -> tuple[Path, ...]:
    """Return the folders of the fonts that figures use (Noto Sans SC, DejaVu Sans), for reports set elsewhere."""
    import matplotlib

    return _noto().parent, Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def _register_font() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(_noto())


def _noto() -> Path:
    # zhplot is asked for its file and never imported: importing it changes matplotlib's settings for everyone.
    return Path(
        str(importlib.metadata.distribution("zhplot").locate_file("zhplot/fonts/NotoSansSC-Regular.ttf"))
    )

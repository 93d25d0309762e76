"""The house style of figures: sizes, greys that print, one font for both languages."""

from __future__ import annotations

import importlib.metadata
import io
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["COLORS", "MARKERS", "NARROW_CM", "WIDE_CM", "font_folders", "house_style"]

WIDE_CM, NARROW_CM = 14.0, 8.0
# Dark to light in print without colour, and told apart by readers who see no red and green (after Okabe and
# Ito).
COLORS = ("#0b3c5d", "#d55e00", "#86bbd8", "#8c564b", "#e6ac27", "#5c5c5c")
MARKERS = ("o", "s", "^", "D", "v", "P")
_DRAWING = threading.RLock()
_STYLE = Path(__file__).with_name("digimfg.mplstyle")


@contextmanager
def house_style() -> Iterator[None]:
    """Draw under the house style, whatever the user's own settings are, and leave those as they were.

    The drawing library has one set of settings for all threads, so that one thread at a time draws.
    """
    import matplotlib as mpl
    import matplotlib.style

    with _DRAWING, mpl.rc_context():
        _register_font()
        mpl.rcdefaults()
        matplotlib.style.use(_STYLE)
        yield


def font_folders() -> tuple[Path, ...]:
    """Return the folders of the fonts that figures use (Noto Sans SC, DejaVu Sans), for reports set
    elsewhere.
    """
    import matplotlib

    return _noto().parent, Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def _register_font() -> None:
    """Make the fonts known: Noto Sans SC, and before it the same font with common characters only.

    A PDF carries the characters it uses, and picking them from 30,000 takes longer than drawing; from 6,000
    it does not.
    """
    import matplotlib as mpl
    from fontTools import version
    from matplotlib import font_manager

    from digimfg.files import sha256_file, write_bytes

    small = Path(mpl.get_cachedir()) / f"digimfg-{sha256_file(_noto())[:16]}-{version}.ttf"
    if not small.is_file():
        write_bytes(small, _common_characters())
    for path in (small, _noto()):
        font_manager.fontManager.addfont(path)


def _common_characters() -> bytes:
    """Return Noto Sans SC with Latin, Greek, punctuation and the Chinese characters of GB 2312 as "Noto Sans
    SC Common".
    """
    from fontTools import subset

    ranges = (
        (0x20, 0x250),
        (0x370, 0x400),
        (0x2000, 0x2300),
        (0x2460, 0x2600),
        (0x3000, 0x3040),
        (0xFF00, 0xFFF0),
    )
    chinese = b"".join(bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    chosen = {code for first, end in ranges for code in range(first, end)}
    chosen |= {ord(character) for character in chinese.decode("gb2312", "ignore")}
    options = subset.Options(recalc_timestamp=False, notdef_outline=True, name_IDs=["*"])
    font = subset.load_font(str(_noto()), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chosen)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "Noto Sans SC Common"
        elif record.nameID == 6:
            record.string = "NotoSansSCCommon"
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


def _noto() -> Path:
    # zhplot is asked for its file and never imported: importing it changes matplotlib's settings for
    # everyone.
    return Path(
        str(importlib.metadata.distribution("zhplot").locate_file("zhplot/fonts/NotoSansSC-Regular.ttf"))
    )

"""Read of a scan the columns that an exhibit shows, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError
from digimfg.exhibits.uses import Using, words_in
from digimfg.frames.filled_cells import flag_name
from digimfg.frames.said import MARK
from digimfg.terms import columns_of, parse_term
from digimfg.terms.sample import sample_columns

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.scanning import Scan

__all__ = ["scanned_frame"]


def scanned_frame(exhibit: Using, scan: Scan, sample: str | None) -> pd.DataFrame:
    """Return the columns that the options and the sample of an exhibit name, all where they name none.

    The marks of simulated and of filled-in values come with them. A word that is no term of the scan's
    columns stands for all: the exhibit says what is wrong with it.
    """
    shown, *others = exhibit.uses.columns or ("",)
    if not shown or not words_in(exhibit, (shown,)):
        return scan.read()
    empty = scan.empty()
    wanted: set[str] = set()
    try:
        for word in words_in(exhibit, (shown, *others)):
            wanted.update(columns_of(parse_term(word, empty.columns)))
        if sample is not None:
            wanted.update(sample_columns(sample, empty))
    except SpecificationError:
        return scan.read()
    if not wanted <= set(scan.columns):
        return scan.read()
    wanted |= {MARK, *map(flag_name, wanted)}
    return scan.read([name for name in scan.columns if name in wanted])

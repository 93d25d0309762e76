"""Fetch and read the workbooks of later editions of the Penn World Table."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.errors import Fault
from digimfg.fetching import Part
from digimfg.fetching.faults import RefusedError, UnusableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from digimfg.fetching.client import Client

__all__ = ["CITATION", "Edition", "read"]

CITATION = (
    "Feenstra, R. C., Inklaar, R. and Timmer, M. P. (2015). The next generation of the Penn World Table. "
    "American Economic Review 105(10), 3150-3182. https://doi.org/10.1257/aer.20130954."
)
"""What the producers ask to cite, without the edition."""

_FIRST_YEAR = 1950
_LEAST_ECONOMIES = 180
_COLUMNS = (
    "countrycode",
    "year",
    "pop",
    "emp",
    "avh",
    "hc",
    "rgdpna",
    "rnna",
    "rtfpna",
    "ctfp",
    "labsh",
    "csh_x",
    "csh_m",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """Name an edition's workbook and what must be in it.

    Parameters
    ----------
    name
        ``"11.0"``.
    datafile
        Number of the file in the publisher's archive.
    file
        Its name.
    last_year
        Last year of the edition.
    """

    name: str
    datafile: str
    file: str
    last_year: int

    @property
    def part(self) -> str:
        """Return the name of the part: the file without its ending."""
        return self.file.removesuffix(".xlsx")

    def request(self, client: Client, base: str, name: str) -> Part:
        """Fetch the workbook and check it.

        It must be a workbook with the sheet ``Data``, the variables under their names, every year from 1950
        to the edition's last, at least 180 economies, none twice in a year. From a folder
        (``file:///folder``) the file is taken under its own name.

        Raises
        ------
        SourceError
            If no such workbook comes.
        """
        if name != self.part:
            raise RefusedError.of(
                "sources.part_unknown", where=f"Penn World Table {self.name}", expected=self.part, got=name
            )
        path = self.file if base.startswith("file:") else self.datafile
        content, rows = client.get(f"{base}/{path}", {}, self._checked)
        return Part(name=name, file=self.file, content=content, updated=self.name, details={"rows": rows})

    def _checked(self, content: bytes) -> tuple[bytes, int]:
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise UnusableError(Fault.of("answers.no_workbook", file=self.file))
        try:
            frame = _frame(content)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise UnusableError(Fault.of("answers.workbook_unreadable", reason=str(error))) from error
        missing = [name for name in _COLUMNS if name not in frame]
        if missing:
            raise UnusableError(Fault.of("answers.workbook_without_columns", missing=missing))
        economies = frame["countrycode"].nunique()
        years = (frame["year"].min(), frame["year"].max())
        twice = int(frame.duplicated(["countrycode", "year"]).sum())
        if years != (_FIRST_YEAR, self.last_year) or economies < _LEAST_ECONOMIES or twice:
            raise UnusableError(
                Fault.of(
                    "answers.workbook_of_other_rows",
                    economies=economies,
                    first=years[0],
                    last=years[1],
                    n=twice,
                )
            )
        return content, len(frame)


def read(parts: Mapping[str, tuple[Mapping[str, str | int], bytes]]) -> dict[str, pd.DataFrame]:
    """Return ``annual``: ``country year`` and the publisher's variables under their own names and units.

    Editions have prices of their own years (10.01: 2017; 11.0: 2021), so they are no newer values of the
    shipped edition, whose prices are those of 2011.
    """
    ((_, content),) = parts.values()
    frame = _frame(content).drop(columns=["country", "currency_unit"], errors="ignore")
    return {"annual": frame.rename(columns={"countrycode": "country"})}


def _frame(content: bytes) -> pd.DataFrame:
    import pandas as pd

    return pd.read_excel(io.BytesIO(content), sheet_name="Data", engine="calamine")

"""OECD Trade in Value Added: output, value added and exports of manufacturing by origin of value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import Fault
from digimfg.fetching import Part, Publisher
from digimfg.fetching.faults import UnusableError
from digimfg.sources.sdmx_csv import MEDIA_TYPE, checked_rows, read_parts
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.fetching.client import Client

__all__ = ["PUBLISHER", "request"]

_VERSION = "1.1"
_FLOW = "DSD_TIVA_MAINLV@DF_MAINLV"
_DIMENSIONS = ("MEASURE", "REF_AREA", "ACTIVITY", "COUNTERPART_AREA", "UNIT_MEASURE", "FREQ")


def request(client: Client, base: str, measure: str) -> Part:
    """Fetch one measure for manufacturing (C) of all economies with the world as partner, as SDMX-CSV.

    The service dates nothing: the version of its data flow names the vintage.

    Raises
    ------
    SourceError
        If the service refuses the measure, or no whole answer comes.
    """
    url = f"{base}/data/OECD.STI.PIE,{_FLOW},{_VERSION}/{measure}..C.W..A"
    return client.get(url, {"format": "csvfile"}, lambda content: _part(content, measure), accept=MEDIA_TYPE)


def _part(content: bytes, measure: str) -> Part:
    rows = checked_rows(content, f"{_FLOW}({_VERSION})", _DIMENSIONS)
    others = {row["MEASURE"] for row in rows} - {measure}
    if others:
        raise UnusableError(Fault.of("answers.rows_of_others", found=min(others), asked=measure))
    return Part(
        name=measure, file=f"{measure}.csv", content=content, updated=_VERSION, details={"rows": len(rows)}
    )  # fmt: skip


PUBLISHER = Publisher(
    name="oecd_tiva",
    title=Text("OECD Trade in Value Added, manufacturing", "OECD 增加值贸易（TiVA）：制造业"),
    producer="OECD",
    licence="OECD terms and conditions: reuse and redistribution with attribution to the OECD",
    citation="OECD. Trade in Value Added (TiVA) database, http://oe.cd/tiva.",
    url="http://oe.cd/tiva",
    address="https://sdmx.oecd.org/sti-public/rest",
    parts=("EXGR", "EXGR_DVA", "EXGR_FVA", "PROD", "VALU"),
    request=request,
    reader=read_parts,
)

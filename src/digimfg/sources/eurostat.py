"""Eurostat: digital intensity of enterprises and value added by industry, from the dissemination service."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digimfg.errors import Fault
from digimfg.fetching import Part, Publisher
from digimfg.fetching.faults import UnusableError
from digimfg.sources.sdmx_csv import MEDIA_TYPE, checked_rows, read_parts
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.fetching.client import Client

__all__ = ["PUBLISHER", "request"]

_KEYS = {"nama_10_a64": "A.CP_MEUR.C+J+TOTAL.B1G."}
"""Data flow → the part of it that the catalogue takes (frequency, unit, industry, item, area); others come
whole."""


def request(client: Client, base: str, flow: str) -> Part:
    """Fetch a data flow as SDMX-CSV; its date is the latest ``LAST UPDATE``.

    Raises
    ------
    SourceError
        If the service refuses the flow, or no whole answer comes.
    """
    url = f"{base}/data/{flow}"
    if flow in _KEYS:
        url = f"{url}/{_KEYS[flow]}"
    return client.get(url, {"format": "SDMX-CSV"}, lambda content: _part(content, flow), accept=MEDIA_TYPE)


def _part(content: bytes, flow: str) -> Part:
    rows = checked_rows(content, f"ESTAT:{flow}(", ("LAST UPDATE", "geo"))
    try:
        dates = {datetime.strptime(row["LAST UPDATE"][:8], "%d/%m/%y").date() for row in rows}  # noqa: DTZ007
    except ValueError as error:
        found = repr(rows[0]["LAST UPDATE"])
        raise UnusableError(Fault.of("answers.last_update_unread", found=found)) from error
    return Part(
        name=flow,
        file=f"{flow}.csv",
        content=content,
        updated=max(dates).isoformat(),
        group=flow,
        details={"rows": len(rows), "key": _KEYS.get(flow, "")},
    )


PUBLISHER = Publisher(
    name="eurostat",
    title=Text(
        "Eurostat, digital intensity and value added by industry", "欧盟统计局：企业数字化强度与行业增加值"
    ),
    producer="Eurostat",
    licence="Eurostat copyright and reuse policy: free reuse with acknowledgement of the source",
    citation="Eurostat. Data sets isoc_e_diin2 and nama_10_a64.",
    url="https://ec.europa.eu/eurostat/data/database",
    address="https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1",
    parts=("isoc_e_diin2", "nama_10_a64"),
    request=request,
    reader=read_parts,
)

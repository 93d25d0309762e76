"""OECD inter-country input-output table of 2019: G20 members and the rest of the world, ISIC sections."""

from __future__ import annotations

from digimfg.sources import Source
from digimfg.sources.icio_files import read_icio
from digimfg.text import Text

__all__ = ["SOURCE"]

SOURCE = Source(
    name="oecd_icio_2019_g20",
    title=Text(
        "OECD ICIO, 2023 edition: table of 2019, 19 G20 members × 20 ISIC sections",
        "OECD 国际投入产出表（2023年版）：2019年，19个 G20成员 × 20个 ISIC 门类",
    ),
    producer="OECD",
    licence="OECD terms and conditions: reuse and redistribution with attribution to the OECD",
    citation=(
        "OECD (2023), OECD Inter-Country Input-Output Tables, http://oe.cd/icio. Aggregated to ISIC "
        "Rev. 4 sections "
        "and the members of the G20."
    ),
    url="http://oe.cd/icio",
    vintage="2023",
    vintage_in_title=True,
    accessed="2026-11-23",
    files={"table.npz": "12796d4885483ad3976e3eb81f553db4a8f98cc2e6c8b8993150c11f09a849ac"},
    extraction="scripts/extract_oecd_icio.py",
    reader=read_icio,
)

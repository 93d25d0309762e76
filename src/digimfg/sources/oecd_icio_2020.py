"""OECD inter-country input-output table of 2020: 76 economies and the rest of the world, 11 sectors."""

from __future__ import annotations

from digimfg.sources import Source
from digimfg.sources.icio_files import read_icio
from digimfg.text import Text

__all__ = ["SOURCE"]

SOURCE = Source(
    name="oecd_icio_2020",
    title=Text(
        "OECD ICIO, 2023 edition: table of 2020, 76 economies × 11 sectors",
        "OECD 国际投入产出表（2023年版）：2020年，76个经济体 × 11个部门",
    ),
    producer="OECD",
    licence="OECD terms and conditions: reuse and redistribution with attribution to the OECD",
    citation="OECD (2023), OECD Inter-Country Input-Output Tables, http://oe.cd/icio. Aggregated to 11 sectors.",  # noqa: E501
    url="http://oe.cd/icio",
    vintage="2023",
    vintage_in_title=True,
    accessed="2026-11-23",
    files={"table.npz": "445c0996b7dec5a0878a5ecbb2325072a4a2e7f9e63c7a80919e9bd7ef3a90ef"},
    extraction="scripts/extract_oecd_icio.py",
    reader=read_icio,
)

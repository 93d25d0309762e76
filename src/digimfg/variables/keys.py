"""Codes of the input-output tables and of their sectors, and what they are called."""

from __future__ import annotations

from digimfg.sheets import sheet_beside

__all__ = ["SECTORS", "TABLES"]

TABLES = sheet_beside(__file__, "tables")
"""The input-output tables: separate cross-sections, not two years of one panel."""
SECTORS = sheet_beside(__file__, "sectors")
"""Sector codes of the two tables: ISIC Rev. 4 sections (2019) and eleven groups (2020)."""

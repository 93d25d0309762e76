"""What columns mean once the World Bank renews them: those that otherwise come from somewhere else."""

from __future__ import annotations

from digimfg.sheets import sheet_beside

__all__ = ["RENEWED_DEFINITIONS"]

RENEWED_DEFINITIONS = sheet_beside(__file__, "world_bank_definitions", "renewed_definitions")
"""Column → definition; the other columns that the World Bank renews keep theirs."""

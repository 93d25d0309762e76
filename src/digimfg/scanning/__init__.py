"""Data larger than memory: where they lie, and pieces of them with whole units."""

from digimfg.scanning.scan import Scan, Scannable, scan

__all__ = ["Scan", "Scannable", "scan"]

"""Say which version this is and where its files lie; below all rooms, so that each may ask."""

from pathlib import Path

__all__ = ["PACKAGE", "__version__"]

__version__ = "0.2.0"

PACKAGE = Path(__file__).parent

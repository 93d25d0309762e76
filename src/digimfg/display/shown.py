"""The decorator of answers under the name by which they import it."""

from digimfg.shown import shown

__all__ = ["shown"]

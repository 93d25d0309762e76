"""Print every benchmark as one table: what, value, aim."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING

import benchmarks

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = tuple[str, str, str]


def main(names: Iterable[str]) -> None:
    """Run the named modules of this folder (all by default)."""
    rows: list[Row] = [("benchmark", "measured", "aim")]
    for name in names or _modules():
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"benchmarks.{name}").measure()
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _modules() -> list[str]:
    found = sorted(info.name for info in pkgutil.iter_modules(benchmarks.__path__))
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")]


if __name__ == "__main__":
    main(sys.argv[1:])

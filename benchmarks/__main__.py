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
    """Run the named modules of this folder (all by default) and print the rows of each as it ends.

    After ``duels`` come names of races.
    """
    _print([("benchmark", "measured", "aim")])
    wanted, races = [*names], list[str]()
    if "duels" in wanted:
        place = wanted.index("duels") + 1
        wanted, races = wanted[:place], wanted[place:]
    for name in wanted or _modules():
        print(f"{name} …", file=sys.stderr, flush=True)
        module = importlib.import_module(f"benchmarks.{name}")
        _print(module.measure(*races) if name == "duels" else module.measure())


def _print(rows: Iterable[Row]) -> None:
    for what, measured, aim in rows:
        print(f"{what:<84}  {measured:<24}  {aim}".rstrip(), flush=True)


def _modules() -> list[str]:
    found = sorted(info.name for info in pkgutil.iter_modules(benchmarks.__path__))
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")]


if __name__ == "__main__":
    main(sys.argv[1:])

"""Find the instances of a concept: each file in its folder that carries the concept's name."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

__all__ = ["instances", "is_file_of"]


def instances(package: str, attribute: str) -> dict[str, Any]:
    """Return ``{module name: value}`` for every module of ``digimfg.<package>`` with `attribute`.

    Adding an instance is adding a file: ``sources/penn_world_table.py`` with ``SOURCE = Source(...)`` is
    found as ``instances("sources", "SOURCE")["penn_world_table"]``. Modules come in alphabetical order.
    """
    parent = importlib.import_module(f"digimfg.{package}")
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"digimfg.{package}.{info.name}")
        if hasattr(module, attribute):
            found[info.name] = getattr(module, attribute)
    return found


def is_file_of(package: str, name: str) -> bool:
    """Return whether ``digimfg.<package>`` has a file of this name; nothing is imported."""
    return name.isidentifier() and (Path(__file__).parent / package / f"{name}.py").is_file()

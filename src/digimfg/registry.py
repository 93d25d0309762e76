"""Find the instances of a concept: each file in its folder that carries the concept's name."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

__all__ = ["instances", "is_file_of"]


def instances(package: str, attribute: str) -> dict[str, Any]:
    """Return ``{module name: value}`` for every module of ``digimfg.<package>`` with `attribute`.

    Adding an instance is adding a file: ``sources/penn_world_table.py`` with ``SOURCE = Source(...)`` is
    found as ``instances("sources", "SOURCE")["penn_world_table"]``. Modules come in alphabetical order; those
    whose text does not define the attribute are not imported.
    """
    parent = importlib.import_module(f"digimfg.{package}")
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda info: info.name):
        if not _may_define(Path(parent.__path__[0]) / f"{info.name}.py", attribute):
            continue
        module = importlib.import_module(f"digimfg.{package}.{info.name}")
        if hasattr(module, attribute):
            found[info.name] = getattr(module, attribute)
    return found


def _may_define(path: Path, attribute: str) -> bool:
    """Tell whether a file assigns a name; true where there is no such file to look into."""
    try:
        return _defines(path, path.stat().st_mtime_ns, attribute)
    except OSError:
        return True


@functools.cache
def _defines(path: Path, _changed: int, attribute: str) -> bool:
    return re.search(rf"^{attribute}\b", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def is_file_of(package: str, name: str) -> bool:
    """Return whether ``digimfg.<package>`` has a file of this name; nothing is imported."""
    return name.isidentifier() and (Path(__file__).parent / package / f"{name}.py").is_file()

"""Races with peers where people look first: run some, keep their results, and write the page of all.

``python -m benchmarks duels [NAME…]`` runs the named ones, all by default; `duels.json` keeps the others.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import duel_equations, duel_methods
from benchmarks.race import OURS, Race, raced
from benchmarks.speed_page import PAGE, page

KEPT = Path(__file__).with_name("duels.json")
RACES: dict[str, Race] = {**duel_equations.RACES, **duel_methods.RACES}


def measure(*names: str) -> list[tuple[str, str, str]]:
    """Run races, keep what they found, and return rows of the table."""
    if unknown := [name for name in names if name not in RACES]:
        sys.exit(f"no such race: {', '.join(unknown)}; there are {', '.join(RACES)}")
    rows: list[tuple[str, str, str]] = []
    for name in names or RACES:
        print(f"  {name} …", file=sys.stderr, flush=True)
        race = RACES[name]
        engines = raced(name, race)
        _keep(name, race, engines)
        rows += _rows(race, engines)
    return rows


def _keep(name: str, race: Race, engines: dict[str, dict[str, Any]]) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {"races": {}}
    kept["machine"] = machine()
    packages = {each.split()[0] for each in engines} - {OURS}
    versions = {each: version(each) for each in sorted(packages) if _is_package(each)}
    kept["races"][name] = {
        "what": race.what, "zh": race.zh, "aim": race.aim, "engines": engines, "versions": versions
    }  # fmt: skip
    order = [each for each in RACES if each in kept["races"]]
    kept["races"] = {each: kept["races"][each] for each in order}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")


def machine() -> dict[str, Any]:
    """Return what the page says of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _is_package(name: str) -> bool:
    try:
        return bool(version(name))
    except ImportError:
        return False


def _rows(race: Race, engines: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    ours = engines[OURS]["seconds"]
    rows = [(race.what, f"{ours:.4g} s{_memory(engines[OURS])}", "")]
    for engine, found in engines.items():
        if engine == OURS:
            continue
        ratio = ours / found["seconds"]
        lost = "" if ratio <= race.aim else " (lost)"
        apart = f" (answers {found['apart']:.0e} apart)" if "apart" in found else ""
        told = f"{ratio:.2f} ({found['seconds']:.4g} s{_memory(found)}){lost}"
        rows.append((f"  digimfg ÷ {engine}{apart}", told, f"≤ {race.aim:g}"))
    return rows


def _memory(found: dict[str, Any]) -> str:
    return f", peak {found['peak_gb']:.2f} GB" if "peak_gb" in found else ""

"""How long a newcomer waits: a build from nothing, a build with nothing to do, an import."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    pandas = _fastest("import pandas")
    package = _fastest("import digimfg")
    estimating = _fastest("import digimfg as dm; dm.Specification, dm.estimate, dm.load_panel")
    return [
        *_make_rows(),
        ("import digimfg ÷ import pandas", f"{package / pandas:.2f}", "≤ 1.3"),
        ("  with dm.estimate and dm.load_panel ready", f"{estimating / pandas:.2f}", ""),
        ("  import pandas", f"{pandas:.2f} s", ""),
    ]


def _make_rows() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        cold, again = _make(clone), _make(clone)
        first = sorted((clone / "analyses").glob("[!_]*.py"))[0]
        first.touch()
        return [
            (f"make from nothing, {os.cpu_count()} cores", f"{cold:.1f} s", "≤ 60 s"),
            ("make with nothing to do", f"{again:.2f} s", "≤ 2 s"),
            (f"make after touching {first.name}", f"{_make(clone):.1f} s", ""),
        ]


def _make(folder: Path) -> float:
    start = time.perf_counter()
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", f"INTERPRETER={sys.executable}"]
    subprocess.run(command, cwd=folder, env=outer, check=True, capture_output=True)
    return time.perf_counter() - start


def _fastest(code: str, repeats: int = 7) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)

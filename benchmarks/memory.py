"""The most memory a process has held."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_gigabytes() -> float:
    """Return the peak resident memory of this process in GB.

    Linux counts the parent's memory into ``ru_maxrss`` of a process that was forked from it; its own is in
    /proc.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 2**20
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (2**30 if sys.platform == "darwin" else 2**20)

"""Write tests/slow.txt: the tests that `make test-fast` leaves out, from a run that timed every test.

    make test TESTS="tests src --durations=0 -vv" > times.txt
    python scripts/list_slow_tests.py times.txt

A test is slow if its cases together take longer than SECONDS in one process. All tests run in `make test`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

SECONDS = 0.25
FILE = Path(__file__).parents[1] / "tests" / "slow.txt"
LINE = re.compile(r"^\s*([0-9.]+)s (?:setup|call|teardown)\s+(\S+?::[^\[\s]+)")


def seconds_of(report: str) -> Counter[str]:
    """Return test → seconds of all its cases."""
    found: Counter[str] = Counter()
    for line in report.splitlines():
        if match := LINE.match(line):
            found[match[2]] += float(match[1])  # type: ignore[assignment]
    return found


if __name__ == "__main__":
    times = seconds_of(Path(sys.argv[1]).read_text(encoding="utf-8"))
    slow = sorted(name for name, seconds in times.items() if seconds > SECONDS)
    if not times:
        sys.exit("no times in this file: run the tests with --durations=0 -vv")
    FILE.write_text("".join(f"{name}\n" for name in slow), encoding="utf-8")
    left = sum(seconds for name, seconds in times.items() if name not in set(slow))
    print(f"{len(slow)} slow tests, {sum(times.values()) - left:,.0f} s; all others {left:,.0f} s")

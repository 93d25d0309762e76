"""Write ``docs/speed.md`` from what the races found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.race import OURS

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
_HEAD = """# Speed · 速度

The same work on the same data by digimfg and by other packages, in turn, in one process; medians of seconds.
Ratios are digimfg's time over that of the fastest other: below one digimfg is faster; **slower** says that it
is not. Answers apart: the largest difference between the numbers that both return.
`python -m benchmarks duels` measures anew (or some: `python -m benchmarks duels two small`), keeps the
numbers in `benchmarks/duels.json` and writes this page.

同一数据、同一任务，digimfg 与其他软件包在同一进程中轮流运行，取秒数中位数。比值为 digimfg 用时除以
其他软件包中最快者：小于1表示 digimfg 更快；**较慢**表示并非如此。“答案之差”为双方结果的最大差异。
`python -m benchmarks duels` 重新测量、更新 `benchmarks/duels.json` 并生成本页。

"""


def page(kept: Mapping[str, Any]) -> str:
    """Return the page."""
    machine = kept["machine"]
    told = (
        f"Machine · 机器: {machine['cores']} cores · 核, {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}"
    )
    lines = [
        "| work · 任务 | digimfg | fastest other · 其他最快者 | ratio · 比值 | answers apart · 答案之差 |",
        "| --- | --- | --- | --- | --- |",
        *(_line(race) for race in kept["races"].values()),
    ]
    versions: dict[str, str] = {}
    for race in kept["races"].values():
        versions |= race["versions"]
    peers = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    return f"{_HEAD}{told}. {peers}.\n\n" + "\n".join(lines) + "\n"


def _line(race: Mapping[str, Any]) -> str:
    ours = race["engines"][OURS]
    work = f"{race['what']} · {race['zh']}"
    others = {name: found for name, found in race["engines"].items() if name != OURS}
    if not others:
        return f"| {work} | {_seconds(ours)} | — | — | — |"
    best = min(others, key=lambda name: others[name]["seconds"])
    ratio = ours["seconds"] / others[best]["seconds"]
    shown = f"{ratio:.2f}" if ratio <= 1 else f"{ratio:.2f} **slower · 较慢**"
    apart = others[best].get("apart")
    gap = "—" if apart is None else f"{apart:.0e}"
    return f"| {work} | {_seconds(ours)} | {best}: {_seconds(others[best])} | {shown} | {gap} |"


def _seconds(found: Mapping[str, Any]) -> str:
    seconds = found["seconds"]
    time = f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
    return f"{time}, {found['peak_gb']:.2f} GB" if "peak_gb" in found else time

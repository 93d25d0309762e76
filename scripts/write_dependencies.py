"""Write ``docs/dependencies.md``: what is installed with digimfg, in which version, under which licence."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

from digimfg.cli.environment import requirements
from digimfg.files import write_text

ROOT = Path(__file__).parents[1]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)
HEAD = """# Dependencies · 依赖

What `make` installs to run digimfg, as locked in `requirements/run.txt`, and the licence that each states of
itself (a test reads all of them: none is under the GNU General Public Licence); — where a package is only for
other systems than the one that wrote this page (`python scripts/write_dependencies.py`).
`make` 为运行 digimfg 而安装的软件包（版本锁定于 `requirements/run.txt`）及其自述的许可
（测试逐一核对，均非 GPL）；“—”表示该软件包仅用于其他系统。本页由
`python scripts/write_dependencies.py` 生成。

| package · 软件包 | version · 版本 | licence · 许可 | asked for by · 何者需要 |
| --- | --- | --- | --- |
"""


def main() -> None:
    write_text(ROOT / "docs" / "dependencies.md", page())


def page() -> str:
    """Return the page: those that digimfg asks for itself, then those that these bring."""
    direct = {normal(each.name) for each in requirements()[""]}
    building = {normal(line) for line in lines_of("build.in") if line and not line.startswith("#")}
    versions: dict[str, list[str]] = {}
    for name, version, marker in LOCKED.findall("\n".join(lines_of("run.txt"))):
        versions.setdefault(name, []).append(f"{version} (`{marker}`)" if marker else version)
    rows = []
    for name, found in versions.items():
        place = 0 if normal(name) in direct else 1 if normal(name) in building else 2
        asked = ("digimfg", "building · 构建", "others · 其他软件包")[place]
        rows.append((place, f"| {name} | {', '.join(found)} | {licence(name)} | {asked} |"))
    return HEAD + "\n".join(row for _, row in sorted(rows)) + "\n"


def lines_of(file: str) -> list[str]:
    return (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", Requirement(name).name).lower()


def licence(name: str) -> str:
    """Return what the installed package states; — where it is not installed on this system."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return "—"
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    first = (told.get("License") or "").strip().partition("\n")[0]
    return told.get("License-Expression") or "; ".join(classified) or first


if __name__ == "__main__":
    main()

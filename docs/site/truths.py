"""Write the table of truths: what the reference tests compare, with what, by how many digits, read from the tests."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import digimfg as dm

__all__ = ["Truth", "page", "pages", "rows_of", "truths"]

TESTS = Path(__file__).parents[2] / "tests" / "reference"
_HOLDERS = (
    "approx",
    "assert_allclose",
    "isclose",
    "allclose",
    "assert_array_almost_equal",
    "assert_frame_equal",
)
_BOUNDS = ("rel", "abs", "rtol", "atol")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What one test of ``tests/reference`` says."""

    file: str
    said: str
    names: tuple[str, ...]
    compared: int
    bound: str


@cache
def truths() -> dict[str, tuple[str, tuple[Truth, ...]]]:
    """Return file → the docstring of its module, which names sources and engines, and what its tests say."""
    return {path.stem.removeprefix("test_"): _read(path) for path in sorted(TESTS.glob("test_*.py"))}


def rows_of(name: str) -> tuple[Truth, ...]:
    """Return what tests say of one public name."""
    return tuple(truth for _, rows in truths().values() for truth in rows if name in truth.names)


def _read(path: Path) -> tuple[str, tuple[Truth, ...]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    uses = {name: _named(each) for name, each in functions.items()}
    calls = {
        name: {n.id for n in ast.walk(each) if isinstance(n, ast.Name)} for name, each in functions.items()
    }
    values = {
        target.id: _named(each)
        for each in tree.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    rows = []
    for name, function in functions.items():
        if name.startswith("test_"):
            reached, found = {name, *(each.arg for each in function.args.args)}, set(uses[name])
            for _ in range(3):
                reached |= {other for each in reached & set(calls) for other in calls[each]}
            for each in reached:
                found |= uses.get(each, set()) | values.get(each, set())
            bounds, count = _bounds(function)
            rows.append(
                Truth(
                    file=path.name,
                    said=_sentence(name),
                    names=tuple(sorted(found & set(dm.__all__))),
                    compared=count,
                    bound=bounds,
                )
            )
    return ast.get_docstring(tree) or "", tuple(rows)


def _named(node: ast.AST) -> set[str]:
    return {
        each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "dm"
    }


def _bounds(function: ast.FunctionDef) -> tuple[str, int]:
    """Return the bounds that a test states, from the narrowest to the widest, and how often it compares."""
    found: dict[str, set[float]] = {"rel": set(), "abs": set()}
    count = 0
    for each in ast.walk(function):
        if isinstance(each, ast.Call) and _name_of(each.func) in _HOLDERS:
            count += 1
            for keyword in each.keywords:
                if keyword.arg in _BOUNDS and isinstance(keyword.value, ast.Constant) and keyword.value.value:
                    kind = "rel" if keyword.arg in ("rel", "rtol") else "abs"
                    found[kind].add(float(keyword.value.value))
    told = []
    for kind, values in found.items():
        if values:
            low, high = min(values), max(values)
            told.append(f"{kind} {low:g}" + (f" – {high:g}" if high > low else ""))
    return "; ".join(told) or ("rel 1e-06" if count else "="), count


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _sentence(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def table(rows: tuple[Truth, ...], language: str, *, names: bool = True, files: bool = False) -> str:
    """Return rows as a table in Markdown."""
    heads = {
        "en": ("what holds", "of", "bound", "in"),
        "zh": ("所验证者（测试名）", "涉及", "误差界", "文件"),
    }[language]
    kept = [True, names, True, files]
    lines = ["| " + " | ".join(head for head, keep in zip(heads, kept, strict=True) if keep) + " |"]
    lines.append("|" + " --- |" * sum(kept))
    for row in rows:
        links = ", ".join(f"[`{name}`](reference/{name}.rst)" for name in row.names)
        cells = (row.said, links if not files else "", row.bound, f"`{row.file}`")
        lines.append("| " + " | ".join(cell for cell, keep in zip(cells, kept, strict=True) if keep) + " |")
    return "\n".join(lines) + "\n"


def pages(language: str) -> dict[str, str]:
    """Return file name → text of the table of truths."""
    return {"truths.md": page(language)}


def page(language: str) -> str:
    """Return the table of truths."""
    found = truths()
    n, compared = (
        sum(len(rows) for _, rows in found.values()),
        sum(r.compared for _, rows in found.values() for r in rows),
    )
    lead = {
        "en": f"""# Table of truths

What digimfg computes is held against published numbers first, then against a second engine, then against an
independent code path or a truth that was simulated. This page is read from `tests/reference`: {len(found)} files,
{n} tests, {compared} statements that compare numbers (many of them run over whole tables). Each file says its source,
engine and version; the scripts that print an engine's numbers stand beside it. `bound` is what a test allows, from the
narrowest to the widest: `rel` of the number itself, `abs` in its units (where a source prints four decimals, half of
the last one), `=` where equality or an order is stated.
""",
        "zh": f"""# 真值表

本包的计算先与已发表的数字比较，其次与另一软件比较，再与独立的第二种算法或模拟的真值比较。本页由 `tests/reference` 生成：{len(found)}个文件、
{n}项测试、{compared}处数值比较（多数遍历整张表）。各文件注明出处、软件与版本；打印对照数字的脚本与其并列。“误差界”为测试所允许的偏差，由最窄到最宽：
`rel` 相对于数值本身，`abs` 以其单位计（出处只印四位小数者取末位之半），`=` 表示相等或次序。说明文字为测试的英文原文。
""",
    }[language]
    parts = [lead]
    for file, (said, rows) in found.items():
        parts.append(f"## {file.replace('_', ' ').capitalize()}\n")
        parts.append(
            re.sub(r"``", "`", said).replace("*", r"\*").replace("<", r"\<").replace("$", r"\$") + "\n"
        )
        parts.append(table(rows, language))
    return "\n".join(parts)

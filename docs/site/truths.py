"""Write the table of truths: what the reference tests compare, with what, by how many digits, read from the tests."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import digimfg as dm

__all__ = ["Truth", "as_prose", "page", "pages", "rows_of", "stem", "table", "truths"]

TESTS = Path(__file__).parents[2] / "tests" / "reference"
_HOLDERS = (
    "approx",
    "assert_allclose",
    "isclose",
    "allclose",
    "assert_array_almost_equal",
    "assert_frame_equal",
)
_FEW = 12  # a test that names more walks over all of a kind
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


@cache
def _own() -> tuple[Truth, ...]:
    """Return what tests of single names say, below ``tests/unit``: identities, hand computations, recoveries."""
    found = (_read(path)[1] for path in sorted((TESTS.parent / "unit").rglob("test_*.py")))
    return tuple(row for rows in found for row in rows if len(row.names) <= _FEW)


def rows_of(name: str) -> tuple[Truth, ...]:
    """Return what tests say of one public name: those of ``tests/reference``, else those of ``tests/unit`` on it."""
    told = tuple(truth for _, rows in truths().values() for truth in rows if name in truth.names)
    return told or tuple(truth for truth in _own() if name in truth.names)


def stem(file: str) -> str:
    """Return what a test file is called in the table of truths."""
    return file.removeprefix("test_").removesuffix(".py")


def as_prose(said: str) -> str:
    """Return the words of a test file's docstring as Markdown."""
    return re.sub(r"``", "`", said).replace("*", r"\*").replace("<", r"\<").replace("$", r"\$")


def _read(path: Path) -> tuple[str, tuple[Truth, ...]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {
        each.name: each
        for part in tree.body
        for each in (part.body if isinstance(part, ast.ClassDef) else [part])
        if isinstance(each, ast.FunctionDef)
    }
    uses = {name: _named(each) for name, each in functions.items()}
    calls = {
        name: {n.id for n in ast.walk(each) if isinstance(n, ast.Name)} for name, each in functions.items()
    }
    values = _held(tree)
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


def _held(tree: ast.Module) -> dict[str, set[str]]:
    """Return name in a test file → the public names it stands for: what is imported, and values made of them."""
    held: dict[str, set[str]] = {}
    for each in tree.body:
        if isinstance(each, ast.ImportFrom) and (each.module or "").split(".")[0] == "digimfg":
            held |= {one.asname or one.name: {one.name} for one in each.names}
        if isinstance(each, ast.Assign):
            for target in each.targets:
                for one, value in _pairs(target, each.value):
                    used = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
                    held[one] = _named(value).union(*(held.get(name, set()) for name in used))
    return held


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple):
        parts = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
        return [
            (one.id, part) for one, part in zip(target.elts, parts, strict=True) if isinstance(one, ast.Name)
        ]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


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
        parts.append(as_prose(said) + "\n")
        parts.append(table(rows, language))
    return "\n".join(parts)

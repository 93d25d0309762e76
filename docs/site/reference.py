"""Write a page for every public name: what it does, its signature, an example, errors and source."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import digimfg as dm
from digimfg.arguments import declarations
from digimfg.exhibits import Exhibit
from digimfg.refusals import layer_error
from docs.site.judgements import judgements

__all__ = [
    "GROUPS",
    "example_of",
    "further_examples",
    "group_of",
    "line",
    "page",
    "said",
    "summaries",
    "written_examples",
]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GROUPS = {  # in the order of the reference: the first whose rule fits takes a name
    "data": ("Data and variables", "数据与变量"),
    "derived": ("Columns that an analysis computes", "分析所计算的列"),
    "specification": ("Specifications and errors", "设定与标准误"),
    "estimators": ("Estimators", "估计量"),
    "inference": ("Inference and tests", "推断与检验"),
    "robustness": ("Robustness and design", "稳健性与设计"),
    "policy": ("Policies", "政策评估"),
    "measures": ("Indices and measures", "指数与测度"),
    "efficiency": ("Efficiency and productivity", "效率与生产率"),
    "evolution": ("Co-evolution, waves and selection", "协同演化、长波与选择"),
    "tables": ("Tables", "表"),
    "figures": ("Figures", "图"),
    "texts": ("Texts", "文本"),
    "claims": ("Claims, verdicts and projects", "论断、判定与项目"),
    "errors": ("Errors", "错误"),
}
_ROOMS = {
    "data": "panels firms sources fetching importing variables frames filled marks simulation reading scanning",
    "derived": "derived",
    "specification": "specification covariance estimate interaction result contracts",
    "estimators": "estimators systems",
    "inference": "inference postestimation distributions",
    "robustness": "robustness instrument_check shift_share_design",
    "policy": "policy",
    "measures": "measures",
    "efficiency": "efficiency",
    "evolution": "evolution selection configurations",
    "texts": "texts",
    "claims": "analysis evidence paper replication thesis documents packages guidance labels text",
    "errors": "errors",
}
_WORDS = {
    "en": {
        "example": "Example",
        "raises": "Errors",
        "source": "Source",
        "answer": "It is the answer of {by}, whose example shows it.",
        "within": "It is used within the example of {by}.",
        "on_page": "From the page {page}.",
        "refuses": "Its arguments are read as they are declared; what does not fit is a {error} with where, what was "
        "expected, what was given and the remedy, in English and Chinese.",
        "holds": "It holds values that a function made and computes nothing: reading it raises none of our errors.",
        "base": "It is an error itself: catch it, or its parent `DigimfgError`.",
        "code": "Code: ``{path}``, line {line}.",
    },
    "zh": {
        "example": "示例",
        "raises": "错误",
        "source": "出处",
        "answer": "返回自：{by}。示例如下。",
        "within": "示例见：{by}。",
        "on_page": "另见：{page}。",
        "refuses": "参数按声明读取；不符者报错（{error}），说明位置、应为何物、所得何物与改法，中英文俱全。",
        "holds": "它保存函数所得的数值，自身不作计算：读取时不会产生本包的错误。",
        "base": "它本身即错误：捕获它，或捕获其父类 `DigimfgError`。",
        "code": "代码：``{path}``，第{line}行。",
    },
}


def group_of(name: str) -> str:
    """Return under which heading of the reference a public name stands."""
    thing = getattr(dm, name)
    if isinstance(thing, type) and issubclass(thing, Exhibit):
        return "figures" if thing.kind == "figure" else "tables"
    room = str(getattr(inspect.unwrap(thing), "__module__", "")).split(".")[1:2]
    return next((group for group, rooms in _ROOMS.items() if set(room) & set(rooms.split())), "claims")


@cache
def summaries() -> dict[str, str]:
    """Return name → one line in Chinese, for methods and for the names that a thesis uses."""
    told = tomllib.loads((HERE / "summaries.toml").read_text(encoding="utf-8"))
    return {**{name: held["line_zh"] for name, held in judgements().items()}, **told}


@cache
def written_examples() -> dict[str, str]:
    """Return public name → the example in its own docstring, as doctest shows it."""
    held = {}
    for name in dm.__all__:
        text = said(name)
        *_, rest = text.partition("\nExamples\n--------\n")
        if rest and ">>>" in rest:
            held[name] = rest.strip()
    return held


@cache
def further_examples() -> dict[str, str]:
    """Return public name → example, for names whose docstrings have none."""
    found = tomllib.loads((HERE / "examples.toml").read_text(encoding="utf-8"))
    return {name: code.strip() for name, code in found.items()}


@cache
def _answers() -> dict[str, str]:
    """Return class → the function with an example that returns it."""
    made: dict[str, str] = {}
    for name in (*written_examples(), *further_examples()):
        thing = getattr(dm, name)
        if not isinstance(thing, type):
            returned = str(inspect.unwrap(thing).__annotations__.get("return", ""))
            for word in re.findall(r"\w+", returned):
                made.setdefault(word, name)
    return made


@cache
def _blocks() -> tuple[tuple[str, str], ...]:
    """Return page and block of code, of every page that a test runs."""
    pages = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]
    guide = ROOT / "src" / "digimfg" / "guidance" / "data" / "en.md"
    found = [
        (path.stem, block)
        for path in [*pages, guide]
        for block in re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    ]
    return tuple(found)


def example_of(name: str) -> tuple[str, str, str]:
    """Return how an example shows a name (``own``, ``answer``, ``within``, ``page``), by whom, and its text."""
    own = {**further_examples(), **written_examples()}
    if name in own:
        return "own", name, own[name]
    if name in _answers():
        return "answer", _answers()[name], own[_answers()[name]]
    called = re.compile(rf"\b{name}\b")
    for other, text in own.items():
        if called.search(text):
            return "within", other, text
    for page_name, block in _blocks():
        if re.search(rf"\bdm\.{name}\b", block):
            return "page", page_name, block
    return "", "", ""


def page(name: str, language: str) -> str:
    """Return the page of a public name, in reStructuredText."""
    thing = getattr(dm, name)
    words = _WORDS[language]
    kind = "autoclass" if isinstance(thing, type) else "autofunction"
    parts = [f"dm.{name}\n{'=' * (len(name) + 3)}\n"]
    if language == "zh" and name in summaries():
        parts.append(f"**{summaries()[name]}**\n")
    members = "   :members:\n   :member-order: bysource\n" if kind == "autoclass" else ""
    if callable(thing):
        parts.append(f".. currentmodule:: digimfg\n\n.. {kind}:: {name}\n{members}")
    else:
        parts.append(f".. py:data:: digimfg.{name}\n\n   {' '.join(said(name).split())}\n")
    how, by, text = example_of(name)
    if text and name not in written_examples():
        parts.append(_headed(words["example"]))
        if how in ("answer", "within"):
            parts.append(words[how].format(by=f":py:obj:`dm.{by} <digimfg.{by}>`") + "\n")
        elif how == "page":
            parts.append(words["on_page"].format(page=by) + "\n")
        parts.append(_code(text))
    if "\nRaises\n------\n" not in said(name):
        parts += [_headed(words["raises"]), _refusals(thing, words) + "\n"]
    parts += [_headed(words["source"]), _place(name, thing, words) + "\n"]
    return "\n".join(parts)


def said(name: str) -> str:
    """Return the docstring of a public name; of a constant the words below its assignment."""
    thing = getattr(dm, name)
    if callable(thing):
        return inspect.getdoc(thing) or ""
    place, _ = _defined(name)
    body = ast.parse(place.read_text(encoding="utf-8")).body
    for each, after in pairwise(body):
        held = getattr(each, "targets", [getattr(each, "target", None)])
        if name in {getattr(one, "id", "") for one in held} and isinstance(after, ast.Expr):
            return str(ast.literal_eval(after.value))
    return f"``{thing!r}``"


def _defined(name: str) -> tuple[Path, int]:
    """Return the file and line where a constant stands, as the stub of the package names it."""
    home = Path(dm.__file__).parent
    found = re.search(
        rf"from \.([\w.]+) import {name} as", (home / "__init__.pyi").read_text(encoding="utf-8")
    )
    stem = home.joinpath(*(found[1] if found else "").split("."))
    path = stem.with_suffix(".py") if stem.with_suffix(".py").is_file() else stem / "__init__.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    return path, next((at for at, line in enumerate(lines, 1) if line.startswith(name)), 1)


def _headed(title: str) -> str:
    return f".. rubric:: {title}\n"


def _code(text: str) -> str:
    shown = "pycon" if ">>>" in text else "python"
    return f".. code-block:: {shown}\n\n" + "\n".join(f"   {line}" for line in text.splitlines()) + "\n"


def _refusals(thing: Any, words: dict[str, str]) -> str:
    if isinstance(thing, type) and issubclass(thing, dm.DigimfgError):
        return words["base"]
    made_by_us = isinstance(thing, type) and thing.__name__ in _answers()
    if made_by_us or not callable(thing) or not declarations(thing):
        return words["holds"]
    error = layer_error(thing).__name__
    return words["refuses"].format(error=f":py:exc:`dm.{error} <digimfg.{error}>`")


def _place(name: str, thing: Any, words: dict[str, str]) -> str:
    if not callable(thing):
        path, line = _defined(name)
        return words["code"].format(path=f"src/{path.as_posix().rpartition('/src/')[2]}", line=line)
    bare = inspect.unwrap(thing)
    path = inspect.getsourcefile(bare)
    try:
        line = inspect.getsourcelines(bare)[1]
    except OSError:
        tree = ast.parse(Path(path or "").read_text(encoding="utf-8"))
        line = next(each.lineno for each in tree.body if getattr(each, "name", "") == bare.__name__)
    where = Path(path or "").resolve().as_posix().rpartition("/src/")[2]
    return words["code"].format(path=f"src/{where}", line=line)


def line(name: str, language: str) -> str:
    """Return one line that says what a public name is: the Chinese one where there is one."""
    if language == "zh" and name in summaries():
        return summaries()[name]
    text = said(name).split("\n\n")[0]
    math = re.sub(r":math:`([^`]*)`", r"$\1$", " ".join(text.split()))
    return math.replace("``", "`").replace("|", r"\|")

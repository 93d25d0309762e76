"""Write a page for every estimator and measure: formula, assumptions, when not to use it, what it was held against."""

from __future__ import annotations

import inspect
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import digimfg as dm
from docs.site import reference, truths

__all__ = ["FAMILIES", "judgements", "names", "page", "pages"]

HERE = Path(__file__).parent
FAMILIES = ("estimators", "inference", "robustness", "policy", "measures", "efficiency", "evolution")
_WORDS = {
    "en": {
        "formula": "Formula", "assumes": "What it assumes", "not_when": "When not to use it",
        "pitfalls": "Pitfalls in this literature", "line": "In Stata and R", "truths": "What it was held against",
        "none": "No test of `tests/reference` names it; its identities and properties are tested in `tests/unit` and "
        "`tests/property`.", "more": "Signature, example and errors: ", "title": "Estimators and measures",
        "lead": "One page each: what is estimated, what must hold, when to leave it, and the numbers it was held against. "
        "Those marked ★ have a judgement written by hand; the others state what the code and its tests say.",
    },
    "zh": {
        "formula": "公式", "assumes": "假定", "not_when": "何时不用", "pitfalls": "该领域文献中的常见问题",
        "line": "Stata 与 R 的写法", "truths": "与何者核对",
        "none": "`tests/reference` 中没有测试提到它；其恒等式与性质由 `tests/unit` 与 `tests/property` 检验。",
        "more": "签名、示例与错误：", "title": "估计量与测度",
        "lead": "每页一种：估计什么、须满足什么、何时不用、与哪些数字核对过。标 ★ 者附有人工撰写的判断；其余所载为代码及其测试所言。",
    },
}  # fmt: skip


@cache
def judgements() -> dict[str, dict[str, Any]]:
    """Return public name → what was written of it by hand."""
    return tomllib.loads((HERE / "methods.toml").read_text(encoding="utf-8"))


@cache
def names() -> dict[str, tuple[str, ...]]:
    """Return family → the public names that estimate or measure something: estimators and functions."""
    found: dict[str, list[str]] = {family: [] for family in FAMILIES}
    for name in dm.__all__:
        thing, group = getattr(dm, name), reference.group_of(name)
        if group in FAMILIES and (inspect.isfunction(thing) or _is_estimator(thing)):
            found["estimators" if _is_estimator(thing) else group].append(name)
    return {family: tuple(sorted(held, key=str.lower)) for family, held in found.items()}


def _is_estimator(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, dm.Estimator) and thing is not dm.Estimator


def title_of(name: str, language: str) -> str:
    """Return what a method is called: an estimator's own label, a heading written by hand, else its name."""
    held = judgements().get(name, {})
    if title := held.get(f"title_{language}"):
        return str(title)
    return f"`dm.{name}`"


def page(name: str, language: str) -> str:
    """Return the page of one method in Markdown."""
    words, held = _WORDS[language], judgements().get(name, {})
    text = inspect.getdoc(getattr(dm, name)) or ""
    summary = reference.line(name, language)
    parts = [f"# {title_of(name, language)}\n", f"`dm.{name}` · {summary}\n"]
    if "formula" in held:
        parts += [f"## {words['formula']}\n", f"$$\n{held['formula'].strip()}\n$$\n"]
    elif stated := _stated(text):
        parts += [f"## {words['formula']}\n", stated + "\n"]
    for part in ("assumes", "not_when", "pitfalls"):
        if f"{part}_{language}" in held:
            parts += [f"## {words[part]}\n", held[f"{part}_{language}"].strip() + "\n"]
    if lines := _lines(held):
        parts += [f"## {words['line']}\n", lines]
    rows = truths.rows_of(name)
    parts.append(f"## {words['truths']}\n")
    parts.append(
        truths.table(rows, language, names=False, files=True).replace("(reference/", "(../reference/")
        if rows
        else words["none"] + "\n"
    )
    parts.append(f"{words['more']}[`dm.{name}`](../reference/{name}.rst)\n")
    return "\n".join(parts)


def _stated(text: str) -> str:
    """Return the prose of a docstring between its first line and its sections, as quoted text."""
    body = re.split(r"\n[A-Z][a-z ]+\n-{3,}\n", text)[0].partition("\n\n")[2].strip()
    formulas: list[str] = []

    def held(found: re.Match[str]) -> str:
        block = found[0].lstrip().startswith("..")
        inner = " ".join(found[1].split())
        formulas.append(f"\n\n$$\n{inner}\n$$\n\n" if block else f"${inner}$")
        return f"\x00{len(formulas) - 1}\x00"

    body = re.sub(r"\.\. math::[ \n]+((?:.+\n?)+)", held, body)
    body = re.sub(r":math:`([^`]*)`", held, body)
    safe = (
        body.replace("``", "`")
        .replace("<", r"\<")
        .replace("$", r"\$")
        .replace("*", r"\*")
        .replace("_", r"\_")
    )
    safe = re.sub(r"`([^`]*)`", lambda found: "`" + found[1].replace("\\", "") + "`", safe)
    return re.sub(r"\x00(\d+)\x00", lambda found: formulas[int(found[1])], safe)


def _lines(held: dict[str, Any]) -> str:
    """Return what Stata and R estimate the same equation with, as the package itself writes it."""
    if "specification" not in held:
        return held.get("stata", "") and f"```text\n{held['stata'].strip()}\n```\n"
    specification = eval(held["specification"], {"dm": dm})
    written = f"```python\n{held['specification'].strip()}\n```\n"
    stata, r = dm.stata_code(specification), dm.r_code(specification)
    return f"{written}\n```text\n{stata}\n```\n\n```r\n{r}\n```\n"


def pages(language: str) -> dict[str, str]:
    """Return file name → text: a page for each method, and the list of them."""
    words = _WORDS[language]
    made = {f"methods/{name}.md": page(name, language) for held in names().values() for name in held}
    parts = [f"# {words['title']}\n", words["lead"] + "\n"]
    for family, held in names().items():
        parts.append(f"## {reference.GROUPS[family][language == 'zh']}\n\n| | |\n| --- | --- |")
        for name in held:
            star = " ★" if name in judgements() else ""
            parts.append(
                f"| [{title_of(name, language)}]({name}.md){star} | {reference.line(name, language)} |"
            )
        parts.append("")
    listed = [name for held in names().values() for name in held]
    tree = "```{toctree}\n:hidden:\n\n" + "\n".join(listed) + "\n```\n"
    return {**made, "methods/index.md": "\n".join(parts) + tree}

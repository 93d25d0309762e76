"""Write a page for every estimator and measure: formula, assumptions, when not to use it, what it was held against."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from functools import cache
from typing import Any

import digimfg as dm
from docs.site import reference, truths
from docs.site.judgements import judgements

__all__ = ["FAMILIES", "heading", "names", "page", "pages"]

FAMILIES = ("estimators", "inference", "robustness", "policy", "measures", "efficiency", "evolution")
_WORDS = {
    "en": {
        "formula": "Formula", "computes": "What it computes", "source": "Source: ", "assumes": "What it assumes",
        "not_when": "When not to use it", "pitfalls": "Pitfalls in this literature", "line": "In Stata and R",
        "truths": "What it was held against", "see": "See also: ",
        "inside": "Below `tests/unit`: identities, hand computations and recoveries of known truths.",
        "further": "And {n} further properties: refusals, row order, units of measurement.",
        "none": "No test names it alone: it is tested with the methods it belongs to.",
        "more": "Signature, options, example and errors: ", "title": "Estimators and measures",
        "lead": "One page each: what is estimated, what must hold, when to leave it, where this literature errs, the line "
        "of Stata and R, and the numbers it was held against.",
    },
    "zh": {
        "formula": "公式", "computes": "计算内容（英文说明）", "source": "出处：", "assumes": "假定",
        "not_when": "何时不用", "pitfalls": "该领域文献中的常见问题", "line": "Stata 与 R 的写法",
        "truths": "与何者核对", "see": "另见：",
        "inside": "见 `tests/unit`：恒等式、手算结果与已知真值的还原。",
        "further": "另有{n}项性质：报错、行序、计量单位等。",
        "none": "没有单独提到它的测试：与其所属方法一并检验。",
        "more": "签名、选项、示例与错误：", "title": "估计量与测度",
        "lead": "每页一种：估计什么、须满足什么、何时不用、该领域文献错在何处、Stata 与 R 的写法、与哪些数字核对过。",
    },
}  # fmt: skip
_ROWS = 20


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
    """Return what a method is called."""
    return str(judgements().get(name, {}).get(f"title_{language}", f"`dm.{name}`"))


def page(name: str, language: str) -> str:
    """Return the page of one method in Markdown."""
    words, held = _WORDS[language], judgements().get(name, {})
    parts = [f"# {title_of(name, language)}\n", f"`dm.{name}` · {reference.line(name, language)}\n"]
    parts += _definition(name, language)
    for part in ("assumes", "not_when", "pitfalls"):
        if f"{part}_{language}" in held:
            parts += [f"## {words[part]}\n", held[f"{part}_{language}"].strip() + "\n"]
    if lines := _lines(held):
        parts += [f"## {words['line']}\n", lines]
    parts += [f"## {words['truths']}\n", _held_against(name, language)]
    if also := held.get("see"):
        links = [f"[{title_of(other, language)}]({other}.md)" for other in also if other != name]
        parts.append(f"{words['see']}{' · '.join(links)}\n")
    parts.append(f"{words['more']}[`dm.{name}`](../reference/{name}.rst)\n")
    return "\n".join(parts)


def heading(part: str, language: str) -> str:
    """Return the words above a part of a page."""
    return _WORDS[language][part]


def _definition(name: str, language: str) -> list[str]:
    """Return the formula, what the docstring says around it, and where both are from."""
    words, held = _WORDS[language], judgements().get(name, {})
    text = inspect.getdoc(getattr(dm, name)) or ""
    formula = f"$$\n{held['formula'].strip()}\n$$\n" if "formula" in held else ""
    stated = _stated(text)
    shown = formula or "$$" in stated
    parts = [f"## {words['formula' if shown else 'computes']}\n"] if formula or stated else []
    parts += [formula] if formula else []
    if language == "zh" and "$$" in stated:
        parts += [f"{block}\n" for block in re.findall(r"\$\$\n.*?\n\$\$", stated, re.DOTALL)]
    elif stated and not (language == "zh" and formula):
        parts.append(stated + "\n")
    named = re.search(r"\nReferences\n-{3,}\n(.*?)(?=\n[A-Z][a-z ]+\n-{3,}\n|\Z)", text, re.DOTALL)
    if named:
        parts.append(f"{words['source']}{_marked(named[1].strip())}\n")
    return parts


def _held_against(name: str, language: str) -> str:
    """Return what tests compare a method with, file by file with the file's sources."""
    words = _WORDS[language]
    also = [
        other for other, held in judgements().items() if name in (held.get("like"), *held.get("see", ())[:1])
    ]
    rows = truths.rows_of(name) or tuple(row for other in also for row in truths.rows_of(other))
    if not rows:
        return words["none"] + "\n"
    outside = truths.truths()
    parts = []
    counted = Counter(row.file for row in rows if row.compared)
    files = sorted(dict.fromkeys(row.file for row in rows), key=lambda file: (-counted[file], file))
    if not any(truths.stem(file) in outside for file in files):
        parts.append(words["inside"] + "\n")
    left = 0
    for file in files:
        mine = [row for row in rows if row.file == file]
        compared = [row for row in mine if row.compared] or mine[:3]
        left += len(mine) - len(compared[:_ROWS])
        if said := outside.get(truths.stem(file), ("",))[0]:
            parts.append(truths.as_prose(said) + "\n")
        parts.append(truths.table(tuple(compared[:_ROWS]), language, names=False, files=True))
    if left:
        parts.append(words["further"].format(n=left) + "\n")
    return "\n".join(parts)


def _stated(text: str) -> str:
    """Return the prose of a docstring between its first line and its sections, as quoted text."""
    return _marked(re.split(r"\n[A-Z][a-z ]+\n-{3,}\n", text)[0].partition("\n\n")[2].strip())


def _marked(body: str) -> str:
    """Return a docstring's prose as Markdown, formulas between dollars."""
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
    """Return what Stata and R estimate the same equation with, as the package itself writes it where it can."""
    if "specification" not in held:
        return f"```text\n{held['stata'].strip()}\n```\n" if "stata" in held else ""
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
            parts.append(f"| [{title_of(name, language)}]({name}.md) | {reference.line(name, language)} |")
        parts.append("")
    listed = [name for held in names().values() for name in held]
    tree = "```{toctree}\n:hidden:\n\n" + "\n".join(listed) + "\n```\n"
    return {**made, "methods/index.md": "\n".join(parts) + tree}

"""Draw every kind of figure and table from its code, in both languages, and write the pages that show them."""

from __future__ import annotations

import ast
import io
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

import digimfg as dm
from digimfg.exhibits import Evidence, Exhibit
from digimfg.exhibits.writers import render
from docs.site import reference

__all__ = ["BEGINNING", "code_of", "draw", "entries", "exhibit_of", "kinds", "pages", "prelude", "shown"]

HERE = Path(__file__).parent
BEGINNING = (HERE / "gallery_beginning.py").read_text(encoding="utf-8")
_WIDTH = 1100


@cache
def entries() -> dict[str, str]:
    """Return kind of exhibit → its code, the last line of which is the exhibit."""
    return {
        kind: code.strip()
        for kind, code in tomllib.loads((HERE / "gallery.toml").read_text(encoding="utf-8")).items()
    }


def kinds() -> set[str]:
    """Return every public kind of figure and table."""
    found = {name: getattr(dm, name) for name in dm.__all__}
    return {name for name, thing in found.items() if isinstance(thing, type) and issubclass(thing, Exhibit)}


def shown() -> list[str]:
    """Return the kinds that have their code, which a test asks of all."""
    return sorted(kinds() & set(entries()))


def code_of(kind: str) -> str:
    """Return the code of a kind as it is shown, with the line that saves it."""
    tree = ast.parse(entries()[kind])
    lines = entries()[kind].splitlines()
    start = tree.body[-1].lineno - 1
    suffix = "png" if getattr(dm, kind).kind == "figure" else "docx"
    shown = [*lines[:start], f"exhibit = {lines[start]}", *lines[start + 1 :]]
    return "\n".join(shown) + f'\nexhibit.save("{kind}_zh.{suffix}")  # _en: English'


def prelude() -> dict[str, Any]:
    """Return the names that the shared beginning makes."""
    names: dict[str, Any] = {}
    exec(compile(BEGINNING, "gallery_beginning.py", "exec"), names)
    return names


def exhibit_of(kind: str, names: dict[str, Any]) -> Exhibit:
    """Return the exhibit that the code of a kind makes."""
    tree = ast.parse(entries()[kind])
    last = tree.body.pop()
    held = dict(names)
    if "panel" in held:
        held["panel"] = held["panel"].copy()
    exec(compile(tree, kind, "exec"), held)
    if not isinstance(last, ast.Expr):
        raise TypeError(kind)
    made = eval(compile(ast.Expression(last.value), kind, "eval"), held)
    if not isinstance(made, Exhibit):
        raise TypeError(kind)
    return made


def draw(folder: Path, wanted: list[str]) -> None:
    """Write pictures (`KIND_en.png`) and tables (`KIND_en.html`) of some kinds in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    names = prelude()
    for kind in wanted:
        exhibit = exhibit_of(kind, names)
        held = exhibit.show(exhibit.evidence or Evidence())
        for language in ("en", "zh"):
            suffix = ".png" if exhibit.kind == "figure" else ".md"
            made = render(held, suffix, language)
            (folder / f"{kind}_{language}{suffix}").write_bytes(_lighter(made) if suffix == ".png" else made)


def _lighter(picture: bytes) -> bytes:
    """Return a picture of the width of the page in at most 96 colours: a quarter of the bytes."""
    held = Image.open(io.BytesIO(picture)).convert("RGB")
    held = held.resize((_WIDTH, round(held.height * _WIDTH / held.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    held.quantize(96, dither=Image.Dither.NONE).save(out, "png", optimize=True)
    return out.getvalue()


def pages(language: str) -> dict[str, str]:
    """Return file name → text: a page for each kind, and the list of them."""
    title, lead, begin = {
        "en": ("Gallery", "Every kind of figure and table with the code that makes it. The beginning is the same for all:", "From the [shared beginning](index.md):"),
        "zh": ("图表集", "每一种图与表，以及生成它的代码。共同的开头如下：", "接在[共同的开头](index.md)之后："),
    }[language]  # fmt: skip
    made = {}
    for kind in shown():
        figure = getattr(dm, kind).kind == "figure"
        picture = (
            f"![{kind}](pictures/{kind}_{language}.png)\n"
            if figure
            else f"```{{include}} pictures/{kind}_{language}.md\n```\n"
        )
        made[f"gallery/{kind}.md"] = (
            f"# {kind}\n\n{reference.line(kind, language)} [`dm.{kind}`](../reference/{kind}.rst)\n\n{picture}\n"
            f"{begin}\n\n```python\n{code_of(kind)}\n```\n"
        )
    parts = [f"# {title}\n\n{lead}\n\n```python\n{BEGINNING.strip()}\n```\n"]
    for group in ("figures", "tables"):
        parts.append(f"## {reference.GROUPS[group][language == 'zh']}\n\n| | |\n| --- | --- |")
        parts += [
            f"| [{kind}]({kind}.md) | {reference.line(kind, language)} |"
            for kind in shown()
            if reference.group_of(kind) == group
        ]
        parts.append("")
    parts.append("```{toctree}\n:hidden:\n\n" + "\n".join(shown()) + "\n```\n")
    return {**made, "gallery/index.md": "\n".join(parts)}

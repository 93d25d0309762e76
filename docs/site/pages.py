"""Which pages the site has, in which order, and how they are written from the project's own files."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import digimfg as dm
from docs.site import gallery, methods, reference, refusals, truths
from docs.site.languages import in_language, joined

__all__ = ["NAVIGATION", "navigation", "reference_pages", "write_sources"]

ROOT = Path(__file__).parents[2]
Pages = tuple[tuple[str, str, str], ...]
NAVIGATION: tuple[tuple[str, str, Pages], ...] = (
    (
        "Begin",
        "入门",
        (
            ("index", "Home", "首页"),
            ("provincial_thesis", "A provincial thesis", "省级面板论文"),
            ("firm_thesis", "A firm thesis", "企业面板论文"),
            ("paper_hour", "The paper's claims in an hour", "一小时读完论文的论断"),
        ),
    ),
    (
        "How to",
        "怎样做",
        (
            ("from_stata", "From Stata", "从 Stata 来"),
            ("own_data", "Your own files", "自备数据"),
            ("firm_panel", "Firms from statements", "由报表到企业面板"),
            ("fetched_data", "Fetched data", "联网取数"),
            ("notebooks", "Notebooks and other tools", "笔记本与其他工具"),
            ("referees/index", "Questions of referees", "审稿人的问题"),
            ("paper_system", "The paper's own system", "论文自身的体系"),
            ("co_evolution", "Who leads", "协同演化"),
            ("guide", "Habits that mislead", "易误用的做法"),
        ),
    ),
    (
        "Look up",
        "查阅",
        (
            ("methods/index", "Estimators and measures", "估计量与测度"),
            ("gallery/index", "Gallery", "图表集"),
            ("reference/index", "Reference", "函数参考"),
            ("errors", "Errors", "报错"),
        ),
    ),
    (
        "How it is proven",
        "如何证明",
        (
            ("truths", "Table of truths", "真值表"),
            ("monte_carlo", "Monte Carlo", "蒙特卡洛"),
            ("small_sample_rules", "Small-sample rules", "小样本调整"),
            ("claim_tests", "Claims on your panel", "论断的检验"),
            ("verdicts", "Verdicts", "判定"),
        ),
    ),
    (
        "The project",
        "项目",
        (
            ("architecture", "How it is built", "架构"),
            ("contributing", "Contributing", "参与"),
            ("changelog", "Changes", "更新"),
            ("deprecation", "Deprecation policy", "弃用政策"),
            ("dependencies", "Dependencies", "依赖"),
            ("security", "Security", "安全"),
        ),
    ),
)
_ELSEWHERE = {
    "contributing": ROOT / "CONTRIBUTING.md",
    "changelog": ROOT / "CHANGELOG.md",
    "security": ROOT / "SECURITY.md",
}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?!https?:|#|mailto:)[^)]+)\)")


def navigation() -> tuple[tuple[str, str, Pages], ...]:
    """Return the contents; a page that no heading names stands among those that say how to do something."""
    there = sorted(path.stem for path in (ROOT / "docs").glob("*.md"))
    named = {name for *_, pages in NAVIGATION for name, *_ in pages}
    further = tuple((name, *_titles(name)) for name in there if name not in named)
    return tuple(
        (*titles, (*pages, *further) if titles[0] == "How to" else pages) for *titles, pages in NAVIGATION
    )


def _titles(name: str) -> tuple[str, str]:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0]
    english, chinese = (in_language(text, each).strip("# \n") for each in ("en", "zh"))
    return english, chinese.splitlines()[0]


def write_sources(folder: Path, language: str) -> None:
    """Write every page in one language below a folder."""
    known = {path.stem for path in (ROOT / "docs").glob("*.md")} | set(_ELSEWHERE)
    for name in sorted(known):
        path = _ELSEWHERE.get(name, ROOT / "docs" / f"{name}.md")
        text = in_language(path.read_text(encoding="utf-8"), language)
        _write(folder / f"{name}.md", _linked(_drawn_as_text(text), known))
    guide = dm.guide(language)  # type: ignore[arg-type]
    _write(folder / "guide.md", joined(guide) if language == "zh" else guide)
    home = (Path(__file__).parent / "home.md").read_text(encoding="utf-8")
    _write(folder / "index.md", in_language(home, language) + _tree([name for name, *_ in _named(language)]))
    for name, text in _referees(language, known).items():
        _write(folder / "referees" / f"{name}.md", text)
    for made in (reference_pages, gallery.pages, methods.pages, truths.pages, refusals.pages):
        for name, text in made(language).items():
            _write(folder / name, text)
    for figure in sorted((ROOT / "docs" / "figures").glob("*.png")):
        target = folder / "figures" / figure.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(figure.read_bytes())


def _referees(language: str, known: set[str]) -> dict[str, str]:
    """Return file name → text: a page for each question of a referee, and the list of them."""
    found = {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "docs" / "referees").glob("*.md"))
    }
    made = {name: _linked(in_language(text, language), known) for name, text in found.items()}
    rows = [
        f"| [{text.splitlines()[0].removeprefix('# ')}]({name}.md) | |"
        for name, text in made.items()
        if name != "index"
    ]
    names = [name for name in made if name != "index"]
    return {**made, "index": made["index"].rstrip() + "\n" + "\n".join(rows) + "\n" + _tree(names)}


def reference_pages(language: str) -> dict[str, str]:
    """Return file name → text: the page of every public name, and the list of them by subject."""
    made = {f"reference/{name}.rst": reference.page(name, language) for name in dm.__all__}
    title, lead = {
        "en": (
            "Reference",
            "Every public name, `import digimfg as dm`. {n} names; each page has an example.",
        ),
        "zh": (
            "函数参考",
            "全部公开名称，`import digimfg as dm`。共{n}个，每页均有示例；论文常用者附中文说明。",
        ),
    }[language]
    parts = [f"# {title}\n\n{lead.format(n=len(dm.__all__))}\n"]
    for group, titles in reference.GROUPS.items():
        names = sorted((name for name in dm.__all__ if reference.group_of(name) == group), key=str.lower)
        parts.append(f"## {titles[language == 'zh']}\n")
        parts.append("| | |\n| --- | --- |")
        parts += [f"| [`{name}`]({name}.rst) | {reference.line(name, language)} |" for name in names]
        parts.append("")
    parts.append(_tree(sorted(dm.__all__, key=str.lower)))
    return {**made, "reference/index.md": "\n".join(parts)}


def _named(language: str) -> list[tuple[str, str]]:
    return [
        (name, chinese if language == "zh" else english)
        for *_, pages in navigation()
        for name, english, chinese in pages
        if name != "index"
    ]


def _tree(names: list[str]) -> str:
    return "\n```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```\n"


def _linked(text: str, known: set[str]) -> str:
    """Return a page whose links lead to pages of the site; what the site does not hold is named."""

    def link(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        file, _, part = target.partition("#")
        stem = Path(file).stem.lower()
        if file.endswith(".md") and stem in known:
            return f"[{words}]({stem}.md{'#' + part if part else ''})"
        return f"{words} (`{Path(target).as_posix().removeprefix('../')}`)"

    return _LINK.sub(link, text).replace("```csv", "```text")


def _drawn_as_text(text: str) -> str:
    """Return a page whose diagrams are lists of their arrows: they need no program in the browser."""

    def arrows(found: re.Match[str]) -> str:
        names: dict[str, str] = {}
        rows: list[str] = []
        for line in found[1].splitlines()[1:]:
            for key, label in re.findall(r"(\w+)[\[({]+\"?(.*?)\"?[\])}]+", line):
                names[key] = re.sub(r"<br\s*/?>", ": ", label)
            bare = re.sub(r"[\[({]+\"?.*?\"?[\])}]+", "", re.sub(r"-+>(\|.*?\|)?", "→", line))
            keys = re.split(r"\s*→\s*", bare.strip())
            rows += [f"- {names.get(a, a)} → {names.get(b, b)}" for a, b in pairwise(keys)]
        return "\n".join(rows) + "\n"

    return re.sub(r"```mermaid\n(.*?)```\n", arrows, text, flags=re.DOTALL)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

"""Writers: each file turns a finished table or chart into one format."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.display import views
from digimfg.errors import ExhibitError
from digimfg.exhibits.chart import Chart
from digimfg.files import write_bytes
from digimfg.text import LANGUAGES, Language, current_language

if TYPE_CHECKING:
    from digimfg.display.table import Table

__all__ = [
    "BUILT_SUFFIXES",
    "FIGURE_SUFFIXES",
    "TABLE_SUFFIXES",
    "notebook_view",
    "render",
    "save",
    "save_chart",
    "save_table",
    "terminal_view",
]

TABLE_SUFFIXES = {
    ".tex": "latex",
    ".docx": "word",
    ".html": "html",
    ".md": "markdown",
    ".typ": "typst",
    ".xlsx": "workbook",
    ".csv": "comma",
    ".rtf": "rich_text",
}
BUILT_SUFFIXES = (".tex", ".docx", ".html", ".md", ".typ")
"""What a build writes of every table."""
FIGURE_SUFFIXES = (".pdf", ".png")


def save(value: Table | Chart, path: Path, language: Language | None = None) -> Path:
    """Write a table or a chart; the suffix chooses the format (see `save_table`, `save_chart`)."""
    return (
        save_chart(value, path, language) if isinstance(value, Chart) else save_table(value, path, language)
    )


def save_table(table: Table, path: str | Path, language: Language | None = None) -> Path:
    """Write a table as ``.tex .docx .html .md .typ .xlsx .csv .rtf``; same table, same bytes.

    Parameters
    ----------
    language
        By default that of the file's ending (``table_zh.tex``), else English.

    Raises
    ------
    ExhibitError
        If the suffix or the language is unknown.
    """
    return _write(table, Path(path), language, tuple(TABLE_SUFFIXES))


def save_chart(chart: Chart, path: str | Path, language: Language | None = None) -> Path:
    """Write a chart as ``.pdf`` (vectors) or ``.png`` (300 dpi); same chart, same bytes.

    Raises
    ------
    ExhibitError
        If the suffix or the language is unknown, or no font has a character.
    """
    return _write(chart, Path(path), language, FIGURE_SUFFIXES)


def render(value: Table | Chart, suffix: str, language: Language) -> bytes:
    """Return the bytes of one format."""
    if isinstance(value, Chart):
        from digimfg.exhibits.writers.image import render_image

        return render_image(value, language, suffix)
    if suffix == ".html":
        from digimfg.display.html import render_html

        return render_html(value, language).encode("utf-8")
    module = importlib.import_module(f"digimfg.exhibits.writers.{TABLE_SUFFIXES[suffix]}")
    content: str | bytes = getattr(module, f"render_{TABLE_SUFFIXES[suffix]}")(value, language)
    return content if isinstance(content, bytes) else content.encode("utf-8")


def notebook_view(value: Table | Chart) -> dict[str, str | bytes]:
    """Return a table as HTML or a chart as PNG, by media type, in the language of messages."""
    if isinstance(value, Chart):
        return {"image/png": render(value, ".png", current_language())}
    return {**views.table_bundle(value)}


def terminal_view(value: Table | Chart) -> str:
    """Return a table as text, a chart as its title, in the language of messages."""
    return str(value.title) if isinstance(value, Chart) else views.terminal_view(value)


def _write(value: Table | Chart, path: Path, language: Language | None, suffixes: tuple[str, ...]) -> Path:
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise ExhibitError.of(
            "exhibits.suffix_unknown", name=path.name, suffixes=" ".join(suffixes), suffix=path.suffix
        )
    chosen = language or next((each for each in LANGUAGES if path.stem.endswith(f"_{each}")), "en")
    if chosen not in LANGUAGES:
        raise ExhibitError.of("exhibits.language_unknown", got=repr(chosen), name=path.name)
    write_bytes(path, render(value, suffix, chosen))
    return path

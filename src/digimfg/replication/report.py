"""Set the report: the text of ``paper/report.typ`` with the results, tables and figures of every analysis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from digimfg.errors import ExhibitError
from digimfg.exhibits.style import font_folders
from digimfg.files import write_bytes
from digimfg.replication.record import read_record
from digimfg.replication.run import remove_orphans, silent
from digimfg.text import LANGUAGES, Text
from digimfg.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from digimfg.display.terminal import Progress
    from digimfg.project import Project

__all__ = ["write_report"]


def write_report(project: Project, progress: Progress = silent, text: bytes = b"") -> Path:
    """Write ``output/report.pdf`` with typst; the same results give the same bytes.

    Outputs of analyses that no longer exist are removed first.

    Parameters
    ----------
    project
        Where text and results are.
    progress
        Told about each step.
    text
        What is set where the project has no ``paper/report.typ`` of its own.

    Raises
    ------
    AnalysisError
        If an analysis has not been run.
    ExhibitError
        If there is no text, or it cannot be set; the message is typst's, with file and line.
    """
    import typst

    remove_orphans(project)
    template = project.paper / "report.typ"
    if not template.is_file() and not text:
        raise ExhibitError.of("replication.no_report_text", where=str(template))
    progress(1, 1, Text("setting the pages", "排版"))
    fonts = [str(folder) for folder in font_folders()]
    inputs = {"report": json.dumps(_inputs(project), ensure_ascii=False, sort_keys=True)}
    source: Any = str(template) if template.is_file() else text
    try:
        content = typst.compile(
            source,
            root=str(project.root),
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
        )
    except RuntimeError as error:
        raise ExhibitError.of(
            "replication.report_not_typeset",
            where=str(template),
            got=getattr(error, "diagnostic", None) or str(error),
        ) from error
    path = project.output / "report.pdf"
    write_bytes(path, content)
    return path


def _inputs(project: Project) -> dict[str, Any]:
    return {
        "version": __version__,
        "analyses": [_analysis(project, name) for name in project.analysis_files()],
    }


def _analysis(project: Project, name: str) -> dict[str, Any]:
    read_record(project, name)  # typst would report a missing file less helpfully
    words = [language for language in LANGUAGES if (project.paper / f"{name}_{language}.typ").is_file()]
    return {"name": name, "words": words}

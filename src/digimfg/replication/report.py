"""Set the report: the text of ``paper/report.typ`` with the results, tables and figures of every analysis."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import digimfg
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence
from digimfg.exhibits.coverage_plot import CoveragePlot
from digimfg.exhibits.style import font_folders
from digimfg.files import write_bytes
from digimfg.panels import all_panels
from digimfg.panels.store import list_panels, load_panel
from digimfg.registry import instances
from digimfg.replication.record import read_record
from digimfg.replication.run import remove_orphans, silent
from digimfg.replication.serialise import to_plain
from digimfg.replication.writing import write_exhibit
from digimfg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from digimfg.replication.project import Project
    from digimfg.replication.run import Progress

__all__ = ["write_report"]


def write_report(project: Project, progress: Progress = silent) -> list[Path]:
    """Write ``output/report.pdf`` with typst, and the coverage figures of its data chapter.

    The same results give the same bytes. Outputs of analyses that no longer exist are removed first.

    Returns
    -------
    list of Path
        The figures ``figures/panel_<panel>_coverage_<language>.{pdf,png,typ}`` and ``report.pdf``.

    Raises
    ------
    AnalysisError
        If an analysis has not been run.
    ExhibitError
        If the text of ``paper/`` cannot be set; the message is typst's, with file and line.
    """
    import typst

    remove_orphans(project)
    progress(1, 2, Text("drawing the coverage of the panels", "绘制面板覆盖图"))
    figures = [path for name in _dated_panels() for path in _write_coverage(project, name)]
    progress(2, 2, Text("setting the pages", "排版"))
    fonts = [str(folder) for folder in font_folders()]
    inputs = {"report": json.dumps(_inputs(project), ensure_ascii=False, sort_keys=True)}
    template = project.paper / "report.typ"
    try:
        content = typst.compile(
            str(template),
            root=str(project.root),
            font_paths=fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
        )
    except RuntimeError as error:
        raise ExhibitError(
            where=str(template),
            expected=Text("text that typst can set", "typst 能够排版的文本"),
            got=getattr(error, "diagnostic", None) or str(error),
            remedy=Text(
                "mend the line named above; numbers come from output/results",
                "请修改上述行；数值来自 output/results",
            ),
        ) from error
    path = project.output / "report.pdf"
    write_bytes(path, content)
    return [*figures, path]


def _inputs(project: Project) -> dict[str, Any]:
    sources = instances("sources", "SOURCE")
    used = {source for panel in all_panels().values() for source in panel.sources}
    fields = ("title", "producer", "licence", "citation", "url", "accessed")
    return {
        "version": digimfg.__version__,
        "analyses": [_analysis(project, name) for name in project.analysis_files()],
        "sources": [
            {field: to_plain(getattr(sources[name], field)) for field in fields} for name in sorted(used)
        ],
        "panels": _panels(),
        "coverage": [_coverage_name(name) for name in _dated_panels()],
    }


def _analysis(project: Project, name: str) -> dict[str, Any]:
    read_record(project, name)  # typst would report a missing file less helpfully
    words = [language for language in LANGUAGES if (project.paper / f"{name}_{language}.typ").is_file()]
    return {"name": name, "words": words}


def _panels() -> list[dict[str, Any]]:
    listed: Mapping[Any, Mapping[Any, Any]] = list_panels().to_dict("index")
    return [
        {
            "name": name,
            "title": to_plain(panel.title),
            "keys": list(panel.keys),
            "rows": listed[name]["n_rows"],
            "variables": listed[name]["n_variables"],
        }
        for name, panel in all_panels().items()
    ]


def _dated_panels() -> list[str]:
    return [name for name, panel in all_panels().items() if "year" in panel.keys]


def _write_coverage(project: Project, name: str) -> list[Path]:
    panel = all_panels()[name]
    title = Text(f"Coverage: {panel.title.en}", f"数据覆盖：{panel.title.zh}")
    plot = CoveragePlot(_coverage_name(name), title=title, entity=panel.keys[0], time="year")
    return write_exhibit(project.output, plot.name, plot.build(Evidence(frame=load_panel(name))))


def _coverage_name(panel: str) -> str:
    return f"panel_{panel}_coverage"

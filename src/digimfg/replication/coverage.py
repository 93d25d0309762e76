"""Draw what the panels hold, for the data chapter and for anyone who looks before estimating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.exhibits import Evidence
from digimfg.exhibits.coverage_plot import CoveragePlot
from digimfg.panels import find_panel, shipped_panels
from digimfg.panels.store import load_panel
from digimfg.replication.writing import write_exhibit
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from digimfg.panels import Panel
    from digimfg.project import Project

__all__ = ["coverage_plots", "write_coverage"]


def coverage_plots() -> dict[str, CoveragePlot]:
    """Return the coverage figure of every shipped panel that has years, by panel."""
    return {name: _plot(panel) for name, panel in shipped_panels().items() if "year" in panel.keys}


def write_coverage(project: Project, panels: Iterable[str]) -> list[Path]:
    """Write ``output/figures/panel_<panel>_coverage_<language>.{pdf,png,typ}`` and return the paths.

    Parameters
    ----------
    project
        Where figures go.
    panels
        Names of panels; those without years have no such figure and are passed over.

    Raises
    ------
    PanelError
        If no panel has one of the names.
    """
    plots = coverage_plots()
    named = [find_panel(name).name for name in panels]
    return [
        path
        for name in named
        if name in plots
        for path in write_exhibit(
            project.output, plots[name].name, plots[name].build(Evidence(frame=load_panel(name)))
        )
    ]


def _plot(panel: Panel) -> CoveragePlot:
    title = Text(f"Coverage: {panel.title.en}", f"数据覆盖：{panel.title.zh}")
    return CoveragePlot(f"panel_{panel.name}_coverage", title=title, entity=panel.keys[0], time="year")

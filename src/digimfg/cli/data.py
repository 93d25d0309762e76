"""Commands about data: build panels, see what they hold, verify that nothing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from digimfg.cli import data_diff, data_fetch, data_import, data_trace
from digimfg.display.terminal import print_files, print_table, progress
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "data")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help=str(_WORDS["group"]),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("build", help=str(_WORDS["build"]))(_build)
    group.command("coverage", help=str(_WORDS["coverage"]))(_coverage)
    group.command("verify", help=str(_WORDS["verify"]))(_verify)
    data_import.add(group)
    data_fetch.add(group)
    data_diff.add(group)
    data_trace.add(group)
    app.add_typer(group, name="data")


def _build() -> None:
    from digimfg.panels import shipped_panels
    from digimfg.panels.build import write_panels
    from digimfg.project import find_project

    project = find_project()
    total = len(shipped_panels())
    with progress("data") as show:
        names: list[str] = []

        def begin(name: str) -> None:
            names.append(name)
            show(len(names), total, Text(f"building {name}", f"生成{name}"))

        hashes = write_panels(project.raw, project.processed, begin)
    files = [f"{name}.parquet" for name in hashes] + ["codebook.md", "datapackage.json"]
    print_files(project.relative(project.processed / name) for name in files)


def _coverage(
    panels: Annotated[
        list[str] | None,
        typer.Argument(help=str(_WORDS["coverage_panels"]), metavar="PANEL"),
    ] = None,
    draw: Annotated[
        bool,
        typer.Option("--draw", help=str(_WORDS["coverage_draw"])),
    ] = False,
) -> None:
    from digimfg.panels import shipped_panels

    names = panels or list(shipped_panels())
    if draw:
        _draw_coverage(names)
        return
    header = (
        _WORDS["header"], _WORDS["variable"], _WORDS["label"], _WORDS["values"],
        _WORDS["units"],
        _WORDS["first_year"], _WORDS["last_year"], _WORDS["years"], _WORDS["share_of_rows"],
    )  # fmt: skip
    print_table(header, [row for name in names for row in _coverage_rows(name)])


def _draw_coverage(panels: list[str]) -> None:
    from digimfg.project import find_project
    from digimfg.replication.coverage import write_coverage

    project = find_project()
    print_files(project.relative(path) for path in write_coverage(project, panels))


def _coverage_rows(panel: str) -> list[tuple[object, ...]]:
    import pandas as pd

    from digimfg.panels import find_panel
    from digimfg.panels.coverage import coverage
    from digimfg.panels.store import load_panel
    from digimfg.variables import dictionary

    entries = dictionary()
    frame = load_panel(panel)
    counted = coverage(frame, replace(find_panel(panel), variables=tuple(frame.columns)))
    counted["share"] = [f"{share:.3f}" for share in counted["share"]]
    rows = counted.astype(object).itertuples(name=None)
    return [
        (panel, name, entries[name].label, *(None if pd.isna(cell) else cell for cell in cells))
        for name, *cells in rows
    ]


def _verify() -> None:
    from digimfg.fetching import all_publishers
    from digimfg.fetching.vintages import list_vintages
    from digimfg.panels import shipped_panels
    from digimfg.panels.online import SHIPPED
    from digimfg.panels.store import load_panel
    from digimfg.project import find_project
    from digimfg.registry import instances

    project = find_project()
    sources = instances("sources", "SOURCE")
    for source in sources.values():
        source.verify(project.raw)
    panels = shipped_panels()
    for name in panels:
        load_panel(name, project.processed, vintage=SHIPPED)
    vintages = [vintage for publisher in all_publishers() for vintage in list_vintages(publisher)]
    for vintage in vintages:
        vintage.verify()
    n_files = sum(len(source.files) for source in sources.values())
    message = Text(
        f"as recorded: sources {len(sources)}, raw files {n_files}, panels {len(panels)}, fetched "
        f"vintages {len(vintages)}",
        f"均与登记一致：来源{len(sources)}个，原始文件{n_files}个，面板{len(panels)}个，"
        f"已取得版本{len(vintages)}个",
    )
    typer.echo(str(message))

"""Commands that run analyses and keep their results honest."""

from __future__ import annotations

from typing import Annotated

import typer

from digimfg.cli.show import print_files, progress
from digimfg.text import Text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "run",
        help=str(
            Text(
                "Run analyses. Estimate, test, and write results, tables and figures below output/.\n\n"
                "Without a name all are run. Each file is written whole or not at all.\n\n"
                "Example: digimfg run promotion fusion",
                "运行分析：估计、检验，并在 output/ 下写出结果、表与图。\n\n"
                "不给名称则全部运行。每个文件要么完整写出，要么不写。\n\n"
                "示例：digimfg run promotion fusion",
            )
        ),
    )(_run)
    app.command(
        "check",
        help=str(
            Text(
                "Compare results with the accepted ones. Every number of output/results with that of tests/snapshots.\n\n"
                "Exit code 1 where any number moved by more than 1e-7 of itself; each is named with both values.",
                "逐个数值比较 output/results 与已确认的 tests/snapshots。\n\n"
                "任何数值相对变动超过 1e-7 时退出码为 1，并列出新旧值。",
            )
        ),
    )(_check)
    app.command(
        "snapshots",
        help=str(
            Text(
                "Accept the present results. They go to tests/snapshots; look at `digimfg check` first.",
                "确认当前结果：写入 tests/snapshots（请先看 `digimfg check`）。",
            )
        ),
    )(_snapshots)
    app.command(
        "report",
        help=str(
            Text(
                "Set output/report.pdf in both languages. From paper/report.typ and the results of all analyses.",
                "由 paper/report.typ 与全部分析结果排出中英双语的 output/report.pdf。",
            )
        ),
    )(_report)
    app.command(
        "manifest",
        help=str(
            Text(
                "Write output/manifest.json. It has hashes of data, code and outputs, versions of the engines.",
                "写出 output/manifest.json：数据、代码、输出的哈希值与各引擎版本。",
            )
        ),
    )(_manifest)


def _run(
    analyses: Annotated[
        list[str] | None,
        typer.Argument(help=str(Text("Names below analyses/.", "analyses/ 下的名称。")), metavar="ANALYSIS"),
    ] = None,
) -> None:
    from digimfg.replication.load import load_analyses
    from digimfg.replication.project import find_project
    from digimfg.replication.run import run_analysis

    project = find_project()
    for name, analysis in load_analyses(project, analyses or ()).items():
        with progress(name) as show:
            written = run_analysis(project, name, analysis, show)
        print_files(project.relative(path) for path in written)


def _check() -> None:
    from digimfg.replication.project import find_project
    from digimfg.replication.snapshots import check

    differences = check(find_project())
    for difference in differences:
        typer.echo(difference)
    if differences:
        summary = Text(
            f"{len(differences)} differences from tests/snapshots (accepted → found); if they are right, accept them: make snapshots",
            f"与 tests/snapshots 有 {len(differences)} 处不同（已确认 → 现为）；若新值正确，请确认：make snapshots",
        )
        typer.echo(str(summary), err=True)
        raise typer.Exit(1)
    typer.echo(str(Text("all results are those that were accepted", "全部结果与已确认的一致")), err=True)


def _snapshots() -> None:
    from digimfg.replication.project import find_project
    from digimfg.replication.snapshots import accept

    project = find_project()
    print_files(project.relative(path) for path in accept(project))


def _report() -> None:
    from digimfg.replication.project import find_project
    from digimfg.replication.report import write_report

    project = find_project()
    with progress("report.pdf") as show:
        path = write_report(project, show)
    print_files([project.relative(path)])


def _manifest() -> None:
    from digimfg.replication.manifest import write_manifest
    from digimfg.replication.project import find_project

    project = find_project()
    print_files([project.relative(write_manifest(project))])

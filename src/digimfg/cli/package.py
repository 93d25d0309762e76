"""The commands that hand a project on: a replication package, checked, and the same for Stata and R."""

from __future__ import annotations

from typing import Annotated

import typer

from digimfg.display.terminal import print_files
from digimfg.text import Text, current_language

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "package",
        help=str(
            Text(
                "Put a replication package together in output/package. Data, programs, logs, results, "
                "codebook, hashes, README.\n\n"
                "With --check it is checked by a journal's rules: aea, cie, jqte, jfr. Exit code 1 where one "
                "fails.\n\n"
                "Example: digimfg package --check aea",
                "在 output/package 中生成复现包：数据、程序、日志、结果、编码簿、哈希与 README。\n\n"
                "加 --check 则按期刊规则检查：aea、cie、jqte、jfr；任何一条不符则退出码为1。\n\n"
                "示例：digimfg package --check aea",
            )
        ),
    )(_package)
    app.command(
        "bridge",
        help=str(
            Text(
                "Write the specifications of analyses for Stata and R. Data with labels, a do-file, a script "
                "and a table of what will differ, below output/bridge.\n\n"
                "Example: digimfg bridge digital_upgrading",
                "将分析的设定写为 Stata 与 R：带标签的数据、do 文件、R 脚本，以及将有差异之处，"
                "存于 output/bridge。\n\n"
                "示例：digimfg bridge digital_upgrading",
            )
        ),
    )(_bridge)


def _package(
    check: Annotated[
        str | None,
        typer.Option(
            help=str(Text("Whose rules: aea, cie, jqte, jfr.", "采用的规则：aea、cie、jqte、jfr。"))
        ),
    ] = None,
) -> None:
    from digimfg.packages.build import package_folder, write_package
    from digimfg.packages.check import check_package, package_rules
    from digimfg.project import find_project

    project = find_project()
    if check is not None:
        package_rules(check)  # an unknown name is told before anything is made
    print_files(project.relative(path) for path in write_package(project))
    if check is None:
        return
    found = check_package(package_folder(project), check)
    language = current_language()
    typer.echo(found.journal.language(language), err=True)
    for rule, row in found.rows.iterrows():
        mark = Text("pass", "通过") if row["passed"] else Text("FAIL", "不符")
        typer.echo(f"{mark}  {rule}: {row['title']}", err=True)
        if not row["passed"]:
            typer.echo(f"      {row['found']}\n      → {row['remedy']}", err=True)
    for note in found.notes:
        typer.echo(note.language(language), err=True)
    if not found.passed:
        raise typer.Exit(1)


def _bridge(
    analyses: Annotated[
        list[str] | None,
        typer.Argument(help=str(Text("Names below analyses/.", "analyses/ 下的名称。")), metavar="ANALYSIS"),
    ] = None,
) -> None:
    from digimfg.packages.bridge_files import write_bridge
    from digimfg.project import find_project

    project = find_project()
    print_files(project.relative(path) for path in write_bridge(project, analyses or ()))

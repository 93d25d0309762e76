"""The commands that hand a project on: a replication package, checked, and the same for Stata and R."""

from __future__ import annotations

from typing import Annotated

import typer

from digimfg.display.terminal import print_files
from digimfg.sheets import sheet_beside
from digimfg.text import current_language

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "package")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("package", help=str(_WORDS["package"]))(_package)
    app.command("bridge", help=str(_WORDS["bridge"]))(_bridge)


def _package(
    check: Annotated[
        str | None,
        typer.Option(help=str(_WORDS["package_check"])),
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
        mark = _WORDS["mark"] if row["passed"] else _WORDS["fail"]
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
        typer.Argument(help=str(_WORDS["bridge_analyses"]), metavar="ANALYSIS"),
    ] = None,
) -> None:
    from digimfg.packages.bridge_files import write_bridge
    from digimfg.project import find_project

    project = find_project()
    print_files(project.relative(path) for path in write_bridge(project, analyses or ()))

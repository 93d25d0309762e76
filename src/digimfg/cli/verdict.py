"""The command that says what the data show of each claim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_files, print_table
from digimfg.sheets import sheet_beside
from digimfg.text import Text, current_language

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "verdict")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verdict", help=str(_WORDS["verdict_help"]))(_verdict)


def _verdict(
    claims: Annotated[
        list[str] | None,
        typer.Argument(help=str(_WORDS["verdict_claims"]), metavar="CLAIM"),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--claims",
            help=str(_WORDS["verdict_path"]),
            metavar="FILE",
        ),
    ] = None,
    write: Annotated[
        bool,
        typer.Option("--write", help=str(_WORDS["verdict_write"])),
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help=str(_WORDS["verdict_check"])),
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help=str(_WORDS["verdict_accept"])),
    ] = False,
) -> None:
    from digimfg.evidence import project as judging
    from digimfg.paper.ledger import ledger_of
    from digimfg.project import find_project

    project = find_project()
    ledger = ledger_of(project, path)
    if write:
        print_files(project.relative(path) for path in judging.write_verdicts(project, ledger))
    if accept:
        print_files([project.relative(judging.accept_verdicts(project, ledger))])
    if check:
        _show_differences(judging.check_verdicts(project, ledger).lines)
    if write or accept or check:
        return
    verdicts, _ = judging.judge_project(project, ledger)
    chosen = [verdicts[claim] for claim in claims] if claims else list(verdicts.verdicts)
    language = current_language()
    print_table(
        (
            _WORDS["claim"],
            _WORDS["verdict"],
            _WORDS["what_the_paper_says"],
            _WORDS["why"],
        ),
        (
            (each.claim.id, each.headline, each.claim.text.language(language), each.reason.language(language))
            for each in chosen
        ),
    )


def _show_differences(differences: tuple[Text, ...]) -> None:
    for line in differences:
        typer.echo(str(line))
    if differences:
        summary = Text(
            f"{len(differences)} differences from the accepted verdicts; if they are right, accept "
            f"them: digimfg verdict --accept",
            f"与已确认的判定有{len(differences)}处不同；若正确，请确认：digimfg verdict --accept",
        )
        typer.echo(str(summary), err=True)
        raise typer.Exit(1)
    typer.echo(str(_WORDS["all_as_accepted"]), err=True)

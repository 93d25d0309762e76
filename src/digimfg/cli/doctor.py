"""The command that says what digimfg runs on, and what is missing."""

from __future__ import annotations

import typer

from digimfg.display.terminal import print_table
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "doctor")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help=str(_WORDS["doctor"]))(_doctor)


def _doctor() -> None:
    from digimfg.cli.environment import examine

    findings = examine()
    print_table(
        (_WORDS["item"], _WORDS["found"], _WORDS["remedy"]),
        ((each.item, each.found, each.remedy) for each in findings),
    )
    report = _WORDS["report"]
    typer.echo(str(report), err=True)
    if missing := sum(1 for each in findings if each.remedy is not None):
        told = note_of("cli.items_to_put_right", n=missing)
        typer.echo(str(told), err=True)
        raise typer.Exit(1)

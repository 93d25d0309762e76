"""The command that lays out a thesis project."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_files
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "init")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", help=str(_WORDS["init"]))(_init)


def _init(
    folder: Annotated[
        Path,
        typer.Argument(help=str(_WORDS["init_folder"]), metavar="FOLDER"),
    ],
    panel: Annotated[
        str,
        typer.Option(help=str(_WORDS["init_panel"])),
    ] = "world",
) -> None:
    from digimfg.thesis import create_thesis

    print_files(create_thesis(folder, panel))
    command = f"cd {shlex.quote(str(folder))} && make{_interpreter()}"
    typer.echo(str(Text(f"now: {command}", f"接下来：{command}")), err=True)


def _interpreter() -> str:
    """Return how to tell make which Python holds digimfg, unless it is the one that make takes anyway."""
    taken = shutil.which("python3")
    if taken and Path(taken).parent == Path(sys.executable).parent:
        return ""
    return f" PYTHON={shlex.quote(sys.executable)}"

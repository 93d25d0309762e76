"""The command that lays out a thesis project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.cli.show import print_files
from digimfg.text import Text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "init",
        help=str(
            Text(
                "Lay out a thesis project that builds with make: Makefile, a first analysis, folders for your data.\n\n"
                "Example: digimfg init my-thesis",
                "建立可用 make 重建的论文项目：Makefile、第一个分析、数据文件夹。\n\n示例：digimfg init my-thesis",
            )
        ),
    )(_init)


def _init(
    folder: Annotated[
        Path,
        typer.Argument(help=str(Text("A new or an empty folder.", "新文件夹或空文件夹。")), metavar="FOLDER"),
    ],
) -> None:
    from digimfg.thesis import create_thesis

    print_files(create_thesis(folder))
    typer.echo(str(Text(f"now: cd {folder} && make", f"接下来：cd {folder} && make")), err=True)

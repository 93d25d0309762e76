"""The command that lays out a thesis project."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_files
from digimfg.text import Text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "init",
        help=str(
            Text(
                "Lay out a thesis project that builds with make. It has a Makefile, a first analysis, "
                "folders for your data.\n\n"
                "Example: digimfg init my-thesis",
                "建立可用 make 重建的论文项目：Makefile、第一个分析、数据文件夹。\n\n示例：digimfg init "
                "my-thesis",
            )
        ),
    )(_init)


def _init(
    folder: Annotated[
        Path,
        typer.Argument(help=str(Text("A new or an empty folder.", "新文件夹或空文件夹。")), metavar="FOLDER"),
    ],
    panel: Annotated[
        str,
        typer.Option(
            help=str(
                Text(
                    "What the first analyses are about: world, china_province (a provincial thesis from "
                    "indices to mechanism), china_city or firm; all but world with the tests of the paper's "
                    "claims on such a panel.",
                    " "
                    "第一批分析所用的面板：world、china_province（从指数到机制的省级面板论文）、"
                    "china_city 或 firm；除 world 外均含论文论断在该类面板上的检验。",
                )
            )
        ),
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

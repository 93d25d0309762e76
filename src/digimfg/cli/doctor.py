"""The command that says what digimfg runs on, and what is missing."""

from __future__ import annotations

import typer

from digimfg.display.terminal import print_table
from digimfg.say import say
from digimfg.text import Text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "doctor",
        help=str(
            Text(
                "Say what digimfg runs on and what is missing. Versions, extras, fonts, language, "
                "folders.\n\nPaste what it prints into a report of a fault: it names no host and no path but "
                "the interpreter's.\n\nExit code 0 where all that is needed is there, 1 where something is "
                "not; the remedy stands beside it.",
                "列出 digimfg 的运行环境与缺失之处：版本、可选组件、字体、语言、文件夹。\n\n"
                "报告问题时请附上其输出：不含主机名，除解释器外不含路径。\n\n"
                "所需齐全时退出码为0，有缺失为1，并列出办法。",
            )
        ),
    )(_doctor)


def _doctor() -> None:
    from digimfg.cli.environment import examine

    findings = examine()
    print_table(
        (Text("item", "项目"), Text("found", "现有"), Text("remedy", "办法")),
        ((each.item, each.found, each.remedy) for each in findings),
    )
    report = Text(
        "A report of a fault needs this table, the fewest lines that show it, the whole message, and data on "
        "which it happens (dm.simulate_panel(...) where yours are confidential).",
        "报告问题请附：本表、能重现问题的最少代码、完整的报错信息，以及会出现问题的数据"
        "（自己的数据不便公开时用 dm.simulate_panel(...)）。",
    )
    typer.echo(str(report), err=True)
    if missing := sum(1 for each in findings if each.remedy is not None):
        told = say("{n|item} to put right", "{n}项须处理", n=missing)
        typer.echo(str(told), err=True)
        raise typer.Exit(1)

"""The command that says what the data show of each claim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_files, print_table
from digimfg.text import Text, current_language

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "verdict",
        help=str(
            Text(
                "Say for each claim of the paper what the data show. By rules in dated versions that "
                "are never rewritten.\n\n"
                "supported, contradicted, informative null, inconclusive, mixed, undecidable, not "
                "testable here (and which command "
                "brings the data), or a recorded fact with the check of it, verified or unchecked. It "
                "reads output/results; run the analyses first.\n\n"
                "Example: digimfg verdict C02 C19",
                "依据按版本声明、不得改写的规则，说明数据对论文每条论断的判定。\n\n"
                "支持、与论断相反、具有信息量的零结果、不能定论、证据不一、无法判定、"
                "现有数据无法检验（并给出取得数据的命令），"
                "或原文事实核对（已核对、未核对）。"
                "读取 output/results，请先运行分析。\n\n"
                "示例：digimfg verdict C02 C19",
            )
        ),
    )(_verdict)


def _verdict(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            help=str(Text("Ids of claims; all by default.", "论断编号；默认全部。")), metavar="CLAIM"
        ),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--claims",
            help=str(
                Text(
                    "A ledger of your own (TOML); by default claims.toml of the project, else the paper's.",
                    "自备论断账本（TOML）；默认用项目的 claims.toml，否则用论文的账本。",
                )
            ),
            metavar="FILE",
        ),
    ] = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write",
            help=str(
                Text(
                    "Write output/verdicts.json, the table in every format and the ledger's page; print "
                    "their names.",
                    "写出 output/verdicts.json、各格式的表与账本网页，并列出文件名。",
                )
            ),
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=str(
                Text(
                    "Compare with the accepted verdicts, changed rules first; exit code 1 where they differ.",
                    "与已确认的判定比较，先列改动的规则；有差异时退出码为1。",
                )
            ),
        ),
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help=str(Text("Accept the present verdicts and rules.", "确认当前判定与规则。"))
        ),
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
            Text("claim", "编号"),
            Text("verdict", "判定"),
            Text("what the paper says", "论断"),
            Text("why", "依据"),
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
    typer.echo(str(Text("all verdicts are those that were accepted", "全部判定与已确认的一致")), err=True)

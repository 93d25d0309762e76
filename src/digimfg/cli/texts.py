"""The command that counts a dictionary's words in a folder of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.csv_text import csv_text
from digimfg.display.terminal import print_files, print_table
from digimfg.files import write_text
from digimfg.text import Text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "texts",
        help=str(
            Text(
                "Count a dictionary's words in a folder of text files. Annual reports or work reports "
                "(.txt, .pdf), one row per file, a few at a time.\n\n"
                "Denied mentions and those of other firms are set aside and counted apart. The "
                "frequency is per 10,000 "
                "characters.\n\nExample: digimfg texts reports --pattern '{firm}_{year}.txt' --out words.csv",
                "统计文件夹中年报或政府工作报告（.txt、.pdf）的词典词频，每个文件一行，分批读取。\n\n"
                "否定表述与他人表述剔除并另计；频率按每万字计。\n\n"
                "示例：digimfg texts reports --pattern '{firm}_{year}.txt' --out words.csv",
            )
        ),
    )(_texts)


def _texts(
    folder: Annotated[Path, typer.Argument(help=str(Text("Folder of text files.", "文本文件夹。")))],
    dictionary: Annotated[
        str,
        typer.Option(
            help=str(
                Text(
                    "A shipped dictionary (digital_transformation_wu2021, policy_paths) or a TOML file.",
                    "内置词典（digital_transformation_wu2021、policy_paths）或 TOML 文件。",
                )
            )
        ),
    ] = "digital_transformation_wu2021",
    pattern: Annotated[
        str,
        typer.Option(help=str(Text("Names of the files; {…} become columns.", "文件名样式；{…}成为列。"))),
    ] = "{firm}_{year}.txt",
    section: Annotated[
        str | None,
        typer.Option(
            help=str(
                Text(
                    "Count in this section of annual reports alone, such as management_discussion.",
                    "仅统计年报的该章节，如 management_discussion（管理层讨论与分析）。",
                )
            )
        ),
    ] = None,
    broken: Annotated[
        str,
        typer.Option(
            help=str(
                Text(
                    "Files that cannot be read: raise names them, missing leaves them out with a count.",
                    "无法读取的文件：raise 报错并列名，missing 记为缺失并计数。",
                )
            )
        ),
    ] = "raise",
    jobs: Annotated[int, typer.Option(help=str(Text("Processes.", "进程数。")))] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            help=str(
                Text("Write the table here (.csv) instead of printing.", "写入 .csv 文件而不是显示在屏幕。")
            )
        ),
    ] = None,
) -> None:
    from digimfg.texts.folders import count_files

    counted = count_files(
        folder,
        dictionary,
        pattern=pattern,
        section=section,
        broken=broken,  # type: ignore[arg-type]
        n_jobs=jobs,
    )
    if out is not None:
        write_text(out, csv_text(counted.frame))
        print_files([out])
    else:
        frame = counted.frame
        print_table(
            tuple(Text.of(str(name)) for name in frame.columns),
            tuple(tuple(str(value) for value in row) for row in frame.itertuples(index=False)),
        )
    for note in counted.notes:
        typer.echo(str(note), err=True)

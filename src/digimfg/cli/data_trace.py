"""The command that traces one cell of a panel to its raw cells."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from digimfg.text import Text

__all__ = ["add"]


def add(group: typer.Typer) -> None:
    """Add the command."""
    group.command(
        "trace",
        help=str(
            Text(
                "Trace one cell of a panel to its raw cells. Source, vintage, file, line, and every "
                "step between.\n\n"
                "Name the row by its keys in their order, then the column.\n\n"
                "Example: digimfg data trace world CHN 2010 log_tfp",
                "将面板的一个单元格追溯到原始单元格：来源、版本、文件、行号与各步变换。\n\n"
                "按顺序给出该行的各个键，再给出列名。\n\n"
                "示例：digimfg data trace world CHN 2010 log_tfp",
            )
        ),
    )(_trace)


def _trace(
    panel: Annotated[str, typer.Argument(help=str(Text("Panel.", "面板。")), metavar="PANEL")],
    cell: Annotated[
        list[str],
        typer.Argument(
            help=str(Text("Keys of the row, then the column.", "该行的键，然后是列名。")),
            metavar="KEY... COLUMN",
        ),
    ],
    vintage: Annotated[
        str | None,
        typer.Option(
            help=str(
                Text(
                    "Fetched vintage that the panel uses (`latest`, or its name).",
                    "面板所用的已取得版本（`latest` 或版本名）。",
                )
            ),
            metavar="VINTAGE",
        ),
    ] = None,
) -> None:
    from digimfg.importing.trace import trace

    *given, column = cell
    typer.echo(str(trace(panel, _key(panel, given), column, vintage=vintage)))


def _key(panel: str, given: list[str]) -> dict[str, Any]:
    from digimfg.errors import PanelError
    from digimfg.panels import find_panel
    from digimfg.variables import dictionary

    keys = find_panel(panel).keys
    whole = {name for name in keys if dictionary()[name].dtype == "integer"}
    numbers = [value for name, value in zip(keys, given, strict=False) if name in whole]
    if len(given) != len(keys) or not all(value.lstrip("-").isdigit() for value in numbers):
        raise PanelError.of(
            "cli.key_incomplete",
            where=f"digimfg data trace {panel}",
            expected=" ".join([*keys, "COLUMN"]),
            given=" ".join(given) or Text("no keys", "没有键"),
        )
    return {name: int(value) if name in whole else value for name, value in zip(keys, given, strict=True)}

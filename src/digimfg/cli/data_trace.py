"""The command that traces one cell of a panel to its raw cells."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from digimfg.sheets import sheet_beside

__all__ = ["add"]

_WORDS = sheet_beside(__file__, "data_trace")


def add(group: typer.Typer) -> None:
    """Add the command."""
    group.command("trace", help=str(_WORDS["trace"]))(_trace)


def _trace(
    panel: Annotated[str, typer.Argument(help=str(_WORDS["trace_panel"]), metavar="PANEL")],
    cell: Annotated[
        list[str],
        typer.Argument(
            help=str(_WORDS["trace_cell"]),
            metavar="KEY... COLUMN",
        ),
    ],
    vintage: Annotated[
        str | None,
        typer.Option(
            help=str(_WORDS["trace_vintage"]),
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
            given=" ".join(given) or _WORDS["no_keys"],
        )
    return {name: int(value) if name in whole else value for name, value in zip(keys, given, strict=True)}

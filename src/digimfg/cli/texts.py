"""The command that counts a dictionary's words in a folder of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.csv_text import csv_text
from digimfg.display.terminal import print_files, print_table
from digimfg.files import write_text
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "texts")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("texts", help=str(_WORDS["texts"]))(_texts)


def _texts(
    folder: Annotated[Path, typer.Argument(help=str(_WORDS["texts_folder"]))],
    dictionary: Annotated[
        str,
        typer.Option(help=str(_WORDS["texts_dictionary"])),
    ] = "digital_transformation_wu2021",
    pattern: Annotated[
        str,
        typer.Option(help=str(_WORDS["texts_pattern"])),
    ] = "{firm}_{year}.txt",
    section: Annotated[
        str | None,
        typer.Option(help=str(_WORDS["texts_section"])),
    ] = None,
    broken: Annotated[
        str,
        typer.Option(help=str(_WORDS["texts_broken"])),
    ] = "raise",
    jobs: Annotated[int, typer.Option(help=str(_WORDS["texts_jobs"]))] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help=str(_WORDS["texts_out"])),
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

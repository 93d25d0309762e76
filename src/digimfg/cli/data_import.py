"""The command that imports a user's own files into a panel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digimfg.display.terminal import print_files, print_table
from digimfg.sheets import sheet_beside
from digimfg.text import Text, counted

if TYPE_CHECKING:
    from digimfg.importing.importer import Guess
    from digimfg.importing.mapping import ImportMapping
    from digimfg.importing.stored import ImportedPanel

__all__ = ["add"]

_WORDS = sheet_beside(__file__, "data_import")


def add(group: typer.Typer) -> None:
    """Add ``import`` to the commands about data."""
    group.command("import", help=str(_WORDS["import"]))(_import)


def _import(
    file: Annotated[
        Path | None,
        typer.Argument(help=str(_WORDS["import_file"]), metavar="FILE"),
    ] = None,
    panel: Annotated[
        str | None, typer.Option("--panel",
        help=str(_WORDS["import_panel"]))
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help=str(_WORDS["import_mapping"]), metavar="MAP")
    ] = None,
    save_mapping: Annotated[
        Path | None,
        typer.Option("--save-mapping",
        help=str(_WORDS["import_save_mapping"]), metavar="MAP"),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=str(_WORDS["import_yes"]))
    ] = False,
    add: Annotated[
        bool,
        typer.Option("--add",
        help=str(_WORDS["import_add"])),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out",
        help=str(_WORDS["import_out"]), metavar="FOLDER"),
    ] = None,
) -> None:  # fmt: skip
    from digimfg.importing import mapping as mappings
    from digimfg.importing.combining import add_import
    from digimfg.importing.importer import guess_mapping, import_panel

    if file is None:
        _import_all(panel, mapping, save_mapping, yes, add, out)
        return
    panel = panel or mappings.ImportMapping.of(mapping).panel
    guess = guess_mapping(file, panel, mapping)
    _show(guess)
    chosen = guess.mapping
    if guess.unsure and not yes and sys.stdin.isatty():
        chosen = _ask(guess)
    if save_mapping is not None:
        mappings.save_mapping(chosen, save_mapping, without_unit=guess.without_unit)
    imported = import_panel(file, panel, chosen, yes=yes)
    if add:
        imported, files = add_import(imported, out)
    else:
        files = imported.save(out)
    if save_mapping is not None:
        mappings.save_mapping(imported.mapping, save_mapping)
    _tell(imported)
    print_files([*files, *([save_mapping] if save_mapping is not None else [])])


def _import_all(*options: object) -> None:
    from digimfg.errors import ArgumentError
    from digimfg.importing.project_files import import_project
    from digimfg.project import find_project

    if any(options):
        raise ArgumentError.of("cli.no_file_named")
    project = find_project()

    def told(file: Path, imported: ImportedPanel) -> None:
        typer.echo(project.relative(file), err=True)
        _tell(imported)

    print_files(project.relative(path) for path in import_project(project.root, told))


def _tell(imported: ImportedPanel) -> None:
    for note in imported.notes:
        typer.echo(f"  {note}", err=True)
    rows, columns = imported.frame.shape
    typer.echo(
        str(
            Text(
                f"{imported.panel}: {counted(rows, 'row')} × {counted(columns, 'column')}",
                f"{imported.panel}：{rows:,}行 × {columns}列",
            )
        ),
        err=True,
    )


def _show(guess: Guess) -> None:
    from digimfg.text import current_language
    from digimfg.variables import dictionary

    entries, language = dictionary(), current_language()
    rows = []
    for name, told in guess.mapping.columns.items():
        known = entries.get(told.variable)
        label = (
            known.label.language(language)
            if known
            else str(_WORDS["kept_as_it_is"] if not told.variable else _WORDS["left_out"])
        )
        unit = known.unit.language(language) if known else ""
        rows.append((name, told.variable or "—", label, told.unit, unit, f"{told.confidence:.2f}", told.by))
    if sys.stderr.isatty() and sys.stdout.isatty():
        heads = ("header", "variable", "label", "unit_given", "unit_of_the_panel", "sure", "by")
        print_table(tuple(_WORDS[head] for head in heads), rows)
    else:
        for row in rows:
            print("\t".join(str(cell) for cell in row), file=sys.stderr)


def _ask(guess: Guess) -> ImportMapping:
    from dataclasses import replace

    columns = dict(guess.mapping.columns)
    for name in guess.unsure:
        told = columns[name]
        question = Text(
            f"Is '{name}' {told.variable}? (otherwise it is kept as it is)",
            f"“{name}”是{told.variable}吗？（否则原样保留）",
        )
        if typer.confirm(str(question), err=True):
            columns[name] = replace(told, confidence=1.0, by="confirmed")
        else:
            columns[name] = replace(told, variable="", confidence=1.0, by="mapping")
    return replace(guess.mapping, columns=columns)

"""Commands on the paper's own data: its registers and what is wrong in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_table
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text, current_language

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "commands")

_REGISTER = _WORDS["registers"]
_OWN = _WORDS["own"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("errata", help=str(_WORDS["errata"]))(_errata)
    app.command("register", help=str(_WORDS["print_register"]))(_register)


def _errata(
    register: Annotated[str | None, typer.Option(help=str(_REGISTER))] = None,
    own: Annotated[Path | None, typer.Option("--with", help=str(_OWN), metavar="FILE")] = None,
    rules: Annotated[bool, typer.Option("--rules", help=str(_WORDS["errata_rules"]))] = False,
) -> None:
    from digimfg.paper.checks import check_register
    from digimfg.paper.corrections import errata
    from digimfg.paper.errata_file import read_errata
    from digimfg.paper.views import list_registers
    from digimfg.paper.views import register as read_register

    language = current_language()
    extra = read_errata(own) if own is not None else ()
    if rules:
        names = (register,) if register is not None else tuple(list_registers()["register"])
        found = [
            (
                name,
                *(
                    record[column]
                    for column in ("kind", "row", "column", "got", f"expected_{language}", "proposal")
                ),
            )
            for name in names
            for record in records(check_register(read_register(name, "as_printed"), name))
        ]
        print_table(
            _heads("register", "rule", "row", "column", "found", "expected", "may_have_been"),
            found,
        )
        return
    from digimfg.evidence.page_parts import CONFIDENCE_WORDS, SEVERITY_WORDS

    rows = []
    for record in records(errata(register, extra)):
        line = record["first_line"]
        rows.append(
            (
                record["register"],
                record["row"],
                record["column"],
                "" if line is None or line != line else line,
                record["printed"],
                _WORDS["remove_the_row"] if record["action"] == "drop" else record["proposed"],
                CONFIDENCE_WORDS[record["confidence"]],
                SEVERITY_WORDS[record["severity"]],
                record[f"evidence_{language}"],
                record["source"],
                record["date"],
                record["origin"],
            )
        )
    print_table(
        _heads(
            "register", "row", "column", "line", "as_printed", "proposed", "confidence", "severity",
            "evidence", "source", "date", "from",
        ),
        rows,
    )  # fmt: skip


def _heads(*names: str) -> tuple[Text, ...]:
    return tuple(_WORDS[name] for name in names)


def _register(
    name: Annotated[str | None, typer.Argument(help=str(_REGISTER))] = None,
    view: Annotated[str, typer.Option(help=str(_WORDS["register_view"]))] = "corrected",
    own: Annotated[Path | None, typer.Option("--with", help=str(_OWN), metavar="FILE")] = None,
) -> None:
    from digimfg.paper.errata_file import read_errata
    from digimfg.paper.views import list_registers
    from digimfg.paper.views import register as read_register

    if name is None:
        frame = list_registers()
    else:
        frame = read_register(name, view, errata=read_errata(own) if own is not None else ())  # type: ignore[arg-type]  # checked there
    shown = frame.astype(object).where(frame.notna(), None)
    print_table([str(column) for column in shown.columns], shown.to_numpy().tolist())

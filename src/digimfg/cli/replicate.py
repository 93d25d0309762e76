"""Commands that run analyses and keep their results honest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_error, print_files, progress
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import current_language

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "replicate")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run", help=str(_WORDS["run"]))(_run)
    app.command("check", help=str(_WORDS["check"]))(_check)
    app.command("snapshots", help=str(_WORDS["snapshots"]))(_snapshots)
    app.command("report", help=str(_WORDS["report"]))(_report)
    app.command("manifest", help=str(_WORDS["manifest"]))(_manifest)


def _run(
    analyses: Annotated[
        list[str] | None,
        typer.Argument(help=str(_WORDS["run_analyses"]), metavar="ANALYSIS"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, help=str(_WORDS["run_jobs"])),
    ] = None,
    stamps: Annotated[
        Path | None,
        typer.Option("--stamps", help=str(_WORDS["run_stamps"])),
    ] = None,
) -> None:
    from digimfg.project import find_project
    from digimfg.replication.batch import processes, run_analyses

    project = find_project()
    names = tuple(dict.fromkeys(analyses or project.analysis_files()))
    ran = run_analyses(project, names, n_jobs=jobs or processes(), stamps=stamps)
    print_files(path for each in ran for path in each.files)
    for each in ran:
        if each.error is not None:
            print_error(each.error, each.name)
    if any(each.error is not None for each in ran):
        raise typer.Exit(2)


def _check(
    full: Annotated[
        bool,
        typer.Option("--full", help=str(_WORDS["check_full"])),
    ] = False,
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help=str(_WORDS["check_markdown"])),
    ] = False,
) -> None:
    from digimfg.evidence.project import verdict_changes
    from digimfg.paper.ledger import ledger_of
    from digimfg.project import find_project
    from digimfg.replication.labels import unlabelled_columns
    from digimfg.replication.snapshots import check

    project, language = find_project(), current_language()
    if nameless := unlabelled_columns(project):
        note = note_of("cli.columns_without_label", n=len(nameless), names=nameless)
        typer.echo(note.language(language), err=True)
    verdicts = verdict_changes(project, ledger_of(project))
    found = check(project, verdicts.turned, verdicts.numbers)
    if markdown:
        typer.echo(found.markdown(language, full=full), nl=False)
    else:
        for line in found.lines(language, full=full):
            typer.echo(line)
        typer.echo(str(found.summary()), err=True)
    if not found.same:
        raise typer.Exit(3 if found.broken else 1)


def _snapshots() -> None:
    from digimfg.project import find_project
    from digimfg.replication.snapshots import accept

    project = find_project()
    print_files(project.relative(path) for path in accept(project))


def _report(
    verdicts: Annotated[
        Path | None,
        typer.Option(
            "--verdicts",
            help=str(_WORDS["report_verdicts"]),
            metavar="FILE",
        ),
    ] = None,
) -> None:
    from digimfg.documents.build import chapter_files, write_document
    from digimfg.evidence.project import judge_project, write_verdicts
    from digimfg.files import write_text
    from digimfg.paper.ledger import ledger_of
    from digimfg.paper.report_parts import report_parts
    from digimfg.project import find_project
    from digimfg.replication.report import write_report
    from digimfg.replication.run import remove_orphans
    from digimfg.thesis import report_text

    project = find_project()
    written, chapters, judged = [], chapter_files(project), None
    if verdicts is not None:
        ledger = ledger_of(project)
        judged = judge_project(project, ledger)
        files = [project.relative(each) for each in write_verdicts(project, ledger, judged)]
        write_text(verdicts, "".join(f"{each}\n" for each in files))
    if not chapters or (project.paper / "report.typ").is_file():
        with progress("report.pdf") as show:
            written.append(write_report(project, show, report_text()))
    if chapters:
        remove_orphans(project)
        written += write_document(project, parts=report_parts(project, judged[0] if judged else None))
    print_files(project.relative(each) for each in written)


def _manifest() -> None:
    from digimfg.project import find_project
    from digimfg.replication.manifest import write_manifest

    project = find_project()
    print_files([project.relative(write_manifest(project))])

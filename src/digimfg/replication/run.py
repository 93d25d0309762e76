"""Run an analysis: load its panel, estimate, test, draw, and put every file in place at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from digimfg.contracts import notes_of_answer
from digimfg.display.terminal import Progress
from digimfg.estimate import estimate
from digimfg.exhibits import Evidence
from digimfg.files import canonical_json, clear_folder, place_file, remove_file, write_text
from digimfg.filled import is_filled_note
from digimfg.inference.wald import wald_test
from digimfg.locks import locked
from digimfg.replication.freshness import made_from
from digimfg.replication.kept import Kept, kept_of
from digimfg.replication.labels import project_labels
from digimfg.replication.record import make_record, recorded_files
from digimfg.replication.writing import write_exhibit
from digimfg.text import Text
from digimfg.variables import speaking_of
from digimfg.variables.labels_file import with_labels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from digimfg.analysis import Analysis, Study
    from digimfg.project import Project
    from digimfg.result import Result
    from digimfg.specification import Specification
    from digimfg.variables.labels_file import Labels

__all__ = ["remove_orphans", "run_analysis", "silent"]


def silent(_done: int, _total: int, _what: Text) -> None:
    """Show no progress."""


def run_analysis(project: Project, name: str, analysis: Analysis, progress: Progress = silent) -> list[Path]:
    """Run one analysis and write its results, tables and figures.

    Everything is written to a hidden folder first and moved into place when all is there, so that an error,
    a kill or a full disk leaves the earlier files as they were. Files of an earlier run that this one no
    longer makes are removed. Where another process writes the same analysis, this one waits until all of
    that is in place.

    Parameters
    ----------
    project
        Where outputs go.
    name
        The analysis' file name without ``.py``.
    analysis
        Its declaration.
    progress
        Told about each step.

    Returns
    -------
    list of Path
        The files written: per exhibit and language ``tables/<exhibit>_<language>.{tex,docx,html,md,typ}`` or
        ``figures/<exhibit>_<language>.{pdf,png,typ}``, and ``results/<name>.json`` last.

    Raises
    ------
    DigimfgError
        Whatever the panel, an estimation or an exhibit has to say.
    """
    steps = _Steps(progress, len(analysis.specifications) + len(analysis.studies) + len(analysis.exhibits))
    with speaking_of(analysis.variables):
        labels = project_labels(project)
        with speaking_of(labels.variables()):
            return _run(project, name, analysis, labels, steps)


def _run(project: Project, name: str, analysis: Analysis, labels: Labels, steps: _Steps) -> list[Path]:
    inputs = made_from(project, name)
    evidence, kept = _evidence(project, name, analysis, labels, steps)
    built = {exhibit.name: exhibit.show(evidence, note_form=labels.notes) for exhibit in analysis.exhibits}
    staging = project.output / f".{name}.part"
    with locked(staging.with_name(f"{staging.name}.lock"), lambda: steps.tell(_waiting(name))):
        clear_folder(staging)  # of a run that was killed
        try:
            files: list[Path] = []
            for exhibit, value in built.items():
                steps(Text(f"writing {exhibit}", f"输出{exhibit}"))
                files += kept.files(
                    ("exhibit", exhibit, value), staging, partial(write_exhibit, staging, exhibit, value)
                )
            result = staging / "results" / f"{name}.json"
            relative = [path.relative_to(staging).as_posix() for path in files]
            write_text(
                result,
                canonical_json(
                    {**make_record(name, analysis, evidence, built, relative), "made_from": inputs}
                ),
            )
            placed = _put_in_place(project, staging, name, [*files, result])
            kept.forget_others()
            return placed
        finally:
            clear_folder(staging)


def remove_orphans(project: Project) -> list[Path]:
    """Remove the outputs of analyses that no longer exist and return their paths."""
    removed: list[Path] = []
    for result in sorted(project.results.glob("*.json")):
        if result.stem not in project.analysis_files():
            removed += [*recorded_files(project, result.stem), result]
    for path in removed:
        remove_file(path)
    return removed


def _waiting(name: str) -> Text:
    return Text(f"waiting: another process writes {name}", f"等待中：另一进程正在输出{name}")


class _Steps:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def __call__(self, what: Text) -> None:
        self._done += 1
        self.tell(what)

    def tell(self, what: Text) -> None:
        self._progress(self._done, self._total, what)


def _evidence(
    project: Project, name: str, analysis: Analysis, labels: Labels, steps: _Steps
) -> tuple[Evidence, Kept]:
    own = project.processed if (project.processed / "datapackage.json").is_file() else None
    frame = analysis.load(own, project.output / ".computed")
    if frame is None:
        return Evidence(), kept_of(project, name, analysis, labels, None)
    frame = with_labels(frame, labels)
    kept = kept_of(project, name, analysis, labels, frame)
    results = {}
    for key, specification in analysis.specifications.items():
        steps(Text(f"estimating {key}", f"估计{key}"))
        results[key] = kept.result(("result", specification), frame, partial(estimate, specification, frame))
    tests = {key: wald_test(results[test.specification], test.terms) for key, test in analysis.tests.items()}
    studies = {}
    for key, study in analysis.studies.items():
        steps(Text(f"study {key}", f"专项分析{key}"))
        asked = {each: analysis.specifications[each] for each in study.named}
        answer = kept.study(
            key, ("study", study, asked), partial(_studied, study, analysis.specifications, results, frame)
        )
        studies[key] = _telling(answer, tuple(note for each in study.named for note in results[each].notes))
    studied = {key: study.named[0] for key, study in analysis.studies.items() if study.named}
    return Evidence(results=results, tests=tests, studies=studies, frame=frame, studied=studied), kept


def _studied(
    study: Study,
    specifications: Mapping[str, Specification],
    results: Mapping[str, Result],
    frame: pd.DataFrame,
) -> Any:
    given = study.specification
    if given is None:
        return study.run(None, None, frame)
    if isinstance(given, str):
        return study.run(specifications[given], results[given], frame)
    return study.run_several(specifications, results, frame)


def _telling(answer: Any, notes: tuple[Text, ...]) -> Any:
    """Return the answer of a study that tells of filled-in cells as the result it starts from does."""
    own = notes_of_answer(answer)
    if own is None:
        return answer
    more = [note for note in notes if is_filled_note(note) and note not in own]
    return replace(answer, notes=(*own, *more)) if more else answer


def _put_in_place(project: Project, staging: Path, name: str, files: list[Path]) -> list[Path]:
    previous = set(recorded_files(project, name))
    placed = []
    for path in files:
        target = project.output / path.relative_to(staging)
        place_file(path, target)
        placed.append(target)
    for obsolete in previous.difference(placed):
        remove_file(obsolete)
    return placed

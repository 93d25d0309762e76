"""The result file of an analysis: everything that its tables, text and snapshots may quote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from digimfg.derived.panel import DerivedPanel
from digimfg.display.table import cell_text
from digimfg.errors import AnalysisError, DigimfgError
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.terms import core_terms
from digimfg.files import below
from digimfg.frames.filled_cells import filled_columns
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.project import Project, find_project
from digimfg.replication.record_form import RECORD_FORM, Record
from digimfg.replication.serialise import result_from_dict, result_to_dict, to_plain
from digimfg.replication.stored_tables import plain_paragraphs, plain_table
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from digimfg.analysis import Analysis
    from digimfg.display.table import Table
    from digimfg.exhibits import Evidence
    from digimfg.result import Result

__all__ = ["load_results", "make_record", "read_record", "record_path", "recorded_files", "study_record"]

_MOST_ROWS = 200


def load_results(analysis: str, project: Project | None = None) -> dict[str, Result]:
    """Load the results of an analysis that was run.

    Parameters
    ----------
    analysis
        Its file name without ``.py``.
    project
        By default the one that the working folder lies in.

    Returns
    -------
    dict
        Specification name → result, in the order of the analysis, every number as it was estimated.

    Raises
    ------
    AnalysisError
        If the analysis has not been run, or its file was damaged.
    """
    found = find_project() if project is None else project
    record, where = read_record(found, analysis), str(record_path(found, analysis))
    return {
        name: result_from_dict(record["specifications"].get(name, {}), where=f"{where}, {name}")
        for name in record["order"]["specifications"]
    }


def make_record(
    name: str, analysis: Analysis, evidence: Evidence, built: Mapping[str, Table | Chart], files: list[str]
) -> dict[str, Any]:
    """Return the content of ``output/results/<name>.json``: estimates, tests, labels, exhibits and their
    files.
    """
    terms = {str(term) for result in evidence.results.values() for term in result.coefficients.index}
    outcomes = {specification.outcome for specification in analysis.specifications.values()}
    return {
        "analysis": name,
        "title": to_plain(analysis.title),
        "claims": list(analysis.claims),
        "panel": analysis.panel_name,
        "specifications": {key: result_to_dict(result) for key, result in evidence.results.items()},
        "interest": {key: list(core_terms(result)) for key, result in evidence.results.items()},
        "tests": {key: to_plain(test) for key, test in evidence.tests.items()},
        "studies": {key: study_record(answer) for key, answer in evidence.studies.items()},
        "labels": {term: to_plain(term_label(term)) for term in terms | outcomes},
        "exhibits": [
            {
                "name": exhibit,
                "kind": "figure" if isinstance(value, Chart) else "table",
                "title": to_plain(value.title),
                "notes": to_plain(value.notes),
                "sentences": plain_paragraphs(value.notes),
                **_cells(value),
            }
            for exhibit, value in built.items()
        ],
        "order": {
            "specifications": list(analysis.specifications),
            "tests": list(analysis.tests),
            "studies": list(analysis.studies),
        },
        "files": files,
        **_missing(analysis, evidence),
        **_computed(analysis, evidence),
    }


def _cells(value: Table | Chart) -> dict[str, Any]:
    """Return what stands in a table, in English, or the numbers behind a figure: the same in every
    language.
    """
    if isinstance(value, Chart):
        numbers = {name: to_plain(_readable(frame)) for name, frame in value.numbers.items()}
        return {"numbers": numbers} if numbers else {}
    return {
        "header": [[cell_text(span.text, "en") for span in spans] for spans in value.header],
        "rows": [[cell_text(cell, "en") for cell in row.cells] for row in value.rows],
        "table": plain_table(value),
    }


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose keys and words JSON can hold: a date as text."""
    import pandas as pd

    keys = [tuple(map(_word, key)) if isinstance(key, tuple) else _word(key) for key in frame.index]
    index = (
        pd.MultiIndex.from_tuples(keys, names=frame.index.names)
        if isinstance(frame.index, pd.MultiIndex)
        else pd.Index(keys, dtype=object, name=frame.index.name, tupleize_cols=False)
    )
    return frame.astype(object).map(_word).set_axis(index)


def _word(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, str | bool) or pd.api.types.is_number(value):
        return value
    return None if pd.isna(value) else str(value)


def _missing(analysis: Analysis, evidence: Evidence) -> dict[str, Any]:
    """Return what was declared about missing data and what came of it, where anything was."""
    if not analysis.missing or evidence.frame is None:
        return {}
    return {
        "missing": {
            "policies": to_plain(analysis.missing),
            "columns": to_plain(filled_columns(evidence.frame)),
        }
    }


def _computed(analysis: Analysis, evidence: Evidence) -> dict[str, Any]:
    """Return the codebook of the columns that the analysis computes, where it computes any."""
    if not isinstance(analysis.panel, DerivedPanel) or not analysis.panel.columns:
        return {}
    return {"computed": to_plain(analysis.panel.codebook(evidence.frame))}


def study_record(answer: Any) -> dict[str, Any]:
    """Return what a study says in numbers and words: scalars, statistics, notes, and frames of at most 200
    rows.

    Draws and other long arrays stay out: they follow from the seed.
    """
    import pandas as pd

    found: dict[str, Any] = {"study": type(answer).__name__}
    names = dict.fromkeys((*(each.name for each in fields(answer)), "coefficients"))
    for name in (name for name in names if hasattr(answer, name)):
        value = getattr(answer, name)
        short = isinstance(value, pd.DataFrame) and len(value) <= _MOST_ROWS
        numbers = isinstance(value, Mapping) and all(isinstance(item, int | float) for item in value.values())
        words = isinstance(value, tuple) and all(isinstance(item, Text | str | int | float) for item in value)
        if value is None or isinstance(value, str | bool | int | float | Text) or short or numbers or words:
            found[name] = to_plain(value)
    return found


def record_path(project: Project, name: str) -> Path:
    """Return the path of an analysis' result file."""
    return project.results / f"{name}.json"


def read_record(project: Project, name: str) -> Record:
    """Return the stored record of an analysis.

    Raises
    ------
    AnalysisError
        If the analysis has not been run, or its file was damaged.
    """
    path = record_path(project, name)
    if not path.is_file():
        raise AnalysisError.of("replication.no_stored_results", where=str(path), name=name)
    held = path.stat()
    return _read(path, name, (held.st_mtime_ns, held.st_size, held.st_ino)).copy()


@lru_cache(maxsize=64)
def _read(path: Path, name: str, _state: tuple[int, int, int]) -> Record:
    """Return the results of an analysis from a file, which is read once while it stays as it is."""
    remedy = note_of("replication.run_again", name=name)
    return replace(RECORD_FORM, remedy=remedy).read(path)


def recorded_files(project: Project, name: str) -> list[Path]:
    """Return the tables and figures that the last run of an analysis wrote, all of them below the output
    folder.

    None where that is not known: there is no record, or it is not as a run wrote it.
    """
    try:
        return [below(project.output, file) for file in read_record(project, name).get("files", ())]
    except DigimfgError:
        return []

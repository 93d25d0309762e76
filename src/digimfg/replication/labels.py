"""The labels of a project: its `labels.toml`, checked against the columns of its analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.exhibits.data_notes import shown_columns
from digimfg.frames.filled_cells import flag_columns
from digimfg.replication.load import load_analyses
from digimfg.terms import columns_of, parse_term
from digimfg.terms.sample import sample_columns
from digimfg.variables import dictionary, speaking_of
from digimfg.variables.declared import declared_variables
from digimfg.variables.labels_file import LABELS_FILE, Labels, no_labels, read_labels, with_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from digimfg.analysis import Analysis
    from digimfg.project import Project

__all__ = ["project_labels", "unlabelled_columns"]


def project_labels(project: Project) -> Labels:
    """Return what the ``labels.toml`` of a project says; nothing where there is none.

    Raises
    ------
    AnalysisError
        Naming file and line, if it cannot be read.
    """
    path = project.root / LABELS_FILE
    return read_labels(path) if path.exists() else no_labels()


def unlabelled_columns(project: Project) -> tuple[str, ...]:
    """Check a project's labels against the columns of its analyses, and return the columns they use that
    have no label.

    Raises
    ------
    AnalysisError
        Naming file and line, if the labels cannot be read, or name a column or a value that the data have
        not.
    """
    labels = project_labels(project)
    stored = project.processed if (project.processed / "datapackage.json").is_file() else None
    known: set[str] = set(dictionary())
    missing: dict[str, None] = {}
    for analysis in load_analyses(project).values():
        with speaking_of(analysis.variables):
            frame = analysis.load(stored, project.output / ".computed")
            if frame is None:
                continue
            known.update(map(str, frame.columns))
            frame = with_labels(frame, labels)
            named = {*dictionary(), *declared_variables(frame)}
            flags = set(flag_columns(frame))
            used = (name for name in _used(analysis, frame) if name in frame.columns)
            missing.update((name, None) for name in used if name not in named and name not in flags)
    labels.check(known)
    return tuple(sorted(missing))


def _used(analysis: Analysis, frame: pd.DataFrame) -> Iterator[str]:
    """Yield the columns that specifications name (terms, effects, clusters, weights, samples), and those
    of exhibits that show columns.
    """
    for each in analysis.specifications.values():
        asked = (*each.estimator.required_terms, *each.covariance.required_terms)
        terms = (each.outcome, *each.regressors, *each.controls, *each.endogenous, *each.instruments, *asked)
        for term in terms:
            yield from columns_of(parse_term(term, frame.columns))
        for effect in each.fixed_effects:
            yield from effect.split(":")
        yield from each.covariance.cluster_columns
        if each.weights is not None:
            yield each.weights
        if each.sample is not None:
            yield from sample_columns(each.sample, frame)
    for exhibit in analysis.exhibits:
        yield from shown_columns(exhibit, frame)

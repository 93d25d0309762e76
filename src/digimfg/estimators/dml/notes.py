"""What a reader of double machine learning must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from digimfg.estimators.dml.folds import kept_together
from digimfg.estimators.dml.learners import learner_name
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.dml.material import Material
    from digimfg.estimators.dml.options import DoubleOptions
    from digimfg.estimators.dml.repeated import Medians

__all__ = ["double_notes"]

_NEARLY_ALL = 0.99
_MOVES = 0.5
_SURER = 0.95


def double_notes(
    options: DoubleOptions,
    parts: Material,
    found: Medians,
    shares: Mapping[str, float],
    linear: pd.DataFrame | None,
    n_folds: int,
    n_splits: int,
    warned: Sequence[str],
) -> list[Text]:
    """Return the notes: how learners were fitted, what they explain, and where the answer is doubtful."""
    notes = [_how(options, parts, shares, n_folds, n_splits)]
    if options.effects == "within" and parts.design.effects:
        notes.append(note_of("dml.deviations"))
    fails = [name for name, share in shares.items() if share < 0]
    if fails:
        notes.append(note_of("dml.learner_fails", names=[term_label(name) for name in fails]))
    whole = [name for name, share in shares.items() if share > _NEARLY_ALL and name != _outcome(parts)]
    if whole:
        notes.append(
            note_of("dml.little_left", share=_NEARLY_ALL, names=[term_label(name) for name in whole])
        )
    error = np.sqrt(np.maximum(np.diag(found.covariance), 0))
    moving = [
        name
        for name, spread, each in zip(found.names, found.spread, error, strict=True)
        if spread > _MOVES * each
    ]
    if moving:
        notes.append(note_of("dml.splits_move", names=[term_label(name) for name in moving]))
    notes += _trimmed(options, found)
    if warned:
        notes.append(note_of("dml.learner_warned", n=len(warned), kinds=sorted(set(warned))))
    return [*notes, *_beside(found, error, linear)]


def _how(
    options: DoubleOptions, parts: Material, shares: Mapping[str, float], n_folds: int, n_splits: int
) -> Text:
    _, column = kept_together(parts.design)
    outcome = _outcome(parts)
    of_treatment = learner_name(options.treatment_learner or options.learner)
    what = [
        note_of("dml.share_of_variable", share=share, name=term_label(name))
        for name, share in shares.items()
        if name != outcome and np.isfinite(share)
    ]
    whole: Text = (
        note_of("dml.of_whole_clusters", column=term_label(column)) if column else Text("of rows", "按行")
    )
    return note_of(
        "dml.cross_fitting",
        learner=learner_name(options.learner),
        other=of_treatment,
        n_folds=n_folds,
        whole=whole,
        n_splits=n_splits,
        share=shares[outcome],
        outcome=term_label(outcome),
        what=what,
    )


def _outcome(parts: Material) -> str:
    return parts.design.specification.outcome


def _trimmed(options: DoubleOptions, found: Medians) -> list[Text]:
    count = found.nearest.n_trimmed
    if not count:
        return []
    return [note_of("dml.trimmed", count=count, low=options.trim, high=1 - options.trim)]


def _beside(found: Medians, error: np.ndarray, linear: pd.DataFrame | None) -> list[Text]:
    if linear is None:
        return [note_of("dml.no_baseline")]
    notes: list[Text] = []
    for place, name in enumerate(found.names):
        if name not in linear.index:
            continue
        estimate, other = linear.loc[[name], ["estimate", "std_error"]].to_numpy(dtype=float)[0]
        surer = 0 < error[place] < _SURER * other
        notes.append(
            note_of(
                "dml.baseline_is_surer" if surer else "dml.baseline",
                name=term_label(name),
                estimate=estimate,
                std_error=other,
                more=(
                    note_of("dml.smaller_error_here", less=1 - error[place] / other)
                    if surer
                    else Text("", "")
                ),
            )
        )
    return notes

"""What a reader of a panel vector autoregression must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.panel_var.equations import TOLERANCE
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.gmm.moments import Step
    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["errors_notes", "var_notes"]

Floats = NDArray[np.float64]
_FEW = 50


def var_notes(
    model: PanelVAR, statistics: dict[str, float], first: Step, second: Step, *, inverse_drops: bool
) -> list[Text]:
    """Return how a panel VAR was estimated, and what makes its estimates doubtful."""
    orthogonal = model.transformation == "orthogonal"
    notes: list[Text] = [
        note_of(
            "panel_var.instruments",
            removed=Text("Forward orthogonal deviations", "前向正交离差")
            if orthogonal
            else Text("First differences", "一阶差分"),
            instruments=int(statistics["n_instruments"]),
            m=len(model.variables),
            moments=int(statistics["n_moments"]),
            n=int(statistics["n_entities"]),
        )
    ]
    if statistics["max_modulus"] >= 1:
        notes.append(note_of("panel_var.unstable", size=statistics["max_modulus"]))
    if statistics["n_moments"] > statistics["n_entities"]:
        notes.append(note_of("panel_var.many_instruments"))
    if statistics["n_entities"] < _FEW:
        notes.append(note_of("panel_var.few_units", n=int(statistics["n_entities"])))
    if model.steps == 2:
        notes.extend(_inverse_notes(first, second, inverse_drops=inverse_drops))
    return notes


def errors_notes(covariance: Floats, index: pd.MultiIndex) -> list[Text]:
    """Return a note where corrected variances are not above zero."""
    lost = [
        f"{equation}: {term}"
        for (equation, term), each in zip(index, np.diag(covariance), strict=True)
        if each <= 0
    ]
    if not lost:
        return []
    return [note_of("panel_var.no_errors", names=lost)]


def _inverse_notes(first: Step, second: Step, *, inverse_drops: bool) -> list[Text]:
    matrix = first.moments.T @ first.moments
    if inverse_drops:
        if not second.singular:
            return []
        values = np.linalg.eigvalsh(matrix)
        return [
            note_of(
                "panel_var.directions_left_out",
                n=int(np.sum(values <= TOLERANCE * values[-1])),
                m=len(values),
            )
        ]
    scale = np.sqrt(np.diag(matrix))
    scale = np.where(scale > 0, scale, 1.0)
    values = np.linalg.eigvalsh(matrix / np.outer(scale, scale))
    if values[0] > TOLERANCE * values[-1]:
        return []
    return [
        note_of(
            "panel_var.second_step_nearly_singular",
            words=Text("a generalised inverse was used", "已用广义逆")
            if second.singular
            else Text("inverted exactly", "已按精确逆计算"),
        )
    ]

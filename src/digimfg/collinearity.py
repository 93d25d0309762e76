"""Which terms can be told apart: the first of a collinear set stays, later ones go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digimfg.text import Text

__all__ = ["TOLERANCE", "keep_independent"]

Floats = NDArray[np.float64]

TOLERANCE = 1e-7
_NEAR = 1e-2


def keep_independent(
    names: tuple[str, ...],
    columns: Floats,
    freed: Floats,
    weights: Floats | None,
    notes: list[Text],
    *,
    absorbing: bool,
) -> tuple[list[int], dict[str, Text]]:
    """Return the places of the terms that stay, and for each that goes what it is collinear with.

    A term goes when the effects leave less than 1e-7 of its norm, or the terms before it less than 1e-7 of what the
    effects leave. Terms are tried in their order, regressors before controls, so the later of a pair goes. A term of
    which less than 1e-2 is left (a variance inflation factor above 10,000) stays with a note.

    Parameters
    ----------
    columns, freed
        The terms as given and freed of the effects, shape (n, k).
    notes
        Notes are appended here.
    absorbing
        Whether there are effects.
    """
    root = None if weights is None else np.sqrt(weights)[:, None]
    scaled = freed if root is None else freed * root
    norms = np.linalg.norm(scaled, axis=0)
    total = np.linalg.norm(columns if root is None else columns * root, axis=0)
    kept: list[int] = []
    collinear: dict[str, Text] = {}
    basis = np.empty((len(freed), 0))
    for place, name in enumerate(names):
        if norms[place] <= TOLERANCE * total[place]:
            reason = (
                Text("the fixed effects", "固定效应")
                if absorbing
                else Text("nothing: it is zero", "无：恒为零")
            )
            collinear[name] = reason
            continue
        column = scaled[:, place] / norms[place]
        rest = column
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.linalg.norm(rest))
        if left <= TOLERANCE:
            others = Text(", ".join(names[j] for j in kept), "、".join(names[j] for j in kept))
            collinear[name] = others
            continue
        if left < _NEAR and name:
            inflation = f"{1 / left**2:,.0f}"
            notes.append(
                Text(
                    f"{name} is nearly collinear with the terms before it (variance inflation {inflation})",
                    f"{name} 与之前各项近乎共线（方差膨胀因子 {inflation}）",
                )
            )
        kept.append(place)
        basis = np.column_stack([basis, rest / left])
    notes.extend(
        Text(f"Omitted {name}: collinear with {reason.en}", f"略去 {name}：与{reason.zh}共线")
        for name, reason in collinear.items()
    )
    return kept, collinear

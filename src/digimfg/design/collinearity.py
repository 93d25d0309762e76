"""Which terms can be told apart: the first of a collinear set stays, later ones go."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from digimfg.design.centre import centred
from digimfg.labels import term_label
from digimfg.say import say
from digimfg.text import Text

__all__ = ["EFFECTS", "TOLERANCE", "collinear_phrase", "keep_independent", "left_by_effects"]

Floats = NDArray[np.float64]

TOLERANCE = 1e-7
_ROUNDING = 1e-14
_NEAR = 1e-2
_LISTED = 6
EFFECTS = Text("the fixed effects", "固定效应")
"""What a term is collinear with that has no variation within the effects."""
_ZERO = Text("zero in every row", "各行恒为零")


def keep_independent(
    names: tuple[str, ...],
    columns: Floats,
    freed: Floats,
    weights: Floats | None,
    notes: list[Text],
    *,
    absorbing: bool,
) -> tuple[list[int], dict[str, Text]]:
    """Return the places of the terms that stay, and for each that goes what it is collinear with, by names.

    A term goes when the effects leave nothing of it (`left_by_effects`), or the terms before it less than
    1e-7 of what the effects leave; where there is no effect, a constant before it takes its mean first.
    Digits that a term of large mean and small spread does not have count as nothing: 1e-14 of its size.
    Terms are tried in their order, regressors before controls, so the later of a pair goes. A term of which
    less than 1e-2 is left (a variance inflation factor above 10,000) stays with a note. Notes speak of terms
    by their labels, and sum up those that go for one reason.

    Parameters
    ----------
    columns, freed
        The terms as given and freed of the effects, shape (n, k).
    notes
        Notes are appended here.
    absorbing
        Whether there are effects.
    """
    root = 1.0 if weights is None else np.sqrt(weights)[:, None]
    size = np.linalg.norm(columns * root, axis=0)
    present = left_by_effects(columns, freed, weights) if absorbing else size > 0
    about = freed if absorbing else centred(columns, weights)
    constant = np.linalg.norm(about * root, axis=0) <= _ROUNDING * size
    kept: list[int] = []
    collinear: dict[str, Text] = {}
    gone: dict[Text, list[str]] = {}
    basis = np.empty((len(freed), 0))
    beside, noise = absorbing, 0.0
    for place, name in enumerate(names):
        if not present[place]:
            reason = EFFECTS if absorbing else _ZERO
            collinear[name] = reason
            gone.setdefault(reason, []).append(name)
            continue
        if constant[place] and not kept:
            kept.append(place)
            beside = True
            continue
        column = ((about if beside else columns)[:, [place]] * root)[:, 0]
        norm = float(np.linalg.norm(column))
        left, rest = 0.0, column
        if norm > _ROUNDING * size[place]:
            rest = column / norm
            for _ in range(2):
                rest = rest - basis @ (basis.T @ rest)
            left = float(np.linalg.norm(rest))
            noise = max(noise, _ROUNDING * size[place] / norm)
        if left <= max(TOLERANCE, noise):
            others = [names[j] for j in kept]
            collinear[name] = say("{others}", "{others}", others=others)
            gone.setdefault(_listed(others), []).append(name)
            continue
        if left < _NEAR and name:
            inflation, label = f"{1 / left**2:,.0f}", term_label(name)
            notes.append(
                say(
                    "{label} is nearly collinear with the terms before it (variance inflation {inflation})",
                    "{label}与之前各项近乎共线（方差膨胀因子{inflation}）",
                    kind="nearly_collinear",
                    label=label,
                    inflation=inflation,
                )
            )
        kept.append(place)
        basis = np.column_stack([basis, rest / left])
    notes.extend(_omitted(terms, reason) for reason, terms in gone.items())
    return kept, collinear


def left_by_effects(columns: Floats, freed: Floats, weights: Floats | None) -> NDArray[np.bool_]:
    """Return which columns vary within the effects: more than 1e-7 of their spread, and than rounding of
    their size.

    Parameters
    ----------
    columns, freed
        As given and freed of the effects, shape (n, k).
    """
    root = 1.0 if weights is None else np.sqrt(weights)[:, None]
    size = np.linalg.norm(columns * root, axis=0)
    spread = np.linalg.norm(centred(columns, weights) * root, axis=0)
    varies: NDArray[np.bool_] = np.linalg.norm(freed * root, axis=0) > np.maximum(
        TOLERANCE * spread, _ROUNDING * size
    )
    return varies


def collinear_phrase(gone: Mapping[str, Text]) -> Text:
    """Return which terms are gone and why, for an error: terms as they were written.

    Examples
    --------
    >>> collinear_phrase({"size": Text("the fixed effects", "固定效应")}).zh
    'size 与固定效应共线'
    """
    return say(
        "{items:;}",
        "{items:;}",
        items=[
            say("{name} ~ {reason}", "{name} {why}", reason=reason, why=_why(reason), name=name)
            for name, reason in gone.items()
        ],
    )


def _omitted(terms: list[str], reason: Text) -> Text:
    listed, why = _listed(terms), _why(reason)
    return say("Omitted {listed}: {why}", "略去{listed}：{why}", kind="collinear", listed=listed, why=why)


def _why(reason: Text) -> Text:
    return reason if reason == _ZERO else say("collinear with {reason}", "与{reason}共线", reason=reason)


def _listed(terms: list[str]) -> Text:
    """Name terms by their labels; of more than six the first and the last, with their number."""
    labels = [term_label(term) for term in terms]
    if len(labels) > _LISTED:
        first, last, count = labels[0], labels[-1], len(labels)
        return say(
            "{count} terms, {first} … {last}",
            "{first}…{last}等{count}项",
            first=first,
            last=last,
            count=count,
        )
    return say("{labels}", "{labels}", labels=labels)

"""Which terms can be told apart: the first of a collinear set stays, later ones go."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from digimfg.design.centre import centred
from digimfg.design.columns import lengths, spreads
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["EFFECTS", "TOLERANCE", "collinear_phrase", "keep_independent", "left_by_effects"]

Floats = NDArray[np.float64]

TOLERANCE = 1e-7
_ROUNDING = 1e-14
_NEAR = 1e-2
_CLEAR = 3e-2  # of a length: its square keeps more than twelve digits in cross products
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
    size = lengths(columns, weights)
    about = freed if absorbing else centred(columns, weights)
    rest = lengths(about, weights)
    present = rest > _least(columns, size, weights) if absorbing else size > 0
    constant = rest <= _ROUNDING * size
    first = int(np.argmax(present)) if len(names) else 0
    given = _Left(about if absorbing or constant[first : first + 1].any() else columns, weights)
    kept: list[int] = []
    collinear: dict[str, Text] = {}
    gone: dict[Text, list[str]] = {}
    noise = 0.0
    for place, name in enumerate(names):
        if not present[place]:
            reason = EFFECTS if absorbing else _ZERO
            collinear[name] = reason
            gone.setdefault(reason, []).append(name)
            continue
        if constant[place] and not kept:
            kept.append(place)
            continue
        norm, left = float(given.size[place]), 0.0
        if norm > _ROUNDING * size[place]:
            left = given.by_kept(place)
            noise = max(noise, _ROUNDING * size[place] / norm)
        if left <= max(TOLERANCE, noise):
            others = [names[j] for j in kept]
            collinear[name] = note_of("design.other_terms", others=others)
            gone.setdefault(_listed(others), []).append(name)
            continue
        if left < _NEAR and name:
            inflation, label = f"{1 / left**2:,.0f}", term_label(name)
            notes.append(note_of("design.nearly_collinear", label=label, inflation=inflation))
        kept.append(place)
        given.keep()
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
    varies: NDArray[np.bool_] = lengths(freed, weights) > _least(columns, lengths(columns, weights), weights)
    return varies


def _least(columns: Floats, size: Floats, weights: Floats | None) -> Floats:
    """Return the length below which effects have left nothing of columns of this size, shape (k,)."""
    return np.maximum(TOLERANCE * spreads(columns, weights), _ROUNDING * size)


class _Left:
    """Measure what the terms kept so far leave of another: from cross products, or from the rows where a
    term kept leaves products too few digits.

    Parameters
    ----------
    columns
        Shape (n, k).
    weights
        Shape (n,), or ``None``.

    Attributes
    ----------
    size
        Length of each term, shape (k,).
    """

    def __init__(self, columns: Floats, weights: Floats | None) -> None:
        self._rooted = columns if weights is None else columns * np.sqrt(weights)[:, None]
        products = self._rooted.T @ self._rooted
        self.size: Floats = np.sqrt(np.diag(products))
        scale = np.where(self.size > 0, self.size, 1.0)
        self._rest: Floats = products / scale / scale[:, None]
        self._kept: list[int] = []
        self._basis: Floats | None = None
        self._last: tuple[int, Floats | None, float] = 0, None, 0.0

    def by_kept(self, place: int) -> float:
        """Return the share of a term's length that the terms kept leave."""
        count = len(self._kept)
        if self._basis is None:
            left = math.sqrt(max(float(self._rest[place, place]), 0.0))
            self._last = place, None, left
            if left > _CLEAR:
                return left
        basis = self._orthonormal() if self._basis is None else self._basis[:, :count]
        rest = self._rooted[:, place] / self.size[place]
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.linalg.norm(rest))
        self._last = place, rest, left
        return left

    def keep(self) -> None:
        """Add the term that was measured last to those kept."""
        place, found, left = self._last
        count = len(self._kept)
        if found is None:
            column = self._rest[:, place] / left
            self._rest -= column[:, None] * column
        else:
            if self._basis is None:
                self._basis = np.empty(self._rooted.shape, order="F")
                self._basis[:, :count] = self._orthonormal()
            self._basis[:, count] = found / left
        self._kept.append(place)

    def _orthonormal(self) -> Floats:
        units = self._rooted[:, self._kept] / self.size[self._kept]
        return np.linalg.qr(units)[0] if self._kept else units


def collinear_phrase(gone: Mapping[str, Text]) -> Text:
    """Return which terms are gone and why, for an error: terms as they were written.

    Examples
    --------
    >>> collinear_phrase({"size": Text("the fixed effects", "固定效应")}).zh
    'size 与固定效应共线'
    """
    return note_of(
        "design.collinear_terms",
        items=[
            note_of("design.term_and_reason", reason=reason, why=_why(reason), name=name)
            for name, reason in gone.items()
        ],
    )


def _omitted(terms: list[str], reason: Text) -> Text:
    listed, why = _listed(terms), _why(reason)
    return note_of("design.collinear", listed=listed, why=why)


def _why(reason: Text) -> Text:
    return reason if reason == _ZERO else note_of("design.collinear_with", reason=reason)


def _listed(terms: list[str]) -> Text:
    """Name terms by their labels; of more than six the first and the last, with their number."""
    labels = [term_label(term) for term in terms]
    if len(labels) > _LISTED:
        first, last, count = labels[0], labels[-1], len(labels)
        return note_of("design.count_of_terms", first=first, last=last, count=count)
    return note_of("design.listed_terms", labels=labels)

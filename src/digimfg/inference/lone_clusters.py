"""Terms whose variation lies in one cluster or period, or among neighbours: their errors are far too
small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.effect_projection import group_sums
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digimfg.design import Design

__all__ = ["LoneTerms", "lone_cluster_notes", "variation_shares"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

_EXACT = 1e-12
_LISTED = 3
_CLUSTER = {
    "where": Text("in one cluster", "一个聚类"),
    "error": Text("a clustered error", "聚类标准误"),
    "inside": Text("", "内"),
}
_PERIOD = {
    "where": Text("in one period", "一个时期"),
    "error": Text("a Driscoll–Kraay error", "Driscoll–Kraay标准误"),
    "inside": Text("", "内"),
}
_NEIGHBOURS = {
    "where": Text("among neighbours", "相邻个体"),
    "error": Text("a spatial error", "空间标准误"),
    "inside": Text("", "之间"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LoneTerms:
    """Hold the notes on terms that vary in one group, and the terms that vary in one only."""

    notes: tuple[Text, ...]
    only: frozenset[str]


def variation_shares(own: Floats) -> Floats:
    """Return the share of each row in the variation of each term, shape (n, k); zeros where there is none.

    Parameters
    ----------
    own
        A multiple of each term freed of the others and the effects, times the square root of the weights.

    Examples
    --------
    >>> variation_shares(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])).tolist()
    [[0.5, 0.0], [0.5, 0.0], [0.0, 0.0]]
    """
    squares: Floats = own**2
    total = squares.sum(axis=0)
    squares /= np.where(total > 0, total, 1.0)
    return squares


def lone_cluster_notes(
    design: Design,
    names: Sequence[str],
    shares: Floats,
    groups: Mapping[str, Codes],
    *,
    sums: Mapping[str, Floats] | None = None,
    together: Floats | None = None,
    corrected: Floats | None = None,
) -> LoneTerms:
    r"""Return notes on the terms whose variation, given the other terms and the effects, lies in one group.

    With :math:`\tilde x` the residual of a term on the others, row i has the share
    :math:`q_i=\tilde x_i^2/\tilde x'\tilde x` of its variation; those of a cluster add up to its partial
    leverage (MacKinnon, Nielsen & Webb 2023, Stata Journal 23(4)). Were errors independent and of one
    variance, the variance with kernel K would be expected at about :math:`1-q'Kq` times the true one (times
    G/(G-1)): the residuals of a heavy group are fitted away. A note is given where the error is expected at
    less than half of its size; where the term varies in one group only, it is zero.

    Parameters
    ----------
    design
        For the values that name a group.
    names
        The terms, k of them; fewer are shares where estimates are no slopes.
    shares
        q by term, shape (n, k): see `variation_shares`.
    groups
        Name → codes of clusters or periods; empty where rows meet by distance.
    sums
        Name → shares added up by group, shape (groups, k), where it is not these rows that groups number.
    together
        q'Kq by term, shape (k,).
    corrected
        Of errors that allow for heavy clusters, as CR2 and the jackknife do: the share of the true variance
        at which they are expected, shape (k,).
    """
    count = shares.shape[1]
    if not count:
        return LoneTerms(notes=(), only=frozenset())
    if sums is None:
        sums = {way: group_sums(shares, codes, int(codes.max()) + 1) for way, codes in groups.items()}
    single = np.array([(each**2).sum(axis=0) for each in sums.values()]).reshape(len(sums), count)
    heavier = single.max(axis=0, initial=0.0)
    if together is not None:
        heavier = np.maximum(heavier, together)
    way_of = single.argmax(axis=0) if sums else np.zeros(count, dtype=np.int64)
    varying = shares.sum(axis=0) > 0.5
    notes: list[Text] = []
    only_names: set[str] = set()
    for place, way in enumerate(sums or ("",)):
        size = len(sums[way]) if sums else 0
        expected = np.sqrt(np.maximum(1 - heavier, 0) * (size / (size - 1) if size > 1 else 1.0))
        here = varying & (way_of == place)
        only = here & (1 - (single[place] if sums else heavier) <= _EXACT)
        mostly = here & ~only & (expected < 0.5)
        words = _PERIOD if way and way not in design.clusters else _CLUSTER if way else _NEIGHBOURS
        if only.any():
            only_names |= {names[j] for j in np.flatnonzero(only).tolist()}
            listed = _listed(design, names, only, way, groups, sums)
            notes.append(note_of("inference.varies_in_one_group_only", terms=listed, **words))
        small, heavy = (
            (mostly, mostly & False) if corrected is None else _apart(mostly, here & ~only, corrected)
        )
        if corrected is not None:
            expected = np.sqrt(corrected)
        if small.any():
            listed = _listed(design, names, small, way, groups, sums)
            percent = 100 * float(expected[small].max())
            notes.append(
                note_of("inference.varies_mostly_in_one_group", terms=listed, percent=percent, **words)
            )
        if heavy.any():
            listed = _listed(design, names, heavy, way, groups, sums)
            notes.append(
                note_of("inference.varies_mostly_in_heavy_group", terms=listed, where=words["where"])
            )
    return LoneTerms(notes=tuple(notes), only=frozenset(only_names))


def _apart(mostly: Mask, varying: Mask, corrected: Floats) -> tuple[Mask, Mask]:
    """Return the terms whose corrected error is expected at less than half of its size, and other heavy
    ones.
    """
    small = varying & (corrected < 0.25)
    return small, mostly & ~small


def _listed(
    design: Design,
    names: Sequence[str],
    chosen: Mask,
    way: str,
    groups: Mapping[str, Codes],
    sums: Mapping[str, Floats],
) -> Text:
    """Name the first terms, each with the group that holds most of its variation."""
    places = np.flatnonzero(chosen).tolist()
    shown: list[Text] = []
    for place in places[:_LISTED]:
        term = note_of("inference.one_term", term=term_label(names[place]))
        if not way:
            shown.append(term)
            continue
        value = _value(design, way, groups[way], int(sums[way][:, place].argmax()))
        label = term_label(way)
        shown.append(note_of("inference.term_at_value", term=term, way=label, value=value))
    more = len(places) - len(shown)
    if not more:
        return note_of("display.listed_terms", terms=shown)
    return note_of("inference.terms_and_more", terms=shown, more=more, all=len(places))


def _value(design: Design, way: str, codes: Codes, code: int) -> str:
    row, frame = int(np.argmax(codes == code)), design.evaluator.frame
    parts = [way] if way in frame.columns else [part.strip().strip("`") for part in way.split(":")]
    return ", ".join(str(frame[part].iloc[design.rows[row]]) for part in parts)

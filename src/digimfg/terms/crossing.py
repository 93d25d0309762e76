"""Cross factors of a product: indicators of levels, and which level each is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.terms import Levels, Node, Product
from digimfg.terms.categories import category_codes
from digimfg.terms.scanner import term_place
from digimfg.variables.unit_names import same_units

__all__ = ["Coded", "Reference", "coded", "compared", "cross", "indicators", "level_name"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_MOST_CELLS = 200_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Coded:
    """Hold a column of levels: a code per row (-1: missing), the levels' names, the place of the
    reference.
    """

    column: str
    codes: Codes
    labels: tuple[str, ...]
    reference: int
    chosen: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of each level's indicator."""
        return tuple(f"{self.column}[{label}]" for label in self.labels)


@dataclass(frozen=True, kw_only=True, eq=False)
class Reference:
    """Say with which level a product of levels compares.

    Parameters
    ----------
    term
        As the specification writes it.
    others
        What multiplies the levels; ``None`` where nothing does.
    levels
        Column and level, one for each column of levels that has a reference.
    rows
        Where the data are at these levels.
    chosen
        The specification names the level (``ref=``).
    zero
        Nothing in the model gives these levels a slope of their own: it is set to zero.
    """

    term: str
    others: Node | None
    levels: tuple[tuple[str, str], ...]
    rows: Booleans
    chosen: bool
    zero: bool


def coded(column: pd.Series[Any], node: Levels, term: str, inside: Booleans | None = None) -> Coded:
    """Return the levels of a column, its ends binned, with the reference: as named, else the first inside
    the sample.

    Raises
    ------
    SpecificationError
        If the reference named does not occur, or the ends of what is not a number are to be binned.
    """
    if node.low is not None or node.high is not None:
        column = _binned(column, node, term)
    codes, found = category_codes(column, term_place(term))
    labels = tuple(level_name(value) for value in found)
    if not labels:
        reference = 0
    elif node.reference is None:
        seen = codes[codes >= 0] if inside is None else codes[(codes >= 0) & inside]
        reference = int(seen.min()) if len(seen) else 0
    else:
        reference = _named(node.reference, labels, list(found), term)
    return Coded(
        column=node.column,
        codes=codes,
        labels=labels,
        reference=reference,
        chosen=node.reference is not None,
    )


def indicators(levels: Coded, every: bool) -> tuple[tuple[str, ...], Floats]:
    """Return one column per level, of every level or of all but the reference; NaN where the level is
    missing.
    """
    kept = [place for place in range(len(levels.labels)) if every or place != levels.reference]
    check_size(len(levels.codes), len(kept), levels.column)
    values = (levels.codes[:, None] == np.array(kept, dtype=np.int64)[None, :]).astype(np.float64)
    values[levels.codes < 0] = np.nan
    return tuple(levels.names[place] for place in kept), values


def compared(
    node: Product, levels: Sequence[Coded], term: str, present: Callable[[Node | None], bool] | None
) -> tuple[list[bool], bool, Reference | None]:
    """Return which factors of levels enter whole, whether the cell of all references goes, and what is
    compared with.

    A column of levels loses its reference where the product without it is in the model, as a term or within
    the effects; otherwise each of its levels has its slope. This is the rule of marginality (McCullagh &
    Nelder 1989, ch. 3; R's formulas follow it).

    Parameters
    ----------
    node
        The product.
    levels
        Of its factors that are levels, in order.
    term
        As written.
    present
        Whether a product is in the model (``None`` asks for the constant); without it every reference goes.

    Returns
    -------
    whole
        Per factor of levels.
    corner
        Whether the one cell of all references goes.
    reference
        ``None`` where there is none.
    """
    places = [place for place, factor in enumerate(node.factors) if isinstance(factor, Levels)]
    others = _without(node, places)
    if present is None:
        return [False] * len(levels), False, None
    marginal = [present(_without(node, [place])) for place in places]
    whole = [not found and not each.chosen for found, each in zip(marginal, levels, strict=True)]
    corner = len(whole) > 1 and all(whole) and present(others)
    against = [each for each, every in zip(levels, whole, strict=True) if not every or corner]
    if not against:
        return whole, False, None
    rows = np.logical_and.reduce([each.codes == each.reference for each in against])
    zero = not corner and any(each.chosen and not found for each, found in zip(levels, marginal, strict=True))
    return (
        whole,
        corner,
        Reference(
            term=term,
            others=others,
            levels=tuple((each.column, each.labels[each.reference]) for each in against if each.labels),
            rows=rows,
            chosen=any(each.chosen for each in against),
            zero=zero,
        ),
    )


def cross(
    parts: Sequence[tuple[tuple[str, ...], Floats]], rows: int, term: str
) -> tuple[tuple[str, ...], Floats]:
    """Return the products of the columns of several factors, named by them.

    Raises
    ------
    SpecificationError
        If that makes more cells than a computer holds.
    """
    names: tuple[str, ...] = ("",)
    values = np.ones((rows, 1))
    for labels, part in parts:
        check_size(rows, len(names) * len(labels), term)
        names = tuple(f"{a}:{b}" if a else b for a in names for b in labels)
        values = (values[:, :, None] * part[:, None, :]).reshape(rows, -1)
    return names, values


def check_size(rows: int, columns: int, term: str) -> None:
    """Refuse indicators that fill more than 200 million cells.

    Raises
    ------
    SpecificationError
        Naming fixed effects as the way.
    """
    if rows * columns > _MOST_CELLS:
        raise SpecificationError.of(
            "terms.too_many_cells", where=term_place(term), most_cells=_MOST_CELLS, rows=rows, columns=columns
        )


def level_name(value: Any) -> str:
    """Return how a level is written: whole numbers held as floats without their point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _without(node: Product, places: Sequence[int]) -> Node | None:
    left = [factor for place, factor in enumerate(node.factors) if place not in places]
    return None if not left else left[0] if len(left) == 1 else Product(tuple(left))


def _binned(column: pd.Series[Any], node: Levels, term: str) -> pd.Series[Any]:
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if not numeric:
        raise SpecificationError.of("terms.bins_of_no_numbers", where=term_place(term), dtype=column.dtype)
    return column.clip(lower=node.low, upper=node.high)


def _named(reference: str, labels: Sequence[str], found: list[Any], term: str) -> int:
    if reference in labels:
        return labels.index(reference)
    own = same_units([reference], found).get(reference)
    if own is not None:
        return found.index(own)
    listed = labels[:12]
    raise SpecificationError.of(
        "terms.reference_level_unknown", got=str(reference), term_place=term_place(term), listed=listed
    )

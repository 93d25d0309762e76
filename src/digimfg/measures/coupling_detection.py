"""Find the formula behind a published column of coupling or coordination degrees (公式侦探)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import NamedWeights, NonNegative, Numbers
from digimfg.measures.choices import match_weights
from digimfg.measures.columns import refuse_infinite
from digimfg.measures.contract import Gives, measure
from digimfg.measures.coupling_variants import VARIANTS, CouplingVariant
from digimfg.measures.subsystems import SubsystemValues, read_subsystems
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CouplingDetection", "detect_coupling_formula"]

Floats = NDArray[np.float64]
Quantity = Literal["any", "coupling", "coordination"]

_COORDINATIONS = (
    ("", "√(C·T)", Text("D = √(C·T)", "D = √(C·T)"), True),
    (
        "_root_of_coupling_only",
        "√C·T",
        Text("D = √C·T: the root covers C only", "D = √C·T：根号只含 C"),
        False,
    ),
    ("_without_root", "C·T", Text("D = C·T: the root is lost", "D = C·T：丢失根号"), False),
)


@checked
@shown(Text("Formula of a coupling degree", "耦合度公式识别"))
@dataclass(frozen=True, kw_only=True, eq=False)
class CouplingDetection:
    """Hold which formula gives a published column.

    Parameters
    ----------
    variant
        Name of the closest formula within the tolerance, ``None`` where no known one is.
    quantity
        ``"coupling"`` or ``"coordination"``: what the column is.
    valid
        Whether that formula is a right one; ``None`` where none was found.
    label, formula
        What it is, and how it reads.
    table
        Every formula tried, closest first: ``variant quantity formula valid max_abs_difference matches
        label_en label_zh``.
    notes
        Ambiguities and rows left out.
    """

    variant: str | None
    quantity: Literal["coupling", "coordination"] | None
    valid: bool | None
    label: Text
    formula: str
    table: pd.DataFrame
    notes: tuple[Text, ...]


@measure(
    "subsystems",
    "published",
    gaps="left out",
    gives={"table.max_abs_difference": Gives("as given", 0, direction=-1)},
)
@checked
def detect_coupling_formula(
    subsystems: SubsystemValues,
    published: Numbers,
    weights: NamedWeights = None,
    *,
    quantity: Quantity = "any",
    tolerance: NonNegative = 5e-4,
) -> CouplingDetection:
    """Name the formula, right or wrong, that gives a published column of coupling degrees.

    Every formula of `digimfg.measures.coupling_variants.VARIANTS` is computed, and the coordination degree
    made of it as √(C·T), as √C·T and as C·T; the one with the smallest largest difference from the column,
    if within `tolerance`, is named. Formulas that differ only with unequal weights are tried only then.

    Parameters
    ----------
    subsystems
        See `coupling_coordination`; as published, one row per published value.
    published
        The column: C or D, shape (n,). Missing values are left out.
    weights
        Weights of the subsystems in T, equal by default.
    quantity
        What the column is, where that is known.
    tolerance
        Largest difference that rounding of print explains; 5e-4 suits three decimals.

    Returns
    -------
    CouplingDetection
        The verdict and every formula tried.

    Raises
    ------
    MeasureError
        If the column has another length, no value, or as `coupling_coordination`.

    References
    ----------
    刘春林 (2017). 耦合度计算的常见错误分析. 淮阴师范学院学报（自然科学版）, 16(1), 18-22.
    王淑佳、孔伟、任亮、治丹丹、戴彬婷 (2021). 国内耦合协调度模型的误区及修正. 自然资源学报, 36(3), 793-810.

    Examples
    --------
    >>> found = detect_coupling_formula([[0.3, 0.6], [0.5, 0.4]], [0.471, 0.497])
    >>> found.variant, found.valid, found.label.en
    ('lost_factor', False, 'the factor n is lost: at most 1/n')
    """
    system = read_subsystems(subsystems)
    alpha = match_weights(weights, system.names, Text("the subsystems", "子系统"))
    column = np.asarray(published, dtype=np.float64).ravel()
    refuse_infinite(column, "published")
    used = _usable(system.degrees, column)
    values, column = system.degrees[used], column[used]
    rows = [
        {
            "variant": name,
            "quantity": kind,
            "formula": formula,
            "valid": valid,
            "max_abs_difference": float(np.abs(computed - column).max()),
            "label_en": label.en,
            "label_zh": label.zh,
        }
        for kind, name, formula, valid, label, computed in _candidates(values, alpha)
        if quantity in ("any", kind)
    ]
    table = pd.DataFrame(rows).sort_values("max_abs_difference", kind="stable", ignore_index=True)
    table.insert(5, "matches", table["max_abs_difference"] <= tolerance)
    return _verdict(table, len(used) - int(used.sum()), tolerance)


def _usable(values: Floats, column: Floats) -> NDArray[np.bool_]:
    where = Text("published column of coupling degrees", "已发表的耦合度列")
    if len(column) != len(values):
        raise MeasureError.of(
            "measures.column_of_other_length", where=where, got=str(len(column)), n=len(values)
        )
    used: NDArray[np.bool_] = ~np.isnan(column) & ~np.isnan(values).any(axis=1)
    if not used.any():
        raise MeasureError.of("measures.no_complete_row", where=where)
    return used


def _candidates(values: Floats, alpha: Floats) -> Iterator[tuple[str, str, str, bool, Text, Floats]]:
    size = values.shape[1]
    uneven = not np.allclose(alpha, 1.0 / size, rtol=0.0, atol=1e-9)
    development = values @ alpha
    for variant in VARIANTS:
        if variant.sizes and size not in variant.sizes:
            continue
        if variant.name == "weighted_subsystems" and not uneven:
            continue
        coupling = variant.compute(values, alpha)
        yield "coupling", variant.name, f"C = {variant.formula}", variant.valid, variant.label, coupling
        yield from _coordinations(variant, coupling, development)


def _coordinations(
    variant: CouplingVariant, coupling: Floats, development: Floats
) -> Iterator[tuple[str, str, str, bool, Text, Floats]]:
    computed = (np.sqrt(coupling * development), np.sqrt(coupling) * development, coupling * development)
    for (suffix, formula, words, valid), degrees in zip(_COORDINATIONS, computed, strict=True):
        label = note_of("measures.words_with_label", words=words, label=variant.label)
        yield (
            "coordination",
            variant.name + suffix,
            f"D = {formula}, C = {variant.formula}",
            valid and variant.valid,
            label,
            degrees,
        )


def _verdict(table: pd.DataFrame, left_out: int, tolerance: float) -> CouplingDetection:
    notes = []
    if left_out:
        notes.append(note_of("measures.rows_with_missing_values", left_out=left_out))
    matching = table[table["matches"]]
    if matching.empty:
        nearest = table.iloc[0]
        label = note_of(
            "measures.no_known_formula",
            tolerance=tolerance,
            formula=nearest["formula"],
            max_abs_difference=nearest["max_abs_difference"],
        )
        return CouplingDetection(
            variant=None, quantity=None, valid=None, label=label, formula="", table=table, notes=tuple(notes)
        )
    best = matching.iloc[0]
    others = matching["variant"].iloc[1:].tolist()
    if others:
        notes.append(note_of("measures.ambiguous", others=others))
    return CouplingDetection(
        variant=str(best["variant"]),
        quantity="coupling" if best["quantity"] == "coupling" else "coordination",
        valid=bool(best["valid"]),
        label=Text(str(best["label_en"]), str(best["label_zh"])),
        formula=str(best["formula"]),
        table=table,
        notes=tuple(notes),
    )

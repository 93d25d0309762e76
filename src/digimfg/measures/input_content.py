"""How much of some inputs (digital, services) a sector needs: direct, complete, and as value added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.contract import SHARE, Gives, measure
from digimfg.measures.measurement import Measurement
from digimfg.notes import note_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from digimfg.measures.input_output import InputOutputTable

    Array = NDArray[np.float64]

__all__ = ["input_coefficients"]


@measure(
    "table",
    gaps="not read",
    gives={
        "direct_coefficient": Gives("ratio", 0),
        "complete_coefficient": Gives("ratio", 0),
        "direct_dependence": SHARE,
        "complete_dependence": SHARE,
    },
)
@checked
def input_coefficients(table: InputOutputTable, inputs: str | Sequence[str]) -> Measurement:
    """Return the direct and complete coefficients of a group of inputs in every sector.

    With K the rows of the chosen sectors in every country, for column sector j:

    direct coefficient (直接消耗系数) Σ_{i∈K} a_ij, complete coefficient (完全消耗系数) Σ_{i∈K} (B − I)_ij,
    their shares of all inputs (直接、完全依赖度) Σ_{i∈K} a_ij / Σ_i a_ij and Σ_{i∈K} (B − I)_ij / Σ_i (B −
    I)_ij, and the value added of K in one unit of j's output, Σ_{i∈K} v_i b_ij: the digitalisation or
    servitisation of j.

    Parameters
    ----------
    table
        A balanced multi-region table.
    inputs
        Sector labels of the group: ``("J",)`` for information and communication, the service sections for
        servitisation.

    Returns
    -------
    Measurement
        ``country sector`` and, as pure numbers per unit of output, ``direct_coefficient complete_coefficient
        value_added_share``, each also with the suffix ``_domestic`` for rows of the same country; as shares
        of all inputs in [0, 1], ``direct_dependence complete_dependence`` (missing for a sector without
        inputs). A sector of the group counts its own value added in ``value_added_share``.

    Raises
    ------
    MeasureError
        When a label is not a sector of the table, or none is given.

    References
    ----------
    Miller, R. E. and Blair, P. D. (2009). Input–Output Analysis, 2nd ed. Cambridge University Press.
    https://doi.org/10.1017/CBO9780511626982

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[70.0], [60.0]],
    ...     countries=("A",), sectors=("goods", "digital"))
    >>> frame = input_coefficients(table, "digital").frame
    >>> frame[["direct_coefficient", "complete_coefficient", "direct_dependence"]].round(4).values.tolist()
    [[0.1, 0.1818, 0.3333], [0.3, 0.4545, 0.75]]
    """
    group = (inputs,) if isinstance(inputs, str) else tuple(inputs)
    chosen = _rows(table, group)
    complete = table.leontief_inverse - np.eye(len(chosen))
    added = table.value_added_coefficients[:, None] * table.leontief_inverse
    parts = {
        "direct_coefficient": table.technical_coefficients,
        "complete_coefficient": complete,
        "value_added_share": added,
    }
    columns: dict[str, Array] = {}
    for name, matrix in parts.items():
        columns[name] = matrix[chosen].sum(axis=0)
        columns[f"{name}_domestic"] = _domestic(table, matrix, chosen)
    columns["direct_dependence"] = _dependence(columns["direct_coefficient"], table.technical_coefficients)
    columns["complete_dependence"] = _dependence(columns["complete_coefficient"], complete)
    import pandas as pd

    note = note_of("measures.input_group", group=group)
    return Measurement(frame=pd.DataFrame({**table.keys(), **columns}), notes=(note, *table.notes))


def _rows(table: InputOutputTable, group: tuple[str, ...]) -> NDArray[np.bool_]:
    unknown = [label for label in group if label not in table.sectors]
    if unknown or not group:
        raise MeasureError.of(
            "measures.inputs_unknown" if group else "measures.no_inputs",
            sectors=table.sectors,
            unknown=str(unknown),
        )
    wanted = set(group)
    return np.array([sector in wanted for _, sector in table.labels])


def _domestic(table: InputOutputTable, matrix: Array, chosen: NDArray[np.bool_]) -> Array:
    own = table.domestic[:, table.country_of_row]
    total: Array = np.where(own & chosen[:, None], matrix, 0.0).sum(axis=0)
    return total


def _dependence(part: Array, matrix: Array) -> Array:
    whole = matrix.sum(axis=0)
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)

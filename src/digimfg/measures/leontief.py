"""The Leontief inverse: what every sector needs, directly and through every supplier, for one unit of final
demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Dimensions
from digimfg.measures.contract import Gives, measure
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["leontief_inverse", "per_unit_of_output"]


@measure("transactions", "output", gaps="refused", gives={"": Gives("ratio", 0)})
@checked
@one_thread
def leontief_inverse(
    transactions: Annotated[ArrayLike, Dimensions(2)], output: Annotated[ArrayLike, Dimensions(1)]
) -> Array:
    """Return the Leontief inverse of a table of transactions.

    B = (I − A)⁻¹ with a_ij = z_ij / x_j: the output of i that one unit of final demand for j needs, directly
    and through every supplier.

    Parameters
    ----------
    transactions
        Z, N × N: sales of row sectors to column sectors, not negative, no missing values.
    output
        x, N: gross output, no missing values. A sector without output has coefficients of zero (it must then
        buy nothing).

    Returns
    -------
    numpy.ndarray
        B, N × N, pure numbers, never below the identity.

    Raises
    ------
    MeasureError
        When an entry is missing or infinite, or the table is not productive (Hawkins–Simon): some sector
        needs more than one unit of itself for one unit, so that I − A has no non-negative inverse.

    References
    ----------
    Miller, R. E. and Blair, P. D. (2009). Input–Output Analysis: Foundations and Extensions, 2nd ed.
    Cambridge University Press. https://doi.org/10.1017/CBO9780511626982

    Examples
    --------
    >>> leontief_inverse([[0.2, 0.1], [0.1, 0.3]], [1.0, 1.0]).round(4)
    array([[1.2727, 0.1818],
           [0.1818, 1.4545]])
    """
    sales, produced = np.asarray(transactions, dtype=float), np.asarray(output, dtype=float)
    if sales.shape != (len(produced), len(produced)):
        raise MeasureError.of(
            "measures.outputs_of_other_number", shape=str(sales.shape), n_outputs=len(produced)
        )
    if not (np.isfinite(sales).all() and np.isfinite(produced).all()):
        raise MeasureError.of(
            "measures.entries_not_finite", n=int((~np.isfinite(sales)).sum() + (~np.isfinite(produced)).sum())
        )
    coefficients = per_unit_of_output(sales, produced)
    try:
        inverse: Array = np.asarray(np.linalg.inv(np.eye(len(coefficients)) - coefficients), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise _not_productive(Text("I − A is singular", "I − A 奇异")) from None
    if inverse.min() < -1e-9:
        row, column = divmod(int(inverse.argmin()), len(inverse))
        raise _not_productive(
            note_of("measures.element_of_inverse", row=row, column=column, min=inverse.min())
        )
    return inverse


def per_unit_of_output(values: Array, output: Array) -> Array:
    """Return values whose last axis is sectors per unit of their output; zero where there is no output.

    Examples
    --------
    >>> per_unit_of_output(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    produced = output > 0
    return np.where(produced, values / np.where(produced, output, 1.0), 0.0)


def _not_productive(got: Text) -> MeasureError:
    return MeasureError.of("measures.not_productive", got=got)

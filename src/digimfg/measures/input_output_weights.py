"""Weights between countries from what their industries buy from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.contract import WEIGHT, measure
from digimfg.measures.spatial_lag import sparse_weights
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    from collections.abc import Collection

    from digimfg.estimators.spatial.weights import WeightMatrix
    from digimfg.measures.input_output import InputOutputTable

__all__ = ["input_output_weights"]

Partner = Literal["suppliers", "customers"]


@measure("table", gaps="not read", gives={"values": WEIGHT})
@checked
def input_output_weights(
    table: InputOutputTable, partners: Partner = "suppliers", *, exclude: Collection[str] = ()
) -> WeightMatrix:
    r"""Return weights of countries that trade intermediate inputs.

    .. math:: w_{ij} = Z_{ji}/\sum_{k\ne i}Z_{ki} \ \text{(suppliers)}, \qquad
       w_{ij} = Z_{ij}/\sum_{k\ne i}Z_{ik} \ \text{(customers)},

    with :math:`Z_{ij}` the intermediate sales of country i to country j over all sectors. The first weighs
    those whose inputs i uses, the second those who use the inputs of i: two directions of spillover that may
    enter one model.

    Parameters
    ----------
    table
        Flows in one unit of money.
    partners
        ``"suppliers"`` or ``"customers"``.
    exclude
        Countries to leave out, such as an aggregate rest of the world; the others' shares add up to one
        without them.

    Returns
    -------
    WeightMatrix
        Labelled by country, rows add up to one, zero on the diagonal.

    Raises
    ------
    MeasureError
        If `exclude` names a country that the table does not have, or a country has no partner abroad.

    Notes
    -----
    Trade answers to productivity: weights of the sample's years or later are not exogenous, and a spillover
    measured with them is a description.

    References
    ----------
    Coe, D. T. and Helpman, E. (1995). International R&D spillovers. European Economic Review 39, 859-887
    (import shares as weights). https://doi.org/10.1016/0014-2921(94)00100-E

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> flows = [[2.0, 3.0, 1.0], [1.0, 2.0, 4.0], [1.0, 1.0, 2.0]]
    >>> table = InputOutputTable(transactions=flows, final_demand=[[4, 0, 0], [0, 3, 0], [0, 0, 6]],
    ...                          countries=["a", "b", "c"], sectors=["all"])
    >>> input_output_weights(table).matrix.toarray()[0].tolist()  # a buys 1 from b and 1 from c
    [0.0, 0.5, 0.5]
    >>> input_output_weights(table, "customers").matrix.toarray()[0].tolist()  # a sells 3 to b and 1 to c
    [0.0, 0.75, 0.25]
    """
    own = held_values(exclude, table.countries)
    unknown = [name for name in exclude if name not in own]
    if unknown:
        raise MeasureError.of("measures.excluded_countries_unknown", unknown=unknown[:3])
    size = len(table.countries)
    sales = np.zeros((size, size))
    code = table.country_of_row
    np.add.at(sales, (code[:, None], code[None, :]), np.asarray(table.transactions, dtype=np.float64))
    kept = [place for place, name in enumerate(table.countries) if name not in own.values()]
    flows = sales[np.ix_(kept, kept)]
    flows = flows.T.copy() if partners == "suppliers" else flows
    np.fill_diagonal(flows, 0.0)
    labels = [table.countries[place] for place in kept]
    totals = flows.sum(axis=1)
    if np.any(totals <= 0):
        alone = [name for name, total in zip(labels, totals, strict=True) if total <= 0]
        raise MeasureError.of("measures.countries_without_partner", n=len(alone), alone=alone[:3])
    return sparse_weights(flows / totals[:, None], labels)

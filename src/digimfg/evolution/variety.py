"""How varied a unit's activities are: Shannon's entropy within and between groups, and Rao and Stirling's
with distances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Key, NumberColumn
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["variety"]

Floats = NDArray[np.float64]


@checked
def variety(
    frame: pd.DataFrame,
    value: NumberColumn,
    *,
    entity: Key,
    time: Key,
    category: Key,
    group: Key | None = None,
    distance: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""Return the variety of each unit and period over categories.

    With shares p: entropy :math:`H=-\sum p\ln p` (Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x), the
    number of equally large categories with that entropy :math:`e^H`, and concentration :math:`\sum p^2`.
    With groups of categories, entropy between them (unrelated variety) and the mean of that within them
    (related variety), which add up to H (Frenken, van Oort & Verburg 2007, doi:10.1080/00343400601120296).
    With distances d, :math:`\sum_{i\ne j}d_{ij}p_ip_j` over ordered pairs (Rao 1982,
    doi:10.1016/0040-5809(82)90004-1; Stirling 2007, doi:10.1098/rsif.2007.0213).

    Parameters
    ----------
    frame
        One row per unit, period and category; values are turned into shares of the unit's total in the
        period.
    value
        Output, patents, employment: 0 or more. A category that is not there counts as 0.
    entity, time, category
        Key columns.
    group
        Column with the group of each category, the same throughout.
    distance
        Square, labelled by the categories on both sides; not negative, symmetric, zero on the diagonal.

    Returns
    -------
    pandas.DataFrame
        Index ``(entity, time)``; columns ``n_categories entropy effective_number concentration``, with
        groups ``unrelated related``, with distances ``rao_stirling``.

    Raises
    ------
    MeasureError
        If a value is missing or negative, a row comes twice, a total is zero, a category stands in two
        groups, or distances lack a category or are none.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"city": ["a"] * 3, "year": 2020, "industry": ["chips", "software", "steel"],
    ...     "y": [1.0, 1.0, 2.0]})
    >>> apart = pd.DataFrame([[0, 0.2, 1], [0.2, 0, 1], [1, 1, 0]], *[frame["industry"]] * 2)
    >>> variety(frame, "y", entity="city", time="year", category="industry",
    ...     distance=apart).round(4).to_dict("list")
    {'n_categories': [3], 'entropy': [1.0397], 'effective_number': [2.8284], 'concentration': [0.375],
    'rao_stirling': [0.525]}
    """
    import pandas as pd

    keys = [entity, time, category]
    check_columns(frame, [value, *keys, *([group] if group else [])])
    rows = pd.DataFrame({name: frame[column].to_numpy() for name, column in zip("etc", keys, strict=True)})
    rows["x"] = numbers(frame[value], value, minimum=0.0)
    _check_keys(rows, keys)
    totals = rows.groupby(["e", "t"])["x"].transform("sum")
    if not (totals > 0).all():
        first = rows[~(totals > 0)].iloc[0]
        raise MeasureError.of(
            "evolution.total_of_zero", value=value, unit=str(first["e"]), period=str(first["t"])
        )
    rows["p"] = rows["x"] / totals
    cells = rows[rows["p"] > 0].sort_values(["e", "t", "c"], kind="stable", ignore_index=True)
    by = cells.groupby(["e", "t"], sort=True)
    found = pd.DataFrame(
        {
            "n_categories": by.size(),
            "entropy": _entropy(cells["p"]).groupby([cells["e"], cells["t"]]).sum(),
            "concentration": (cells["p"] ** 2).groupby([cells["e"], cells["t"]]).sum(),
        }
    )
    found.insert(2, "effective_number", np.exp(found["entropy"]))
    if group is not None:
        between = _between(cells, _groups(frame, category, group))
        found["unrelated"], found["related"] = between, found["entropy"] - between
    if distance is not None:
        matrix = _distances(distance, sorted(cells["c"].unique(), key=str))
        found["rao_stirling"] = [_rao(part, matrix) for _, part in by]
    return found.rename_axis([entity, time])


def _entropy(shares: pd.Series[float]) -> pd.Series[float]:
    return (shares * np.log(shares)).rsub(0.0)  # without a minus before zero


def _check_keys(rows: pd.DataFrame, keys: list[str]) -> None:
    held = rows[["e", "t", "c"]]
    twice = held.duplicated()
    if not (held.isna().any(axis=None) or twice.any()):
        return
    raise MeasureError.of(
        "evolution.category_keys_not_unique",
        names=keys,
        found=note_of("evolution.more_rows", n=int(twice.sum()))
        if twice.any()
        else Text("a missing key", "主键缺失"),
    )


def _groups(frame: pd.DataFrame, category: str, group: str) -> dict[object, object]:
    pairs = frame[[category, group]].drop_duplicates()
    twice = pairs[pairs[category].duplicated(keep=False) | pairs[group].isna()]
    if len(twice):
        raise MeasureError.of("evolution.groups_of_categories", group=group, name=str(twice.iloc[0, 0]))
    return dict(zip(pairs[category], pairs[group], strict=True))


def _between(cells: pd.DataFrame, groups: dict[object, object]) -> pd.Series[float]:
    shares = cells["p"].groupby([cells["e"], cells["t"], cells["c"].map(groups)]).sum()
    return _entropy(shares).groupby(level=[0, 1]).sum()


def _distances(distance: pd.DataFrame, categories: list[object]) -> pd.DataFrame:
    where = Text("the distances", "距离矩阵")
    lacking = [str(name) for name in categories if name not in distance.index or name not in distance.columns]
    if lacking or distance.index.has_duplicates or distance.columns.has_duplicates:
        raise MeasureError.of("evolution.distances_incomplete", where=where, names=lacking[:3] or ["—"])
    chosen = distance.loc[categories, categories]
    matrix = numbers(chosen.to_numpy().ravel(), "distance", minimum=0.0).reshape(len(categories), -1)
    if np.abs(matrix - matrix.T).max() > 1e-9 * max(float(matrix.max()), 1e-300) or np.diag(matrix).any():
        raise MeasureError.of("evolution.distances_not_symmetric", where=where)
    return chosen.astype(float)


def _rao(part: pd.DataFrame, matrix: pd.DataFrame) -> float:
    shares = part["p"].to_numpy(dtype=np.float64)
    apart = matrix.loc[part["c"], part["c"]].to_numpy(dtype=np.float64)
    return float(shares @ apart @ shares)

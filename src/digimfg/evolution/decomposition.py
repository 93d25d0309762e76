"""Growth of an aggregate, decomposed into what stayers did, what moved between them, and who came and
went.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.decomposition_methods import METHODS, Pair
from digimfg.kinds import Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DecompositionMethod", "GrowthDecomposition", "decompose_growth", "olley_pakes_covariance"]

Floats = NDArray[np.float64]
DecompositionMethod = Literal[
    "griliches_regev",
    "foster_haltiwanger_krizan",
    "baily_hulten_campbell",
    "baldwin_gu",
    "diewert_fox",
    "melitz_polanec",
    "price",
]

_COMPONENTS: dict[DecompositionMethod, tuple[str, ...]] = {
    "griliches_regev": ("within", "between", "entry", "exit"),
    "foster_haltiwanger_krizan": ("within", "between", "cross", "entry", "exit"),
    "baily_hulten_campbell": ("within", "between", "entry", "exit"),
    "baldwin_gu": ("within", "between", "entry", "exit"),
    "diewert_fox": ("within", "between", "entry", "exit"),
    "melitz_polanec": ("mean", "covariance", "entry", "exit"),
    "price": ("selection", "transmission", "entry", "exit"),
}
_TOLERANCE = 1e-6


@checked
@shown(Text("Decomposition of growth", "增长分解"))
@dataclass(frozen=True, kw_only=True, eq=False)
class GrowthDecomposition:
    """Hold the decomposition of an aggregate's change between neighbouring periods.

    Parameters
    ----------
    components
        Index the later period; one column per component and ``total``, their sum, which is the change of the
        aggregate.
    contributions
        Index ``(period, unit)``: what each unit adds to each component, missing where it is in neither
        period.
    counts
        Index the later period: ``stayers entrants exits``.
    method
        Which decomposition.
    notes
        What a reader must know.
    """

    components: pd.DataFrame
    contributions: pd.DataFrame
    counts: pd.DataFrame
    method: DecompositionMethod
    notes: tuple[Text, ...]


@checked
@keeps_marks
def decompose_growth(
    frame: pd.DataFrame,
    value: NumberColumn,
    share: NumberColumn,
    *,
    entity: Key,
    time: Key,
    method: DecompositionMethod = "melitz_polanec",
) -> GrowthDecomposition:
    r"""Decompose the change of :math:`Z_t=\sum_i s_{it}z_{it}` between neighbouring periods 0 and 1.

    C are units of both periods, N of the later one only, X of the earlier one only; bars are means of both
    periods; stars are shares among C; :math:`Z_{C},Z_{N},Z_{X}` are means of a group by its own shares.

    - ``"griliches_regev"`` (1995, doi:10.1016/0304-4076(94)01601-U): :math:`\sum_C\bar s\Delta z`,
      :math:`\sum_C\Delta s(\bar z-\bar Z)`, :math:`\sum_N s_1(z_1-\bar Z)`, :math:`-\sum_X s_0(z_0-\bar Z)`.
    - ``"foster_haltiwanger_krizan"`` (2001, doi:10.7208/9780226360645-010): :math:`\sum_C s_0\Delta z`,
      :math:`\sum_C\Delta s(z_0-Z_0)`, :math:`\sum_C\Delta s\Delta z`, entry and exit against :math:`Z_0`.
    - ``"baily_hulten_campbell"`` (1992, doi:10.2307/2534764): :math:`\sum_C s_0\Delta z`,
      :math:`\sum_C\Delta s z_1`, :math:`\sum_N s_1z_1`, :math:`-\sum_X s_0z_0`.
    - ``"baldwin_gu"`` (2006, doi:10.1080/10438590500512851): as the first, against :math:`Z_X` of those that
      leave (exit is then 0); against :math:`Z_0` where nobody leaves, which a note says.
    - ``"diewert_fox"`` (2010, doi:10.1017/CBO9780511740916.009): :math:`\sum_C\bar s^*\Delta z`,
      :math:`\sum_C\Delta s^*\bar z`, :math:`S_N(Z_N-Z_{C1})`, :math:`S_X(Z_{C0}-Z_X)`.
    - ``"melitz_polanec"`` (2015, doi:10.1111/1756-2171.12086): change of the unweighted mean of C, of its
      covariance with shares, entry and exit as the last.
    - ``"price"`` (1970, doi:10.1038/227520a0): among C :math:`\sum_C\Delta s^*z_0` (selection: covariance of
      growth and trait) and :math:`\sum_C s_1^*\Delta z` (transmission), entry and exit as the last.

    Parameters
    ----------
    frame
        One row per unit and period in which the unit is there. Nothing says that a unit that is not there
        has closed.
    value
        Productivity, or another trait.
    share
        Shares of each period, 0 or more, adding up to one within 1e-6.
    entity, time
        Key columns.
    method
        See above.

    Raises
    ------
    MeasureError
        If a value is missing, shares are negative or do not add up to one, a unit stands twice in a period,
        there are fewer than two periods, or no unit stays.

    Examples
    --------
    >>> import pandas as pd
    >>> firms = pd.DataFrame({"firm": ["a", "b", "a", "b"], "year": [1, 1, 2, 2],
    ...                       "z": [1.0, 2.0, 1.1, 2.2], "s": [0.5, 0.5, 0.3, 0.7]})
    >>> decompose_growth(firms, "z", "s", entity="firm", time="year").components.round(4).to_dict("list")
    {'mean': [0.15], 'covariance': [0.22], 'entry': [0.0], 'exit': [0.0], 'total': [0.37]}
    """
    import pandas as pd

    traits, shares = _read(frame, value, share, entity, time)
    periods = [float(period) for period in traits.columns]
    names = _COMPONENTS[method]
    parts, counts = [], []
    alone: list[float] = []
    for before, now in pairwise(periods):
        columns = [
            table[period].to_numpy(dtype=np.float64) for table in (traits, shares) for period in (before, now)
        ]
        pair = Pair(*columns)
        if not pair.stay.any():
            raise _none_stays(before, now)
        parts.append(
            pd.DataFrame(dict(zip(names, METHODS[method](pair), strict=True)), index=traits.index)[pair.there]
        )
        counts.append((int(pair.stay.sum()), int(pair.enter.sum()), int(pair.leave.sum())))
        if method == "baldwin_gu" and not pair.leave.any():
            alone.append(now)
    contributions = pd.concat(parts, keys=periods[1:], names=[time, entity])
    components = contributions.groupby(level=0, sort=True).sum()
    components["total"] = components.sum(axis=1)
    later = pd.Index(periods[1:], name=time)
    return GrowthDecomposition(
        components=components,
        contributions=contributions,
        counts=pd.DataFrame(counts, index=later, columns=["stayers", "entrants", "exits"]),
        method=method,
        notes=_notes(periods, counts, alone),
    )


@checked
def olley_pakes_covariance(
    frame: pd.DataFrame, value: NumberColumn, share: NumberColumn, *, entity: Key, time: Key
) -> pd.DataFrame:
    r"""Return the level of an aggregate by period as its unweighted mean and the covariance of shares and
    values.

    :math:`\sum_i s_iz_i=\bar z+\sum_i(s_i-1/n)(z_i-\bar z)` (Olley & Pakes 1996, doi:10.2307/2171831).

    Parameters
    ----------
    frame, value, share, entity, time
        As in `decompose_growth`.

    Returns
    -------
    pandas.DataFrame
        Index the period; columns ``mean covariance aggregate n``.

    Raises
    ------
    MeasureError
        As `decompose_growth`; one period is enough.

    Examples
    --------
    >>> import pandas as pd
    >>> firms = pd.DataFrame({"firm": ["a", "b"], "year": [1, 1], "z": [1.0, 2.0], "s": [0.25, 0.75]})
    >>> olley_pakes_covariance(firms, "z", "s", entity="firm", time="year").to_dict("list")
    {'mean': [1.5], 'covariance': [0.25], 'aggregate': [1.75], 'n': [2]}
    """
    import pandas as pd

    traits, shares = _read(frame, value, share, entity, time, periods=1)
    rows = {}
    for period in traits.columns:
        there = traits[period].notna().to_numpy()
        z, s = (table[period].to_numpy(dtype=np.float64)[there] for table in (traits, shares))
        mean = float(z.mean())
        rows[period] = (mean, float((s - 1 / len(s)) @ (z - mean)), float(s @ z), len(z))
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "covariance", "aggregate", "n"])
    return found.rename_axis(time)


def _read(
    frame: pd.DataFrame, value: str, share: str, entity: str, time: str, *, periods: int = 2
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return values and shares, units × periods, missing where a unit is not there."""
    import pandas as pd

    check_columns(frame, (value, share, entity, time))
    rows = pd.DataFrame(
        {
            "unit": frame[entity].to_numpy(),
            "period": numbers(frame[time], time),
            "value": numbers(frame[value], value),
            "share": numbers(frame[share], share, minimum=0.0),
        }
    )
    where = note_of("evolution.shares_of_decomposition", share=share)
    twice = rows.duplicated(["unit", "period"])
    if rows["unit"].isna().any() or twice.any():
        first = rows[twice].iloc[0] if twice.any() else None
        raise MeasureError.of(
            "evolution.keys_not_unique",
            entity=entity,
            time=time,
            found=Text("a missing unit", "个体缺失")
            if first is None
            else note_of("evolution.unit_twice_in_period", unit=str(first["unit"]), period=first["period"]),
        )
    sums = rows.groupby("period")["share"].sum()
    off = sums[(sums - 1).abs() > _TOLERANCE]
    if len(off):
        raise MeasureError.of(
            "evolution.shares_do_not_sum", where=where, total=off.iloc[0], period=off.index[0]
        )
    if len(sums) < periods:
        raise MeasureError.of("evolution.too_few_periods", time=time, n=periods, n_found=len(sums))
    wide = rows.set_index(["unit", "period"]).sort_index()
    traits, shares = (pd.DataFrame(wide[name].unstack("period")) for name in ("value", "share"))  # noqa: PD010
    return traits, shares


def _none_stays(before: float, now: float) -> MeasureError:
    return MeasureError.of("evolution.no_unit_stays", before=before, now=now)


def _notes(periods: list[float], counts: list[tuple[int, int, int]], alone: list[float]) -> tuple[Text, ...]:
    notes: list[Text] = []
    steps = np.diff(periods)
    if len(steps) > 1 and not np.allclose(steps, steps[0]):
        notes.append(note_of("evolution.uneven_periods", steps=[f"{step:g}" for step in steps]))
    if any(entrants or exits for _, entrants, exits in counts):
        notes.append(note_of("evolution.turnover"))
    if alone:
        notes.append(note_of("evolution.no_exits", periods=[f"{period:g}" for period in alone]))
    return tuple(notes)

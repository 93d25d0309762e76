"""Misallocation of capital and labour among firms, and what its end would gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Above, AtLeast, Below, Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.measures.contract import Gives, measure
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Misallocation", "misallocation"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Misallocation", "资源错配"), first="totals")
@dataclass(frozen=True, kw_only=True, eq=False)
class Misallocation:
    """Hold wedges of firms, and what equal ones would gain.

    Parameters
    ----------
    firms
        Indexed as the rows kept: keys, ``tfpr`` and ``tfpq`` (log, relative to the industry's mean and to its
        efficient level), ``output_wedge`` τ_Y, ``capital_wedge`` τ_K.
    industries
        One row per industry (and period): ``firms``, ``weight`` (share of value added), ``tfpr_std``,
        ``tfpr_75_25``, ``tfpr_90_10``, ``tfp_ratio`` (actual over efficient).
    totals
        One row per period (one row without): ``tfp_ratio``, ``gain_pct`` (of equal TFPR within industries),
        ``tfpr_std``, ``tfpq_std``, ``firms``.
    notes
        What a reader must know.
    """

    firms: pd.DataFrame
    industries: pd.DataFrame
    totals: pd.DataFrame
    notes: tuple[Text, ...]


@measure(
    "frame",
    gaps="refused",
    gives={
        "industries.tfp_ratio": Gives("ratio", 0, 1, -1),
        "industries.tfpr_std": Gives("log", 0, direction=1),
    },
)
@checked
@keeps_marks
def misallocation(
    frame: pd.DataFrame,
    *,
    value_added: NumberColumn,
    capital: NumberColumn,
    labor: NumberColumn,
    industry: Key,
    capital_share: Annotated[float, Above(0), Below(1)] | NumberColumn,
    time: Key | None = None,
    substitution: Annotated[float, Above(1)] = 3.0,
    rental_rate: Annotated[float, Above(0)] = 0.10,
    trim: Annotated[float, AtLeast(0), Below(0.25)] = 0.01,
) -> Misallocation:
    r"""Measure misallocation among the firms of an industry (Hsieh & Klenow 2009,
    doi:10.1162/qjec.2009.124.4.1403).

    Firms of monopolistic competition with :math:`Y=AK^{\alpha}L^{1-\alpha}` and an elasticity of substitution
    σ equate marginal revenue products to prices times wedges:

    - :math:`1+\tau_K=\frac{\alpha}{1-\alpha}\frac{wL}{RK}`,
      :math:`1-\tau_Y=\frac{\sigma}{\sigma-1}\frac{wL}{(1-\alpha)PY}`,
    - :math:`TFPR=PY/(K^{\alpha}(wL)^{1-\alpha})`,
      :math:`A\propto(PY)^{\sigma/(\sigma-1)}/(K^\alpha(wL)^{1-\alpha})`,
    - :math:`TFP_s=[\sum(A\,\overline{TFPR}/TFPR)^{\sigma-1}]^{1/(\sigma-1)}`, efficient
      :math:`\bar A=[\sum A^{\sigma-1}]^{1/(\sigma-1)}`, and the gain
      :math:`\prod_s(\bar A_s/TFP_s)^{\theta_s}-1`.

    :math:`\overline{TFPR}` is the industry's: its value added at average marginal revenue products.

    Parameters
    ----------
    frame
        One row per firm (and period).
    value_added, capital, labor
        Columns, above zero; labour as the wage bill (or hours at a common wage), all in one currency.
    industry, time
        Key columns; firms are compared within both.
    capital_share
        α of the undistorted economy: one number, or a column that is the same within an industry.
    substitution, rental_rate
        σ and R.
    trim
        Share of rows left out at each end of log TFPR and of log A, relative to their industry, once; the
        measures are then made again.

    Raises
    ------
    MeasureError
        If a value is missing or not above zero, α leaves (0, 1) or differs within an industry, or an industry
        has fewer than two firms.

    Examples
    --------
    >>> import pandas as pd
    >>> firms = pd.DataFrame({"y": [1.0, 1.0], "k": [1.0, 4.0], "w": [1.0, 1.0], "s": "a"})
    >>> found = misallocation(firms, value_added="y", capital="k", labor="w", industry="s", capital_share=0.5,
    ...     trim=0)
    >>> round(float(found.totals["gain_pct"].iloc[0]), 4)
    25.0
    """
    columns = [value_added, capital, labor]
    keys = [industry, *([time] if time is not None else [])]
    share_column = [capital_share] if isinstance(capital_share, str) else []
    check_columns(frame, [*columns, *keys, *share_column])
    alpha = _shares(frame, capital_share, industry)
    numbers = frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~(np.isfinite(numbers) & (numbers > 0)).all(axis=1) | frame[keys].isna().any(axis=1).to_numpy()
    if bad.any():
        raise MeasureError.of(
            "measures.misallocation_values_not_positive", names=[*columns, *keys], n=int(bad.sum())
        )
    groups = frame[keys].apply(tuple, axis=1) if len(keys) > 1 else frame[keys[0]]
    kept = np.ones(len(frame), dtype=bool)
    if trim:
        first = _measured(numbers, alpha, groups, substitution, rental_rate)
        kept = _inside(first["tfpr"], trim) & _inside(first["tfpq"], trim)
    sizes = groups[kept].value_counts()
    if (sizes < 2).any() or not kept.any():
        raise MeasureError.of(
            "measures.one_firm_in_industry",
            name=industry,
            names=[str(name) for name in sizes[sizes < 2].index[:3]],
        )
    held = frame[kept]
    parts = _measured(numbers[kept], alpha[kept], groups[kept], substitution, rental_rate)
    firms = held[keys].assign(
        tfpr=parts["tfpr"],
        tfpq=parts["tfpq"],
        output_wedge=parts["output_wedge"],
        capital_wedge=parts["capital_wedge"],
    )
    industries = _industries(firms, numbers[kept][:, 0], parts["tfp_ratio"], keys, time)
    return Misallocation(
        firms=firms,
        industries=industries,
        totals=_totals(firms, industries, time),
        notes=_notes(len(frame) - len(held), trim, substitution, rental_rate),
    )


def _shares(frame: pd.DataFrame, capital_share: float | str, industry: str) -> Floats:
    if not isinstance(capital_share, str):
        return np.full(len(frame), float(capital_share))
    values = frame[capital_share].to_numpy(dtype=np.float64, na_value=np.nan)
    spread = frame.groupby(industry)[capital_share].agg(lambda part: part.max() - part.min())
    if not ((values > 0) & (values < 1)).all() or (spread > 1e-12).any():
        raise MeasureError.of("measures.shares_of_industries", name=capital_share)
    return values


def _measured(
    numbers: Floats, alpha: Floats, groups: pd.Series, sigma: float, rental_rate: float
) -> dict[str, Floats]:
    import pandas as pd

    codes = pd.factorize(groups, sort=True)[0]
    y, k, w = numbers.T
    capital_wedge = alpha / (1 - alpha) * w / (rental_rate * k) - 1
    output_wedge = 1 - sigma / (sigma - 1) * w / ((1 - alpha) * y)
    composite = k**alpha * w ** (1 - alpha)
    revenue = y / composite
    physical = y ** (sigma / (sigma - 1)) / composite

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(codes, values)[codes], dtype=np.float64)

    total = summed(y)
    by_labor = total / summed(w)  # the industry's average product of labour and of capital, by value added
    by_capital = total / summed(k)
    average = by_capital**alpha * by_labor ** (1 - alpha)
    actual = summed((physical * average / revenue) ** (sigma - 1)) ** (1 / (sigma - 1))
    efficient = summed(physical ** (sigma - 1)) ** (1 / (sigma - 1))
    count = summed(np.ones(len(y)))
    return {
        "tfpr": np.log(revenue / average),
        "tfpq": np.log(physical * count ** (1 / (sigma - 1)) / efficient),
        "output_wedge": output_wedge,
        "capital_wedge": capital_wedge,
        "tfp_ratio": actual / efficient,
    }


def _inside(values: Floats, trim: float) -> NDArray[np.bool_]:
    low, high = np.quantile(values, [trim, 1 - trim])
    out: NDArray[np.bool_] = (values >= low) & (values <= high)
    return out


def _industries(
    firms: pd.DataFrame, value_added: Floats, ratio: Floats, keys: list[str], time: str | None
) -> pd.DataFrame:
    table = firms.assign(value_added=value_added, tfp_ratio=ratio)
    grouped = table.groupby(keys, sort=True)
    low, quarter, three, high = (grouped["tfpr"].quantile(share) for share in (0.1, 0.25, 0.75, 0.9))
    total = grouped["value_added"].sum()
    whole = total.groupby(level=time).transform("sum") if time is not None else total.sum()
    found = grouped["tfpr"].std().rename("tfpr_std").to_frame()
    return found.assign(
        tfpr_75_25=three - quarter,
        tfpr_90_10=high - low,
        firms=grouped.size(),
        weight=total / whole,
        tfp_ratio=grouped["tfp_ratio"].first(),
    )


def _totals(firms: pd.DataFrame, industries: pd.DataFrame, time: str | None) -> pd.DataFrame:
    import pandas as pd

    logs = industries["weight"] * np.log(industries["tfp_ratio"])
    if time is None:
        ratio = pd.Series([float(np.exp(logs.sum()))], index=pd.Index(["all"]))
        spread = pd.DataFrame(
            {name: [float(firms[name].std())] for name in ("tfpr", "tfpq")}, index=ratio.index
        )
        count = pd.Series([len(firms)], index=ratio.index)
    else:
        ratio = logs.groupby(level=time).sum().apply(np.exp)
        spread = firms.groupby(time, sort=True)[["tfpr", "tfpq"]].std()
        count = firms.groupby(time, sort=True).size()
    return pd.DataFrame(
        {
            "tfp_ratio": ratio,
            "gain_pct": 100 * (1 / ratio - 1),
            "tfpr_std": spread["tfpr"],
            "tfpq_std": spread["tfpq"],
            "firms": count,
        }
    )


def _notes(lost: int, trim: float, sigma: float, rental_rate: float) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("measures.parameters", sigma=sigma, rate=rental_rate)]
    if lost:
        notes.append(note_of("measures.outer_rows_left_out", lost=lost, trim=trim))
    notes.append(note_of("measures.caution"))
    return tuple(notes)

"""Markups from a production function: an input's elasticity over its share of what is sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.frames.said import add_notes
from digimfg.kinds import Label, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns
from digimfg.measures.contract import SHARE, Gives, measure
from digimfg.notes import note_of
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Markups", "markups"]


@checked
@shown(Text("Markups", "加成率"), first="summary")
@dataclass(frozen=True, kw_only=True, eq=False)
class Markups:
    """Hold markups of firms.

    Parameters
    ----------
    values
        One row per row of the estimate: keys, ``elasticity``, ``share`` (of the input in output freed of
        noise) and ``markup``.
    summary
        Mean, standard deviation, quartiles and number of the markup by period, and over all (last row).
    variable_input
        The input.
    notes
        What a reader must know.
    """

    values: pd.DataFrame
    summary: pd.DataFrame
    variable_input: str
    notes: tuple[Text, ...]


@measure("frame", gaps="refused", gives={"values.markup": Gives("ratio", direction=1), "values.share": SHARE})
@checked
@keeps_marks
def markups(
    result: Result,
    frame: pd.DataFrame,
    *,
    variable_input: Label,
    expenditure: NumberColumn,
    sales: NumberColumn,
) -> Markups:
    r"""Return markups of price over marginal cost: :math:`\mu=\theta/\alpha`, with θ the output elasticity of
    an input that is chosen without friction and α its expenditure over sales, sales freed of the noise of the
    first stage: :math:`\alpha=E/(S/e^{\hat\varepsilon})` (De Loecker & Warzynski 2012,
    doi:10.1257/aer.102.6.2437).

    Parameters
    ----------
    result
        Of `ProductionFunction`.
    frame
        The frame it was estimated on, or one with the same keys.
    variable_input
        Term of the result: the variable input.
    expenditure, sales
        Columns of `frame` in the same currency, above zero.

    Raises
    ------
    EstimationError
        If the result is of another estimator or lacks the input, a row of the estimate is not in the frame,
        or expenditure or sales are missing or not above zero there.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> firms = pd.DataFrame({"firm": np.repeat(range(40), 5), "year": np.tile(range(5), 40)})
    >>> firms["k"], firms["l"] = rng.normal(size=(2, 200))
    >>> firms["y"] = 0.3 * firms["k"] + 0.6 * firms["l"] + 0.1 * rng.normal(size=200)
    >>> firms["sales"], firms["wages"] = np.exp(firms["y"]), 0.5 * np.exp(firms["y"])
    >>> spec = dm.Specification("y", ("l", "k"), entity="firm", time="year",
    ...     estimator=dm.ProductionFunction(method="least_squares", state="k", replications=5))
    >>> found = markups(
    ...     dm.estimate(spec, firms), firms, variable_input="l", expenditure="wages", sales="sales"
    ... )
    >>> found.summary.loc["all", "mean"].round(1)
    np.float64(1.2)
    """
    import pandas as pd

    from digimfg.estimators.production.estimator import ProductionFunction

    specification = result.specification
    known = isinstance(specification.estimator, ProductionFunction)
    slopes = result.coefficients["estimate"]
    varying = result.tables.get("elasticities")
    if not known or variable_input not in (slopes.index if varying is None else varying.columns):
        raise EstimationError.of(
            "measures.input_not_in_function",
            label=specification.estimator.label,
            terms=list(result.coefficients.index),
        )
    keys = [str(specification.entity), str(specification.time)]
    check_columns(frame, [*keys, expenditure, sales])
    table = result.tables["productivity"]
    given = pd.DataFrame({name: _indexable(frame[name]) for name in [*keys, expenditure, sales]})
    if given.duplicated(keys).any():
        raise EstimationError.of(
            "measures.firm_periods_repeated", names=keys, n=int(given.duplicated(keys).sum())
        )
    spent = table[keys].apply(_indexable).merge(given, on=keys, how="left", validate="1:1")
    numbers = spent[[expenditure, sales]].to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~(np.isfinite(numbers) & (numbers > 0)).all(axis=1)
    if bad.any():
        first = [" ".join(map(str, row)) for row in spent.loc[bad, keys].head(3).to_numpy().tolist()]
        raise EstimationError.of(
            "measures.markup_columns_not_positive", one=expenditure, two=sales, n=int(bad.sum()), first=first
        )
    elasticity = (
        np.full(len(table), float(slopes[variable_input]))
        if varying is None
        else varying[variable_input].to_numpy(dtype=np.float64)
    )
    noise = table["noise"].fillna(0.0).to_numpy()
    share = numbers[:, 0] / (numbers[:, 1] / np.exp(noise))
    values = table[keys].assign(elasticity=elasticity, share=share, markup=elasticity / share)
    add_notes(values, [_GENERATED], ("elasticity", "share", "markup"))
    return Markups(
        values=values,
        summary=_summary(values, keys[1]),
        variable_input=variable_input,
        notes=_notes(table, values),
    )


_GENERATED = Text(
    "Markups are estimated: errors of an equation that goes on with them leave that out",
    "加成率为估计量：将其用于后续回归时，标准误未计入这一不确定性",
)


def _indexable(column: pd.Series) -> Any:
    """Return the values of a column in a type that pandas can look up."""
    values = np.asarray(column)
    return values.astype(np.float64) if values.dtype == np.float16 else values


def _summary(values: pd.DataFrame, time: str) -> pd.DataFrame:
    import pandas as pd

    def described(markup: pd.Series[float]) -> dict[str, float]:
        low, middle, high = np.quantile(markup, [0.25, 0.5, 0.75])
        return {
            "mean": float(np.mean(np.sort(markup))),
            "std_dev": float(np.std(np.sort(markup), ddof=1)) if len(markup) > 1 else np.nan,
            "quarter": low,
            "median": middle,
            "three_quarters": high,
            "n": float(len(markup)),
        }

    rows = {str(period): described(part["markup"]) for period, part in values.groupby(time, sort=True)}
    return pd.DataFrame({**rows, "all": described(values["markup"])}).T.rename_axis(time)


def _notes(table: pd.DataFrame, values: pd.DataFrame) -> tuple[Text, ...]:
    notes: list[Text] = []
    if table["noise"].isna().all():
        notes.append(note_of("measures.noise"))
    if below := int((values["markup"] < 1).sum()):
        notes.append(note_of("measures.below_one", n=below, total=len(values)))
    notes.append(note_of("measures.revenue"))
    return tuple(notes)

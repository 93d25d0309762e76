"""The replicator's regression: growth of shares on relative fitness, and its slope in digitalisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered
from digimfg.errors import MeasureError
from digimfg.estimate import estimate
from digimfg.inference.linear_combination import linear_combination
from digimfg.inference.panel_grid import panel_grid
from digimfg.kinds import ColumnOf, Differing, Key, NumberColumn, Share
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.notes import note_of
from digimfg.selection.by_fitness import growth_by_fitness, moderator_groups
from digimfg.shown import shown
from digimfg.specification import Specification
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.result import Result

__all__ = ["SelectionTest", "selection_test"]

Floats = NDArray[np.float64]

GROWTH, FITNESS, MARKET = "share_growth", "relative_fitness", "market_period"


@checked
@shown(Text("Selection", "选择效应"))
@dataclass(frozen=True, kw_only=True, eq=False)
class SelectionTest:
    """Hold the regression of growth on relative fitness.

    Parameters
    ----------
    slopes
        Index ``low mean high`` of the moderator (mean minus and plus one standard deviation; ``mean`` alone
        without one); ``level slope std_error p_value conf_low conf_high``: growth of a share per unit of
        fitness above the market's mean.
    groups, bins
        For a figure: slopes at the mean of the moderator among rows above its median (``high``) and the rest
        (``low``; ``all`` without one), and means of each group by tenths of relative fitness, index ``(group,
        tenth)``: ``fitness growth n_obs``, growth after the market, the moderator's own effect and controls.
    coefficients
        Of ``relative_fitness``, ``relative_fitness:moderator``, the moderator and controls, as in a `Result`.
    result
        The estimate itself, for tables.
    statistics
        ``n_obs n_units r2_within`` of the result, and ``difference p_difference``: slope at high minus at
        low, missing without a moderator.
    notes
        What a reader must know.
    """

    slopes: pd.DataFrame
    groups: pd.DataFrame
    bins: pd.DataFrame
    coefficients: pd.DataFrame
    result: Result
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def selection_test(
    frame: pd.DataFrame,
    share: NumberColumn,
    fitness: NumberColumn,
    *,
    entity: Key,
    time: Key,
    market: Key | None = None,
    moderator: NumberColumn | None = None,
    controls: Annotated[Sequence[str], ColumnOf("numbers"), Differing()] = (),
    unit_effects: bool = False,
    level: Share = 0.95,
) -> SelectionTest:
    r"""Test whether fitter units gain shares, and whether a moderator sharpens it.

    :math:`\Delta\ln s_{i,t+1}=\lambda_{mt}+b(f_{it}-\bar f_{mt})+c(f_{it}-\bar f_{mt})d_{it}+\delta
    d_{it}+x_{it}'\gamma+\varepsilon_{it}`, with :math:`\bar f_{mt}` the mean weighted by shares: the
    replicator equation says b > 0 (Fisher 1930; Metcalfe 1994, doi:10.1007/BF01236399; Dosi, Moschella,
    Pugliese & Tamagni 2015, doi:10.1007/s11187-015-9634-5, find little). Errors are clustered by unit.

    Parameters
    ----------
    frame
        One row per unit and period; a step over a gap is none.
    share
        Size or share, above zero; growth is of its share in the market.
    fitness
        Productivity, or another trait.
    entity, time
        Key columns.
    market
        Column of markets within which shares are taken; by default all units are one.
    moderator
        Column d: digitalisation of the unit, or of its market.
    controls
        Further columns, at the beginning of a step.
    unit_effects
        Take out unit effects as well: selection on what changes within units alone.
    level
        Of the intervals.

    Raises
    ------
    MeasureError
        If shares are not above zero, values are missing or a market lacks a step.
    DigimfgError
        As `estimate`.

    Examples
    --------
    >>> import pandas as pd
    >>> rng, rows = np.random.default_rng(0), []
    >>> size, fitness = np.ones(60), rng.normal(size=60)
    >>> for year in range(8):
    ...     rows.append(pd.DataFrame({"firm": range(60), "year": year, "sales": size, "tfp": fitness}))
    ...     size = size * np.exp(0.1 * fitness + 0.05 * rng.normal(size=60))
    >>> found = selection_test(pd.concat(rows), "sales", "tfp", entity="firm", time="year")
    >>> round(float(found.slopes.loc["mean", "slope"]), 2)
    0.1
    """
    named = tuple(controls)
    steps = _steps(frame, share, fitness, entity, time, market, moderator, named)
    crossed = f"{FITNESS}:{moderator}"
    regressors = (FITNESS, *((crossed, moderator) if moderator else ()))
    spec = Specification(
        GROWTH,
        regressors,
        controls=named,
        entity=entity,
        time=time,
        fixed_effects=(MARKET, *((entity,) if unit_effects else ())),
        covariance=Clustered(entity, wild_bootstrap=None),
    )
    result = estimate(spec, steps)
    lost = [
        column
        for term, column in ((FITNESS, fitness), (crossed, moderator))
        if column and term not in result.coefficients.index
    ]
    if lost:
        raise _alike(lost)
    slopes = _slopes(result, _levels(steps, moderator), crossed, level)
    parts = moderator_groups(steps, moderator)
    held = {
        name: np.nan if moderator is None else float(steps[moderator][rows].mean())
        for name, rows in parts.items()
    }
    difference = (np.nan, np.nan)
    if moderator is not None:
        levels = slopes["level"].to_dict()
        apart = float(levels["high"]) - float(levels["low"])
        own = linear_combination(result, {crossed: apart}, level=level)
        difference = (own.estimate, own.p_value)
    statistics = {
        "n_obs": result.statistics["n_obs"],
        "n_units": float(steps[entity].nunique()),
        "r2_within": float(result.statistics.get("r2_within", np.nan)),
        "difference": difference[0],
        "p_difference": difference[1],
    }
    return SelectionTest(
        slopes=slopes,
        groups=_slopes(result, held, crossed, level).rename_axis("group"),
        bins=growth_by_fitness(result, steps, parts, FITNESS, moderator),
        coefficients=result.coefficients,
        result=result,
        statistics=statistics,
        notes=(
            note_of("selection.survivors"),
            *result.notes,
        ),
    )


def _steps(
    frame: pd.DataFrame,
    share: str,
    fitness: str,
    entity: str,
    time: str,
    market: str | None,
    moderator: str | None,
    controls: tuple[str, ...],
) -> pd.DataFrame:
    """Return the rows whose unit is there one step later, with its growth and its fitness relative to the
    market.
    """
    names = [share, fitness, entity, time, *(name for name in (market, moderator) if name), *controls]
    check_columns(frame, names)
    size, trait = numbers(frame[share], share, minimum=0.0, exclusive=True), numbers(frame[fitness], fitness)
    taken = [name for name in (GROWTH, FITNESS, MARKET) if name in frame.columns]
    if taken:
        raise MeasureError.of("selection.column_names_taken", names=taken)
    rows = frame[list(dict.fromkeys(names))].reset_index(drop=True)
    place = [frame[time].reset_index(drop=True)] + ([frame[market].reset_index(drop=True)] if market else [])
    codes = rows.groupby(place, sort=True).ngroup().to_numpy()
    order = np.lexsort((trait, size, codes))  # sums are then the same whatever the order of the rows
    rows, size, trait, codes = (
        rows.iloc[order].reset_index(drop=True),
        size[order],
        trait[order],
        codes[order],
    )
    total = rows.assign(size=size).groupby(codes)["size"].transform("sum").to_numpy()
    own = size / total
    mean = rows.assign(part=own * trait).groupby(codes)["part"].transform("sum").to_numpy()
    rows[FITNESS], rows[MARKET] = trait - mean, codes
    grid = panel_grid(rows.assign(**{GROWTH: np.log(own)}), (GROWTH,), entity, time)
    logs = grid.columns[GROWTH]
    ahead = np.column_stack([logs[:, 1:] - logs[:, :-1], np.full(len(logs), np.nan)])
    entities = {label: number for number, label in enumerate(grid.entities.tolist())}
    rows[GROWTH] = ahead[[entities[label] for label in rows[entity].tolist()], grid.calendar.places]
    kept = rows[rows[GROWTH].notna()].reset_index(drop=True)
    if not len(kept):
        raise MeasureError.of("selection.no_neighbouring_periods", share=share)
    values = kept.groupby(MARKET)[fitness]
    if not (values.max() - values.min()).max() > 1e-10 * kept[fitness].abs().max():
        raise _alike([fitness])
    return kept


def _alike(names: Sequence[str]) -> MeasureError:
    return MeasureError.of("selection.replicator_terms_alike", names=names)


def _levels(steps: pd.DataFrame, moderator: str | None) -> dict[str, float]:
    if moderator is None:
        return {"mean": np.nan}
    values = steps[moderator].to_numpy(dtype=np.float64)
    middle, spread = float(values.mean()), float(values.std(ddof=1))
    return {"low": middle - spread, "mean": middle, "high": middle + spread}


def _slopes(result: Result, levels: Mapping[str, float], crossed: str, level: float) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for name, at in levels.items():
        weights = {FITNESS: 1.0} | ({} if np.isnan(at) else {crossed: at})
        found = linear_combination(result, weights, level=level)
        rows[name] = (
            at,
            found.estimate,
            found.std_error,
            found.p_value,
            found.conf_low,
            found.conf_high,
        )
    columns = ["level", "slope", "std_error", "p_value", "conf_low", "conf_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("at")

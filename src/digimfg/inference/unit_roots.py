"""Panel unit roots: Levin–Lin–Chu, Im–Pesaran–Shin, Fisher and Pesaran's CIPS, on unbalanced panels too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.inference.cips import simulate_cips, truncation
from digimfg.inference.dickey_fuller import (
    Deterministic,
    DickeyFuller,
    LagRule,
    choose_lags,
    dickey_fuller,
)
from digimfg.inference.exact_series import refuse_exact
from digimfg.inference.panel_grid import PanelGrid, panel_grid, period_differences, period_lags
from digimfg.inference.unit_root_moments import FIRST_PERIODS
from digimfg.inference.unit_root_statistics import fisher, im_pesaran_shin, levin_lin_chu
from digimfg.kinds import Draws, Key, NumberColumn, Seed, Whole
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PanelUnitRoot", "UnitRootTest", "panel_unit_root"]

Floats = NDArray[np.float64]
UnitRootTest = Literal["llc", "ips", "fisher", "cips"]
_LABELS = sheet_beside(__file__, "unit_roots", "labels")


@shown(Text("Panel unit root test", "面板单位根检验"), first="")
@dataclass(frozen=True, kw_only=True, eq=False)
class PanelUnitRoot:
    """Hold a panel unit-root test; the null is a unit root in every entity.

    Parameters
    ----------
    test, label
        Which one.
    statistic, p_value
        Small p values speak against a unit root (in all entities for LLC, in some for the others).
    statistics
        Every number of the test by name.
    by_entity
        Lags, rows, statistic and p value of each entity's own regression.
    notes
        What a reader must know.
    """

    test: UnitRootTest
    label: Text
    statistic: float
    p_value: float
    statistics: Mapping[str, float]
    by_entity: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def panel_unit_root(
    frame: pd.DataFrame,
    column: NumberColumn,
    *,
    entity: Key,
    time: Key,
    test: UnitRootTest = "ips",
    deterministic: Deterministic = "constant",
    lags: Whole | LagRule = 1,
    max_lags: Whole = 4,
    df_correction: bool | None = None,
    replications: Draws = 2000,
    seed: Seed = 0,
) -> PanelUnitRoot:
    r"""Test a column for unit roots, allowing each entity its own dynamics.

    Parameters
    ----------
    frame
        One row per entity and period; a gap ends a run of lags, it is not bridged.
    column
        The variable.
    test
        ``"llc"``: common root, balanced panels only (Levin, Lin and Chu 2002). ``"ips"``: mean of t
        statistics (Im, Pesaran and Shin 2003). ``"fisher"``: combined p values (Maddala and Wu 1999; Choi
        2001). ``"cips"``: cross-section averages added against common factors (Pesaran 2007).
    deterministic
        Terms in each regression.
    lags
        Lags of the change, the same for all, or a rule per entity with at most `max_lags`.
    df_correction
        Divide residual variances by rows less regressors. By default as in the papers: no for LLC, yes for
        the others. R's plm never does unless told (``dfcor=TRUE``).
    replications, seed
        Random walks drawn for the p value of CIPS, in the pattern of the data at hand.

    Returns
    -------
    PanelUnitRoot

    Raises
    ------
    EstimationError
        If an entity is too short for its lags, or follows its deterministic terms and its own past exactly (a
        constant, a straight line), the panel is unbalanced (LLC), or IPS has no tabulated moment.

    Notes
    -----
    With few periods all of these have little power: a failure to reject is not evidence of a unit root. LLC
    fails the other way too: with a constant its 5 per cent test rejects a true unit root in 68, 32, 17 and
    12 per cent of panels of 20 random walks over 15, 30, 60 and 250 periods (with a trend 99, 52, 36 and 14;
    200 panels each, one lag), for the long-run variance by a kernel is far too small there. Without
    deterministic terms it keeps its size (8 per cent at 30).

    LLC's mean and standard deviation adjustments are those of its Table 2 at :math:`\tilde T=T-\bar p-1`, as
    in the paper, interpolated; R's plm reads the table at T. Below 25, its first row, the values of 25 stand
    in.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"unit": np.repeat(range(8), 30), "year": np.tile(range(30), 8),
    ...                       "noise": rng.normal(size=240)})
    >>> panel_unit_root(frame, "noise", entity="unit", time="year").p_value < 0.001
    True
    """
    grid = panel_grid(frame, (column,), entity, time)
    values = grid.columns[column]
    corrected = (test != "llc") if df_correction is None else df_correction
    if isinstance(lags, str):
        chosen = [
            choose_lags(series, lags, deterministic, max_lags, df_correction=corrected) for series in values
        ]
    else:
        chosen = [lags] * len(values)
    averages = _cross_section_terms(values, max(chosen)) if test == "cips" else None
    fits = [
        dickey_fuller(
            series,
            count,
            deterministic,
            df_correction=corrected,
            extra=None if averages is None else averages[:, : 2 + count],
        )
        for series, count in zip(values, chosen, strict=True)
    ]
    found = _all_found(fits, chosen, grid, column)
    by_entity = pd.DataFrame(
        {
            "lags": chosen,
            "n_obs": [fit.n_obs for fit in found],
            "statistic": [fit.statistic for fit in found],
        },
        index=pd.Index(grid.entities, name=entity),
    )
    notes = [_lag_note(lags, chosen), *grid.step_note(), _gap_note(values)]
    if test != "cips":
        from statsmodels.tsa.adfvalues import mackinnonp

        code = {"none": "n", "constant": "c", "trend": "ct"}[deterministic]
        by_entity["p_value"] = [float(mackinnonp(fit.statistic, regression=code)) for fit in found]
    if test == "llc":
        statistics, p_value = levin_lin_chu(values, found, chosen, deterministic, grid.entities, corrected)
    elif test == "ips":
        statistics, p_value = im_pesaran_shin(found, chosen, deterministic)
    elif test == "fisher":
        statistics, p_value = fisher(by_entity["p_value"].to_numpy(dtype=np.float64))
    else:
        statistics, p_value = _cips(
            values, found, chosen, deterministic, corrected, replications, np.random.default_rng(seed)
        )
        notes.append(note_of("inference.simulated_critical_values", replications=replications))
    if test == "llc":
        notes += _size_notes(deterministic, float(values.shape[1] - np.mean(chosen) - 1))
    if int(np.median(by_entity["n_obs"])) < 25:
        notes.append(note_of("inference.few_periods"))
    return PanelUnitRoot(
        test=test,
        label=_LABELS[test],
        statistic=next(iter(statistics.values())),
        p_value=p_value,
        statistics={**statistics, "p_value": p_value, "n_entities": float(len(found))},
        by_entity=by_entity,
        notes=tuple(note for note in notes if note is not None),
    )


def _size_notes(deterministic: Deterministic, periods: float) -> list[Text]:
    """Return what is known of Levin, Lin and Chu's test, and where its table was read."""
    first = FIRST_PERIODS
    notes: list[Text] = []
    if deterministic != "none":
        notes.append(note_of("inference.size"))
    notes.append(
        note_of("inference.adjustments_at_periods", periods=periods)
        if periods >= first
        else note_of("inference.adjustments_of_first_row", first=first, periods=periods)
    )
    return notes


def _cips(
    values: Floats,
    fits: list[DickeyFuller],
    lags: list[int],
    deterministic: Deterministic,
    corrected: bool,
    replications: int,
    rng: np.random.Generator,
) -> tuple[dict[str, float], float]:
    low, high = truncation(deterministic)
    individual = np.array([fit.statistic for fit in fits])
    statistic = float(np.mean(individual))
    null = simulate_cips(np.isfinite(values), lags, deterministic, corrected, replications, rng)
    critical = np.quantile(null, [0.01, 0.05, 0.10])
    return {
        "cips": statistic,
        "cips_truncated": float(np.mean(np.clip(individual, low, high))),
        "critical_1": float(critical[0]),
        "critical_5": float(critical[1]),
        "critical_10": float(critical[2]),
    }, float((1 + np.sum(null <= statistic)) / (1 + len(null)))


def _cross_section_terms(values: Floats, lags: int) -> Floats:
    """Return the lagged mean, the change of the mean and its lags, shape (T, 2 + lags)."""
    counts = np.isfinite(values).sum(axis=0)
    mean = np.where(counts > 0, np.nansum(values, axis=0) / np.maximum(counts, 1), np.nan)
    change = period_differences(mean)
    return np.column_stack(
        [period_lags(mean, 1), change, *(period_lags(change, lag) for lag in range(1, lags + 1))]
    )


def _all_found(
    fits: list[DickeyFuller | None], lags: list[int], grid: PanelGrid, column: str
) -> list[DickeyFuller]:
    found = [fit for fit in fits if fit is not None]
    if len(found) == len(fits):
        where = note_of("inference.unit_root_of_column", column=repr(column))
        refuse_exact(grid.entities, (fit.is_exact for fit in found), where)
        return found
    short = [str(name) for name, fit in zip(grid.entities, fits, strict=True) if fit is None]
    raise EstimationError.of(
        "inference.units_too_short_for_lags",
        column=repr(column),
        lags=max(lags),
        n=len(short),
        short=short[:3],
    )


def _lag_note(rule: int | LagRule, chosen: list[int]) -> Text:
    if isinstance(rule, int | np.integer):
        return note_of("inference.lags_in_every_regression", rule=rule)
    return note_of(
        "inference.lags_chosen", rule=rule, mean=np.mean(chosen), chosen=min(chosen), chosen_2=max(chosen)
    )


def _gap_note(values: Floats) -> Text | None:
    missing = int(np.sum(~np.isfinite(values)))
    if not missing:
        return None
    return note_of("inference.cells_missing", missing=missing, size=values.size)

"""Test whether the levels of a panel's columns move together in the long run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.inference.cointegration.bootstrap import bootstrap
from digimfg.inference.cointegration.kao import kao
from digimfg.inference.cointegration.moments import PEDRONI, WESTERLUND, moments_of
from digimfg.inference.cointegration.notes import CointegrationTest, made_notes, orders_note
from digimfg.inference.cointegration.orders import chosen_statistics, models_of
from digimfg.inference.cointegration.pedroni import pedroni
from digimfg.inference.cointegration.series import UnitSeries, kernel_rule, residual_of, unit_series
from digimfg.inference.cointegration.westerlund import ErrorCorrection, rows_needed
from digimfg.inference.dickey_fuller import Deterministic, deterministic_columns
from digimfg.inference.exact_series import ROUNDING, only_rounding, refuse_exact
from digimfg.inference.panel_grid import panel_grid
from digimfg.kinds import ColumnOf, DrawsOrNone, Entries, Key, NumberColumn, Seed, Whole
from digimfg.known_sizes import size_notes
from digimfg.marks import keeps_marks
from digimfg.sheets import sheet_beside
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CointegrationTest", "PanelCointegration", "panel_cointegration"]

Floats = NDArray[np.float64]
Orders: TypeAlias = Whole | tuple[Whole, Whole]
_ROUNDING = 1e-9
_WITHOUT_UNIT = ("n_periods", "n_obs", "df_resid", "rho", "speed", "t", "ratio", "lags", "leads")
_RATHER = Text("prefer Westerlund's tests with draws", "宜用带自助抽样的 Westerlund 检验")
_LABELS = sheet_beside(__file__, "panel", "labels")


@checked
@shown(Text("Panel cointegration", "面板协整检验"), first="tests")
@dataclass(frozen=True, kw_only=True, eq=False)
class PanelCointegration:
    """Hold tests of the null of no cointegration in any unit.

    Parameters
    ----------
    test, label
        Which ones.
    tests
        By statistic: ``value``, ``standardized`` (standard normal under the null), ``p_value``, and with a
        bootstrap ``p_bootstrap``. Small values speak against the null, for Pedroni's panel v large ones.
    by_entity
        What each unit brings to them.
    statistics
        Counts: units, periods, lags of the kernel.
    notes
        What a reader must know.
    """

    test: CointegrationTest
    label: Text
    tests: pd.DataFrame
    by_entity: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def panel_cointegration(
    frame: pd.DataFrame,
    *,
    outcome: NumberColumn,
    regressors: Annotated[tuple[str, ...], ColumnOf("numbers"), Entries(1)],
    entity: Key,
    time: Key,
    test: CointegrationTest = "pedroni",
    deterministic: Deterministic = "constant",
    lags: Orders = 1,
    leads: Orders = 0,
    kernel_lags: Whole | None = None,
    df_correction: bool = True,
    draws: DrawsOrNone = 400,
    seed: Seed = 0,
) -> PanelCointegration:
    r"""Test the null that an outcome and its regressors are not cointegrated in any unit.

    Parameters
    ----------
    frame
        One row per entity and period. Units may begin and end apart; a gap inside one is refused.
    outcome, regressors
        Columns, each with a unit root.
    test
        ``"pedroni"``: seven statistics of the residuals of each unit's own regression (Pedroni 1999,
        doi:10.1111/1468-0084.0610s1653). ``"kao"``: five statistics of the residuals of one regression with
        effects of units (Kao 1999, doi:10.1016/S0304-4076(98)00023-2). ``"westerlund"``: four statistics of
        the speed of error correction, of each unit and of all (Westerlund 2007,
        doi:10.1111/j.1468-0084.2007.00477.x).
    deterministic
        Terms in the long-run relation; Kao's has a constant by unit.
    lags, leads
        Lags of changes in the augmented regressions; leads of the regressors' changes (Westerlund). A pair,
        as ``(1, 3)``, for Westerlund's: from the first to the second, each unit's own by Akaike's criterion;
        panel statistics take the whole part of their means, as Stata's xtwest, which however compares
        criteria of rows of different number, so that its choice hangs on the unit of the outcome. Here all
        are of the rows that the longest has.
    kernel_lags
        Of Bartlett's kernel in long-run variances; by default :math:`4(T/100)^{2/9}`, rounded.
    df_correction
        Of Westerlund's statistics: count rows less coefficients, as Stata's xtwest; otherwise rows, as the
        paper. The bootstrap does not depend on it where units are as long as each other.
    draws, seed
        Bootstrap of Westerlund's statistics, which keeps units as dependent as they are; 0 for none.

    Returns
    -------
    PanelCointegration

    Raises
    ------
    EstimationError
        If there is one unit, a unit is too short or has a gap, a column is a straight line or a parabola in a
        unit, there are more regressors than the published
        moments cover (seven, Westerlund's six), or too few common periods to draw from.

    Notes
    -----
    Pedroni's weights are :math:`\hat L_{11i}^{-2}`, one over the long-run variance of the outcome's changes
    given the regressors'; R's pco 1.0.1 squares that variance, so that its four panel statistics differ. The
    parametric t statistics take lagged changes out of level and change alike.

    Standardized statistics assume units that are independent of each other; p values of the bootstrap do not.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> walk = rng.normal(size=(8, 40)).cumsum(axis=1)
    >>> frame = pd.DataFrame({"unit": np.repeat(range(8), 40), "year": np.tile(range(40), 8),
    ...                       "x": walk.ravel(), "y": (walk + rng.normal(size=(8, 40))).ravel()})
    >>> found = panel_cointegration(frame, outcome="y", regressors="x", entity="unit", time="year")
    >>> bool(found.tests.loc["group_adf", "p_value"] < 0.001)
    True
    """
    if test == "kao" and deterministic != "constant":
        raise EstimationError.of("inference.deterministic_not_constant", got=repr(deterministic))
    grid = panel_grid(frame, (outcome, *regressors), entity, time)
    k = len(regressors)
    fixed = {"none": 0, "constant": 1, "trend": 2}[deterministic]
    spans = [(each, each) if isinstance(each, int) else each for each in (lags, leads)]
    ranged = any(low < high for low, high in spans)
    if any(low > high for low, high in spans) or (ranged and test != "westerlund"):
        asked = f"lags={lags}, leads={leads}"
        raise EstimationError.of("inference.orders_of_regressions", asked=asked, test=repr(test))
    most = spans[0][1]
    model = ErrorCorrection(
        deterministic=deterministic,
        lags=most,
        leads=spans[1][1],
        kernel_lags=kernel_lags or 0,
        df_correction=df_correction,
    )
    least = rows_needed(model, k) if test == "westerlund" else max(k + fixed + 3, 2 * most + 4)
    units = unit_series(grid, outcome, tuple(regressors), least)
    periods = float(np.mean([len(unit.outcome) for unit in units]))
    kernel = kernel_rule(periods) if kernel_lags is None else kernel_lags
    notes = [*grid.step_note()]
    models = models_of(replace(model, kernel_lags=kernel), *spans)
    tests, by_entity = _tests(test, units, models, pd.Index(grid.entities, name=entity))
    # Pedroni's panel v is large where the others are small
    tails = np.where(tests.index == PEDRONI[0], -1.0, 1.0)
    tests["p_value"] = scipy.stats.norm.cdf(tails * tests["standardized"].to_numpy(dtype=np.float64))
    if test == "westerlund" and draws:
        drawn = bootstrap(units, models, draws, np.random.default_rng(seed))
        below = (drawn <= tests["value"].to_numpy()).sum(axis=0)
        tests["p_bootstrap"] = (1 + below) / (1 + draws)
    return PanelCointegration(
        test=test,
        label=_LABELS[test],
        tests=tests,
        by_entity=by_entity,
        statistics={
            "n_entities": float(len(units)),
            "n_obs": float(sum(len(unit.outcome) for unit in units)),
            "mean_periods": periods,
            "lags": float(by_entity["lags"].mean()) if ranged else float(most),
            "kernel_lags": float(kernel),
        },
        notes=(
            *notes,
            *((orders_note(by_entity),) if ranged else ()),
            *made_notes(test, units, grid, draws, kernel),
            *size_notes(
                {f"{test} {name}": Text(str(name), str(name)) for name in tests.index},
                len(units),
                periods,
                _RATHER,
            ),
        ),
    )


def _tests(
    test: CointegrationTest, units: list[UnitSeries], models: Sequence[ErrorCorrection], names: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the statistics and what each unit brings to them."""
    model = models[0]
    k, count = units[0].regressors.shape[1], len(units)
    by_entity = pd.DataFrame(index=names)
    refuse_exact(names, map(_is_a_line, units), _LABELS[test])
    if _explained(units, model.deterministic):
        raise EstimationError.of("inference.regressors_collinear", where=_LABELS[test])
    try:
        with np.errstate(all="ignore"):
            if test == "kao":
                values = kao(units, model.lags, model.kernel_lags)
                tests = pd.DataFrame({"value": values, "standardized": values}).rename_axis("statistic")
            elif test == "pedroni":
                values, parts = pedroni(units, model.deterministic, model.lags, model.kernel_lags)
                by_entity = _in_own_units(parts, units[0].scale).set_index(names)
                tests = _standardized(values, "pedroni", k, model.deterministic, count)
            else:
                found, parts = _error_corrections(units, models)
                sizes = [float(np.abs(unit.outcome).max()) for unit in units]
                left = np.sqrt(parts["variance"].to_numpy()) / np.array(sizes)
                refuse_exact(names, left <= ROUNDING, _LABELS[test])
                by_entity = _in_own_units(parts, units[0].scale).set_index(names)
                values = dict(zip(WESTERLUND, found.tolist(), strict=True))
                tests = _standardized(values, "westerlund", k, model.deterministic, count)
    except np.linalg.LinAlgError:
        tests = pd.DataFrame({"standardized": [np.nan]})
    if not np.isfinite(tests.to_numpy()).all():
        raise EstimationError.of("inference.regressors_collinear", where=_LABELS[test])
    return tests, by_entity


def _explained(units: list[UnitSeries], deterministic: Deterministic) -> bool:
    """Return whether the regressors leave nothing but rounding of some unit's outcome."""
    for unit in units:
        fixed = deterministic_columns(len(unit.outcome), deterministic)
        left = residual_of(unit.outcome[:, None], np.column_stack([fixed, unit.regressors]))
        spread = float(np.linalg.norm(unit.outcome - unit.outcome.mean()))
        if float(np.linalg.norm(left)) <= _ROUNDING * spread:
            return True
    return False


def _is_a_line(unit: UnitSeries) -> bool:
    """Return whether a column moves by the same step each period, or by steps on a line."""
    fixed = deterministic_columns(len(unit.outcome) - 1, "trend")
    levels = np.column_stack([unit.outcome, unit.regressors])
    left = residual_of(np.diff(levels, axis=0), fixed)
    return any(only_rounding(*pair) for pair in zip(left.T, levels.T, strict=True))


def _in_own_units(parts: pd.DataFrame, scale: float) -> pd.DataFrame:
    free = parts.columns.isin(_WITHOUT_UNIT)
    return parts * np.where(free, 1.0, np.square(np.float64(scale)))


def _standardized(
    values: dict[str, float],
    family: Literal["pedroni", "westerlund"],
    k: int,
    fixed: Deterministic,
    count: int,
) -> pd.DataFrame:
    moments = moments_of(family, k, fixed)
    root = np.sqrt(count)
    # Westerlund's group statistics and his panel a are means, the others grow with the root of the units
    growing = [name for name in values if family == "pedroni" or name == "panel_t"]
    rows = {
        name: ((value if name in growing else root * value) - root * moments[name][0])
        / np.sqrt(moments[name][1])
        for name, value in values.items()
    }
    return pd.DataFrame({"value": values, "standardized": rows}).rename_axis("statistic")


def _error_corrections(
    units: list[UnitSeries], models: Sequence[ErrorCorrection]
) -> tuple[Floats, pd.DataFrame]:
    """Return the four statistics, and what each unit brings to them; where orders are chosen, which."""
    panels = [
        (unit.outcome[None, None], unit.regressors[None, None], np.array([place]))
        for place, unit in enumerate(units)
    ]
    found, parts, places = chosen_statistics(panels, models, len(units))
    table = pd.DataFrame({name: values[0] for name, values in parts.items()})
    if len(models) > 1:
        table["lags"] = [models[place].lags for place in places[0]]
        table["leads"] = [models[place].leads for place in places[0]]
    return found[0], table

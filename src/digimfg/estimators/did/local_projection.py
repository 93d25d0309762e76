"""Local projections: changes from before treatment to each horizon, newly treated rows against clean ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.estimators.did.effects import Effects
from digimfg.estimators.did.regression import fit_slopes
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.did.effects import Kind
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["EventWeights", "projected_effects"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
EventWeights = Literal["variance", "equal"]

_COUNTS = {"variance": Text("by variance of treatment", "按处理方差加权"), "equal": Text("alike", "等权")}


def projected_effects(
    panel: StaggeredPanel, *, window: tuple[int, int] | None, weights: EventWeights, notes: list[Text]
) -> Effects:
    r"""Return the effects by horizon of Dube, Girardi, Jordà and Taylor (2025, doi:10.1002/jae.70000).

    .. math:: y_{i,t+h}-y_{i,t-1}=\beta_h\Delta D_{it}+\delta_{ht}+x_{i,t-1}'\gamma_h+e_{it}

    over rows newly treated in t and rows untreated through t + h (before treatment: through t). Plain least
    squares weighs cohorts by the variance of treatment among those rows; ``"equal"`` weighs each newly
    treated unit alike. The simple aggregate is the same regression of the mean change over the horizons from
    0 to the end of the window, on units clean through that end.

    Each regression has the small-sample adjustment G/(G-1)·(N-1)/(N-K), K with its periods.
    """
    grid = _Grid(panel)
    ahead = panel.anticipation
    before, after = window or (np.inf, np.inf)
    span = panel.times[-1] - panel.times[0]
    keys: list[tuple[Kind, object]] = []
    found: list[tuple[float, Floats, float]] = []
    apart = np.unique(panel.times[:, None] - panel.times)
    for h in apart[(apart >= max(-before, -span) - ahead) & (apart <= min(after, span))]:
        if h == -1 - ahead:
            continue
        one = _regression(panel, grid, [h], max(h, 0.0), weights)
        if one is not None:
            keys.append(("event_study", float(h)))
            found.append(one)
    post = [number for number, key in enumerate(keys) if float(key[1]) >= 0]  # type: ignore[arg-type]
    if not post:
        raise EstimationError.of("did.no_clean_horizon")
    last = int(after) if window is not None else int(panel.times[-1] - panel.cohorts[-1])
    pooled = _regression(panel, grid, list(range(last + 1)), float(last), weights)
    if pooled is None:
        raise EstimationError.of("did.no_clean_rows_through_horizon", h=last)
    notes.append(
        note_of("did.pooled", last=last, how=_COUNTS[weights])
    )  # fmt: skip
    rows = [pooled, _mean([found[number] for number in post]), *found]
    every: list[tuple[Kind, object]] = [("aggregates", "simple"), ("aggregates", "dynamic"), *keys]
    return Effects(
        keys=tuple(every),
        estimate=np.array([row[0] for row in rows]),
        influence=panel.summed(np.column_stack([row[1] for row in rows])),
        size=np.array([row[2] for row in rows]),
        weights=np.empty((0, len(every))),
        cohorts=panel.cohorts,
    )


class _Grid:
    """Outcome and controls by unit and time, the row of each, NaN and -1 where there is none."""

    def __init__(self, panel: StaggeredPanel) -> None:
        shape = panel.n_units, len(panel.times)
        self.outcome = np.full(shape, np.nan)
        self.outcome[panel.unit, panel.period] = panel.outcome
        self.controls = np.full((*shape, panel.controls.shape[1]), np.nan)
        self.controls[panel.unit, panel.period] = panel.controls
        self.row = np.full(shape, -1)
        self.row[panel.unit, panel.period] = np.arange(len(panel.unit))
        self.place = {float(time): number for number, time in enumerate(panel.times)}

    def at(self, unit: Codes, time: Floats) -> Floats:
        """Return outcomes at times, NaN where there is none."""
        place = np.array([self.place.get(float(each), -1) for each in time], dtype=np.int64)
        values = np.full(len(unit), np.nan)
        there = place >= 0
        values[there] = self.outcome[unit[there], place[there]]
        return values


def _regression(
    panel: StaggeredPanel, grid: _Grid, horizons: list[float], clean: float, weights: EventWeights
) -> tuple[float, Floats, float] | None:
    """Return the effect, the influence of the panel's rows and the treated rows; ``None`` for none."""
    new = panel.time == panel.first
    inside = new | (panel.first > panel.time + clean + panel.anticipation)
    base_time = panel.time - 1 - panel.anticipation
    change = np.mean([grid.at(panel.unit, panel.time + h) for h in horizons], axis=0)
    change = change - grid.at(panel.unit, base_time)
    place = np.array([grid.place.get(float(each), -1) for each in base_time], dtype=np.int64)
    controls = np.where((place >= 0)[:, None], grid.controls[panel.unit, place], np.nan)
    inside &= np.isfinite(change) & np.isfinite(controls).all(axis=1)
    treated = np.bincount(panel.period[inside & new], minlength=len(panel.times))
    others = np.bincount(panel.period[inside & ~new], minlength=len(panel.times))
    # Where each newly treated unit counts alike, a period without one has no weight.
    held = others > 0 if weights == "variance" else (others > 0) & (treated > 0)
    rows = np.flatnonzero(inside & held[panel.period])
    if not (treated * others).any():
        return None
    period = np.unique(panel.period[rows], return_inverse=True)[1].astype(np.int64)
    weigh = None
    if weights == "equal":
        weigh = ((treated + others) / np.maximum(others, 1))[panel.period[rows]]
    columns = np.column_stack([new[rows].astype(np.float64), controls[rows]])
    fitted = fit_slopes(change[rows], columns, [period], weigh)
    if not fitted.kept or fitted.kept[0] != 0:
        return None
    count, used = len(rows), len(fitted.kept) + int(period.max()) + 1
    groups = min((len(np.unique(codes[rows])) for codes in panel.design.clusters.values()), default=2)
    factor = groups / max(groups - 1, 1) * (count - 1) / max(count - used, 1)
    influence = np.zeros(len(panel.unit))
    influence[rows] = fitted.influence[:, 0] * np.sqrt(factor)
    return float(fitted.estimate[0]), influence, float(new[rows].sum())


def _mean(rows: list[tuple[float, Floats, float]]) -> tuple[float, Floats, float]:
    return (
        float(np.mean([row[0] for row in rows])),
        np.mean([row[1] for row in rows], axis=0),
        float(np.sum([row[2] for row in rows])),
    )

"""Successive generations of a technology: Norton and Bass's model, and how far neighbouring ones overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.adoption import adopted_share, adoption_density
from digimfg.evolution.profile import LeastSquaresFit, least_squares_fit, positive_parameter
from digimfg.evolution.series import read_series
from digimfg.kinds import ColumnOf, Differing, Entries, NumberColumn, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.evolution.diffusion import DiffusionCurve

__all__ = ["TechnologyGenerations", "diffusion_overlap", "fit_generations"]

Floats = NDArray[np.float64]
Density = Callable[[Floats], Floats]

_POINTS = 20_001


@checked
@shown(Text("Generations of a technology", "技术的代际更替"))
@dataclass(frozen=True, kw_only=True, eq=False)
class TechnologyGenerations:
    r"""Hold the joint fit of successive generations.

    Parameters
    ----------
    parameters
        Index ``parameter``: ``p``, ``q`` (or one of each per generation), then ``m[name]``; columns
        ``estimate std_error conf_low conf_high`` (profile intervals; an open end is infinite).
    fitted
        Index the period; per generation its observed and fitted stock, ``name`` and ``name fitted``.
    overlap
        Index ``(earlier, later)``: column ``overlap``, :math:`\int\min(f_k,f_{k+1})dt` of their adoption
        densities.
    statistics
        ``n_obs rss n_optima``.
    notes
        What a reader must know.
    """

    parameters: pd.DataFrame
    fitted: pd.DataFrame
    overlap: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
def fit_generations(
    frame: pd.DataFrame,
    generations: Annotated[Sequence[str], ColumnOf("numbers"), Entries(2), Differing()],
    *,
    time: NumberColumn = "year",
    own_speed: bool = False,
    level: Share = 0.95,
) -> TechnologyGenerations:
    r"""Fit Norton and Bass's model of successive generations jointly (1987, doi:10.1287/mnsc.33.9.1069).

    The stock in use of generation g is :math:`S_g=F_g(m_g+P_{g-1})(1-F_{g+1})`,
    :math:`P_g=F_g(m_g+P_{g-1})`, each F a Bass curve that begins in the period before the generation's first
    adoption. All generations share p and q unless `own_speed`; the sum of squares over all of them is
    minimised from several starts.

    Parameters
    ----------
    frame
        One row per period, equally spaced; stocks of 0 before a generation begins.
    generations
        Columns, oldest first; two or more.
    time
        Column of periods.
    own_speed
        Give each generation its own p and q (Islam & Meade 1997, doi:10.1016/S0040-1625(97)00030-9).
    level
        Of the profile intervals. Periods before a generation begins are no observations of it.

    Raises
    ------
    MeasureError
        If there are fewer than two generations, one is never in use, they do not begin one after the other,
        or the periods are too few, doubled or broken.
    """
    import pandas as pd

    names = tuple(generations)
    if len(names) < 2 or len(set(names)) < len(names):
        raise MeasureError.of("evolution.too_few_generations", names=names)
    count = 2 * len(names) if own_speed else 2
    why = note_of("evolution.rows_for_generations", n=count + len(names), g=len(names))
    read = [read_series(frame, name, time, at_least=count + 3, why=why, minimum=0.0) for name in names]
    first = _beginnings(names, [each.values for each in read])
    periods = np.arange(len(read[0]), dtype=np.float64)
    model = _Model(
        stocks=np.column_stack([each.values for each in read]),
        ages=np.column_stack([np.maximum(periods - start + 1, 0.0) for start in first]),
        own_speed=own_speed,
    )
    fit = least_squares_fit(model.residuals, model.starts())
    if fit is None:
        raise MeasureError.of("evolution.no_fit_of_generations")
    step = read[0].step
    table = _parameters(model, fit, names, step, level)
    fitted = pd.DataFrame(
        {
            column: values
            for place, name in enumerate(names)
            for column, values in (
                (name, model.stocks[:, place]),
                (f"{name} fitted", model.fitted(fit.estimates)[:, place]),
            )
        },
        index=pd.Index(read[0].times, name=time),
    )
    return TechnologyGenerations(
        parameters=table,
        fitted=fitted,
        overlap=_overlaps(model, fit, names, first),
        statistics={"n_obs": float(fit.n_obs), "rss": fit.rss, "n_optima": float(fit.n_optima)},
        notes=_notes(table, fit, level),
    )


@checked
def diffusion_overlap(earlier: DiffusionCurve, later: DiffusionCurve) -> float:
    r"""Return how far two waves of adoption overlap in time: :math:`\int\min(f_1,f_2)\,dt`, from 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> years = np.arange(1, 41.0)
    >>> frame = pd.DataFrame({"year": years, "a": adopted_share("logistic", years, (0.5, 12.0)),
    ...                       "b": adopted_share("logistic", years, (0.5, 28.0))})
    >>> from digimfg.evolution.diffusion import fit_diffusion
    >>> a, b = (fit_diffusion(frame, name, curve="logistic") for name in ("a", "b"))
    >>> round(diffusion_overlap(a, b), 4), round(diffusion_overlap(a, a), 4)
    (0.036, 1.0)
    """
    reach = []
    for curve in (earlier, later):
        turn = curve.statistics["inflection"]
        speed = max(float(curve.density([turn])[0]), 1e-12)
        reach.append((turn - 20 / speed, turn + 20 / speed))
        if curve.curve == "bass":
            reach[-1] = (curve.origin, reach[-1][1])
    return _integral_of_least(earlier.density, later.density, reach)


def _integral_of_least(first: Density, second: Density, reach: Sequence[tuple[float, float]]) -> float:
    from scipy.integrate import trapezoid

    grid = np.unique(np.concatenate([np.linspace(*ends, _POINTS) for ends in reach]))
    low, high = max(ends[0] for ends in reach), min(ends[1] for ends in reach)
    if low >= high:
        return 0.0
    grid = grid[(grid >= low) & (grid <= high)]
    return float(trapezoid(np.minimum(first(grid), second(grid)), grid))


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class _Model:
    """Stocks (T, G), ages since the period before each began, and coordinates: ln p, ln q (of each), ln m of
    each.
    """

    stocks: Floats
    ages: Floats
    own_speed: bool

    @property
    def n_speeds(self) -> int:
        return self.stocks.shape[1] if self.own_speed else 1

    def speeds(self, place: Floats) -> list[tuple[float, float]]:
        n = self.n_speeds
        values = np.exp(np.clip(place[: 2 * n], -50, 5))
        pairs = [(float(values[g]), float(values[n + g])) for g in range(n)]
        return pairs if self.own_speed else pairs * self.stocks.shape[1]

    def curves(self, place: Floats) -> Floats:
        pairs = self.speeds(place)
        return np.column_stack([adopted_share("bass", self.ages[:, g], pair) for g, pair in enumerate(pairs)])

    def parts(self, curves: Floats) -> Floats:
        """Return (T, G, G): the stock of g that a saturation of one of k gives; the model is linear in
        saturations.
        """
        n_periods, n = curves.shape
        parts = np.zeros((n_periods, n, n))
        carried = np.zeros((n_periods, n))
        for g in range(n):
            carried[:, g] += 1.0
            carried = carried * curves[:, [g]]
            leaving = 1 - curves[:, [g + 1]] if g + 1 < n else 1.0
            parts[:, g] = carried * leaving
        return parts

    def fitted(self, place: Floats) -> Floats:
        tops = np.exp(np.clip(place[2 * self.n_speeds :], -300, 300))
        return np.asarray(self.parts(self.curves(place)) @ tops)

    def residuals(self, place: Floats) -> Floats:
        """Return fitted less observed stocks; before a generation begins none could differ from zero."""
        return np.asarray((self.fitted(place) - self.stocks)[self.ages > 0])

    def starts(self) -> list[Floats]:
        from scipy.optimize import nnls

        ranked = []
        scale = max(float(self.stocks.max()), 1e-300)
        for p in np.geomspace(1e-4, 0.2, 9):
            for q in np.geomspace(0.05, 1.5, 11):
                speeds = np.log(np.repeat([p, q], self.n_speeds))
                parts = self.parts(self.curves(speeds))
                tops, norm = nnls(parts.reshape(-1, parts.shape[2]), self.stocks.ravel())
                ranked.append((norm, np.concatenate([speeds, np.log(np.maximum(tops, scale * 1e-6))])))
        ranked.sort(key=lambda each: each[0])
        return [place for _, place in ranked[:6]]


def _beginnings(names: Sequence[str], stocks: Sequence[Floats]) -> list[int]:
    first = []
    for name, values in zip(names, stocks, strict=True):
        used = np.flatnonzero(values > 0)
        if not len(used):
            raise MeasureError.of("evolution.generation_never_used", name=name)
        first.append(int(used[0]))
    if any(later <= earlier for earlier, later in pairwise(first)):
        raise MeasureError.of("evolution.generations_not_in_order", places=tuple(first))
    return first


def _parameters(
    model: _Model, fit: LeastSquaresFit, names: Sequence[str], step: float, level: float
) -> pd.DataFrame:
    import pandas as pd

    speeds = [f"{letter}[{name}]" for letter in "pq" for name in names] if model.own_speed else ["p", "q"]
    index = [*speeds, *(f"m[{name}]" for name in names)]
    rows = [
        positive_parameter(
            model.residuals, fit, place, level=level, scale=1 / step if place < len(speeds) else 1.0
        )
        for place in range(len(index))
    ]
    columns = ["estimate", "std_error", "conf_low", "conf_high"]
    return pd.DataFrame(rows, index=pd.Index(index, name="parameter"), columns=columns)


def _overlaps(
    model: _Model, fit: LeastSquaresFit, names: Sequence[str], first: Sequence[int]
) -> pd.DataFrame:
    import pandas as pd

    pairs = model.speeds(fit.estimates)

    def density(at: int) -> Density:
        return lambda times: adoption_density("bass", times - (first[at] - 1), pairs[at])

    def reach(at: int) -> tuple[float, float]:
        return first[at] - 1.0, first[at] + 40 / sum(pairs[at])

    rows = [
        _integral_of_least(density(g), density(g + 1), (reach(g), reach(g + 1)))
        for g in range(len(names) - 1)
    ]
    index = pd.MultiIndex.from_arrays([list(names[:-1]), list(names[1:])], names=["earlier", "later"])
    return pd.DataFrame({"overlap": rows}, index=index)


def _notes(table: pd.DataFrame, fit: LeastSquaresFit, level: float) -> tuple[Text, ...]:
    notes: list[Text] = []
    ends = table[["conf_low", "conf_high"]].to_numpy(dtype=np.float64)
    loose = tuple(
        str(name) for name, wide in zip(table.index, ~np.isfinite(ends).all(axis=1), strict=True) if wide
    )
    if loose:
        notes.append(note_of("evolution.diffusion_unbounded", names=loose, level=level))
    if fit.n_optima > 1:
        notes.append(note_of("evolution.several_optima", n=fit.n_optima))
    return tuple(notes)

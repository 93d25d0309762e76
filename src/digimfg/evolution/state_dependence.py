"""Whether yesterday's state itself holds units: a dynamic random-effects probit with its initial
conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.evolution.probit_effects import ProbitEffects, ProbitFit, fit_probit_effects
from digimfg.evolution.transition_rows import TransitionRows, transition_rows
from digimfg.kinds import AtLeast, AtMost, ColumnOf, Differing, Key, NumberColumn, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StateDependence", "state_dependence"]

Floats = NDArray[np.float64]


@checked
@shown(Text("State dependence", "状态依赖"))
@dataclass(frozen=True, kw_only=True, eq=False)
class StateDependence:
    """Hold a dynamic random-effects probit.

    Parameters
    ----------
    coefficients
        Index ``term``: ``lag``, with a moderator ``lag:moderator``, the regressors, then ``initial`` (state
        in the unit's first period), ``mean[x]`` and ``initial[x]``; columns ``estimate std_error statistic
        p_value conf_low conf_high``, errors clustered by unit.
    effects
        Average effect of yesterday's state on today's probability, at ``low mean high`` of the moderator
        (``mean`` alone without one): ``level effect std_error conf_low conf_high``; and ``raw``, the
        difference of shares in the data, state dependence and lasting differences between units mixed.
    probabilities
        Index ``(at, state)``, yesterday's state: ``probability std_error conf_low conf_high`` of today's, the
        two whose difference is the effect; intervals are those of its probit.
    statistics
        ``n_obs n_units log_likelihood sigma rho``: standard deviation of the unit effects and their share of
        the latent variance.
    level
        Of the intervals.
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    effects: pd.DataFrame
    probabilities: pd.DataFrame
    statistics: Mapping[str, float]
    level: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def state_dependence(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    regressors: Annotated[Sequence[str], ColumnOf("numbers"), Differing()] = (),
    *,
    entity: Key,
    time: Key,
    moderator: NumberColumn | None = None,
    time_effects: bool = True,
    nodes: Annotated[int, AtLeast(8), AtMost(64)] = 24,
    level: Share = 0.95,
) -> StateDependence:
    r"""Separate the hold of a state from lasting differences between units.

    :math:`P(y_{it}=1)=\Phi(\rho y_{i,t-1}+\delta y_{i,t-1}d_{it}+x_{it}'\beta+\alpha_0+\alpha_1y_{i0}+\bar
    x_i'\gamma+x_{i0}'\eta+\lambda_t+a_i)`, :math:`a_i\sim N(0,\sigma^2)`: the unit effect given the initial
    state and the regressors (Wooldridge 2005, doi:10.1002/jae.770; means over later periods and initial
    values apart, Rabe-Hesketh & Skrondal 2013, doi:10.1016/j.econlet.2013.05.004). A negative :math:`\delta`
    says that the moderator, digitalisation say, loosens the hold.

    Parameters
    ----------
    frame
        One row per unit and period. Of a unit with a gap only the periods before it are used, which a note
        says.
    outcome
        0 or 1: in the low class, an exporter, locked in.
    regressors
        Columns x.
    entity, time
        Key columns; time is counted by the calendar.
    moderator
        Column d, a regressor too.
    time_effects
        Period effects.
    nodes
        Of Gauss–Hermite quadrature over the unit effect.
    level
        Of the intervals.

    Raises
    ------
    MeasureError
        If the outcome is other than 0 and 1, values are missing, fewer than twenty units have three periods
        in a row, some move never happens, columns do not vary apart, or the likelihood has no top.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> effect, y = rng.normal(size=300), (rng.normal(size=300) > 0).astype(int)
    >>> rows = [pd.DataFrame({"unit": range(300), "year": 0, "low": y})]
    >>> for year in range(1, 7):
    ...     y = (0.8 * y - 0.4 + effect + rng.normal(size=300) > 0).astype(int)
    ...     rows.append(pd.DataFrame({"unit": range(300), "year": year, "low": y}))
    >>> found = state_dependence(pd.concat(rows), "low", entity="unit", time="year")
    >>> found.coefficients.loc["lag", ["conf_low", "conf_high"]].astype(float).round(1).tolist()
    [0.7, 1.1]
    """
    columns = tuple(dict.fromkeys([*regressors, *([moderator] if moderator else [])]))
    rows = transition_rows(frame, outcome, columns, entity, time)
    names, design = _design(rows, columns, moderator, time_effects)
    model = ProbitEffects(outcome=rows.now, design=design, unit=rows.unit, nodes=nodes)
    fit = fit_probit_effects(model)
    if fit is None:
        raise _no_top(outcome)
    shown_names = [name for name in names if not name.startswith("period")]
    effects, probabilities = _effects(rows, model, fit, names, moderator, level)
    return StateDependence(
        coefficients=_coefficients(fit, names, shown_names, level),
        effects=effects,
        probabilities=probabilities,
        statistics={
            "n_obs": float(len(rows.now)),
            "n_units": float(rows.unit.max() + 1),
            "log_likelihood": fit.log_likelihood,
            "sigma": fit.sigma,
            "rho": fit.sigma**2 / (1 + fit.sigma**2),
        },
        level=level,
        notes=(*rows.notes, *_notes(int(rows.unit.max()) + 1)),
    )


def _design(
    rows: TransitionRows, columns: tuple[str, ...], moderator: str | None, time_effects: bool
) -> tuple[list[str], Floats]:
    parts: dict[str, Floats] = {"constant": np.ones(len(rows.now)), "lag": rows.before}
    if moderator is not None:
        parts[f"lag:{moderator}"] = rows.before * rows.values[moderator]
    parts |= {name: rows.values[name] for name in columns}
    parts["initial"] = rows.initial
    counts = np.bincount(rows.unit)
    for name in columns:
        mean = (np.bincount(rows.unit, weights=rows.values[name]) / counts)[rows.unit]
        parts[f"mean[{name}]"], parts[f"initial[{name}]"] = mean, rows.initial_values[name]
    for name in columns:  # what does not change over time is its own mean and initial value
        apart = max(
            float(np.abs(parts[name] - parts[f"mean[{name}]"]).max()),
            float(np.abs(parts[name] - parts[f"initial[{name}]"]).max()),
        )
        if apart <= 1e-10 * max(float(np.abs(parts[name]).max()), 1e-300):
            del parts[f"mean[{name}]"], parts[f"initial[{name}]"]
    if time_effects:
        for place in np.unique(rows.period)[1:]:
            parts[f"period {place}"] = (rows.period == place).astype(np.float64)
    design = np.column_stack(list(parts.values()))
    scaled = design / np.maximum(np.abs(design).max(axis=0), 1e-300)
    _, sizes, directions = np.linalg.svd(scaled, full_matrices=False)
    idle = directions[sizes <= 1e-8 * np.sqrt(len(design))]
    if len(idle):
        in_it = {name for name, part in zip(parts, np.abs(idle).max(axis=0), strict=True) if part > 1e-6}
        names: list[Text | str] = [
            name for name in columns if in_it & {name, f"lag:{name}", f"mean[{name}]", f"initial[{name}]"}
        ]
        if "initial" in in_it:
            names.append(Text("the initial state", "初始状态"))
        raise MeasureError.of("evolution.columns_collinear", names=names)
    return list(parts), design


def _coefficients(fit: ProbitFit, names: list[str], shown_names: list[str], level: float) -> pd.DataFrame:
    import pandas as pd
    from scipy.stats import norm

    errors = np.sqrt(np.diag(fit.covariance))[:-1]
    reach = float(norm.ppf((1 + level) / 2))
    table = pd.DataFrame(
        {
            "estimate": fit.coefficients,
            "std_error": errors,
            "statistic": fit.coefficients / errors,
            "p_value": 2 * norm.sf(np.abs(fit.coefficients / errors)),
            "conf_low": fit.coefficients - reach * errors,
            "conf_high": fit.coefficients + reach * errors,
        },
        index=pd.Index(names, name="term"),
    ).loc[shown_names]
    return table.loc[[*(name for name in shown_names if name != "constant"), "constant"]]


def _effects(
    rows: TransitionRows,
    model: ProbitEffects,
    fit: ProbitFit,
    names: list[str],
    moderator: str | None,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the effect of yesterday's state and the two probabilities it is the difference of."""
    import pandas as pd
    from scipy.stats import norm

    reach = float(norm.ppf((1 + level) / 2))
    levels = {"mean": np.nan}
    if moderator is not None:
        values = rows.values[moderator]
        spread = float(values.std(ddof=1))
        levels = {
            "low": float(values.mean()) - spread,
            "mean": float(values.mean()),
            "high": float(values.mean()) + spread,
        }
    found, chances = {}, {}
    for name, at in levels.items():
        means = []
        for state in (0, 1):
            design = model.design.copy()
            design[:, names.index("lag")] = state
            if moderator is not None:
                design[:, names.index(moderator)] = at
                design[:, names.index(f"lag:{moderator}")] = state * at
            chance, slope = _probability(design, fit)
            means.append((chance, slope))
            chances[name, state] = (chance, *_chance_ends(chance, slope, fit, reach))
        effect, slope = means[1][0] - means[0][0], means[1][1] - means[0][1]
        error = float(np.sqrt(slope @ fit.covariance @ slope))
        found[name] = (at, effect, error, effect - reach * error, effect + reach * error)
    raw = float(rows.now[rows.before == 1].mean() - rows.now[rows.before == 0].mean())
    found["raw"] = (np.nan, raw, np.nan, np.nan, np.nan)
    columns = ["level", "effect", "std_error", "conf_low", "conf_high"]
    return (
        pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("at"),
        pd.DataFrame(
            list(chances.values()),
            index=pd.MultiIndex.from_tuples(list(chances), names=["at", "state"]),
            columns=["probability", *columns[2:]],
        ),
    )


def _probability(design: Floats, fit: ProbitFit) -> tuple[float, Floats]:
    """Return the mean probability, unit effects integrated out, and its gradient in (b, ln σ)."""
    from scipy.stats import norm

    shrink = 1 / np.sqrt(1 + fit.sigma**2)
    index = design @ fit.coefficients * shrink
    density = norm.pdf(index)
    slope = np.append(
        shrink * (density @ design) / len(design),
        -float((density * index).mean()) * fit.sigma**2 * shrink**2,
    )
    return float(norm.cdf(index).mean()), slope


def _chance_ends(chance: float, slope: Floats, fit: ProbitFit, reach: float) -> tuple[float, float, float]:
    """Return the error of a probability and the ends of its interval, between 0 and 1."""
    from scipy.stats import norm

    error = float(np.sqrt(slope @ fit.covariance @ slope))
    place = float(norm.ppf(chance))
    half = reach * error / float(norm.pdf(place))
    return error, float(norm.cdf(place - half)), float(norm.cdf(place + half))


def _no_top(outcome: str) -> MeasureError:
    return MeasureError.of("evolution.likelihood_without_top", outcome=outcome)


def _notes(n_units: int) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("evolution.assumption")]
    if n_units < 50:
        notes.append(note_of("evolution.few_units_clustered", n=n_units))
    return tuple(notes)

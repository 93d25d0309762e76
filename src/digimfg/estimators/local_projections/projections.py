"""Local projections on panels: the answer of an outcome to an impulse, one regression for each period after
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.estimators.local_projections.columns import Response, projected_equation, projection_columns
from digimfg.estimators.local_projections.regressions import (
    Correction,
    Projection,
    projected,
    simultaneous_band,
)
from digimfg.inference.few_groups import GroupMethod, few_groups_note
from digimfg.kinds import AtLeast, AtMost, Seed, Share, StoredFrame
from digimfg.known_sizes import size_notes
from digimfg.labels import term_label
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.ordered_index import ordered_index
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["LocalProjections", "local_projections"]

_SHORT = 30
_COLUMNS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]


@checked
@shown(Text("Local projections", "局部投影"))
@dataclass(frozen=True, kw_only=True, eq=False)
class LocalProjections:
    """Hold how an outcome answers to an impulse.

    Parameters
    ----------
    responses
        Index ``horizon``, with a state ``(state, horizon)`` (``low``: state 0, ``high``: state 1,
        ``difference``); negative horizons are leads. Columns ``estimate std_error statistic p_value conf_low
        conf_high`` of each period, ``band_low band_high`` of all periods from 0 on (of all leads) at once,
        ``n_obs n_clusters``.
    outcome, impulse, state
        Terms; ``state`` is empty without one.
    response
        What follows: ``"level"``, ``"change"`` or ``"cumulative"``.
    statistics
        ``horizon leads lags level draws seed periods`` (mean number of periods of a unit in the first
        regression) and joint p values by simultaneous tests: ``sup_t_p`` that no response from 0 on differs
        from zero, ``sup_t_leads_p``, ``sup_t_difference_p``.
    notes
        What a reader must know.
    """

    responses: pd.DataFrame
    outcome: str
    impulse: str
    state: str
    response: Response
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def local_projections(
    specification: Specification,
    frame: StoredFrame,
    *,
    impulse: str | None = None,
    horizon: Annotated[int, AtLeast(0), AtMost(100)] = 5,
    leads: Annotated[int, AtLeast(0), AtMost(100)] = 0,
    lags: Annotated[int, AtLeast(0), AtMost(20)] = 1,
    response: Response = "level",
    state: str | None = None,
    correction: Correction = "none",
    draws: Annotated[int, AtLeast(99), AtMost(10_000_000)] = 9_999,
    level: Share = 0.95,
    seed: Seed = 0,
) -> LocalProjections:
    r"""Regress what follows on an impulse, period by period.

    .. math:: y_{i,t+h} = \beta_hx_{it} + \sum_{s=1}^p(\gamma_{hs}y_{i,t-s} + \delta_{hs}x_{i,t-s}) +
        w_{it}'\theta_h + \mu_{ih} + \lambda_{th} +
       e_{i,t+h}

    (Jordà 2005, doi:10.1257/0002828053828518). Errors overlap between periods and are those of the
    specification, clustered; one lag more than the process needs makes them honest also where the data are
    persistent (Montiel Olea and Plagborg-Møller 2021, doi:10.3982/ECTA18756).

    Parameters
    ----------
    specification
        Outcome y, regressors and controls w, effects, clusters, sample, weights; least squares.
    frame
        One row per unit and period; leads and lags are counted on the calendar, also beyond the rows of the
        sample.
    impulse
        Which regressor x is; by default the first. The others are controls.
    horizon
        Last period after the impulse.
    leads
        Periods before: :math:`y_{i,t-k}` on :math:`x_{it}`, given :math:`x_{i,t-k}` and all lags before t -
        k. They are zero unless past outcomes move the impulse or outcomes foresee it.
    lags
        p, of outcome and impulse.
    response
        ``"level"``: :math:`y_{t+h}`; ``"change"``: :math:`y_{t+h}-y_{t-1}`; ``"cumulative"``:
        :math:`\sum_{j\le h}y_{t+j}`.
    state
        Term between 0 and 1, a regime or its probability, best of an earlier period (``"L.high_income"``):
        impulse and lags have slopes of their own where it is 0 and where it is 1. They are the responses to
        an impulse of any size only where impulse and outcome do not move the state (Gonçalves, Herrera,
        Kilian and Pesavento 2024, doi:10.1016/j.jeconom.2024.105702).
    correction
        ``"split_panel"`` takes off the leading part of the bias of few periods by estimates of both halves
        of the periods, :math:`2\hat\beta-\tfrac12(\hat\beta_1+\hat\beta_2)` (Dhaene and Jochmans 2015,
        doi:10.1093/restud/rdv007).
    draws, level, seed
        Of the simultaneous band: the largest of correlated t statistics (Montiel Olea and Plagborg-Møller
        2019, doi:10.1002/jae.2656).

    Notes
    -----
    With unit effects absorbed and T periods, estimates are biased by an order of 1/T that grows with the
    horizon; a note says so below 30 periods.

    Raises
    ------
    SpecificationError
        If there is no entity or time, errors are not clustered, the estimator is not least squares, or a
        term is unknown or of several columns.
    EstimationError
        If a horizon has no rows left, or a state lies outside [0, 1] or does not vary.

    Examples
    --------
    >>> import numpy as np, pandas as pd, digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(60, 40))
    >>> y = np.zeros((60, 40))
    >>> for t in range(1, 40):
    ...     y[:, t] = 0.5 * y[:, t - 1] + x[:, t] + 0.1 * rng.normal(size=60)
    >>> frame = pd.DataFrame({"id": np.repeat(range(60), 40), "year": np.tile(range(40), 60), "x": x.ravel(),
    ...     "y": y.ravel()})
    >>> spec = dm.Specification("y", "x", entity="id", time="year", fixed_effects=("id", "year"))
    >>> local_projections(spec, frame, horizon=2).responses["estimate"].round(1).tolist()
    [1.0, 0.5, 0.2]
    """
    import pandas as pd

    chosen, cluster = projected_equation(specification, impulse)
    build_design(specification, frame)  # refuses what no horizon can use, under the names given
    columns = projection_columns(
        specification,
        frame,
        chosen,
        horizon=horizon,
        leads=leads,
        lags=lags,
        response=response,
        state=state,
        cluster=cluster,
    )
    found = {place: projected(columns, place, correction, level) for place in range(-leads, horizon + 1)}
    names = tuple(found[0].rows)
    rows, joint = {}, {}
    for name in names:
        for part, places in (("leads", range(-leads, 0)), ("", range(horizon + 1))):
            if not places:
                continue
            parts = [found[place].rows[name] for place in places]
            factor, p_value = simultaneous_band(parts, draws, level, seed)
            joint[name, part] = p_value
            for place, each in zip(places, parts, strict=True):
                half = factor * each.values["std_error"]
                rows[name, place] = [
                    *(each.values[column] for column in _COLUMNS),
                    each.values["estimate"] - half,
                    each.values["estimate"] + half,
                    float(found[place].n_obs),
                    float(found[place].n_clusters),
                ]
    order = [(name, place) for name in names for place in range(-leads, horizon + 1)]
    index = ordered_index(order, ("state", "horizon"), (names, range(-leads, horizon + 1)))
    table = pd.DataFrame(
        [rows[key] for key in order],
        index=index,
        columns=[*_COLUMNS, "band_low", "band_high", "n_obs", "n_clusters"],
    )
    if state is None:
        table = table.droplevel("state")
    first = found[0]
    tests = {"sup_t_p": joint[names[0], ""]}
    if leads:
        tests["sup_t_leads_p"] = joint[names[0], "leads"]
    if state is not None:
        tests["sup_t_difference_p"] = joint["difference", ""]
    return LocalProjections(
        responses=table,
        outcome=specification.outcome,
        impulse=chosen,
        state=state or "",
        response=response,
        statistics={
            "horizon": float(horizon),
            "leads": float(leads),
            "lags": float(lags),
            "level": level,
            "draws": float(draws),
            "seed": float(seed),
            "periods": first.n_obs / first.n_entities,
            **tests,
        },
        notes=tuple(
            _notes(
                specification,
                chosen,
                found,
                state=state,
                lags=lags,
                correction=correction,
                draws=draws,
                seed=seed,
            )
        ),
    )


def _regime_notes(correction: Correction, first: Projection, periods: float) -> list[Text]:
    """Return what is known of responses by state: whom they hold for, and how far few periods bend them."""
    split = correction == "split_panel"
    case = "projections by regime, split panel" if split else "projections by regime"
    difference = Text("the difference between states one period later", "一期之后的状态间差异")
    instead = (
        Text("compare a panel VAR", "请与面板VAR比较")
        if split
        else Text(
            "correction='split_panel' takes off most of this bias of few periods",
            "correction='split_panel' 可消去这一短时期偏误的大部分",
        )
    )
    return [
        note_of("local_projections.state"),
        *size_notes({case: difference}, first.n_entities, periods, instead),
    ]


def _notes(
    specification: Specification,
    impulse: str,
    found: Mapping[int, Projection],
    *,
    state: str | None,
    lags: int,
    correction: Correction,
    draws: int,
    seed: int,
) -> list[Text]:
    first, last = found[0], found[max(found)]
    notes: list[Text] = [
        note_of("local_projections.rows", lags=lags, most=first.n_obs, least=last.n_obs),
        note_of("local_projections.bands", n=draws, seed=seed),
    ]
    if not lags:
        notes.append(note_of("local_projections.no_lags"))
    periods = first.n_obs / first.n_entities
    absorbed = specification.entity in specification.fixed_effects
    if absorbed and periods < _SHORT and correction == "none":
        notes.append(note_of("local_projections.few_periods", periods=periods, impulse=term_label(impulse)))
    if state is not None:
        notes += _regime_notes(correction, first, periods)
    if correction == "split_panel":
        notes.append(note_of("local_projections.corrected"))
    rule = specification.covariance.small_sample
    method: GroupMethod = "cr2" if rule == "cr2" else "cv3" if rule == "cv3" else "clustered"
    return [*notes, *few_groups_note(method, first.n_clusters)]

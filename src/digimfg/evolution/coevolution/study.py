"""Co-evolution of subsystems in a panel: coupled indices, who leads whom, and what reaches each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.estimators.panel_var.decomposition import VarianceDecomposition
from digimfg.estimators.panel_var.fit import PanelVARFit
from digimfg.evolution.coevolution.indices import coupled_indices
from digimfg.evolution.coevolution.leading import Leading, leading_subsystems
from digimfg.evolution.coevolution.transmission import Transmission, transmitted
from digimfg.kinds import AtLeast, AtMost, Entries, Key, Seed, Share
from digimfg.marks import keeps_marks
from digimfg.measures.index_definition import IndexDefinition
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.terms import columns_of, parse_term
from digimfg.text import Text

__all__ = ["CoEvolution", "coevolution"]


@checked
@shown(Text("Co-evolution", "协同演化"), first="strengths")
@dataclass(frozen=True, kw_only=True, eq=False)
class CoEvolution:
    """Hold how subsystems evolve together and what follows.

    Parameters
    ----------
    indices
        Keys, one index in [0, 1] per subsystem, ``coupling development coordination`` of all and the
        ``synergy`` of each period's change.
    leads
        Index ``(leader, follower)``; that the leader's past helps to predict the follower: ``var_statistic
        var_p var_q`` (Wald test in the panel VAR; Benjamini and Hochberg's q over all pairs),
        ``variance_share`` (of the follower's forecast variance at the horizon), ``dh_statistic dh_p``
        (Dumitrescu and Hurlin), ``projection projection_p`` (response after one period by local projection).
    strengths
        Index ``(start, end)``; standardised strength of every arrow ``estimate conf_low conf_high p_value``:
        between subsystems the responses of periods 1 to the horizon summed, per standard deviation of
        shocks; to ``coevolution`` and from it to the outcomes the standardised slope within units and
        periods.
    transmission
        Index ``(equation, term)``; slopes of each outcome on the lagged indices beside the base, clustered
        by unit: ``estimate std_error statistic p_value conf_low conf_high n_obs``.
    tests
        Index ``test``; cross-equation tests ``statistic df_numerator df_denominator p_value``, and
        ``delta_r2_within``, what the indices add to the base in an equation.
    var, decomposition
        The panel VAR of the indices and its decomposition of variance.
    statistics
        ``n_obs n_entities horizon draws level seed max_modulus hansen_p``.
    notes
        What a reader must know.
    """

    indices: pd.DataFrame
    leads: pd.DataFrame
    strengths: pd.DataFrame
    transmission: pd.DataFrame
    tests: pd.DataFrame
    var: PanelVARFit
    decomposition: VarianceDecomposition
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
def coevolution(
    frame: pd.DataFrame,
    subsystems: Annotated[tuple[IndexDefinition, ...], Entries(2, 6)],
    *,
    entity: Key,
    time: Key,
    outcomes: Mapping[str, str] | None = None,
    base: tuple[str, ...] = (),
    lags: Annotated[int, AtLeast(1), AtMost(5)] = 1,
    last_lag: Annotated[int, AtLeast(2)] | None = 4,
    horizon: Annotated[int, AtLeast(1), AtMost(50)] = 5,
    draws: Annotated[int, AtLeast(19), AtMost(10_000_000)] = 499,
    level: Share = 0.95,
    seed: Seed = 0,
) -> CoEvolution:
    r"""Measure how subsystems evolve together, who leads, and what reaches outcomes of several levels.

    1. One composite index per subsystem from its declared indicators; coupling, coordination and synergy of
      all.
    2. Who leads: a panel VAR of the indices less their period means (GMM on forward orthogonal deviations,
      two steps, collapsed
       instruments), Dumitrescu and Hurlin's test, local projections with unit and period effects.
    3. Transmission: :math:`y^\ell_{it}=\sum_k\beta^\ell_ku_{k,i,t-1}+b_{it}'\gamma^\ell+\mu_i+\lambda_t+e`
      for each outcome, errors clustered by
       unit over all equations at once: do the indices add to the base in one equation, in any, and alike in
       all?

    Parameters
    ----------
    frame
        One row per unit and period, indicators complete.
    subsystems
        Declared indices, two or more; names such as ``technology``, ``structure``, ``institution``, in the
        order in which orthogonal shocks enter the decomposition of variance.
    entity, time
        Key columns.
    outcomes
        Level → column: ``{"firm": "tfp", "industry": "advancement", "economy": "log_gdp"}``; none for steps
        1 and 2 alone.
    base
        Terms that each outcome depends on anyway, such as digitalisation alone.
    lags, last_lag
        Of the panel VAR; deepest lag of its instruments.
    horizon
        Of responses, decompositions and projections.
    draws, level, seed
        Of the cluster bootstrap and of intervals.

    Raises
    ------
    MeasureError
        If names repeat or clash with columns, or an index cannot be made.
    EstimationError
        If the panel is too short or too small, see `fit_panel_var`.

    Examples
    --------
    >>> import numpy as np, digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> u = np.zeros((60, 16, 3))
    >>> for t in range(1, 16):
    ...     u[:, t] = u[:, t - 1] @ np.array([[0.5, 0.4, 0.0], [0.0, 0.4, 0.3], [0.0, 0.0,
    ...     0.4]]) + rng.normal(size=(60, 3))
    >>> frame = pd.DataFrame({"id": np.repeat(range(60), 16), "year": np.tile(range(16), 60)})
    >>> frame[["patents", "services", "market"]] = u.reshape(-1, 3)
    >>> systems = tuple(dm.IndexDefinition(name, (dm.Indicator(column),), weighting="equal")
    ...                 for name, column in (("technology", "patents"), ("structure", "services"),
    ...     ("institution", "market")))
    >>> found = coevolution(frame, systems, entity="id", time="year", draws=49)
    >>> bool(found.leads.loc[("technology", "structure"), "var_p"] < 0.01)
    True
    """
    named = dict(outcomes or {})
    _check_names(frame, subsystems, named, (entity, time))
    columns = (
        entity,
        time,
        *(leaf.column for each in subsystems for leaf in each.indicators()),
        *named.values(),
        *(column for term in base for column in columns_of(parse_term(term, frame.columns))),
    )
    return _study(
        frame, columns, subsystems, entity, time, named, base, lags, last_lag, horizon, draws, level, seed
    )


@keeps_marks
def _study(
    frame: pd.DataFrame,
    columns: tuple[str, ...],
    subsystems: tuple[IndexDefinition, ...],
    entity: str,
    time: str,
    outcomes: Mapping[str, str],
    base: tuple[str, ...],
    lags: int,
    last_lag: int | None,
    horizon: int,
    draws: int,
    level: float,
    seed: int,
) -> CoEvolution:
    del columns  # whose marks the answer keeps
    ordered = frame.sort_values([entity, time], kind="stable", ignore_index=True)
    names = tuple(each.name for each in subsystems)
    indices, index_notes = coupled_indices(ordered, subsystems, entity, time)
    leading = leading_subsystems(
        indices, names, entity, time,
        lags=lags, last_lag=last_lag, horizon=horizon, draws=draws, level=level, seed=seed,
    )  # fmt: skip
    whole = ordered.assign(**{name: indices[name] for name in (*names, "coordination")})
    reached = transmitted(
        whole, names, entity, time,
        outcomes=outcomes, base=base, lags=lags, last_lag=last_lag, horizon=horizon, draws=draws, level=level,
        seed=seed,
    )  # fmt: skip
    fit = leading.fit
    return CoEvolution(
        indices=indices,
        leads=leading.table,
        strengths=pd.concat([leading.strengths, reached.strengths]),
        transmission=reached.table,
        tests=reached.tests,
        var=fit,
        decomposition=leading.decomposition,
        statistics={
            **{name: fit.statistics[name] for name in ("n_obs", "n_entities", "max_modulus", "hansen_p")},
            "horizon": float(horizon),
            "draws": float(draws),
            "level": level,
            "seed": float(seed),
        },
        notes=tuple(dict.fromkeys((*index_notes, *_notes(leading, reached)))),
    )


def _notes(leading: Leading, reached: Transmission) -> tuple[Text, ...]:
    return (
        note_of("evolution.leads"),
        *leading.notes,
        *reached.notes,
    )


def _check_names(
    frame: pd.DataFrame,
    subsystems: tuple[IndexDefinition, ...],
    outcomes: Mapping[str, str],
    keys: tuple[str, str],
) -> None:
    """Raise where names of subsystems or levels repeat, or would hide a column."""
    names = [each.name for each in subsystems] + [*outcomes]
    made = ("coupling", "development", "coordination", "synergy", "coevolution")
    twice = sorted({name for name in names if names.count(name) > 1 or name in (*made, *keys)})
    if twice:
        raise MeasureError.of("evolution.subsystem_names_not_unique", made=made, names=twice)
    hidden = [each.name for each in subsystems if each.name in frame.columns]
    if hidden:
        raise MeasureError.of("evolution.subsystem_name_is_column", names=hidden)

"""Grouped fixed effects: units share paths over time with the others of their group, and groups are found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.errors import EstimationError
from digimfg.estimators.heterogeneous.averages import dependence_left
from digimfg.estimators.heterogeneous.grouped_errors import few_periods_covariance
from digimfg.estimators.heterogeneous.grouped_fit import (
    Grouped,
    fit_groups,
    gaps_to_groups,
    less_group_means,
)
from digimfg.estimators.heterogeneous.unit_rows import UnitRows, demeaned, unit_rows
from digimfg.estimators.panel_rows import effects_of, finish
from digimfg.estimators.threshold.covariance import panel_covariance
from digimfg.kinds import Count, Seed
from digimfg.notes import note_of
from digimfg.specification import Estimator, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["GroupedEffects"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class GroupedEffects(Estimator):
    r"""Find groups of units that share a path of effects over time (Bonhomme and Manresa 2015,
    doi:10.3982/ECTA11319).

    .. math:: y_{it}=x_{it}'\theta+\alpha_{g_it}+v_{it},\qquad
       \min_{\theta,\alpha,g}\sum_{it}(y_{it}-x_{it}'\theta-\alpha_{g_it})^2

    Groups, their paths and slopes are estimated together. Effects of periods lie within the paths. With the
    units in ``fixed_effects``, levels are first freed of unit means (balanced panels).

    Parameters
    ----------
    groups
        How many; ``None`` takes the least
        :math:`BIC(G)=\hat Q_G/n+\hat\sigma^2\,n^{-1}\ln(n)\,(GT+N+k)`, :math:`\hat\sigma^2` from
        `max_groups`.
    max_groups
        Most that the criterion may choose.
    errors
        ``"groups_known"``: those of the specification's covariance with the groups as found, for many
        periods. ``"few_periods"``: clustered by unit, allowing for units in the wrong group.
    starts, seed
        The sum of squares has many minima: random groups from which it descends, then neighbours of the
        best.

    Notes
    -----
    Tables: ``groups`` (of each unit, with its distance to its own and to the next group), ``paths`` (by
    period and group), ``selection`` (by number of groups). Groups are numbered from the highest mean path.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.GroupedEffects(groups=2))
    >>> dm.estimate(spec, frame).tables["paths"].shape
    (20, 2)
    """

    groups: Count | None = None
    max_groups: Count = 6
    errors: Literal["groups_known", "few_periods"] = "groups_known"
    starts: Count = 50
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Grouped fixed effects", "分组固定效应（GFE）")

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated; ``None`` for those of the covariance."""
        del covariance
        if self.errors == "groups_known":
            return None
        return Text(
            "standard errors clustered by unit, groups estimated (few periods)",
            "按个体聚类的标准误，已计入分组的估计误差（固定期数）",
        )

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Return the periods, within whose effects groups differ, and the declared fixed effects."""
        time = () if specification.time is None else (specification.time,)
        return tuple(dict.fromkeys((*specification.fixed_effects, *time)))

    def fit(self, design: Design) -> Result:
        """Find groups and estimate.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, or fixed effects of other columns.
        EstimationError
            If there are more groups than units or parameters than rows, unit effects on an unbalanced panel,
            or regressors that do not vary within groups and periods.
        """
        rows = unit_rows(design, self.label)
        if effects_of(design) in ("entity", "twoways"):
            rows = _within(self, rows)
        wanted = self.max_groups if self.groups is None else self.groups
        _check_groups(self, rows, wanted)
        numbers = range(1, wanted + 1) if self.groups is None else (wanted,)
        found = {number: fit_groups(rows, number, self.starts, self.seed) for number in numbers}
        selection = _selection(rows, found)
        chosen = list(found)[int(np.argmin(selection["bic"].to_numpy()))] if self.groups is None else wanted
        return _result(self, design, rows, found[chosen], selection)


def _within(options: GroupedEffects, rows: UnitRows) -> UnitRows:
    seen = rows.used.any(axis=0)
    if not rows.used[:, seen].all():
        raise EstimationError.of(
            "heterogeneous.grouped_needs_balanced",
            where=options.label,
            n=int((~rows.used[:, seen].all(axis=1)).sum()),
        )
    near = demeaned(np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2), rows.used)
    return replace(rows, outcome=near[:, :, 0], regressors=near[:, :, 1:])


def _check_groups(options: GroupedEffects, rows: UnitRows, wanted: int) -> None:
    units, n = len(rows.units), int(rows.used.sum())
    most = min(units - 1, (n - units - len(rows.terms) - 1) // rows.n_periods)
    if wanted <= most:
        return
    name = "groups" if options.groups is not None else "max_groups"
    raise EstimationError.of("heterogeneous.number_of_groups", got=str(wanted), name=name, most=max(most, 0))


def _selection(rows: UnitRows, found: dict[int, Grouped]) -> pd.DataFrame:
    n, units, k = int(rows.used.sum()), len(rows.units), len(rows.terms)
    most = max(found)
    variance = found[most].sum_of_squares / (n - most * rows.n_periods - units - k)
    table = [
        {
            "sum_of_squares": each.sum_of_squares,
            "bic": each.sum_of_squares / n + variance * (number * rows.n_periods + units + k) * np.log(n) / n,
            "n_starts": float(each.starts),
            "starts_agreeing": float(each.agreeing),
        }
        for number, each in found.items()
    ]
    return pd.DataFrame(table, index=pd.Index(list(found), name="n_groups"))


def _result(
    options: GroupedEffects, design: Design, rows: UnitRows, found: Grouped, selection: pd.DataFrame
) -> Result:
    count, units = len(found.paths), len(rows.units)
    stacked = np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2)
    near = less_group_means(stacked, rows.used, found.group, count)[0]
    columns = near[:, :, 1:][rows.unit, rows.place]
    _check_columns(options, rows, columns)
    residuals = near[:, :, 0] - near[:, :, 1:] @ found.slopes
    notes = _notes(
        rows,
        found,
        most=options.max_groups if options.groups is None else None,
        known=options.errors == "groups_known",
    )
    specification = design.specification
    assert design.time_values is not None  # noqa: S101
    assert design.time is not None  # noqa: S101
    cells = found.group[rows.unit] * (int(rows.place.max()) + 1) + rows.place
    effects = {"group and period": np.unique(cells, return_inverse=True)[1].astype(np.int64)}
    if specification.entity in specification.fixed_effects:
        effects[str(specification.entity)] = rows.unit
    covariance, df, counts, more = panel_covariance(
        design, columns, residuals[rows.unit, rows.place], np.arange(len(columns)), names=rows.terms,
        effects=effects,
    )  # fmt: skip
    if options.errors == "few_periods":
        other = few_periods_covariance(rows, found)
        if other is None:
            raise EstimationError.of("heterogeneous.groups_too_close", where=options.label)
        covariance, df, counts, more = other, units - 1.0, {}, ()
    shown = dict(zip(rows.place.tolist(), np.asarray(design.time_values)[design.time].tolist(), strict=True))
    places = sorted(shown)
    left = np.where(rows.used, rows.outcome - rows.regressors @ found.slopes, 0.0)
    gaps = np.sort(gaps_to_groups(left, rows.used, found.paths), axis=1)
    return finish(
        design,
        names=rows.terms,
        estimates=found.slopes,
        covariance=covariance,
        df_resid=df if np.isfinite(df) else None,
        statistics={
            "n_obs": float(rows.used.sum()),
            "n_entities": float(units),
            "n_periods": float(rows.n_periods),
            "n_groups": float(count),
            "sum_of_squares": found.sum_of_squares,
            "bic": float(selection["bic"].to_numpy()[list(selection.index).index(count)]),
            "n_starts": float(found.starts),
            "starts_agreeing": float(found.agreeing),
            **counts,
            **dependence_left(residuals, rows),
        },
        notes=(*more, *notes),
        tables={
            "groups": pd.DataFrame(
                {
                    "group": found.group + 1,
                    "distance": np.sqrt(np.maximum(gaps[:, 0], 0.0)),
                    "distance_next": np.sqrt(np.maximum(gaps[:, 1], 0.0)) if count > 1 else np.nan,
                },
                index=pd.Index(rows.units, name=str(specification.entity)),
            ),
            "paths": pd.DataFrame(
                found.paths[:, places].T,
                index=pd.Index([shown[place] for place in places], name=str(specification.time)),
                columns=[f"group {number}" for number in range(1, count + 1)],
            ),
            "selection": selection,
        },
    )


def _check_columns(options: GroupedEffects, rows: UnitRows, columns: Floats) -> None:
    whole = np.sqrt(np.square(rows.regressors).sum(axis=(0, 1)))
    length = np.linalg.norm(columns, axis=0)
    still = length <= 1e-9 * whole
    if not still.any() and np.linalg.svd(columns / length, compute_uv=False)[-1] > 1e-7:
        return
    raise EstimationError.of(
        "heterogeneous.regressors_collinear_in_groups",
        where=options.label,
        terms=[term for term, flag in zip(rows.terms, still, strict=True) if flag] or list(rows.terms),
    )


def _notes(rows: UnitRows, found: Grouped, *, most: int | None, known: bool) -> list[Text]:
    """Return the notes.

    Parameters
    ----------
    most
        Groups that the criterion could choose, ``None`` where it did not.
    known
        Whether errors take the groups as known.
    """
    count = len(found.paths)
    sizes = np.bincount(found.group, minlength=count)
    notes: list[Text] = [
        note_of(
            "heterogeneous.groups",
            listed=note_of("phrases.parted_by_semicolons", map=map(str, sizes.tolist())),
        )
    ]
    if most is not None:
        notes.append(note_of("heterogeneous.n_groups", count=count, most=most))
        if count == most:
            notes.append(note_of("heterogeneous.groups_at_bound"))
    if int(sizes.min()) < max(2, 0.03 * len(rows.units)) and count > 1:
        notes.append(note_of("heterogeneous.small_group", n=int(sizes.min())))
    if known and rows.n_periods < 15 and count > 1:
        notes.append(note_of("heterogeneous.groups_known", periods=rows.n_periods))
    if found.agreeing < found.starts:
        notes.append(note_of("phrases.starts_of_least_squares", agreeing=found.agreeing, starts=found.starts))
    return notes

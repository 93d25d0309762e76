"""The checks that referees ask for, as data: what each changes, and the list that every panel can answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, DriscollKraay, Robust
from digimfg.errors import SpecificationError
from digimfg.filled import used_filled_columns
from digimfg.kinds import Above, AtLeast, AtMost, Below, Draws, Label, Seed, StoredFrame, Whole
from digimfg.labels import term_label, value_labels
from digimfg.notes import note_of
from digimfg.sample_phrase import sample_phrase
from digimfg.specification import Estimator
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.sample import sample_rows
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["RobustnessCheck", "standard_checks"]

Kind = Literal["estimate", "placebo", "leave_one_out", "oster"]

MEASURES = Text("Other measures", "更换变量度量")
TIMING = Text("Timing", "滞后处理")
VALUES = Text("Outliers", "异常值处理")
SAMPLE = Text("Sample", "调整样本")
MODEL = Text("Controls and effects", "控制变量与固定效应")
ERRORS = Text("Standard errors", "标准误")
METHOD = Text("Estimator", "估计方法")
PLACEBO = Text("Placebo and omitted variables", "安慰剂与遗漏变量")


@checked
@dataclass(frozen=True, kw_only=True)
class RobustnessCheck:
    """State one check: what it changes in a specification or its data. The class methods build the usual
    ones.

    Parameters
    ----------
    label
        What changed, as a table says it.
    group
        The heading it stands under.
    kind
        ``"estimate"`` estimates the changed specification; ``"placebo"`` reassigns the regressor
        (`randomization_test`); ``"leave_one_out"`` reports the extremes of `leave_one_out`; ``"oster"``
        reports `oster_bounds`.
    outcome, regressor
        In place of the specification's outcome and first regressor.
    lag
        Periods by which the regressor is lagged.
    more_controls, more_effects
        Terms and effects added.
    fixed_effects
        Effects in place of the specification's own.
    covariance, estimator
        In place of its own.
    condition
        A further sample filter.
    leave_out
        A column and the values whose rows go.
    winsorize
        Share set to the quantile on each side, of every continuous column in the specification, over its
        rows.
    balanced
        Only entities observed in every period of the sample.
    observed_only
        Without the cells that a policy filled in, as in `Specification`.
    by
        Column of ``"leave_one_out"``.
    permutations, seed
        Of ``"placebo"``.

    Examples
    --------
    >>> RobustnessCheck.lagged(1).label.zh
    '解释变量滞后1期'
    """

    label: Text
    group: Text
    kind: Kind = "estimate"
    outcome: str | None = None
    regressor: str | None = None
    lag: Whole = 0
    more_controls: tuple[str, ...] = ()
    more_effects: tuple[str, ...] = ()
    fixed_effects: tuple[str, ...] | None = None
    covariance: Covariance | None = None
    estimator: Estimator | None = None
    condition: str | None = None
    leave_out: tuple[str, tuple[Label, ...]] | None = None
    winsorize: Annotated[float, Above(0), Below(0.5)] | None = None
    balanced: bool = False
    observed_only: bool = False
    by: str | None = None
    permutations: Draws = 1_000
    seed: Seed = 0

    def __post_init__(self) -> None:
        if self.winsorize is not None and not 0 < self.winsorize < 0.5:
            raise SpecificationError.of("robustness.share_to_winsorize", got=f"{self.winsorize:g}")

    @property
    def other_units(self) -> bool:
        """Return whether its estimate is in other units than the baseline's."""
        return self.outcome is not None or self.regressor is not None or self.estimator is not None

    @classmethod
    def other_outcome(cls, outcome: str) -> RobustnessCheck:
        """Take another outcome."""
        name = term_label(outcome)
        return cls(label=note_of("robustness.other_outcome", name=name), group=MEASURES, outcome=outcome)

    @classmethod
    def other_regressor(cls, regressor: str) -> RobustnessCheck:
        """Take another measure of the regressor."""
        name = term_label(regressor)
        label = note_of("robustness.other_regressor", name=name)
        return cls(label=label, group=MEASURES, regressor=regressor)

    @classmethod
    def lagged(cls, periods: int) -> RobustnessCheck:
        """Lag the regressor."""
        label = note_of("robustness.lagged_regressor", periods=periods)
        return cls(label=label, group=TIMING, lag=periods)

    @classmethod
    def winsorized(cls, share: float) -> RobustnessCheck:
        """Winsorize outcome, regressors and controls on both sides."""
        low, high = f"{share * 100:g}", f"{100 - share * 100:g}"
        label = note_of("robustness.winsorized_at", low=low, high=high)
        return cls(label=label, group=VALUES, winsorize=share)

    @classmethod
    def without(cls, column: str, values: Iterable[Any], label: Text | None = None) -> RobustnessCheck:
        """Leave out the rows of some units or periods."""
        values = tuple(values)
        said = label or note_of("robustness.without_values", values=value_labels(values, column))
        return cls(label=said, group=SAMPLE, leave_out=(column, values))

    @classmethod
    def window(cls, condition: str, label: Text | None = None) -> RobustnessCheck:
        """Keep the rows that fulfil a condition in the grammar of samples, e.g. ``"year >= 2013"``."""
        said = sample_phrase(condition)
        return cls(
            label=label or note_of("robustness.only_window", said=said),
            group=SAMPLE,
            condition=condition,
        )

    @classmethod
    def balanced_panel(cls) -> RobustnessCheck:
        """Keep entities observed in every period of the sample."""
        return cls(label=Text("Balanced panel", "平衡面板"), group=SAMPLE, balanced=True)

    @classmethod
    def without_filled(cls) -> RobustnessCheck:
        """Set the cells that a `MissingPolicy` filled in back to missing, in lags and differences too."""
        label = Text("Without filled-in values", "剔除填补值")
        return cls(label=label, group=SAMPLE, observed_only=True)

    @classmethod
    def controls(cls, terms: str | Iterable[str], label: Text | None = None) -> RobustnessCheck:
        """Add controls."""
        terms = (terms,) if isinstance(terms, str) else tuple(terms)
        names = [term_label(term) for term in terms]
        said = note_of("robustness.controls_added", names=names)
        return cls(label=label or said, group=MODEL, more_controls=terms)

    @classmethod
    def effects(cls, effects: str | Iterable[str], label: Text | None = None) -> RobustnessCheck:
        """Add effects, e.g. ``"region:year"``."""
        effects = (effects,) if isinstance(effects, str) else tuple(effects)
        names = [term_label(effect) for effect in effects]
        said = note_of("robustness.effects_added", names=names)
        return cls(label=label or said, group=MODEL, more_effects=effects)

    @classmethod
    def errors(cls, covariance: Covariance, label: Text | None = None) -> RobustnessCheck:
        """Estimate other standard errors."""
        from digimfg.display.covariance_names import covariance_phrase

        name = covariance_phrase(covariance)
        said = Text(name.en[:1].upper() + name.en[1:], name.zh)
        return cls(label=label or said, group=ERRORS, covariance=covariance)

    @classmethod
    def other_estimator(cls, estimator: Estimator, label: Text | None = None) -> RobustnessCheck:
        """Take another estimator."""
        return cls(label=label or estimator.label, group=METHOD, estimator=estimator)

    @classmethod
    def placebo(cls, permutations: int = 1_000, seed: int = 0) -> RobustnessCheck:
        """Reassign the regressor between entities at random."""
        label = note_of("robustness.placebo_times", permutations=permutations)
        return cls(label=label, group=PLACEBO, kind="placebo", permutations=permutations, seed=seed)

    @classmethod
    def leave_one_out(cls, by: str) -> RobustnessCheck:
        """Leave out each value of a column in turn, and report the smallest and the largest estimate."""
        known = by in dictionary()
        name = "robustness.leaving_out_known" if known else "robustness.leaving_out_named"
        label = note_of(name, name=term_label(by))
        return cls(label=label, group=SAMPLE, kind="leave_one_out", by=by)

    @classmethod
    def oster(cls) -> RobustnessCheck:
        """Report Oster's β* for equal selection on what is not observed."""
        return cls(label=Text("Oster's β* (δ = 1)", "Oster β*（δ=1）"), group=PLACEBO, kind="oster")


@checked
def standard_checks(
    specification: Specification,
    frame: StoredFrame,
    *,
    permutations: Annotated[int, AtLeast(19), AtMost(10_000_000)] = 1_000,
    seed: Seed = 0,
) -> tuple[RobustnessCheck, ...]:
    """Return the checks that need no further column: what the specification and its frame allow.

    Lags of one and two periods; winsorizing at 1 and 5 per cent; without the first and the last period of
    the sample, without 2020-2022 where these are there; without filled-in values where the specification
    uses some; a balanced panel; each entity left out; trends of entities; other errors; a placebo; Oster's
    β*. Add those that need to know the data: ``(*standard_checks(...), RobustnessCheck.without("province",
    municipalities))``.

    Parameters
    ----------
    permutations, seed
        Of the placebo.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "value", controls="capital", entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> [check.label.en for check in dm.standard_checks(spec, grunfeld.load_pandas().data)][:3]
    ['Regressor lagged by 1 period', 'Regressor lagged by 2 periods', 'Winsorized at 1% and 99%']
    """
    entity, time = specification.entity, specification.time
    checks: list[RobustnessCheck] = []
    keyed = entity is not None and time is not None and not specification.repeated_rows
    if keyed:
        checks += [RobustnessCheck.lagged(1), RobustnessCheck.lagged(2)]
    checks += [RobustnessCheck.winsorized(0.01), RobustnessCheck.winsorized(0.05)]
    if time is not None and time in frame.columns:
        rows = frame if specification.sample is None else frame[sample_rows(specification.sample, frame)]
        periods = _in_order(Evaluator(rows, None, None).column(time, "`time`"), time)
        if len(periods) > 3:
            checks += [
                RobustnessCheck.without(time, periods[:1]),
                RobustnessCheck.without(time, periods[-1:]),
            ]
        pandemic = [period for period in periods if period in (2020, 2021, 2022)]
        if pandemic and len(periods) > len(pandemic) + 2 and pandemic != periods[-1:]:
            checks.append(RobustnessCheck.without(time, pandemic))
    if used_filled_columns(frame, specification) and not specification.observed_only:
        checks.append(RobustnessCheck.without_filled())
    if keyed:
        checks.append(RobustnessCheck.balanced_panel())
    if entity is not None:
        checks.append(RobustnessCheck.leave_one_out(entity))
    if entity is not None and time is not None and entity in specification.fixed_effects:
        label = Text("Linear trend of each entity", "个体线性趋势")
        checks.append(RobustnessCheck.controls(f"i(`{entity}`):`{time}`", label))
    checks += [
        RobustnessCheck.errors(covariance)
        for covariance in _other_errors(entity, time)
        if covariance != specification.covariance
    ]
    if not specification.repeated_rows:
        checks.append(RobustnessCheck.placebo(permutations, seed))
    if specification.controls or len(specification.regressors) > 1:
        checks.append(RobustnessCheck.oster())
    return tuple(checks)


def _other_errors(entity: str | None, time: str | None) -> list[Covariance]:
    found: list[Covariance] = [Robust()]
    if entity is not None and time is not None:
        found += [Clustered((entity, time)), DriscollKraay()]
    return found


def _in_order(column: pd.Series[Any], name: str) -> list[Any]:
    found = column.dropna().unique().tolist()
    try:
        return sorted(found)
    except TypeError:
        first = ", ".join(repr(value) for value in found[:3])
        raise SpecificationError.of("robustness.periods_not_in_order", name=name, first=first) from None

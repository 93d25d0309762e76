"""The questions of `design_check`, each with the facts that raise it and the call that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Conley, DriscollKraay
from digimfg.design import INTERCEPT, build_design
from digimfg.errors import DigimfgError
from digimfg.estimators.gmm.estimator import DynamicGMM
from digimfg.estimators.least_squares import LeastSquares
from digimfg.labels import term_label
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["CHECKS", "Checked", "DesignQuestion"]

Floats = NDArray[np.float64]

_ENOUGH_CLUSTERS = 50
_MOST_OF_ONE = 0.3
_FEW_TREATED = 10
_WEAK = 10.0
_SHORT = 30
_LONG = 15
_SAME = 0.98
_LEVEL = 0.05


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class DesignQuestion:
    """Hold one question that a design leaves open.

    Parameters
    ----------
    check
        Which check asks it: a key of ``looked_at``.
    text
        What was found, in words.
    call
        What answers it, in the names ``dm``, ``specification`` and ``frame``.
    """

    check: str
    text: Text
    call: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """Hold what checks look at: the specification, its frame, its design with effects absorbed, and the first
    regressor.
    """

    specification: Specification
    frame: pd.DataFrame
    design: Design
    term: str | None

    @classmethod
    def of(cls, specification: Specification, frame: pd.DataFrame) -> Checked:
        """Return the facts of a specification and a frame."""
        absorbing = specification.replace(estimator=LeastSquares())
        design = build_design(absorbing, frame)
        terms = [term for term in specification.regressors if term in design.terms]
        return cls(specification=specification, frame=frame, design=design, term=terms[0] if terms else None)

    def values(self, term: str) -> Floats:
        """Return a term of the design as given, shape (n,)."""
        return self.design.regressors[:, self.design.terms.index(term)]

    def own(self, term: str) -> Floats:
        """Return a term freed of effects and the other terms, shape (n,)."""
        from digimfg.estimators.instrumental.data import free_of

        x = self.design.absorbed.regressors
        place = self.design.terms.index(term)
        return free_of(x[:, [place]], np.delete(x, place, axis=1))[:, 0]

    def policy(self) -> NDArray[np.float64] | None:
        """Return the first regressor where it is 0 and 1 and switches within units, by row; else ``None``."""
        design = self.design
        if self.term is None or design.entity is None or design.time is None:
            return None
        values = self.values(self.term)
        if not np.array_equal(np.unique(values), [0.0, 1.0]):
            return None
        first, last = (_by_unit(design.entity, values, how) for how in (np.minimum, np.maximum))
        return values if np.any(first != last) else None


def _by_unit(codes: NDArray[np.int64], values: Floats, how: np.ufunc) -> Floats:
    out = np.full(int(codes.max()) + 1, np.inf if how is np.minimum else -np.inf)
    how.at(out, codes, values)
    return out


def _keys(facts: Checked) -> str:
    return f"entity={facts.specification.entity!r}, time={facts.specification.time!r}"


def _errors_by_row(facts: Checked) -> list[DesignQuestion]:
    entity = facts.specification.entity
    if entity is None or isinstance(facts.specification.covariance, Clustered | DriscollKraay | Conley):
        return []
    rows = facts.design.n_obs
    units = 0 if facts.design.entity_values is None else len(facts.design.entity_values)
    if units == rows:
        return []
    text = say(
        "Errors are not clustered though {n:,|unit} have {rows:,} rows: those of a unit go together",
        "标准误未聚类，而{n:,}个个体共有{rows:,}行：同一个体的误差跨期相关",
        kind="question",
        n=units,
        rows=rows,
    )
    call = f"dm.estimate(specification.replace(covariance=dm.Clustered({entity!r})), frame)"
    return [DesignQuestion(check="errors_by_row", text=text, call=call)]


def _few_clusters(facts: Checked) -> list[DesignQuestion]:
    covariance, clusters = facts.specification.covariance, facts.design.clusters
    if not isinstance(covariance, Clustered) or facts.term is None or not clusters:
        return []
    count = min(int(codes.max()) + 1 for codes in clusters.values())
    if count >= _ENOUGH_CLUSTERS or covariance.small_sample in ("cr2", "cv3"):
        return []
    text = say(
        "{n|cluster}: clustered errors tend to be too small with fewer than about {enough}",
        "{n}个聚类：少于约{enough}个时聚类标准误往往偏小",
        kind="question",
        n=count,
        enough=_ENOUGH_CLUSTERS,
    )
    call = f"dm.wild_cluster_bootstrap(specification, frame, {facts.term!r})"
    return [DesignQuestion(check="few_clusters", text=text, call=call)]


def _one_cluster(facts: Checked) -> list[DesignQuestion]:
    if facts.term is None or not facts.design.clusters:
        return []
    name, codes = next(iter(facts.design.clusters.items()))
    squares = np.bincount(codes, facts.own(facts.term) ** 2)
    share = float(squares.max() / squares.sum()) if squares.sum() > 0 else 0.0
    if share < max(_MOST_OF_ONE, 3 / len(squares)) or len(squares) < 3:
        return []
    text = say(
        "One {name} has {share:.0%} of what {term} varies by beside effects and controls",
        "{term}在固定效应与控制变量之外的变动有{share:.0%}来自同一{name}",
        kind="question",
        share=share,
        term=term_label(facts.term),
        name=term_label(name),
    )
    call = f"dm.cluster_influence(specification, frame, term={facts.term!r})"
    return [DesignQuestion(check="one_cluster", text=text, call=call)]


def _starts(facts: Checked) -> tuple[Floats, bool] | None:
    """Return the first treated period of each treated unit, and whether a policy ends again."""
    policy, entity, time = facts.policy(), facts.design.entity, facts.design.time
    if policy is None or entity is None or time is None:
        return None
    on = policy > 0
    first = _by_unit(entity[on], time[on].astype(np.float64), np.minimum)
    starts = np.full(int(entity.max()) + 1, np.inf)
    starts[: len(first)] = first
    back = bool(np.any(~on & (time > starts[entity])))
    return starts[np.isfinite(starts)], back


def _is_two_way(facts: Checked) -> bool:
    keys = {facts.specification.entity, facts.specification.time}
    return keys <= set(facts.specification.fixed_effects) and isinstance(
        facts.specification.estimator, LeastSquares
    )


def _staggered(facts: Checked) -> list[DesignQuestion]:
    found = _starts(facts)
    if found is None or not _is_two_way(facts) or found[1] or len(np.unique(found[0])) < 2:
        return []
    text = say(
        "{term} starts in {n|period} under two-way effects: units treated earlier are controls of later "
        "ones, with negative weights where effects grow",
        "{term}分{n}期开始并采用双向固定效应：先处理者充当后处理者的对照，效应随时间变化时权重可为负",
        kind="question",
        term=term_label(str(facts.term)),
        n=len(np.unique(found[0])),
    )
    call = (
        f"dm.estimate(specification.replace(regressors={facts.term!r}, fixed_effects=(), "
        "estimator=dm.StaggeredDifferenceInDifferences()), frame)"
    )
    return [DesignQuestion(check="staggered", text=text, call=call)]


def _trends_before(facts: Checked) -> list[DesignQuestion]:
    found = _starts(facts)
    if found is None or not _is_two_way(facts) or found[1]:
        return []
    text = say(
        "Nothing here tests whether treated and other units moved alike before {term}",
        "尚未检验{term}之前处理组与其他个体的趋势是否一致",
        kind="question",
        term=term_label(str(facts.term)),
    )
    call = f"dm.placebo_in_time(specification.replace(regressors={facts.term!r}), frame)"
    return [DesignQuestion(check="trends_before", text=text, call=call)]


def _switches_back(facts: Checked) -> list[DesignQuestion]:
    found = _starts(facts)
    if found is None or not found[1] or not _is_two_way(facts):
        return []
    text = say(
        "{term} ends again in some units: comparisons of adopters with those to come do not hold",
        "{term}在部分个体中终止：先后采纳者之间的比较不再成立",
        kind="question",
        term=term_label(str(facts.term)),
    )
    call = f"dm.randomization_test(specification, frame, {facts.term!r}, replications=199)"
    return [DesignQuestion(check="switches_back", text=text, call=call)]


def _few_treated(facts: Checked) -> list[DesignQuestion]:
    found = _starts(facts)
    if found is None or len(found[0]) >= _FEW_TREATED:
        return []
    text = say(
        "{n|treated unit}: errors that suppose many are too small",
        "处理组仅{n}个个体：以多个处理个体为前提的标准误偏小",
        kind="question",
        n=len(found[0]),
    )
    call = f"dm.randomization_test(specification, frame, {facts.term!r}, replications=199)"
    return [DesignQuestion(check="few_treated", text=text, call=call)]


def _instruments(facts: Checked) -> list[DesignQuestion]:
    from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares

    specification = facts.specification
    if not specification.instruments or len(facts.design.endogenous_terms) != 1:
        return []
    questions = []
    try:
        found = TwoStageLeastSquares().fit(facts.design).statistics.get("first_stage_f", np.nan)
    except DigimfgError:
        found = np.nan
    if found < _WEAK:
        text = say(
            "The first stage has F = {f:.1f}: instruments are weak, t statistics do not hold",
            "第一阶段 F = {f:.1f}：弱工具变量，t 统计量不可靠",
            kind="question",
            f=float(found),
        )
        call = "dm.estimate(specification.replace(estimator=dm.TwoStageLeastSquares(method='liml')), frame)"
        questions.append(
            DesignQuestion(check="instruments", text=text, call=call + ".tables['anderson_rubin']")
        )
    text = say(
        "Nothing here says where {terms} get their variation from",
        "尚未说明{terms}的变动来自何处",
        kind="question",
        terms=[term_label(term) for term in facts.design.instrument_terms],
    )
    call = "dm.check_instrument(specification, frame)"
    return [*questions, DesignQuestion(check="instruments", text=text, call=call)]


def _dynamic_bias(facts: Checked) -> list[DesignQuestion]:
    specification, design = facts.specification, facts.design
    lagged = f"L.{specification.outcome}"
    short = design.time_values is not None and len(design.time_values) < _SHORT
    if (
        lagged not in specification.regressors
        or specification.entity not in specification.fixed_effects
        or not short
        or not isinstance(specification.estimator, LeastSquares)
    ):
        return []
    text = say(
        "A lagged outcome beside unit effects over {n|period}: its slope is biased in the order of 1/{n}",
        "个体固定效应下含被解释变量滞后项，共{n}期：其系数存在1/{n}量级的偏误",
        kind="question",
        n=0 if design.time_values is None else len(design.time_values),
    )
    call = "dm.estimate(specification.replace(estimator=dm.BiasCorrectedLSDV()), frame)"
    return [DesignQuestion(check="dynamic_bias", text=text, call=call)]


def _many_instruments(facts: Checked) -> list[DesignQuestion]:
    estimator, design = facts.specification.estimator, facts.design
    if not isinstance(estimator, DynamicGMM) or design.entity_values is None:
        return []
    if estimator.collapse:
        return []
    counted = replace(estimator, allow_many_instruments=True)
    try:
        count = counted.fit(build_design(facts.specification, facts.frame)).statistics["n_instruments"]
    except DigimfgError:
        return []
    if count <= len(design.entity_values):
        return []
    text = say(
        "{n:,|instrument} for {units:,|unit}: they fit the endogenous terms, and Hansen's test tells nothing",
        "{n:,}个工具变量对{units:,}个个体：过度拟合内生变量，Hansen 检验失效",
        kind="question",
        n=int(count),
        units=len(design.entity_values),
    )
    call = (
        "dm.estimate(specification.replace(estimator=replace(specification.estimator, collapse=True)), frame)"
    )
    return [DesignQuestion(check="many_instruments", text=text, call=call)]


def _dependence(facts: Checked) -> list[DesignQuestion]:
    from digimfg.inference.cross_section_dependence import pesaran_cd

    specification, frame = facts.specification, facts.frame
    if specification.entity is None or specification.time is None:
        return []
    if isinstance(specification.covariance, DriscollKraay | Conley) or specification.outcome not in frame:
        return []
    try:
        found = pesaran_cd(
            frame.assign(**{specification.outcome: _residuals(facts)}),
            specification.outcome,
            entity=specification.entity,
            time=specification.time,
        )
    except DigimfgError:
        return []
    if not found.p_value < _LEVEL:
        return []
    text = say(
        "Residuals of units go together (Pesaran's CD, p = {p:.3f}): a common shock is left in them",
        "个体间残差相关（Pesaran CD，p = {p:.3f}）：残差中仍有共同冲击",
        kind="question",
        p=float(found.p_value),
    )
    call = "dm.estimate(specification.replace(covariance=dm.DriscollKraay()), frame)"
    return [DesignQuestion(check="dependence", text=text, call=call)]


def _residuals(facts: Checked) -> Floats:
    from digimfg.estimators.instrumental.data import free_of

    design = facts.design
    out = np.full(len(facts.frame), np.nan)
    out[design.rows] = free_of(design.absorbed.outcome[:, None], design.absorbed.regressors)[:, 0]
    return out


def _unit_root(facts: Checked) -> list[DesignQuestion]:
    from digimfg.inference.unit_roots import panel_unit_root

    specification, periods = facts.specification, facts.design.time_values
    if specification.entity is None or specification.time is None or periods is None:
        return []
    if len(periods) < _LONG or specification.outcome not in facts.frame:
        return []
    try:
        found = panel_unit_root(
            facts.frame, specification.outcome, entity=specification.entity, time=specification.time
        )
    except DigimfgError:
        return []
    if not found.p_value > _LEVEL:
        return []
    text = say(
        "{term} may have unit roots (Im, Pesaran and Shin, p = {p:.3f}): levels that drift agree by chance",
        "{term}可能含单位根（IPS，p = {p:.3f}）：非平稳的水平值可能伪回归",
        kind="question",
        term=term_label(specification.outcome),
        p=float(found.p_value),
    )
    call = f"dm.panel_unit_root(frame, {specification.outcome!r}, {_keys(facts)})"
    return [DesignQuestion(check="unit_root", text=text, call=call)]


def _moved_controls(facts: Checked) -> list[DesignQuestion]:
    specification = facts.specification
    if facts.policy() is None or facts.term is None:
        return []
    questions = []
    covariance = specification.covariance
    for control in specification.controls:
        if control not in facts.design.terms:
            continue
        other = specification.replace(
            outcome=control, regressors=facts.term, controls=(), endogenous=(), instruments=(),
            estimator=LeastSquares(), covariance=covariance,
        )  # fmt: skip
        try:
            found = LeastSquares().fit(build_design(other, facts.frame)).coefficients
        except DigimfgError:
            continue
        p_value = float(found["p_value"].to_numpy(dtype=np.float64)[found.index.get_loc(facts.term)])
        if not p_value < _LEVEL / len(specification.controls):
            continue
        text = say(
            "{control} moves with {term} (p = {p:.3f}): a control that the policy changes takes away part of "
            "its effect",
            "{control}随{term}变动（p = {p:.3f}）：受政策影响的控制变量会吸收部分效应",
            kind="question",
            control=term_label(control),
            term=term_label(facts.term),
            p=p_value,
        )
        left = tuple(each for each in specification.controls if each != control)
        call = f"dm.estimate(specification.replace(controls={left!r}), frame)"
        questions.append(DesignQuestion(check="moved_controls", text=text, call=call))
    return questions


def _mechanical(facts: Checked) -> list[DesignQuestion]:
    specification, design = facts.specification, facts.design
    y = design.absorbed.outcome - design.absorbed.outcome.mean()
    questions = []
    for role in ("regressors", "controls"):
        for term in getattr(specification, role):
            if term not in design.terms or term == INTERCEPT or len(design.terms) < 2:
                continue
            x = design.absorbed.regressors[:, design.terms.index(term)]
            x = x - x.mean()
            share = float((x @ y) ** 2 / ((x @ x) * (y @ y)))
            if share < _SAME:
                continue
            left = tuple(each for each in getattr(specification, role) if each != term)
            if not left and role == "regressors":
                left = (f"L.{term}",)
            text = say(
                "{term} alone gives {share:.0%} of {outcome} within effects: is it part of it by definition?",
                "固定效应内仅{term}即解释{outcome}的{share:.0%}：是否按定义即为其组成部分？",
                kind="question",
                term=term_label(term),
                share=share,
                outcome=term_label(specification.outcome),
            )
            call = f"dm.estimate(specification.replace({role}={left!r}), frame)"
            questions.append(DesignQuestion(check="mechanical", text=text, call=call))
    return questions


def _unseen(facts: Checked) -> list[DesignQuestion]:
    specification = facts.specification
    if (
        facts.term is None
        or specification.instruments
        or not isinstance(specification.estimator, LeastSquares)
    ):
        return []
    text = say(
        "Nothing here says how strong an omitted variable must be to take away {term}",
        "尚未说明遗漏变量须多强才足以消除{term}的效应",
        kind="question",
        term=term_label(facts.term),
    )
    call = f"dm.omitted_variable_bounds(specification, frame, term={facts.term!r})"
    return [DesignQuestion(check="unseen", text=text, call=call)]


CHECKS: Mapping[str, Callable[[Checked], list[DesignQuestion]]] = {
    "errors_by_row": _errors_by_row,
    "few_clusters": _few_clusters,
    "one_cluster": _one_cluster,
    "staggered": _staggered,
    "trends_before": _trends_before,
    "switches_back": _switches_back,
    "few_treated": _few_treated,
    "instruments": _instruments,
    "dynamic_bias": _dynamic_bias,
    "many_instruments": _many_instruments,
    "dependence": _dependence,
    "unit_root": _unit_root,
    "moved_controls": _moved_controls,
    "mechanical": _mechanical,
    "unseen": _unseen,
}

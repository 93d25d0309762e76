"""The questions of `design_check`, each with the facts that raise it and the call that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digimfg.design import INTERCEPT, build_design
from digimfg.errors import DigimfgError
from digimfg.estimators.gmm.estimator import DynamicGMM
from digimfg.estimators.least_squares import LeastSquares
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.robustness.design_facts import LEVEL, Checked, DesignQuestion, key_words
from digimfg.robustness.questions_of_errors import dependence, errors_by_row, few_clusters, one_cluster
from digimfg.robustness.questions_of_policy import few_treated, staggered, switches_back, trends_before

__all__ = ["CHECKS", "Checked", "DesignQuestion"]

Floats = NDArray[np.float64]

_WEAK = 10.0
_SHORT = 30
_LONG = 15
_SAME = 0.98


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
        text = note_of("robustness.instruments_are_weak", f=float(found))
        call = "dm.estimate(specification.replace(estimator=dm.TwoStageLeastSquares(method='liml')), frame)"
        questions.append(
            DesignQuestion(check="instruments", text=text, call=call + ".tables['anderson_rubin']")
        )
    text = note_of(
        "robustness.where_variation_comes_from",
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
    text = note_of(
        "robustness.lagged_outcome_biased", n=0 if design.time_values is None else len(design.time_values)
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
    text = note_of("robustness.many_instruments", n=int(count), units=len(design.entity_values))
    call = (
        "dm.estimate(specification.replace(estimator=replace(specification.estimator, collapse=True)), frame)"
    )
    return [DesignQuestion(check="many_instruments", text=text, call=call)]


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
    if not found.p_value > LEVEL:
        return []
    text = note_of(
        "robustness.unit_roots_in_levels", term=term_label(specification.outcome), p=float(found.p_value)
    )
    call = f"dm.panel_unit_root(frame, {specification.outcome!r}, {key_words(facts)})"
    questions = [DesignQuestion(check="unit_root", text=text, call=call)]
    columns = [name for name in specification.regressors if name in facts.frame]
    if not columns or tuple(columns) != specification.regressors:
        return questions
    listed = f"({', '.join(map(repr, columns))},)"
    bound = note_of("robustness.levels_bound")
    call = (
        f"dm.panel_cointegration(frame, outcome={specification.outcome!r}, regressors={listed}, "
        f"{key_words(facts)})"
    )
    questions.append(DesignQuestion(check="unit_root", text=bound, call=call))
    if isinstance(specification.estimator, LeastSquares):
        relation = note_of("robustness.long_run_relation")
        call = (
            "dm.estimate(specification.replace(controls=(), fixed_effects=(), "
            "estimator=dm.DynamicLeastSquares(pooled=True)), frame)"
        )
        questions.append(DesignQuestion(check="unit_root", text=relation, call=call))
    return questions


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
        if not p_value < LEVEL / len(specification.controls):
            continue
        text = note_of(
            "robustness.control_that_moves",
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
            text = note_of(
                "robustness.part_by_definition",
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
    text = note_of("robustness.strength_of_omitted_variable", term=term_label(facts.term))
    call = f"dm.omitted_variable_bounds(specification, frame, term={facts.term!r})"
    return [DesignQuestion(check="unseen", text=text, call=call)]


CHECKS: Mapping[str, Callable[[Checked], list[DesignQuestion]]] = {
    "errors_by_row": errors_by_row,
    "few_clusters": few_clusters,
    "one_cluster": one_cluster,
    "staggered": staggered,
    "trends_before": trends_before,
    "switches_back": switches_back,
    "few_treated": few_treated,
    "instruments": _instruments,
    "dynamic_bias": _dynamic_bias,
    "many_instruments": _many_instruments,
    "dependence": dependence,
    "unit_root": _unit_root,
    "moved_controls": _moved_controls,
    "mechanical": _mechanical,
    "unseen": _unseen,
}

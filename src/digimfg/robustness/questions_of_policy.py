"""Questions to a policy: staggered starts, trends before, units that leave it, few that take it."""

from __future__ import annotations

import numpy as np

from digimfg.estimators.least_squares import LeastSquares
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.robustness.design_facts import (
    Checked,
    DesignQuestion,
    starts_of_treatment,
)

__all__ = ["few_treated", "is_two_way", "staggered", "switches_back", "trends_before"]


_FEW_TREATED = 10


def is_two_way(facts: Checked) -> bool:
    """Return whether the equation is least squares with effects of units and periods."""
    keys = {facts.specification.entity, facts.specification.time}
    return keys <= set(facts.specification.fixed_effects) and isinstance(
        facts.specification.estimator, LeastSquares
    )


def staggered(facts: Checked) -> list[DesignQuestion]:
    """Ask for an estimator of staggered starts where units begin in different periods."""
    found = starts_of_treatment(facts)
    if found is None or not is_two_way(facts) or found[1] or len(np.unique(found[0])) < 2:
        return []
    text = note_of("robustness.staggered_start", term=term_label(str(facts.term)), n=len(np.unique(found[0])))
    call = (
        f"dm.estimate(specification.replace(regressors={facts.term!r}, fixed_effects=(), "
        "estimator=dm.StaggeredDifferenceInDifferences()), frame)"
    )
    return [DesignQuestion(check="staggered", text=text, call=call)]


def trends_before(facts: Checked) -> list[DesignQuestion]:
    """Ask for the test of trends before."""
    found = starts_of_treatment(facts)
    if found is None or not is_two_way(facts) or found[1]:
        return []
    text = note_of("robustness.trends_before", term=term_label(str(facts.term)))
    call = f"dm.placebo_in_time(specification.replace(regressors={facts.term!r}), frame)"
    return [DesignQuestion(check="trends_before", text=text, call=call)]


def switches_back(facts: Checked) -> list[DesignQuestion]:
    """Ask about units that leave the treatment."""
    found = starts_of_treatment(facts)
    if found is None or not found[1] or not is_two_way(facts):
        return []
    text = note_of("robustness.switches_back", term=term_label(str(facts.term)))
    call = f"dm.randomization_test(specification, frame, {facts.term!r}, replications=199)"
    return [DesignQuestion(check="switches_back", text=text, call=call)]


def few_treated(facts: Checked) -> list[DesignQuestion]:
    """Ask for inference with few treated units."""
    found = starts_of_treatment(facts)
    if found is None or len(found[0]) >= _FEW_TREATED:
        return []
    text = note_of("robustness.few_treated_units", n=len(found[0]))
    call = f"dm.randomization_test(specification, frame, {facts.term!r}, replications=199)"
    return [DesignQuestion(check="few_treated", text=text, call=call)]

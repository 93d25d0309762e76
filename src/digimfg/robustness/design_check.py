"""Say which questions of a referee a specification leaves open, and the call that answers each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.kinds import StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.robustness.design_facts import Checked, DesignQuestion
from digimfg.robustness.design_questions import CHECKS
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["DesignCheck", "design_check"]


@checked
@shown(Text("Questions that the design leaves open", "研究设计尚待回答的问题"), first="questions")
@dataclass(frozen=True, kw_only=True, eq=False)
class DesignCheck:
    """Hold what `design_check` found.

    Parameters
    ----------
    questions
        Those left open, in the order of the checks.
    looked_at
        Every check that was made.
    notes
        Of the sample, and what was looked at.
    specification
        As checked.
    """

    questions: tuple[DesignQuestion, ...]
    looked_at: tuple[str, ...]
    notes: tuple[Text, ...]
    specification: Specification


@checked
@keeps_marks
@one_thread
def design_check(specification: Specification, frame: StoredFrame) -> DesignCheck:
    """Read a specification and a panel as a referee does: what is left open, and which call answers it.

    Each question comes with a call in the names ``dm``, ``specification`` and ``frame``. Looked at: errors
    that are not clustered by unit, few clusters, variation that lies in one cluster, adoption in stages under
    two-way effects, trends before a policy, policies that switch back, few treated units, weak instruments
    and where they get their variation from, a lagged outcome beside unit effects in a short panel, more
    instruments than units, dependence across units, unit roots, controls that the policy moves, terms that
    are nearly the outcome, and confounders that are not seen.

    Parameters
    ----------
    specification
        With any estimator; the checks absorb its effects by least squares.
    frame
        As for `estimate`.

    Raises
    ------
    SpecificationError
        If the specification does not fit the frame.
    EstimationError
        If no row is left.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "value", controls="capital", entity="firm", time="year",
    ...     fixed_effects=("firm", "year"))
    >>> found = dm.design_check(spec, grunfeld.load_pandas().data)
    >>> for question in found.questions:
    ...     print(question.check, "->", question.call[:60])
    few_clusters -> dm.wild_cluster_bootstrap(specification, frame, 'value')
    one_cluster -> dm.cluster_influence(specification, frame, term='value')
    unit_root -> dm.panel_unit_root(frame, 'invest', entity='firm', time='yea
    unit_root -> dm.panel_cointegration(frame, outcome='invest', regressors=(
    unit_root -> dm.estimate(specification.replace(controls=(), fixed_effects
    unseen -> dm.omitted_variable_bounds(specification, frame, term='value
    """
    facts = Checked.of(specification, frame)
    questions = tuple(question for check in CHECKS.values() for question in check(facts))
    return DesignCheck(
        questions=questions,
        looked_at=tuple(CHECKS),
        notes=(
            *facts.design.notes,
            note_of("robustness.design_check", n=len(CHECKS), open=len(questions)),
        ),
        specification=specification,
    )

"""Evaluate units against a technology: scores, and where they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digimfg.efficiency.models import Model
from digimfg.efficiency.programs import Answer, solve
from digimfg.efficiency.units import Units

__all__ = ["FRONTIER", "Evaluation", "Task", "against", "evaluate", "scores_of", "within"]

Floats = NDArray[np.float64]
FRONTIER = 1e-8
"""How near to one a score is on the frontier."""
_NOBODY = np.array([], dtype=np.intp)


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """Hold units to evaluate, the technology, and how.

    Parameters
    ----------
    units, reference
        Who is evaluated, and against whom.
    own
        Place of each unit in the reference, -1 where it is not there.
    model
        What is measured.
    beyond
        Efficient units are measured again without themselves.
    """

    units: Units
    reference: Units
    own: NDArray[np.intp]
    model: Model
    beyond: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """Hold scores of units, and what lies behind them.

    Parameters
    ----------
    scores
        Shape (units,); missing where there is no solution.
    efficient
        Whether a unit lies on the frontier and wastes nothing.
    slacks
        Shape (units, columns), scaled; excess of inputs and undesirable outputs, shortfall of outputs.
    peers
        ``(unit, place in the reference, intensity)``, one row each.
    """

    scores: Floats
    efficient: NDArray[np.bool_]
    slacks: Floats
    peers: tuple[tuple[int, int, float], ...]


def scores_of(task: Task) -> Floats:
    """Return the scores alone, shape (units,): against a technology that need not hold the units."""
    found = _first(task)
    scores = np.array([task.model.score(answer) for answer in found])
    if task.model.slack_based:
        scores = _further(task, scores, np.isnan(scores))
    return scores


def evaluate(task: Task) -> Evaluation:
    """Return the evaluation of units that belong to their reference."""
    model, units, reference = task.model, task.units, task.reference
    answers = _first(task)
    scores = np.array([model.score(answer) for answer in answers])
    whole = _all_slack(task, scores, answers) if model.leaves_slack else answers
    slacks = np.zeros((len(units), sum(len(names) for names in units.names)))
    peers = []
    for place, answer in enumerate(whole):
        slacks[place], weights = model.slacks(answer, units, reference, place)
        peers += [
            (place, int(peer), float(weight)) for peer, weight in zip(answer.peers, weights, strict=True)
        ]
    efficient = np.abs(slacks).max(axis=1) <= FRONTIER * np.maximum(1.0, np.abs(slacks).max())
    if task.beyond:
        scores = _further(task, scores, _on_frontier(model, scores))
    return Evaluation(scores=scores, efficient=efficient, slacks=slacks, peers=tuple(peers))


def _on_frontier(model: Model, scores: Floats) -> NDArray[np.bool_]:
    return np.abs(scores - (0.0 if model.distance else 1.0)) <= FRONTIER


def _first(task: Task) -> list[Answer]:
    technology, equal = task.model.rows(task.reference)
    inside = bool((task.own >= 0).all()) and not task.model.beyond
    programs = [task.model.program(task.units, place, int(own)) for place, own in enumerate(task.own)]
    return solve(technology, equal, programs, _NOBODY if inside else None)


def _all_slack(task: Task, scores: Floats, answers: list[Answer]) -> list[Answer]:
    technology, equal = task.model.rows(task.reference)
    width = sum(len(names) for names in task.units.names)
    equal = np.r_[np.ones(width, dtype=bool), equal[width:]]
    programs = [
        task.model.all_slack(task.units, place, int(own), float(score))
        for place, (own, score) in enumerate(zip(task.own, scores, strict=True))
    ]
    return solve(technology, equal, programs, np.unique(np.concatenate([answer.peers for answer in answers])))


def _further(task: Task, scores: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """Return scores with those of some units measured beyond the technology, without themselves."""
    model = replace(task.model, beyond=True)
    technology, equal = model.rows(task.reference)
    alone = len(task.reference) == 1
    places = np.flatnonzero(chosen & ~(alone & (task.own >= 0)))  # without itself there is nobody
    programs = [model.program(task.units, int(place), int(task.own[place])) for place in places]
    found = np.where(chosen, np.nan, scores)
    for place, answer in zip(places, solve(technology, equal, programs), strict=True):
        found[place] = model.score(answer)
    return found


def within(units: Units, reference: Units, model: Model) -> Task:
    """Return the task of scores of units that are among those that they are compared with."""
    return Task(units=units, reference=reference, own=np.arange(len(units)), model=model)


def against(units: Units, reference: Units, model: Model) -> Floats:
    """Return scores against a technology that need not hold the units: every column is there from the
    start.
    """
    return scores_of(Task(units=units, reference=reference, own=np.full(len(units), -1), model=model))

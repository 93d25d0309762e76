"""The equations of a mediation model, its paths and the effects they make up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.mechanisms.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ARROW", "Effect", "Equation", "Model", "Structure", "mediation_model", "solve", "usable"]

Floats = NDArray[np.float64]
Structure = Literal["parallel", "serial"]

ARROW = " -> "
_SINGULAR = 1e-10


@dataclass(frozen=True, kw_only=True, slots=True)
class Equation:
    """One equation: the column explained, and the columns that explain it."""

    outcome: int
    regressors: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One indirect effect: the mediators on its way, and the paths whose product it is."""

    name: str
    mediators: tuple[int, ...]
    paths: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """Hold the equations of treatment, mediators and outcome.

    Parameters
    ----------
    equations
        One per mediator, then the outcome's, then the outcome's without mediators (the total effect).
    paths, path_names
        (equation, place among its regressors) of every path; the last two are the direct and the total
        effect.
    effects
        The specific indirect effects listed.
    n_ways
        Number of specific indirect effects there are.
    ways
        What adds them all up.
    """

    equations: tuple[Equation, ...]
    paths: tuple[tuple[int, int], ...]
    path_names: tuple[str, ...]
    effects: tuple[Effect, ...]
    n_ways: int
    ways: Ways

    @property
    def effect_names(self) -> tuple[str, ...]:
        """Return the specific indirect effects listed, the sum of all there are, the direct and the total
        effect.
        """
        return (*(effect.name for effect in self.effects), "indirect effect", "direct effect", "total effect")

    def coefficients(self, moments: Floats) -> Floats:
        """Return the paths of cross-products (R, p, p), shape (R, paths)."""
        solved = [solve(moments, each.regressors, each.outcome) for each in self.equations]
        return np.stack([solved[equation][:, place] for equation, place in self.paths], axis=1)

    def evaluate(self, paths: Floats) -> Floats:
        """Return the effects of paths (R, paths), shape (R, effects); the total is the sum of its parts."""
        specific = np.stack([paths[:, list(effect.paths)].prod(axis=1) for effect in self.effects], axis=1)
        indirect, direct = self.ways.indirect(paths), paths[:, -2]
        return np.column_stack([specific, indirect, direct, indirect + direct])

    def gradient(self, paths: Floats) -> Floats:
        """Return the derivatives of the effects by the paths (paths,), shape (effects, paths).

        The total effect is taken from the regression without mediators, of which it is the slope.
        """
        slopes = np.zeros((len(self.effects) + 3, len(paths)))
        for row, effect in enumerate(self.effects):
            for path in effect.paths:
                slopes[row, path] = np.prod([paths[other] for other in effect.paths if other != path])
        slopes[-3] = self.ways.indirect_slopes(paths)
        slopes[-2, -2] = 1.0
        slopes[-1, -1] = 1.0
        return slopes


def mediation_model(
    treatment: str,
    mediators: Sequence[str],
    outcome: str,
    n_controls: int,
    structure: Structure,
    most_effects: int = 1023,
) -> Model:
    """Return the model over the columns [controls, treatment, mediators, outcome].

    Parallel: every mediator on treatment and controls. Serial: every mediator on those and on the mediators
    before it, so that the specific effects run through every subset of mediators in their order, 2^k - 1 of
    them. Where these are more than `most_effects`, those through the fewest mediators are listed, all of one
    number or none, and that through all mediators.

    Examples
    --------
    >>> model = mediation_model("x", ("m1", "m2"), "y", 0, "serial")
    >>> [effect.name for effect in model.effects]
    ['x -> m1 -> y', 'x -> m2 -> y', 'x -> m1 -> m2 -> y']
    >>> model.path_names[-2:]
    ('x -> y', 'total effect')
    """
    count = len(mediators)
    base = (n_controls, *range(n_controls))
    first = n_controls + 1
    serial = structure == "serial"
    equations = [
        Equation(outcome=first + j, regressors=(*base, *(range(first, first + j) if serial else ())))
        for j in range(count)
    ]
    equations.append(Equation(outcome=first + count, regressors=(*base, *range(first, first + count))))
    equations.append(Equation(outcome=first + count, regressors=base))
    place: dict[tuple[int, int], int] = {}
    paths: list[tuple[int, int]] = []
    names: list[str] = []
    labels = [treatment, *mediators, outcome]
    for target in range(1, count + 2):
        sources = range(target) if serial or target == count + 1 else range(1)
        for source in sources:
            if (source, target) == (0, count + 1):
                continue
            place[source, target] = len(paths)
            paths.append((target - 1, 0 if source == 0 else n_controls + source))
            names.append(f"{labels[source]}{ARROW}{labels[target]}")
    paths += [(count, 0), (count + 1, 0)]
    names += [f"{treatment}{ARROW}{outcome}", "total effect"]
    listed, n_ways = _listed(count, most_effects) if serial else ([(j,) for j in range(count)], count)
    effects = []
    for chosen in listed:
        stops = (0, *(place + 1 for place in chosen), count + 1)
        effects.append(
            Effect(
                name=ARROW.join(labels[stop] for stop in stops),
                mediators=chosen,
                paths=tuple(place[pair] for pair in pairwise(stops)),
            )
        )
    within = range(1, count + 1)
    ways = Ways(
        first=tuple(place[0, j] for j in within),
        between=tuple((i - 1, j - 1, place[i, j]) for i, j in combinations(within, 2) if (i, j) in place),
        last=tuple(place[j, count + 1] for j in within),
    )
    return Model(
        equations=tuple(equations),
        paths=tuple(paths),
        path_names=tuple(names),
        effects=tuple(effects),
        n_ways=n_ways,
        ways=ways,
    )


def _listed(count: int, most: int) -> tuple[list[tuple[int, ...]], int]:
    """Return the ways through a chain that are listed, shortest first, and how many there are."""
    whole = tuple(range(count))
    listed: list[tuple[int, ...]] = []
    for size in range(1, count):
        if len(listed) + comb(count, size) + 1 > most:
            break
        listed += combinations(whole, size)
    return [*listed, whole], 2**count - 1


def solve(moments: Floats, regressors: Sequence[int], outcome: int) -> Floats:
    """Return least-squares slopes from cross-products (R, p, p), shape (R, regressors)."""
    places = list(regressors)
    right = moments[:, places, outcome]
    left = moments[:, places][:, :, places]
    size = np.sqrt(np.diagonal(left, axis1=1, axis2=2))
    scaled = left / size[:, :, None] / size[:, None, :]
    return np.asarray(np.linalg.solve(scaled, (right / size)[:, :, None])[:, :, 0] / size)


def usable(moments: Floats, reference: Floats) -> NDArray[np.bool_]:
    """Return which samples can be estimated: every column varies, and no regressor is a sum of others.

    Parameters
    ----------
    moments, reference
        Cross-products of R samples (R, p, p) and of the sample as it is (p, p).
    """
    size = np.diagonal(moments, axis1=1, axis2=2)
    varies = np.all(size > _SINGULAR * np.diagonal(reference), axis=1)
    norm = np.sqrt(np.where(varies[:, None], size, 1))
    correlation = moments / norm[:, :, None] / norm[:, None, :]
    least = np.linalg.eigvalsh(correlation[:, :-1, :-1])[:, 0]
    return np.asarray(varies & (least > _SINGULAR))

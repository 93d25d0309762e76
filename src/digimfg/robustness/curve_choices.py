"""Cross the choices of a specification curve into specifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError
from digimfg.robustness.rerun import exchanged, without_wild_bootstrap

if TYPE_CHECKING:
    from digimfg.covariance import Covariance
    from digimfg.specification import Specification

__all__ = ["FAMILIES", "CurveChoice", "cross_choices"]

FAMILIES = ("outcome", "regressor", "controls", "fixed_effects", "sample", "covariance")
_MOST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class CurveChoice:
    """One specification of a curve: the term read off it, its choice in each family, the optional controls
    in it.
    """

    specification: Specification
    term: str
    names: tuple[str, ...]
    included: tuple[bool, ...]


def cross_choices(
    specification: Specification,
    *,
    outcomes: str | Iterable[str],
    regressors: str | Iterable[str],
    controls: Iterable[str | Iterable[str]] | Mapping[str, Iterable[str]],
    fixed_effects: Iterable[str | Iterable[str]],
    samples: Mapping[str, str | None],
    covariances: Mapping[str, Covariance],
) -> tuple[list[CurveChoice], tuple[str, ...]]:
    """Return every combination once, and the names of the optional controls.

    Raises
    ------
    SpecificationError
        If the specification has no regressor, or there are more than 100,000 combinations.
    """
    own = next(iter((*specification.endogenous, *specification.regressors)), None)
    if own is None:
        raise SpecificationError.of("robustness.no_regressor_followed")
    sets, optional = _control_sets(controls)
    effects = [_tuple(each) for each in fixed_effects] or [specification.fixed_effects]
    families = (
        _tuple(outcomes) or (specification.outcome,),
        _tuple(regressors) or (own,),
        sets,
        effects,
        list(samples.items()) or [("", specification.sample)],
        list(covariances.items()) or [("", specification.covariance)],
    )
    count = 1
    for family in families:
        count *= len(family)
    if count > _MOST:
        raise SpecificationError.of("robustness.too_many_specifications", got=f"{count:,}", most=_MOST)
    found: dict[tuple[Specification, str], CurveChoice] = {}
    for outcome, regressor, (set_name, terms, included), absorbed, (sample, rule), (
        errors,
        covariance,
    ) in product(*families):
        changed = without_wild_bootstrap(
            specification.replace(
                outcome=outcome,
                regressors=exchanged(specification.regressors, own, regressor),
                endogenous=exchanged(specification.endogenous, own, regressor),
                controls=tuple(dict.fromkeys((*specification.controls, *terms))),
                fixed_effects=absorbed,
                sample=rule,
                covariance=covariance,
            )
        )
        names = (outcome, regressor, set_name, " + ".join(absorbed), sample, errors)
        found.setdefault(
            (changed, regressor),
            CurveChoice(specification=changed, term=regressor, names=names, included=included),
        )
    return list(found.values()), optional


def _control_sets(
    controls: Iterable[str | Iterable[str]] | Mapping[str, Iterable[str]],
) -> tuple[list[tuple[str, tuple[str, ...], tuple[bool, ...]]], tuple[str, ...]]:
    if isinstance(controls, Mapping):
        return [(name, _tuple(terms), ()) for name, terms in controls.items()] or [("", (), ())], ()
    groups = [_tuple(each) for each in ([controls] if isinstance(controls, str) else controls)]
    names = tuple(" + ".join(group) for group in groups)
    sets = []
    for size in range(len(groups) + 1):
        for chosen in combinations(range(len(groups)), size):
            terms = tuple(term for place in chosen for term in groups[place])
            included = tuple(place in chosen for place in range(len(groups)))
            sets.append((" + ".join(names[place] for place in chosen), terms, included))
    return sets, names


def _tuple(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)

"""The formal test of a difference between two subsamples: one specification with everything interacted."""

from __future__ import annotations

from digimfg.arguments import checked
from digimfg.specification import Specification

__all__ = ["interact_with"]


@checked
def interact_with(specification: Specification, group: str) -> Specification:
    """Return the fully interacted specification of two groups.

    Every regressor and control appears as it is and multiplied by `group`, and every fixed effect is taken
    within groups, so that ``x`` is the slope where `group` is 0, ``x:group`` is the difference of the slopes
    where it is 1, and the test of that term is the test of the difference, with the covariance of the
    specification. Slopes equal those of the two subsamples estimated one by one.

    Parameters
    ----------
    specification
        Least squares without instruments.
    group
        Column of zeros and ones; rows where it is missing are dropped and counted.

    Examples
    --------
    >>> spec = Specification("y", "x", controls="z", entity="i", time="t", fixed_effects=("i", "t"))
    >>> interact_with(spec, "coastal").regressors
    ('x', 'x:coastal')
    >>> interact_with(spec, "coastal").fixed_effects
    ('i:coastal', 't:coastal')
    """
    within = tuple(f"{effect}:{group}" for effect in specification.fixed_effects)
    level = () if within else (group,)
    return specification.replace(
        regressors=(*specification.regressors, *(f"{term}:{group}" for term in specification.regressors)),
        controls=(*specification.controls, *(f"{term}:{group}" for term in specification.controls), *level),
        fixed_effects=within,
    )

"""Do two groups differ: interaction, permutation and seemingly unrelated estimation of one difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.estimators.mechanisms.group_options import GroupOptions, Levels, Method
from digimfg.kinds import AtLeast, AtMost, Entries, Seed, StoredFrame
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["GroupDifference", "group_difference"]


@checked
@dataclass(frozen=True, kw_only=True)
class GroupDifference(GroupOptions, Estimator):
    r"""Estimate an equation in two groups and test whether its slopes differ.

    Each group is estimated by itself, with its own controls and fixed effects; d is the second group's slope
    minus the first's. Three tests of d = 0:

    - ``"interaction"``: one equation with everything interacted (`interact_with`); t of the product, with
      the covariance and the small-sample rule of the specification; with few clusters also its
      wild-bootstrap p.
    - ``"suest"``: the two estimates stacked, their covariance from the products of scores by cluster over
      both groups times G/(G-1) (rows: N/(N-1)), as Stata's ``suest`` does; :math:`\chi^2_1=d^2/V(d)`. Under
      ``"cr2"`` the covariance is the bias-reduced one of the stacked equations, p that of t with
      Satterthwaite's degrees of freedom.
    - ``"permutation"`` (费舍尔组合检验): units exchange their group labels, and both groups are estimated
      anew, effects included; p is the share of assignments with \|d\| at least as large, over all of them
      where there are no more than `replications`, else (1 + count)/(1 + draws). It tests that the labels do
      not matter at all.

    Parameters
    ----------
    group
        Column that holds the groups, of any type.
    levels
        First and second group; by default the two values of the column in their order.
    terms
        Regressors whose difference is wanted; all by default.
    methods
        Which tests.
    replications, seed
        Draws of labels.
    permuted
        Column whose units exchange labels, within which `group` must not change; by default the entity
        (rows, where there is none).

    Notes
    -----
    ``result.coefficients`` has ``x:group[level]`` for both groups and ``difference[x]`` with the
    interaction's error; ``result.tables``: ``differences`` (every test), ``first`` and ``second`` (all
    coefficients of the groups).

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.assign(old=lambda d: (d["capital"].groupby(d["firm"]).transform("max") > 600))
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> result = dm.group_difference(spec, frame, "old", terms="value")
    >>> list(result.coefficients.index)
    ['value:old[False]', 'value:old[True]', 'difference[value]']
    """  # noqa: E501

    label: ClassVar[Text] = Text("Difference of groups", "组间差异")

    errors_label = errors_of_covariance

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the column has other than two groups and `levels` does not name two, a term is no regressor,
            or groups change within the units that are permuted.
        EstimationError
            If a term cannot be estimated in one of the groups.
        """
        from digimfg.estimators.mechanisms.groups import compare_groups

        return compare_groups(self, design)


@checked
def group_difference(
    specification: Specification,
    frame: StoredFrame,
    group: str,
    *,
    terms: str | Iterable[str] = (),
    levels: Levels = (),
    methods: Annotated[tuple[Method, ...], Entries(1)] = ("interaction", "suest", "permutation"),
    replications: Annotated[int, AtLeast(20), AtMost(10_000_000)] = 1000,
    seed: Seed = 0,
    permuted: str | None = None,
) -> Result:
    """Estimate a specification in two groups of a frame and test their difference; see `GroupDifference`.

    Parameters
    ----------
    specification
        The equation, by least squares.
    frame
        One row per observation.
    group, terms, levels, methods, replications, seed, permuted
        As in `GroupDifference`.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.assign(early=lambda d: (d["firm"] < "F").astype(int))
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> table = dm.group_difference(spec, frame, "early").tables["differences"]
    >>> list(table.index)
    ['value', 'capital']
    """
    from digimfg.estimate import estimate

    estimator = GroupDifference(
        group=group,
        levels=levels,
        terms=(terms,) if isinstance(terms, str) else tuple(terms),
        methods=methods,
        replications=replications,
        seed=seed,
        permuted=permuted,
    )
    return estimate(replace(specification, estimator=estimator), frame)

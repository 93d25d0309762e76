"""What estimators of effects by cohort share: how cohorts are told, averaged and reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.kinds import Seed, Share, Whole
from digimfg.specification import Estimator

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["Aggregate", "CohortEstimator"]

Aggregate = Literal["simple", "dynamic", "group", "calendar"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortEstimator(Estimator):
    """Hold what such estimators share; `StaggeredDifferenceInDifferences` explains it."""

    cohort: str | None = None
    anticipation: Whole = 0
    aggregate: Aggregate = "simple"
    level: Share = 0.95
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    absorbs_effects: ClassVar[bool] = False
    detail_terms: ClassVar[tuple[str, ...]] = ("event_time", "cohort", "calendar_time")

    @property
    def removes_units(self) -> bool:
        """Whether effects of units are differenced out or absorbed, as those of periods always are."""
        return True

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Return the entity, where it is removed, and the period; then the fixed effects named."""
        own = (specification.entity if self.removes_units else None, specification.time)
        return tuple(dict.fromkeys((*(key for key in own if key is not None), *specification.fixed_effects)))

"""What estimators state and results hold, as their readers ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from digimfg.errors import SpecificationError
from digimfg.say import say
from digimfg.specification import Estimator, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.covariance import Covariance
    from digimfg.distributions.reference import ReferenceDistribution

__all__ = [
    "DeclaredEstimator",
    "Dropped",
    "Reported",
    "check_contract",
    "declared_effects",
    "effects_of_design",
    "errors_of_covariance",
    "errors_said",
]


class DeclaredEstimator(Estimator, Protocol):
    """State what a reader of the results must know: `estimate` takes estimators that do."""

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Say how errors are estimated; ``None`` for those of the covariance under its small-sample rule."""
        ...

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """Count the rows that one step removed, and say why."""

    reason: Text
    n_rows: int

    @property
    def note(self) -> Text:
        """Return the sentence that results carry."""
        return say(
            "Dropped {n_rows:,|row}: {reason}",
            "剔除{n_rows:,}行：{reason}",
            kind="dropped",
            reason=self.reason,
            n_rows=self.n_rows,
        )


class Reported(Protocol):
    """What of a result is shown."""

    @property
    def coefficients(self) -> pd.DataFrame:
        """Return the estimates by term, with their errors, statistics, p values and intervals."""
        ...

    @property
    def statistics(self) -> Mapping[str, float]:
        """Return the named numbers."""
        ...

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return what a reader must know."""
        ...

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the further tables by name."""
        ...

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Return the rows left out, each count with its reason."""
        ...

    @property
    def specification(self) -> Specification:
        """Return the specification that was estimated."""
        ...

    @property
    def distribution(self) -> ReferenceDistribution:
        """Return what statistics are compared with."""
        ...


def effects_of_design(estimator: Estimator, specification: Specification) -> tuple[str, ...]:
    """Return the fixed effects of the specification, which its design absorbs."""
    del estimator
    return specification.fixed_effects


def errors_of_covariance(estimator: Estimator, covariance: Covariance) -> Text | None:
    """Return ``None``: errors are those of the covariance under its small-sample rule."""
    del estimator, covariance
    return None


def check_contract(estimator: Estimator) -> None:
    """Raise unless an estimator states what readers of its results ask.

    Raises
    ------
    SpecificationError
        Naming what it does not state.
    """
    asked = ("label", "errors_label", "removed_effects")
    missing = [name for name in asked if not hasattr(estimator, name)]
    if missing:
        raise SpecificationError(
            where=Text(f"estimator {type(estimator).__name__}", f"估计方法{type(estimator).__name__}"),
            expected=Text(
                "an estimator that states its name (label), how its errors are described (errors_label) and which effects "
                "it removes (removed_effects)",
                "须声明名称（label）、标准误的说明（errors_label）与所消去的固定效应（removed_effects）的估计方法",
            ),
            got=Text(f"none of: {', '.join(missing)}", f"未声明：{'、'.join(missing)}"),
            remedy=Text(
                "add it, as every estimator in digimfg.estimators does",
                "仿照 digimfg.estimators 中各估计方法补充",
            ),
        )


def declared_effects(specification: Specification) -> tuple[str, ...]:
    """Return the effects that the estimates of a specification are free of, as its estimator declares."""
    estimator = specification.estimator
    return (
        estimator.removed_effects(specification)
        if hasattr(estimator, "removed_effects")
        else specification.fixed_effects
    )


def errors_said(specification: Specification) -> Text | None:
    """Return how the errors of a specification are described, ``None`` where its covariance and its rule say it.

    Of an estimator that says nothing, no result of `estimate`, this says that they are not described.
    """
    estimator = specification.estimator
    if not hasattr(estimator, "errors_label"):
        return say(
            "standard errors of {label}, which does not say how they are estimated",
            "{label}的标准误（未说明其估计方式）",
            label=estimator.label,
        )
    said = estimator.errors_label
    found: Text | None = said(specification.covariance) if callable(said) else said
    return found

"""Refuse options of a panel threshold that make no sense together, or with the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.threshold.options import ThresholdOptions

__all__ = ["check_options", "check_roles"]

_LEAST_WITH_KINK = 20


def check_roles(options: ThresholdOptions, design: Design) -> None:
    """Raise where the outcome stands among the regime-dependent terms."""
    outcome = design.specification.outcome
    if outcome in options.regime_dependent:
        raise SpecificationError.of("threshold.outcome_among_terms", got=outcome, outcome=outcome)


def check_options(options: ThresholdOptions) -> None:
    """Raise where an option is not one of its choices."""
    if len(options.trims) != options.n_thresholds:
        raise SpecificationError.of("threshold.number_of_trims", trim=str(options.trim))
    if options.kink and (
        options.n_thresholds != 1 or options.regime_dependent != (options.threshold_variable,)
    ):
        raise SpecificationError.of(
            "threshold.kink_of_other_terms",
            n_thresholds=options.n_thresholds,
            terms=str(options.regime_dependent),
        )
    if options.kink and options.replications < _LEAST_WITH_KINK:
        raise SpecificationError.of(
            "threshold.kink_with_few_replications",
            least=_LEAST_WITH_KINK,
            replications=options.replications,
        )

"""Refuse options of a panel threshold that make no sense together, or with the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.errors import SpecificationError
from digimfg.options import refuse_options
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.threshold.options import ThresholdOptions

__all__ = ["check_options", "check_roles"]


def check_roles(options: ThresholdOptions, design: Design) -> None:
    """Raise where the outcome stands among the regime-dependent terms."""
    outcome = design.specification.outcome
    if outcome in options.regime_dependent:
        raise SpecificationError.of("threshold.outcome_among_terms", got=outcome, outcome=outcome)


def check_options(options: ThresholdOptions) -> None:
    """Raise where an option is not one of its choices."""
    problems: list[tuple[str, Text, str]] = []
    if len(options.trims) != options.n_thresholds:
        expected = Text("one share, or one for each threshold", "一个比例，或每个门槛各一个")
        problems.append(("trim", expected, str(options.trim)))
    if options.kink and (
        options.n_thresholds != 1 or options.regime_dependent != (options.threshold_variable,)
    ):
        problems.append(
            (
                "kink",
                Text(
                    "n_thresholds=1 and regime_dependent=(threshold_variable,)",
                    "n_thresholds=1且 regime_dependent=(threshold_variable,)",
                ),
                f"{options.n_thresholds}, {options.regime_dependent}",
            )
        )
    if options.kink and options.replications < 20:
        problems.append(
            (
                "replications",
                Text("at least 20 with kink=True", "kink=True 时至少20"),
                str(options.replications),
            )
        )
    refuse_options("dm.PanelThreshold", problems)

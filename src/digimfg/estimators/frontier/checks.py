"""What a stochastic frontier asks of its options, and what it says where there is no maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.errors import EstimationError, Fault, SpecificationError
from digimfg.estimators.frontier.likelihood import Distribution, FrontierModel, Rows, parts_of
from digimfg.estimators.frontier.maximum import Maximum
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["PANEL_MODELS", "check_options", "collinear", "no_maximum"]

PANEL_MODELS: tuple[FrontierModel, ...] = (
    "time_invariant",
    "time_decay",
    "true_fixed_effects",
    "true_random_effects",
)


def check_options(
    model: FrontierModel,
    distribution: Distribution,
    determinants: tuple[str, ...],
    specification: Specification,
) -> None:
    """Refuse options that do not go together."""
    fault: Fault | None = None
    if specification.fixed_effects or specification.weights is not None:
        fault = Fault.of("frontier.effects_and_weights_not_taken")
    elif (model in PANEL_MODELS) and (specification.entity is None or specification.time is None):
        fault = Fault.of("frontier.keys_lacking")
    elif (model == "effects") != bool(determinants):
        fault = Fault.of("frontier.determinants_of_another_model")
    elif (distribution == "truncated_normal" and model not in ("pooled", "time_invariant", "time_decay")) or (
        distribution == "exponential" and model != "pooled"
    ):
        fault = Fault.of("frontier.distribution_of_another_model")
    elif not isinstance(specification.covariance, Unadjusted | Robust | Clustered):
        fault = Fault.of("frontier.covariance_not_taken")
    if fault is not None:
        raise fault.error(
            SpecificationError,
            where="dm.StochasticFrontier",
            got=f"model={model!r}, distribution={distribution!r}, determinants={determinants!r}, "
            f"entity={specification.entity!r}, fixed_effects={specification.fixed_effects!r}, "
            f"covariance={type(specification.covariance).__name__}",
        )


def no_maximum(rows: Rows, found: Maximum) -> EstimationError:
    """Return the refusal of a likelihood whose maximum lacks noise or inefficiency."""
    parts = parts_of(rows, found.parameters)
    total = float(parts.noise + parts.inefficiency)
    gamma = float(parts.inefficiency) / total
    if rows.model == "true_random_effects" and parts.spread < 1e-6 * total:
        vanished = Text('no effects of entities: take model="pooled"', '个体效应消失：改用 model="pooled"')
    elif gamma > 0.5:
        vanished = Text("no noise beside the inefficiency", "随机噪声消失")
    else:
        vanished = Text(
            "no inefficiency: residuals are skewed the other way, or not at all",
            "无效率项消失：残差偏度方向相反或无偏度",
        )
    return EstimationError.of("frontier.no_inefficiency_found", gamma=gamma, vanished=vanished)


def collinear(determinants: tuple[str, ...]) -> SpecificationError:
    """Return the refusal of determinants that are sums of each other."""
    return SpecificationError.of("frontier.determinants_collinear", names=list(determinants))

"""What a stochastic frontier asks of its options, and what it says where there is no maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.covariance import Clustered, Robust, Unadjusted
from digimfg.errors import EstimationError, SpecificationError
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
    fault: tuple[Text, Text] | None = None
    if specification.fixed_effects or specification.weights is not None:
        fault = (
            Text("no `fixed_effects` and no `weights`", "无 `fixed_effects` 与 `weights`"),
            Text(
                'for effects of entities take model="true_fixed_effects"; enter periods as i(year)',
                '个体效应请用 model="true_fixed_effects"；时期以 i(year) 加入',
            ),
        )
    elif (model in PANEL_MODELS) and (specification.entity is None or specification.time is None):
        fault = (
            Text("`entity` and `time`", "`entity` 与 `time`"),
            Text("name the key columns in the specification", "在设定中给出键列"),
        )
    elif (model == "effects") != bool(determinants):
        fault = (
            Text(
                '`determinants` with model="effects", and only there',
                'model="effects" 须有且仅其可有 `determinants`',
            ),
            Text("name the terms that inefficiency depends on", "指明影响无效率的变量"),
        )
    elif (distribution == "truncated_normal" and model not in ("pooled", "time_invariant", "time_decay")) or (
        distribution == "exponential" and model != "pooled"
    ):
        fault = (
            Text(f"a distribution that the model {model!r} takes", f"模型{model!r}可用的分布"),
            Text('take distribution="half_normal"', '改用 distribution="half_normal"'),
        )
    elif not isinstance(specification.covariance, Unadjusted | Robust | Clustered):
        fault = (
            Text(
                "dm.Unadjusted(), dm.Robust() or dm.Clustered(…)",
                "dm.Unadjusted()、dm.Robust() 或 dm.Clustered(…)",
            ),
            Text("choose one of them", "从中选用"),
        )
    if fault is not None:
        raise SpecificationError.of(
            "frontier.options_contradict",
            expected=fault[0],
            got=f"model={model!r}, distribution={distribution!r}, determinants={determinants!r}, "
            f"entity={specification.entity!r}, fixed_effects={specification.fixed_effects!r}, "
            f"covariance={type(specification.covariance).__name__}",
            remedy=fault[1],
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

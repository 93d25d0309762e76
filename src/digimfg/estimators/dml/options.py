"""The options of double machine learning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from digimfg.kinds import AtLeast, AtMost, Below, Entries, Seed, Share, Such
from digimfg.text import Text

__all__ = ["DoubleOptions", "Learner"]

Learner = Annotated[
    Any,
    Such(
        lambda value: value is not None and not isinstance(value, type | bool | int | float),
        Text(
            "a learner: a name such as 'lasso', or an object with fit and predict",
            "学习器：名称（如 'lasso'），或带 fit 与 predict 的对象",
        ),
    ),
]


@dataclass(frozen=True, kw_only=True)
class DoubleOptions:
    """Hold the options of `DoubleMachineLearning`, which says what they mean."""

    learner: Learner = "lasso"
    treatment_learner: Annotated[
        Any,
        Such(lambda value: not isinstance(value, type | bool | int | float), Text("a learner", "学习器")),
    ] = None
    model: Literal["partially_linear", "interactive"] = "partially_linear"
    effects: Literal["within", "first_difference", "mundlak"] = "within"
    estimand: Literal["ate", "att"] = "ate"
    folds: Annotated[int, AtLeast(2), AtMost(1_000)] = 5
    repetitions: Annotated[int, AtLeast(1), AtMost(1_000)] = 5
    fold_column: str | None = None
    tuning: Mapping[str, Annotated[tuple[Any, ...], Entries(1)]] | None = None
    groups: str | None = None
    trim: Annotated[float, AtLeast(0), Below(0.5)] = 0.01
    confounding: tuple[Share, Share] = (0.03, 0.03)
    seed: Seed = 0

"""One equation and how to estimate it: plain, frozen, comparable."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from digimfg.above import DEFAULT_ESTIMATOR
from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, Robust
from digimfg.errors import SpecificationError
from digimfg.foreign_names import SPELLINGS, covariance_meant, estimator_meant
from digimfg.keywords import known_keywords
from digimfg.kinds import Remedy
from digimfg.text import Text

__all__ = ["Estimator", "Link", "Specification"]

Link = Literal["identity", "log", "logit", "probit"]

_Terms = Annotated[
    str | Iterable[str],
    Remedy(lambda _: Text("write names in quotes; () for none", "名称加引号；没有则写 ()")),
]
_Key = Annotated[
    str | None,
    Remedy(
        lambda _: Text(
            "write one name in quotes; several columns can be fixed_effects or clusters",
            "加引号写一个列名；多个列可作为 fixed_effects 或聚类列",
        )
    ),
]


class Estimator(ABC):
    """Turn a design (numbers only) into a result, and state what callers and readers ask.

    Estimators inherit from it: what most answer alike is answered here; `label`, `fit` and `errors_label`
    each must state.
    """

    absorbs_effects: ClassVar[bool] = True
    """Whether it takes a design that is freed of the fixed effects; otherwise it removes them itself."""
    takes_instruments: ClassVar[bool] = False
    """Whether a specification may name endogenous terms and instruments."""
    corrects_leverage: ClassVar[bool] = False
    """Whether errors may be ``dm.Robust("hc2")`` or ``"hc3"``, whose rows have a leverage of their own."""

    @property
    def needs_keys(self) -> bool:
        """Whether each unit must have one row per period."""
        return False

    @property
    def detail_terms(self) -> tuple[str, ...]:
        """Families of terms that a table shows only when asked."""
        return ()

    @property
    def link(self) -> Link | None:
        """How the mean of the outcome follows from the index, the terms times their coefficients and the
        effects; ``None`` where rows have no such mean, so that there are no predictions, residuals and
        marginal effects unless it has a `response`.
        """
        return None

    @property
    def scales(self) -> tuple[str, ...]:
        """What predictions and marginal effects may be of."""
        return ("mean", "index")

    @property
    def moves_by_terms(self) -> bool:
        """Whether the outcome moves by the terms times their coefficients though rows have no mean, as where
        effects are differenced away: there are marginal effects then, and no predictions.
        """
        return False

    @property
    def has_response(self) -> bool:
        """Whether rows have a `response` without a link."""
        return False

    @property
    @abstractmethod
    def label(self) -> Text:
        """Name of the estimator for tables and notes."""

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Return the terms that a row needs beside those of the equation."""
        return ()

    @abstractmethod
    def fit(self, design: Any) -> Any:
        """Estimate: return the `Result` of a `Design`."""

    def stream(self, specification: Specification, scan: Any) -> Any:  # noqa: ARG002
        """Estimate on a `Scan` that is too large for memory: return the `Result`.

        Raises
        ------
        SpecificationError
            Where the estimator needs all rows at once, as most do.
        """
        raise SpecificationError.of("specification.estimator_not_streamed", got=self.label)

    @abstractmethod
    def errors_label(self, covariance: Covariance) -> Text | None:
        """Say how errors are estimated; ``None`` for those of the covariance under its small-sample rule."""

    def estimation_sample(self, design: Any) -> Any:
        """Return the `Design` of the rows that enter the estimate: by default all."""
        return design

    def offset_of(self, evaluator: Any) -> Any:  # noqa: ARG002
        """Return what enters the index with a slope of one on every row of an `Evaluator`; ``None`` for
        nothing.
        """
        return None

    def fitted(self, design: Any) -> Any:  # noqa: ARG002
        """Return the mean of each row where it needs more than terms and the link; ``None`` where not."""
        return None

    def n_further(self, design: Any) -> int:  # noqa: ARG002
        """Return how many coefficients follow those of the terms, as dispersions and cut points do."""
        return 0

    def categories(self, design: Any) -> tuple[Any, ...]:  # noqa: ARG002
        """Return the values of an ordered outcome in a `Design`, in order; empty where it is a number."""
        return ()

    def response(self, design: Any, scale: str, place: int | None) -> Any:  # noqa: ARG002
        """Return further parameters → what rows are expected to be by their index, where the link alone does
        not tell; ``None`` where it does.
        """
        return None

    def further_columns(self, design: Any, frame: Any) -> Any:  # noqa: ARG002
        """Return name → values on the rows of a frame of the columns that it adds to the terms of the
        specification.
        """
        return {}

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of: by default those that the design
        absorbs.
        """
        return specification.fixed_effects


@checked
@dataclass(frozen=True, init=False)
class Specification:
    """State one equation, its sample, its effects and its errors.

    Terms are strings of a small grammar that is parsed, never evaluated: a column name, ``L.x`` ``L2.x``
    ``F.x`` ``D.x``, ``log(x)``, ``x^2``, ``a:b``, ``i(year, ref=1995)`` (one indicator per level but the
    reference). ``x:i(g)`` gives each level of g its slope; beside ``x`` itself, or effects that absorb it,
    each its difference from the first.

    Parameters
    ----------
    outcome
        The term on the left.
    regressors
        Terms of interest: each has its row in a table.
    controls
        Further regressors that a table sums up in one row.
    entity, time
        Key columns; ``time`` orders lags, both order rows. ``None`` where the data have no such key.
    fixed_effects
        Columns (or interactions of columns, ``"industry:year"``) whose categories are absorbed.
    endogenous, instruments
        Terms that are instrumented, and the excluded instruments.
    covariance
        How errors are estimated; by default clustered by `entity` (robust where there is no entity).
    weights
        Column of non-negative analytic weights.
    sample
        A filter: ``"year >= 1990 & region not in {'东', '中'}"``, ``"not missing(x)"``. Values are read in
        the type of their column; after ``==``, ``!=`` and ``in`` they must occur in it, or name a unit whose
        code does. Rows where a value that settles it is missing leave the sample and are counted.
    observed_only
        Set the cells that a `MissingPolicy` filled in back to missing first: lags and differences of them go
        too.
    repeated_rows
        Say that a unit has several rows in a period by nature (spells of workers, products of firms,
        partners of a country): the keys of an earlier row may come again and are counted. Otherwise, with
        `entity` and `time` both named, two rows of one unit and period are an error. Not for lags, nor for
        estimators and errors that need one row per key.
    estimator
        The estimator and its options; least squares by default.

    Raises
    ------
    SpecificationError
        If a term is not text, or a keyword is unknown: those of Stata and R are answered with ours.
    """

    outcome: str
    regressors: tuple[str, ...]
    controls: tuple[str, ...]
    entity: str | None
    time: str | None
    fixed_effects: tuple[str, ...]
    endogenous: tuple[str, ...]
    instruments: tuple[str, ...]
    covariance: Covariance
    weights: str | None
    sample: str | None
    estimator: Estimator
    observed_only: bool
    repeated_rows: bool

    @known_keywords("dm.Specification", SpecificationError, SPELLINGS)
    def __init__(
        self,
        outcome: str,
        regressors: _Terms,
        *,
        controls: _Terms = (),
        entity: _Key = None,
        time: _Key = None,
        fixed_effects: _Terms = (),
        endogenous: _Terms = (),
        instruments: _Terms = (),
        covariance: Annotated[Covariance | None, Remedy(covariance_meant)] = None,
        weights: str | None = None,
        sample: str | None = None,
        estimator: Annotated[Estimator | None, Remedy(estimator_meant)] = None,
        observed_only: bool = False,
        repeated_rows: bool = False,
    ) -> None:
        if covariance is None:
            covariance = Clustered((entity,)) if entity is not None else Robust()
        values: dict[str, Any] = {
            "outcome": outcome,
            "regressors": _names(regressors),
            "controls": _names(controls),
            "entity": entity,
            "time": time,
            "fixed_effects": _names(fixed_effects),
            "endogenous": _names(endogenous),
            "instruments": _names(instruments),
            "covariance": covariance,
            "weights": weights,
            "sample": sample,
            "estimator": estimator if estimator is not None else DEFAULT_ESTIMATOR(),
            "observed_only": observed_only,
            "repeated_rows": repeated_rows,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def replace(self, **changes: Any) -> Specification:
        """Return a copy with some parts changed.

        Raises
        ------
        SpecificationError
            If a part does not exist (the nearest are named).
        """
        parts = list(self.__dataclass_fields__)
        for name in changes:
            if name not in parts:
                error = SpecificationError.unknown(
                    name,
                    parts,
                    where="Specification.replace",
                    expected=Text("a part of the specification", "设定的组成部分"),
                    of="parts",
                )
                error.remedy = SPELLINGS.get(name, error.remedy)
                raise error
        return replace(self, **changes)


def _names(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)

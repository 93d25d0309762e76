"""One equation and how to estimate it: plain, frozen, comparable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from digimfg.errors import SpecificationError, nearest
from digimfg.keywords import known_keywords
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators import Estimator
    from digimfg.inference.covariance import Covariance

__all__ = ["Specification"]

_HELP = {
    "covariance": Text(
        "choose dm.Unadjusted(), dm.Robust(), dm.Clustered('id'), dm.DriscollKraay() or dm.Conley(…)",
        "可用 dm.Unadjusted()、dm.Robust()、dm.Clustered('id')、dm.DriscollKraay() 或 dm.Conley(…)",
    ),
    "estimator": Text(
        "e.g. dm.TwoStageLeastSquares(); `digimfg list estimators` prints all",
        "例如 dm.TwoStageLeastSquares()；`digimfg list estimators` 列出全部",
    ),
}
_MADE = {
    (role, word): Text(f"write {made}", f"请写成 {made}")
    for role, made, words in (
        ("covariance", "dm.Robust()", ("robust", "hc1", "r")),
        ("covariance", "dm.Clustered('id')", ("cluster", "clustered", "cl")),
        ("covariance", "dm.Unadjusted()", ("unadjusted", "nonrobust", "ols", "iid")),
        ("covariance", "dm.DriscollKraay()", ("dk", "driscoll-kraay", "xtscc")),
        ("estimator", "dm.TwoStageLeastSquares()", ("2sls", "iv", "ivreg2", "ivreghdfe")),
        ("estimator", "dm.LeastSquares()", ("ols", "fe", "reghdfe")),
        ("estimator", "dm.RandomEffects()", ("re", "random")),
        ("estimator", "dm.Poisson()", ("poisson", "ppml", "ppmlhdfe")),
    )
    for word in words
}
_SPELLINGS = {
    word: Text(f"write {made}", "请写成 " + made.replace(" or ", " 或 ").replace(", e.g. ", "，例如 "))
    for made, words in (
        ("covariance=dm.Clustered('id')", "cluster clusters clustered cl clustervar"),
        (
            "covariance=…, e.g. dm.Robust() or dm.Clustered('id')",
            "vce vcov se cov cov_type std_errors standard_errors robust",
        ),
        ("fixed_effects='id' or fixed_effects=('id', 'year')", "absorb fe fes effects fixed fixef areg"),
        ("entity='id' and fixed_effects='id'", "entity_effects xtset"),
        ("time='year' and fixed_effects=('id', 'year')", "time_effects twoway"),
        ("endogenous='x', instruments='z', estimator=dm.TwoStageLeastSquares()", "iv ivs instrument instr"),
        ("endogenous='x'", "endog"),
        ("weights='w'", "weight wt wts w aw aweight aweights pweight fweight"),
        ("sample='year >= 2000'", "if subset where filter condition query restrict"),
        ("entity='id'", "id ids group groups panel panelvar unit individual firm country i"),
        ("time='year'", "t year years timevar period date"),
        ("outcome='y'", "y dep depvar dependent lhs dv"),
        ("regressors=('x1', 'x2')", "x xs indep indepvars exog rhs regressor treatment"),
        ("controls=('z1', 'z2')", "control covariates covars"),
        ("dm.Specification('y', ('x1', 'x2'), …)", "formula fml"),
        ("dm.estimate(specification, frame)", "data df frame"),
        ("estimator=…, e.g. dm.Poisson()", "model method family"),
    )
    for word in words.split()
}


@dataclass(frozen=True, init=False)
class Specification:
    """State one equation, its sample, its effects and its errors.

    Terms are strings of a small grammar that is parsed, never evaluated: a column name, ``L.x`` ``L2.x``
    ``F.x`` ``D.x``, ``log(x)``, ``x^2``, ``a:b``, ``i(year, ref=1995)`` (one indicator per level but the reference). ``x:i(g)``
    gives each level of g its slope; beside ``x`` itself, or effects that absorb it, each its difference from the first.

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
        A filter: ``"year >= 1990 & region not in {'东', '中'}"``, ``"not missing(x)"``. Values are read in the type of their
        column; after ``==``, ``!=`` and ``in`` they must occur in it, or name a unit whose code does. Rows where a value
        that settles it is missing leave the sample and are counted.
    observed_only
        Set the cells that a `MissingPolicy` filled in back to missing first: lags and differences of them go too.
    repeated_rows
        Say that a unit has several rows in a period by nature (spells of workers, products of firms, partners of a country): the
        keys of an earlier row may come again and are counted. Otherwise, with `entity` and `time` both named, two rows of
        one unit and period are an error. Not for lags, nor for estimators and errors that need one row per key.
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

    @known_keywords("dm.Specification", SpecificationError, _SPELLINGS)
    def __init__(
        self,
        outcome: str,
        regressors: str | Iterable[str],
        *,
        controls: str | Iterable[str] = (),
        entity: str | None = None,
        time: str | None = None,
        fixed_effects: str | Iterable[str] = (),
        endogenous: str | Iterable[str] = (),
        instruments: str | Iterable[str] = (),
        covariance: Covariance | None = None,
        weights: str | None = None,
        sample: str | None = None,
        estimator: Estimator | None = None,
        observed_only: bool = False,
        repeated_rows: bool = False,
    ) -> None:
        from digimfg.estimators.least_squares import LeastSquares
        from digimfg.inference.covariance import Clustered, Robust

        if isinstance(covariance, type | str):
            raise _not_made(
                covariance,
                "covariance",
                Text("a covariance such as dm.Robust()", "协方差设定，如 dm.Robust()"),
            )
        if isinstance(estimator, type | str):
            raise _not_made(
                estimator, "estimator", Text("an estimator such as dm.Poisson()", "估计方法，如 dm.Poisson()")
            )
        if covariance is None:
            covariance = Clustered((entity,)) if entity is not None else Robust()
        values: dict[str, Any] = {
            "outcome": _names((outcome,), "outcome")[0],
            "regressors": _names(regressors, "regressors"),
            "controls": _names(controls, "controls"),
            "entity": _name(entity, "entity"),
            "time": _name(time, "time"),
            "fixed_effects": _names(fixed_effects, "fixed_effects"),
            "endogenous": _names(endogenous, "endogenous"),
            "instruments": _names(instruments, "instruments"),
            "covariance": covariance,
            "weights": _name(weights, "weights"),
            "sample": _name(sample, "sample"),
            "estimator": estimator if estimator is not None else LeastSquares(),
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
                near = nearest(name, parts)
                raise SpecificationError(
                    where="Specification.replace",
                    expected=Text("a part of the specification", "设定的组成部分"),
                    got=f"'{name}'",
                    remedy=_SPELLINGS.get(name, Text(f"nearest parts: {near}", f"相近的部分：{near}")),
                )
        return replace(self, **changes)


def _name(value: str | None, role: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    expected = {
        "weights": Text("the name of a column, or None", "列名，或 None"),
        "sample": Text("a filter as text, or None", "文本形式的筛选条件，或 None"),
    }
    raise SpecificationError(
        where=f"Specification({role}=…)",
        expected=expected.get(role, Text("the name of one column, or None", "单个列名，或 None")),
        got=f"{type(value).__name__} {value!r}"[:80],
        remedy=Text(
            "write it in quotes; several columns can be fixed_effects or clusters",
            "加引号书写；多个列可作为 fixed_effects 或聚类列",
        )
        if role in ("entity", "time")
        else Text("write it in quotes", "加引号书写"),
    )


def _not_made(value: type | str, role: str, expected: Text) -> SpecificationError:
    """Return the error for a class without its brackets, or for a word where an object is made."""
    if isinstance(value, type):
        name = value.__name__
        got = Text(f"the class {name} itself", f"类 {name} 本身")
        remedy = Text(f"write dm.{name}(…), with brackets", f"应写作 dm.{name}(…)（加括号）")
    else:
        got = Text(f"'{value}'", f"“{value}”")
        remedy = _MADE.get((role, value.strip().lower().split(" ")[0]), _HELP[role])
    return SpecificationError(where=f"Specification({role}=…)", expected=expected, got=got, remedy=remedy)


def _names(value: str | Iterable[str], role: str) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    odd = [name for name in names if not isinstance(name, str)]
    if odd:
        raise SpecificationError(
            where=f"Specification({role}=…)",
            expected=Text("terms as text", "以文本给出的项"),
            got=", ".join(repr(name) for name in odd[:3]),
            remedy=Text("write names in quotes; () for none", "名称加引号；没有则写 ()"),
        )
    return names

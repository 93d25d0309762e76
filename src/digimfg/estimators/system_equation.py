"""What stands in the specification of one equation of a system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.covariance import Covariance, Unadjusted
from digimfg.design import Design, build_design
from digimfg.errors import SpecificationError
from digimfg.estimators.shared_rows import shared_rows
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.specification import Estimator, Link, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["LABELS", "WHERE", "Method", "SystemEquation"]

Method = Literal["sur", "3sls"]

WHERE = "dm.estimate_system"
LABELS = sheet_beside(__file__, "system_equation", "labels")
"""Method → its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemEquation(Estimator):
    """Stand in the specification of one equation of a system; it is estimated by `estimate_system` alone.

    Parameters
    ----------
    method
        How the system is estimated.
    others
        The other equations, which lack rows too; empty where a specification stands for all of them.
    iterate
        Whether the weights are made again until they settle.
    """

    method: Method
    others: tuple[Specification, ...] = ()
    iterate: bool = False

    takes_instruments: ClassVar[bool] = True

    @property
    def link(self) -> Link | None:
        """Return that the mean of one equation is linear: rows of a whole system have no single mean."""
        return "identity" if self.others else None

    def estimation_sample(self, design: Design) -> Design:
        """Return the design on the rows that the other equations have too."""
        return self.designs(design)[0]

    def designs(self, design: Design) -> list[Design]:
        """Return the designs of all equations on the rows that they share, this one's first."""
        frame = design.evaluator.frame
        beside = {str(place): build_design(each, frame) for place, each in enumerate(self.others)}
        return list(shared_rows({"": design, **beside}, WHERE).values())

    @property
    def label(self) -> Text:
        """Return the name for tables."""
        return LABELS[self.method]

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        if isinstance(covariance, Unadjusted):
            return Text("standard errors of generalised least squares", "广义最小二乘标准误")
        return note_of("estimators.errors_of_system", name=covariance_phrase(covariance))

    def fit(self, design: Design) -> Result:
        """Refuse.

        Raises
        ------
        SpecificationError
            Always.
        """
        del design
        raise SpecificationError.of("estimators.one_equation_of_system", where=self.label)

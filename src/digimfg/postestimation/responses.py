"""What is expected of rows by their index and the further parameters of an estimate, with all derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.postestimation.links import curvature, mean_at, slope
from digimfg.specification import Link
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.design import Design
    from digimfg.estimators.limited.responses import Response
    from digimfg.result import Result

__all__ = ["Estimated", "Responding", "Scale", "categories_of", "responding"]

Floats = NDArray[np.float64]
Scale = Literal["mean", "index", "probability", "uncensored"]


class Estimated(Protocol):
    """Hold an estimate as responses need it: see `Equation`."""

    @property
    def result(self) -> Result:
        """Return the result."""
        ...

    @property
    def design(self) -> Design:
        """Return the rows estimated on."""
        ...

    @property
    def link(self) -> Link | None:
        """Return the link of the mean, where the index alone gives it."""
        ...

    @property
    def further(self) -> Floats:
        """Return the estimates that follow those of the terms."""
        ...

    @property
    def further_errors(self) -> Floats:
        """Return their standard errors."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class _OfLink:
    link: Link

    @property
    def share(self) -> bool:
        return self.link in ("logit", "probit")

    def mean(self, index: Floats) -> Floats:
        return mean_at(self.link, index)

    def slope(self, index: Floats) -> Floats:
        return slope(self.link, index)

    def curvature(self, index: Floats) -> Floats:
        return curvature(self.link, index)


@dataclass(frozen=True, kw_only=True, eq=False)
class Responding:
    """Hold a response at the estimates, and how it moves with further parameters.

    Parameters
    ----------
    here
        At the estimates.
    made
        Further parameters → the response there; ``None`` where it depends on the index alone.
    further, steps
        Estimates, and how far derivatives by them step aside, shape (m,).
    """

    here: Response
    made: Callable[[Floats], Response] | None
    further: Floats
    steps: Floats

    def mean(self, index: Floats) -> Floats:
        """Return the mean."""
        return self.here.mean(index)

    def slope(self, index: Floats) -> Floats:
        """Return its first derivative by the index."""
        return self.here.slope(index)

    def curvature(self, index: Floats) -> Floats:
        """Return its second derivative by the index."""
        return self.here.curvature(index)

    def mean_by_further(self, index: Floats) -> Floats:
        """Return the derivative of the mean by the further parameters, shape (n, m)."""
        return self._by_further(lambda response: response.mean(index), len(index))

    def slope_by_further(self, index: Floats) -> Floats:
        """Return the derivative of the slope by the further parameters, shape (n, m)."""
        return self._by_further(lambda response: response.slope(index), len(index))

    def _by_further(self, ask: Callable[[Response], Floats], n: int) -> Floats:
        found = np.zeros((n, len(self.further)))
        if self.made is None:
            return found
        for place, step in enumerate(self.steps):
            aside = np.zeros(len(self.further))
            aside[place] = step
            ends = (ask(self.made(self.further + aside)), ask(self.made(self.further - aside)))
            found[:, place] = (ends[0] - ends[1]) / (2 * step)
        return found


def categories_of(equation: Estimated) -> tuple[object, ...]:
    """Return the categories of an ordered outcome; empty where the outcome is a number."""
    found: tuple[object, ...] = equation.result.specification.estimator.categories(equation.design)
    return found


def responding(equation: Estimated, scale: Scale, category: object, where: Text | str) -> Responding:
    """Return what is asked of the rows of an estimate.

    Parameters
    ----------
    scale
        Of the answer.
    category
        Of an ordered outcome; ``None`` for outcomes that are numbers.

    Raises
    ------
    SpecificationError
        If an ordered outcome lacks a category, or it is none of those estimated.
    EstimationError
        If the estimator has nothing on that scale.
    """
    estimator = equation.result.specification.estimator
    further, errors = equation.further, equation.further_errors
    steps = 1e-5 * (np.abs(further) + np.where(errors > 0, errors, 0.0) + 1e-300)
    if scale == "index":
        return Responding(here=_OfLink(link="identity"), made=None, further=further, steps=steps)
    if scale not in estimator.scales:
        raise EstimationError.of(
            "postestimation.scale_unknown",
            where=where,
            got=repr(scale),
            label=estimator.label,
            scales=[*map(repr, estimator.scales)],
        )
    known = categories_of(equation)
    if known and category not in known:
        raise SpecificationError.of(
            "postestimation.category_unknown", where=where, got=repr(category), known=[*map(str, known)]
        )
    place = known.index(category) if known else None
    made: Callable[[Floats], Response] | None = estimator.response(equation.design, scale, place)
    if made is not None:
        return Responding(here=made(further), made=made, further=further, steps=steps)
    assert equation.link is not None  # noqa: S101
    return Responding(here=_OfLink(link=equation.link), made=None, further=further, steps=steps)

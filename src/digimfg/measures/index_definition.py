"""Declare a composite index as data: indicators, dimensions of indicators, dimensions of dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import NonNegative
from digimfg.measures.directions import Direction
from digimfg.measures.normalization import Normalization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["WEIGHTINGS", "Aggregation", "IndexDefinition", "Indicator", "Nesting", "Weighting"]

Weighting = Literal["entropy", "critic", "pca", "coefficient_of_variation", "equal", "vertical_horizontal"]
WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)
Nesting = Literal["joint", "stepwise"]
Aggregation = Literal["arithmetic", "geometric"]


@checked
@dataclass(frozen=True, slots=True)
class Indicator:
    """Name one column and its direction.

    Parameters
    ----------
    column
        Column of the frame.
    direction
        ``1`` more is better, ``-1`` less is better, or a `TargetRange`.
    """

    column: str
    direction: Direction = 1


@checked
@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """Declare an index or one of its dimensions.

    Parameters
    ----------
    name
        Name of the index or dimension; names and columns are unique within an index.
    parts
        Indicators and, for a nested index, further definitions (its dimensions), in any mixture and depth.
    weighting
        How the parts are weighed: ``"entropy"``, ``"critic"``, ``"pca"``, ``"coefficient_of_variation"``,
        ``"equal"``, ``"vertical_horizontal"``, or fixed weights that sum to one: part → weight (``"joint"``:
        indicator → weight). ``None`` in a dimension: as the definition above it, entropy where that has
        fixed weights; at the top: entropy.
    nesting
        Only at the top. ``"joint"``: all indicators are weighed at once, a dimension's weight is the sum of
        its indicators' (the usual practice); ``"stepwise"``: indicators make dimension scores, these are
        weighed in turn; it is needed where a dimension has a weighting of its own.
    normalization, shift
        Only at the top; see `entropy_weights`.
    aggregation
        Only at the top. ``"arithmetic"`` Σ w z, or ``"geometric"`` Π z^w (no substitution of a zero).

    Raises
    ------
    MeasureError
        If there are no parts, a name occurs twice, fixed weights do not match the parts, or an option is
        unknown.

    Examples
    --------
    >>> definition = IndexDefinition("digital", (
    ...     IndexDefinition("access", (Indicator("broadband"), Indicator("price", -1))),
    ...     IndexDefinition("industry", (Indicator("software"),)),
    ... ), nesting="stepwise", weighting={"access": 0.6, "industry": 0.4})
    >>> [leaf.column for leaf in definition.indicators()]
    ['broadband', 'price', 'software']
    """

    name: str
    parts: tuple[Indicator | IndexDefinition, ...]
    weighting: Weighting | Mapping[str, NonNegative] | None = None
    nesting: Nesting = "joint"
    normalization: Normalization = "minmax"
    shift: NonNegative = 0.0
    aggregation: Aggregation = "arithmetic"

    def __post_init__(self) -> None:
        names = [name for name, _ in self.walk()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not self.parts:
            raise MeasureError.of("measures.parts_named_twice", got=", ".join(twice) or "()", name=self.name)

    def walk(self) -> Iterator[tuple[str, Indicator | IndexDefinition]]:
        """Yield every part below with its name, depth first."""
        for part in self.parts:
            if isinstance(part, Indicator):
                yield part.column, part
            else:
                yield part.name, part
                yield from part.walk()

    def indicators(self) -> tuple[Indicator, ...]:
        """Return the indicators, depth first."""
        return tuple(part for _, part in self.walk() if isinstance(part, Indicator))

    def definitions(self) -> tuple[IndexDefinition, ...]:
        """Return the dimensions below, depth first."""
        return tuple(part for _, part in self.walk() if isinstance(part, IndexDefinition))

"""What nouns ask of rooms above them, which they must not import: the package says where each stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from digimfg.text import Language

__all__ = ["ANSWERS", "DEFAULT_ESTIMATOR", "QUESTIONS", "Above", "Questions", "Showing"]

Room = TypeVar("Room")


class Showing(Protocol):
    """What turns an answer into text, into a notebook's bundle and into a file."""

    def terminal(self, answer: Any) -> str:
        """Return text in the language of messages."""
        ...

    def notebook(self, answer: Any) -> dict[str, Any]:
        """Return what a notebook shows, by media type."""
        ...

    def save(self, answer: Any, path: str | Path, *, language: Language | None = None) -> Path:
        """Write a file; its suffix chooses the format."""
        ...


class Questions(Protocol):
    """What a result is asked by verbs of its own."""

    def fitted_values(self, result: Any) -> pd.Series[float]:
        """Return the mean of the outcome for the rows estimated on."""
        ...

    def residuals(self, result: Any) -> pd.Series[float]:
        """Return the outcome less its mean."""
        ...

    def estimated_effects(self, result: Any) -> dict[str, pd.Series[float]]:
        """Return the absorbed effects by column and level."""
        ...

    def predict(self, result: Any, frame: pd.DataFrame | None, **options: Any) -> pd.DataFrame:
        """Return the predictions for the rows of a frame."""
        ...


class Above(Generic[Room]):
    """Hold where something above is found; it is opened when first asked, so that start-up stays short.

    Examples
    --------
    >>> words: Above[dict[str, str]] = Above()
    >>> words.stands(lambda: {"yes": "是"})
    >>> words()["yes"]
    '是'
    """

    def __init__(self) -> None:
        self._opened: Callable[[], Room] | None = None

    def stands(self, opened: Callable[[], Room]) -> None:
        """Say what opens it."""
        self._opened = opened

    def __call__(self) -> Room:
        """Return it."""
        if self._opened is None:
            raise LookupError("the package has not said where this stands")
        return self._opened()


ANSWERS: Above[Showing] = Above()
"""Where answers are shown."""

QUESTIONS: Above[Questions] = Above()
"""Where estimates are asked."""

DEFAULT_ESTIMATOR: Above[Any] = Above()
"""The estimator of a specification that names none."""

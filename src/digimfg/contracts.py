"""What estimators state and results hold, as their readers ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from digimfg.notes import note_of
from digimfg.specification import Estimator, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.covariance import Covariance
    from digimfg.distributions.reference import ReferenceDistribution

__all__ = [
    "Dropped",
    "Reported",
    "errors_of_covariance",
    "notes_of_answer",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """Count the rows that one step removed, and say why."""

    reason: Text
    n_rows: int

    @property
    def note(self) -> Text:
        """Return the sentence that results carry."""
        return note_of("design.dropped", reason=self.reason, n_rows=self.n_rows)


class Reported(Protocol):
    """What of a result is shown."""

    @property
    def coefficients(self) -> pd.DataFrame:
        """Return the estimates by term, with their errors, statistics, p values and intervals."""
        ...

    @property
    def statistics(self) -> Mapping[str, float]:
        """Return the named numbers."""
        ...

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return what a reader must know."""
        ...

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the further tables by name."""
        ...

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Return the rows left out, each count with its reason."""
        ...

    @property
    def specification(self) -> Specification:
        """Return the specification that was estimated."""
        ...

    @property
    def distribution(self) -> ReferenceDistribution:
        """Return what statistics are compared with."""
        ...


def errors_of_covariance(estimator: Estimator, covariance: Covariance) -> Text | None:
    """Return ``None``: errors are those of the covariance under its small-sample rule."""
    del estimator, covariance
    return None


@runtime_checkable
class _Noted(Protocol):
    @property
    def notes(self) -> object: ...


def notes_of_answer(answer: object) -> tuple[Text, ...] | None:
    """Return what an answer tells its readers: a result, a test, what a study found; ``None`` where it has no
    notes.

    Examples
    --------
    >>> notes_of_answer(3.5) is None
    True
    """
    notes = answer.notes if isinstance(answer, _Noted) else None
    return notes if isinstance(notes, tuple) else None

"""Pass over all pieces, several times, with the same rows each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.contracts import Dropped
from digimfg.errors import EstimationError
from digimfg.estimators.streamed.kept import Block, KeptRows
from digimfg.estimators.streamed.piece import Piece, piece_of
from digimfg.estimators.streamed.side_by_side import HashedBeside, in_order
from digimfg.notes import note_of
from digimfg.scanning.checks import check_unchanged, reading
from digimfg.scanning.pieces import pieces
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.streamed.checks import Plan
    from digimfg.scanning import Scan
    from digimfg.specification import Specification

__all__ = ["PIECE_ROWS", "Sample", "Stream"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

PIECE_ROWS = 200_000


@dataclass(kw_only=True, eq=False)
class Sample:
    """Count what one pass saw.

    Attributes
    ----------
    n_read, n_obs
        Rows of the source, and those kept.
    units
        Values of the entity, by piece.
    periods
        Distinct values of the time column.
    dropped
        Step → reason → rows.
    not_positive
        Term → logarithms of numbers that are not positive.
    """

    n_read: int = 0
    n_obs: int = 0
    units: list[NDArray[Any]] = field(default_factory=list)
    periods: dict[Any, None] = field(default_factory=dict)
    dropped: dict[int, dict[Text, int]] = field(default_factory=dict)
    not_positive: dict[str, int] = field(default_factory=dict)

    def add(self, piece: Piece) -> None:
        """Count a piece."""
        self.n_read += piece.n_read
        self.n_obs += len(piece.columns)
        self.units.append(piece.units)
        if piece.periods is not None:
            self.periods.update(dict.fromkeys(piece.periods.tolist()))
        for step, reasons in piece.dropped.items():
            counts = self.dropped.setdefault(step, {})
            for each in reasons:
                counts[each.reason] = counts.get(each.reason, 0) + each.n_rows
        for term, count in piece.not_positive.items():
            self.not_positive[term] = self.not_positive.get(term, 0) + count

    def removals(self) -> tuple[Dropped, ...]:
        """Return every removal of rows, in the order of the steps."""
        return tuple(
            Dropped(reason=reason, n_rows=count)
            for step in sorted(self.dropped)
            for reason, count in self.dropped[step].items()
        )


class Stream:
    """Read pieces of a dataset, and number the levels of the further columns as they appear.

    Parameters
    ----------
    scan
        Whose files must not change.
    dataset
        Its columns in the order of units.
    """

    def __init__(self, specification: Specification, plan: Plan, scan: Scan, dataset: Any) -> None:
        self._specification = specification
        self.plan = plan
        self._scan = scan
        self._dataset = dataset
        self._levels: list[dict[Any, int]] = []
        self._single: dict[str, frozenset[Any]] = {}
        self._kept: KeptRows | None = None
        self._weight: float | None = None
        self._beside = ThreadPoolExecutor(max_workers=1)

    @property
    def levels(self) -> dict[str, list[Any]]:
        """Return the values of each further column by code."""
        return {name: list(known) for name, known in zip(self.plan.others, self._levels, strict=True)}

    @property
    def bounds(self) -> tuple[int, ...]:
        """Return where the levels of each further column start, and how many there are together."""
        return (0, *accumulate(len(known) for known in self._levels))

    def first(self) -> tuple[Sample, str]:
        """Return what the data hold and the SHA-256 of the rows kept, singletons of both effects gone."""
        names = self.plan.others
        while True:
            self.close()
            kept = self._kept = KeptRows()
            sample, counts = Sample(), [np.zeros(0, dtype=np.int64) for _ in names]
            digests: list[Any] = []
            self._levels = [{} for _ in names]
            weight = 0.0
            for piece in in_order(self._piece, self._tables()):
                sample.add(piece)
                codes = self._codes(piece)
                sizes = np.bincount(piece.entity).astype(np.int64)
                columns = np.ascontiguousarray(piece.columns.T)
                whole = Block(columns=columns, sizes=sizes, codes=codes, weights=piece.weights)
                for block in whole.split():
                    kept.add(block)
                n_digests = len(columns) + 1 + max(len(names), 1)
                digests = digests or [HashedBeside(self._beside) for _ in range(n_digests)]
                for place, column in enumerate(columns):
                    digests[place].update(column.data)
                digests[len(columns)].update(sizes.data)
                if piece.weights is not None:
                    weight += float(piece.weights.sum())
                    digests[len(columns)].update(np.ascontiguousarray(piece.weights).data)
                for place, (code, levels) in enumerate(zip(codes, piece.levels, strict=True)):
                    known = len(self._levels[place])
                    digests[len(columns) + 1 + place].update(repr(levels).encode() + code.tobytes())
                    counts[place] = _longer(counts[place], known) + np.bincount(code, minlength=known)
            single = {
                name: frozenset(value for value, code in known.items() if count[code] == 1)
                for name, known, count in zip(names, self._levels, counts, strict=True)
                if name in names[: self.plan.n_absorbed]
            }
            if not any(single.values()):
                _check_some(self._specification, sample)
                weighs = self._specification.weights is not None
                self._weight = weight / sample.n_obs if weighs else None
                data_hash = hashlib.sha256(b"".join(each.digest() for each in digests)).hexdigest()
                return sample, data_hash
            for name, values in single.items():
                if values:
                    self._single[name] = self._single.get(name, frozenset()) | values

    def _piece(self, table: Any) -> Piece:
        return piece_of(self._specification, self.plan, table.to_pandas(), self._single)

    def again(self, *, linked: bool = False) -> Iterator[Block]:
        """Yield the rows kept, as the first pass left them; a file that is no longer as it was is named.

        With `linked` no columns are read, but how units and levels meet.
        """
        check_unchanged(self._scan.files)
        if self._kept is not None:
            yield from self._kept.blocks(self.bounds, self.plan.n_absorbed, self._weight, linked=linked)
        check_unchanged(self._scan.files)

    def close(self) -> None:
        """Give back the room that the rows kept take on disk."""
        if self._kept is not None:
            self._kept.close()

    def _tables(self) -> Iterator[Any]:
        """Yield Arrow tables of whole units; a file that is no longer as it was is named."""
        check_unchanged(self._scan.files)
        with reading(self._scan.files):
            yield from pieces(self._dataset, self.plan.columns, self.plan.entity, PIECE_ROWS)
        check_unchanged(self._scan.files)

    def _codes(self, piece: Piece) -> Codes:
        found = np.empty((len(piece.others), len(piece.columns)), dtype=np.int64)
        for known, codes, levels, out in zip(self._levels, piece.others, piece.levels, found, strict=True):
            own = [known.setdefault(value, len(known)) for value in levels.tolist()]
            out[:] = np.array(own, dtype=np.int64)[codes] if own else codes
        return found


def _longer(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.concatenate((counts, np.zeros(size - len(counts), dtype=np.int64)))


def _check_some(specification: Specification, sample: Sample) -> None:
    if sample.n_obs:
        return
    removals = sample.removals()
    raise EstimationError.of(
        "streamed.no_complete_row",
        outcome=specification.outcome,
        n=sample.n_read,
        reasons=[
            note_of("phrases.reason_with_count", reason=each.reason, n=each.n_rows) for each in removals
        ],
    )

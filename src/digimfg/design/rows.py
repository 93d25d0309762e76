"""Choose the rows of a design: the sample, missing values, weights, singletons, and the order that is
kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.column_names import names_fault
from digimfg.contracts import Dropped
from digimfg.errors import EstimationError, SpecificationError
from digimfg.frames.said import said_of
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sample_phrase import unknown_phrase
from digimfg.terms.categories import category_codes
from digimfg.terms.evaluate import Evaluator
from digimfg.terms.sample import read_sample
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["Rows", "compress_codes", "count_repeats", "logarithm_notes", "missing_reason"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Rows:
    """Mark the rows of a frame that stay, step by step, and count what each step takes.

    Parameters
    ----------
    specification
        Names the sample, the weights and the outcome.
    frame
        As given.
    evaluator
        Evaluates terms on the frame.

    Attributes
    ----------
    keep
        Rows that stay.
    dropped
        What each step took.
    values
        Column → its distinct values in ascending order, of the categories asked for.
    """

    def __init__(self, specification: Specification, frame: pd.DataFrame, evaluator: Evaluator) -> None:
        self.specification = specification
        self.frame = frame
        self.evaluator = evaluator
        self.dropped: list[Dropped] = []
        self._remedies: dict[Text, Text] = {}
        self._codes: dict[str, Codes] = {}
        self._filled: dict[str, Codes] = {}
        self.values: dict[str, NDArray[np.generic]] = {}
        self.keep = np.ones(len(frame), dtype=bool)

    def inside_sample(self) -> None:
        """Keep the rows inside the sample."""
        if len(self.frame) == 0:
            self.check()
        if fault := names_fault(self.frame):
            raise fault.error(SpecificationError, where=Text("the frame", "数据框"))
        if self.specification.sample is not None:
            sample = read_sample(self.specification.sample, self.frame)
            remedy = note_of("design.loosen_the_sample", sample=self.specification.sample)
            outside = ~(sample.inside | sample.unknown)
            self.drop(Text("outside the sample", "不在样本范围内"), outside, remedy)
            self.drop(unknown_phrase(sample), sample.unknown, remedy)

    def drop(self, reason: Text, bad: NDArray[np.bool_], remedy: Text) -> None:
        """Take rows out for a reason; rows already gone are not counted again, the remedy is said if none is
        left.
        """
        count = int(np.count_nonzero(self.keep & bad))
        if count:
            self.dropped.append(Dropped(reason=reason, n_rows=count))
            self._remedies[reason] = remedy
            self.keep &= ~bad

    def missing(self, name: str, bad: NDArray[np.bool_]) -> None:
        """Take out the rows where a term is missing."""
        if bad.any():
            self.drop(missing_reason(name), bad, _where_values_are(name, self.frame))

    def categories(self, name: str) -> Codes:
        """Return the codes of a column or an interaction of columns; rows without a category go."""
        if name not in self._filled:
            for part in self._parts(name):
                code = self._coded(part)
                if code.min(initial=0) < 0:
                    self.missing(part, code < 0)
            found = self.codes(name)
            self._filled[name] = np.maximum(found, 0) if found.min(initial=0) < 0 else found
        return self._filled[name]

    def codes(self, name: str) -> Codes:
        """Return the codes of a column or an interaction of columns, -1 where one is missing."""
        parts = self._parts(name)
        if len(parts) == 1:
            return self._coded(parts[0])
        codes = np.zeros(len(self.frame), dtype=np.int64)
        gaps = np.zeros(len(self.frame), dtype=bool)
        for part in parts:
            code = self._coded(part)
            gaps |= code < 0
            codes = codes * (int(code.max(initial=0)) + 1) + np.maximum(code, 0)
        return np.where(gaps, -1, codes)

    def _parts(self, name: str) -> list[str]:
        if name in self.frame.columns:
            return [name]
        return [part.strip().strip("`") for part in name.split(":")]

    def _coded(self, name: str) -> Codes:
        if name not in self._codes:
            where = _category(name)
            codes, found = category_codes(self.evaluator.column(name, where), where)
            self._codes[name], self.values[name] = codes, np.asarray(found)
        return self._codes[name]

    def weights(self) -> Floats | None:
        """Return the weights of every row; rows without one, or with none, go."""
        name = self.specification.weights
        if name is None:
            return None
        values = self.evaluator(name).values[:, 0]
        self.missing(name, np.isnan(values))
        if (negative := int(np.count_nonzero(values[self.keep] < 0))) > 0:
            raise SpecificationError.of("design.negative_weights", name=name, negative=negative)
        label = term_label(name)
        reason = note_of("design.zero_weight", label=label)
        self.drop(reason, values == 0, Text("choose other weights", "换用其他权重"))
        return values

    def singletons(self, effects: Mapping[str, Codes]) -> None:
        """Take out rows that are alone in a category of an effect, until none is left."""
        if not effects:
            return
        single = np.zeros(len(self.frame), dtype=bool)
        # A category of a table too long to count by is numbered anew.
        coded = [
            code if code.max(initial=0) <= 4 * len(code) + 1_000 else compress_codes(code)
            for code in effects.values()
        ]
        inside = self.keep
        while True:
            every = bool(inside.all())
            found = np.zeros(len(self.frame), dtype=bool)
            for code in coded:
                alone = np.bincount(code if every else code[inside], minlength=int(code.max()) + 1) == 1
                if alone.any():
                    found |= alone[code]
            found &= inside
            if not found.any():
                break
            single |= found
            inside = inside & ~found
        self.drop(
            Text("singletons of the fixed effects", "固定效应的单例观测"),
            single,
            Text("choose fewer or coarser fixed effects", "减少固定效应，或改用更粗的类别"),
        )

    def check(self) -> None:
        """Raise the error that says what took the last row, if none is left."""
        if self.keep.any():
            return
        empty = Text("the frame is empty", "数据框为空")
        reasons = self.dropped or [Dropped(reason=empty, n_rows=0)]
        most = max(reasons, key=lambda each: each.n_rows)
        raise EstimationError.of(
            "design.no_complete_row",
            outcome=self.specification.outcome,
            n=len(self.frame),
            reasons=[
                note_of("phrases.reason_with_count", reason=each.reason, n=each.n_rows) for each in reasons
            ],
            advice=self._remedies.get(
                most.reason, Text("look at what made the frame", "请检查数据框的生成步骤")
            ),
        )

    def ordered(
        self, keys: Mapping[str, Codes], outcome: Floats, blocks: Sequence[Floats]
    ) -> tuple[Codes, bool]:
        """Return the positions of the rows kept in the order of their keys, then of their values, and whether
        no two rows are known to have the same keys.
        """
        rows = np.flatnonzero(self.keep)
        every = len(rows) == len(self.keep)
        codes = [code if every else code[rows] for code in keys.values()]
        # Keys that repeat do not name a row: values settle the order, so that the frame's order never
        # matters.
        values = (column[rows] for column in (outcome, *(each for block in blocks for each in block.T)))
        if not codes:
            return rows[_order(values)], False
        joint = codes[0] if len(codes) == 1 else codes[0] * (int(codes[1].max()) + 1) + codes[1]
        if np.all(joint[1:] > joint[:-1]):
            return rows, True
        order = np.argsort(joint, kind="stable")
        if np.all(np.diff(joint[order]) > 0):
            return rows[order], True
        return rows[_order(chain([joint], values))], False


def _order(keys: Iterable[NDArray[Any]]) -> Codes:
    """Return the order of rows by several keys, each looked at only for rows that those before it leave
    tied.
    """
    rest = iter(keys)
    first = next(rest)
    order = np.argsort(first)
    now = first[order]
    if np.all(now[1:] > now[:-1]):
        return order
    order = np.argsort(first, kind="stable")
    now = first[order]
    same = now[1:] == now[:-1]
    for key in rest:
        tied = np.concatenate([same, [False]]) | np.concatenate([[False], same])
        rows, group = order[tied], np.cumsum(np.concatenate([[True], ~same]))[tied]
        turned = np.lexsort([key[rows], group])
        order[tied] = rows = rows[turned]
        now, group = key[rows], group[turned]
        same[np.flatnonzero(tied)[1:] - 1] = (now[1:] == now[:-1]) & (group[1:] == group[:-1])
        if not same.any():
            break
    return order


@lru_cache(maxsize=256)
def _category(name: str) -> Text:
    return note_of("design.place_of_category", name=name)


def _where_values_are(name: str, frame: pd.DataFrame) -> Text:
    """Return how to see where a term has values: in a shipped panel by the command line, in another frame by
    pandas.
    """
    if said_of(frame).keys() & {"sources", "vintages"}:
        return note_of("design.see_years_with_values", name=name)
    if name in frame.columns:
        return note_of("design.see_gaps", name=name)
    return note_of("design.see_where_lags_have_values", name=name)


def logarithm_notes(not_positive: Mapping[str, int]) -> list[Text]:
    """Return, for each term, how many of its values have no logarithm."""
    return [
        note_of("design.log_missing", term=term_label(term), count=count)
        for term, count in not_positive.items()
    ]


def missing_reason(name: str) -> Text:
    """Return why rows go where a term or category is missing.

    Examples
    --------
    >>> missing_reason("year").en
    'missing Year'
    """
    return note_of("design.missing_values_of", label=term_label(name))


def compress_codes(codes: Codes) -> Codes:
    """Return codes without gaps, in the same order."""
    top = int(codes.max(initial=0))
    if top <= 4 * len(codes) + 1000:
        present = np.zeros(top + 1, dtype=bool)
        present[codes] = True
        if present.all():
            return codes
        return (np.cumsum(present) - 1)[codes].astype(np.int64)
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def count_repeats(codes: Codes) -> int:
    """Return how many codes repeat an earlier one."""
    top = int(codes.max(initial=0))
    if top <= 4 * len(codes) + 1000:
        present = np.zeros(top + 1, dtype=bool)
        present[codes] = True
        return len(codes) - int(np.count_nonzero(present))
    return len(codes) - len(np.unique(codes))

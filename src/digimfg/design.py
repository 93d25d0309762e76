"""Turn a specification and a frame into arrays, once for every estimator."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.absorb import absorb
from digimfg.collinearity import keep_independent
from digimfg.errors import EstimationError, SpecificationError
from digimfg.evaluate import Evaluator, whole_periods
from digimfg.labels import term_label
from digimfg.sample import sample_rows
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["INTERCEPT", "Absorbed", "Design", "Dropped", "build_design"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

INTERCEPT = "Intercept"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """Count the rows that one step removed, and say why."""

    reason: Text
    n_rows: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Absorbed:
    """Hold the residuals of the design's columns on its effects (plain copies where there is none)."""

    outcome: Floats
    regressors: Floats
    endogenous: Floats
    instruments: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """Hold what estimators need: numbers, category codes, and what was left out.

    Rows are in canonical order (entity, time, then values), whatever the order of the frame; every array has
    ``n`` rows.

    Parameters
    ----------
    specification
        As given.
    outcome
        Shape (n,).
    terms, regressors
        Names and values, shape (n, k): the intercept where no effect is absorbed, regressors, controls; collinear
        ones are already out.
    endogenous_terms, endogenous
        Shape (n, m).
    instrument_terms, instruments
        Excluded instruments, shape (n, l).
    weights
        Shape (n,), or ``None``.
    effects
        Name → codes 0..G-1, shape (n,), one per absorbed effect.
    clusters
        Name → codes, one per clustering column.
    entity, time
        Codes of the keys, or ``None`` where the specification has none.
    entity_values, time_values
        Sorted distinct values: ``time_values[time]`` is the column.
    rows
        Positions of the kept rows in the frame given, shape (n,).
    dropped
        Every removal of rows with its reason; counts add up to ``len(frame) - n``.
    collinear
        Term → what it is collinear with.
    notes
        What a reader must know about the sample.
    data_hash
        SHA-256 over the arrays in canonical order.
    absorbed
        The same columns, freed of the effects.
    evaluator
        Evaluates further terms on every row of the frame, where lagged instruments lie.
    """

    specification: Specification
    outcome: Floats
    terms: tuple[str, ...]
    regressors: Floats
    endogenous_terms: tuple[str, ...]
    endogenous: Floats
    instrument_terms: tuple[str, ...]
    instruments: Floats
    weights: Floats | None
    effects: Mapping[str, Codes]
    clusters: Mapping[str, Codes]
    entity: Codes | None
    time: Codes | None
    entity_values: NDArray[np.generic] | None
    time_values: NDArray[np.generic] | None
    rows: Codes
    dropped: tuple[Dropped, ...]
    collinear: Mapping[str, Text]
    notes: tuple[Text, ...]
    data_hash: str
    absorbed: Absorbed
    evaluator: Evaluator

    @property
    def n_obs(self) -> int:
        """Return the number of rows kept."""
        return len(self.outcome)


def build_design(specification: Specification, frame: pd.DataFrame) -> Design:
    """Evaluate a specification on a frame.

    Lags are taken on the whole frame before the sample filter. Rows with a missing value in any part, or in one of the
    estimator's ``required_terms`` if it has such, are dropped and counted, then singletons of the fixed effects, until
    none is left. An estimator that removes the effects itself (``absorbs_effects = False``) gets them untouched.

    Parameters
    ----------
    specification
        What to estimate.
    frame
        One row per observation, keys as ordinary columns, any order.

    Raises
    ------
    SpecificationError
        If a column is unknown or of the wrong kind, values are infinite, or weights are negative.
    EstimationError
        If no row is left, or the outcome does not vary within the effects.
    """
    return _Builder(specification, frame).design()


class _Builder:
    """Gather the parts of a design step by step; nothing of it outlives `build_design`."""

    def __init__(self, specification: Specification, frame: pd.DataFrame) -> None:
        self.specification = specification
        self.frame = frame
        self.evaluator = Evaluator(frame, specification.entity, specification.time)
        self.dropped: list[Dropped] = []
        self.notes: list[Text] = []
        self.keep = np.ones(len(frame), dtype=bool)

    def design(self) -> Design:
        spec = self.specification
        self.filter()
        outcome = self.evaluator(spec.outcome)
        if outcome.values.shape[1] != 1:
            raise SpecificationError(
                where=Text(f"outcome '{spec.outcome}'", f"被解释变量“{spec.outcome}”"),
                expected=Text("one column", "一列"),
                got=Text(f"{outcome.values.shape[1]} indicators", f"{outcome.values.shape[1]} 个虚拟变量"),
                remedy=Text("name a numeric column or a term of one", "请给出数值列或其变换"),
            )
        listed = dict.fromkeys((*spec.regressors, *spec.controls))
        blocks = {
            "regressors": self.block(listed),
            "endogenous": self.block(dict.fromkeys(spec.endogenous)),
            "instruments": self.block(dict.fromkeys(spec.instruments)),
        }
        self.missing(spec.outcome, np.isnan(outcome.values[:, 0]))
        for names, values in blocks.values():
            for place, name in enumerate(names):
                self.missing(name, np.isnan(values[:, place]))
        for term in getattr(spec.estimator, "required_terms", ()):
            self.missing(term, np.asarray(np.any(np.isnan(self.evaluator(term).values), axis=1)))
        effects = {name: self.categories(name) for name in spec.fixed_effects}
        if not getattr(spec.estimator, "absorbs_effects", True):
            effects = {}
        clusters = {name: self.categories(name) for name in getattr(spec.covariance, "columns", ())}
        keys = {name: self.categories(name) for name in (spec.entity, spec.time) if name is not None}
        if (spec.time is not None and pd.api.types.is_numeric_dtype(self.frame[spec.time].dtype)) or (
            spec.time is not None and not pd.api.types.is_datetime64_any_dtype(self.frame[spec.time].dtype)
        ):
            whole_periods(self.frame[spec.time], spec.time)
        weights = self.weights()
        self.singletons(effects)
        self.check_rows()
        rows = self.ordered(keys, outcome.values, [values for _, values in blocks.values()])
        arrays = {name: values[rows] for name, (_, values) in blocks.items()}
        regressor_names = blocks["regressors"][0]
        if not effects:
            regressor_names = (INTERCEPT, *regressor_names)
            arrays["regressors"] = np.column_stack([np.ones(len(rows)), arrays["regressors"]])
        codes = {name: _compress(code[rows]) for name, code in effects.items()}
        mass = None if weights is None else weights[rows]
        y = outcome.values[rows, 0]
        freed = self.absorb(y, arrays, list(codes.values()), mass)
        self.check_outcome(y, freed.outcome, mass)
        kept, collinear = keep_independent(
            regressor_names, arrays["regressors"], freed.regressors, mass, self.notes, absorbing=bool(codes)
        )
        entity, entity_values = self.key(spec.entity, keys, rows)
        time, time_values = self.key(spec.time, keys, rows)
        grouped = {name: _compress(code[rows]) for name, code in clusters.items()}
        self.key_notes(spec, keys, rows)
        return Design(
            specification=spec,
            outcome=y,
            terms=tuple(regressor_names[place] for place in kept),
            regressors=arrays["regressors"][:, kept],
            endogenous_terms=blocks["endogenous"][0],
            endogenous=arrays["endogenous"],
            instrument_terms=blocks["instruments"][0],
            instruments=arrays["instruments"],
            weights=mass,
            effects=codes,
            clusters=grouped,
            entity=entity,
            time=time,
            entity_values=entity_values,
            time_values=time_values,
            rows=rows,
            dropped=tuple(self.dropped),
            collinear=collinear,
            notes=(*self.drop_notes(), *self.notes),
            data_hash=_hash([y, *arrays.values(), *codes.values(), *grouped.values(), mass, entity, time]),
            absorbed=Absorbed(
                outcome=freed.outcome,
                regressors=freed.regressors[:, kept],
                endogenous=freed.endogenous,
                instruments=freed.instruments,
            ),
            evaluator=self.evaluator,
        )

    def filter(self) -> None:
        if len(self.frame) == 0:
            self.check_rows()
        repeated = self.frame.columns[self.frame.columns.duplicated()]
        if len(repeated):
            raise SpecificationError(
                where=Text("the frame", "数据框"),
                expected=Text("column names that differ", "列名互不相同"),
                got=", ".join(str(name) for name in repeated[:5]),
                remedy=Text("rename or drop the repeated columns", "请重命名或删除重复的列"),
            )
        if self.specification.sample is not None:
            inside = sample_rows(self.specification.sample, self.frame)
            self.drop(Text("outside the sample", "不在样本范围内"), ~inside)

    def block(self, terms: Iterable[str]) -> tuple[tuple[str, ...], Floats]:
        found = [self.evaluator(term) for term in terms]
        names = tuple(name for each in found for name in each.names)
        values = np.column_stack([each.values for each in found]) if found else np.empty((len(self.frame), 0))
        return names, values

    def drop(self, reason: Text, bad: NDArray[np.bool_]) -> None:
        count = int(np.count_nonzero(self.keep & bad))
        if count:
            self.dropped.append(Dropped(reason=reason, n_rows=count))
            self.keep &= ~bad

    def missing(self, name: str, bad: NDArray[np.bool_]) -> None:
        label = term_label(name)
        self.drop(Text(f"missing {label.en}", f"{label.zh}缺失"), bad)

    def categories(self, name: str) -> Codes:
        if name in self.frame.columns:
            parts = [name]
        else:
            parts = [part.strip().strip("`") for part in name.split(":")]
        codes = np.zeros(len(self.frame), dtype=np.int64)
        for part in parts:
            column = self.evaluator.column(part, Text(f"category '{name}'", f"类别“{name}”"))
            code = pd.factorize(column, sort=True)[0].astype(np.int64)
            self.missing(part, code < 0)
            codes = codes * (int(code.max(initial=0)) + 1) + np.maximum(code, 0)
        return codes

    def weights(self) -> Floats | None:
        name = self.specification.weights
        if name is None:
            return None
        values = self.evaluator(name).values[:, 0]
        self.missing(name, np.isnan(values))
        if (negative := int(np.count_nonzero(values[self.keep] < 0))) > 0:
            raise SpecificationError(
                where=Text(f"weights '{name}'", f"权重“{name}”"),
                expected=Text("values of zero or more", "不小于零的值"),
                got=Text(f"{negative} negative values", f"{negative} 个负值"),
                remedy=Text("mend the weights", "请修正权重"),
            )
        label = term_label(name)
        self.drop(Text(f"zero weight {label.en}", f"权重“{label.zh}”为零"), values == 0)
        return values

    def singletons(self, effects: Mapping[str, Codes]) -> None:
        single = np.zeros(len(self.frame), dtype=bool)
        while True:
            found = np.zeros(len(self.frame), dtype=bool)
            for codes in effects.values():
                inside = self.keep & ~single
                counts = (
                    np.bincount(codes[inside], minlength=1) if codes.max(initial=0) < 50_000_000 else None
                )
                if counts is None:
                    codes = _compress(codes)
                    counts = np.bincount(codes[inside], minlength=1)
                found[inside] |= counts[codes[inside]] == 1
            if not found.any():
                break
            single |= found
        self.drop(Text("singletons of the fixed effects", "固定效应的单例观测"), single)

    def check_rows(self) -> None:
        if self.keep.any():
            return
        reasons = self.dropped or [Dropped(reason=Text("the frame is empty", "数据框为空"), n_rows=0)]
        raise EstimationError(
            where=Text(
                f"outcome '{self.specification.outcome}'", f"被解释变量“{self.specification.outcome}”"
            ),
            expected=Text("at least one row with every value", "至少一行完整数据"),
            got=Text(
                f"none of {len(self.frame)} rows: "
                + "; ".join(f"{each.reason.en} ({each.n_rows})" for each in reasons),
                f"{len(self.frame)} 行中无一可用："
                + "；".join(f"{each.reason.zh}（{each.n_rows}）" for each in reasons),
            ),
            remedy=Text(
                "check the sample and `digimfg data coverage`", "请检查样本条件与 `digimfg data coverage`"
            ),
        )

    def ordered(self, keys: Mapping[str, Codes], outcome: Floats, blocks: list[Floats]) -> Codes:
        rows = np.flatnonzero(self.keep)
        codes = [code[rows] for code in keys.values()]
        if codes:
            joint = codes[0] if len(codes) == 1 else codes[0] * (int(codes[1].max()) + 1) + codes[1]
            step = np.diff(joint)
            if np.all(step > 0):
                return rows
            order = np.argsort(joint, kind="stable")
            if np.all(np.diff(joint[order]) > 0):
                return rows[order]
        else:
            joint = np.zeros(len(rows), dtype=np.int64)
        # Keys that repeat do not name a row: values settle the order, so that the frame's order never matters.
        values = [column for block in [outcome, *blocks] for column in block[rows].T]
        order = np.lexsort([*reversed(values), joint])
        return rows[order]

    def absorb(
        self, y: Floats, arrays: Mapping[str, Floats], effects: list[Codes], weights: Floats | None
    ) -> Absorbed:
        widths = [1, *(arrays[name].shape[1] for name in ("regressors", "endogenous", "instruments"))]
        together = np.column_stack([y, arrays["regressors"], arrays["endogenous"], arrays["instruments"]])
        freed = absorb(together, effects, weights) if effects else together
        parts = np.split(freed, np.cumsum(widths)[:-1], axis=1)
        return Absorbed(
            outcome=parts[0][:, 0], regressors=parts[1], endogenous=parts[2], instruments=parts[3]
        )

    def check_outcome(self, y: Floats, freed: Floats, weights: Floats | None) -> None:
        spread = y - np.average(y, weights=weights)
        left = freed if self.specification.fixed_effects else spread
        if np.linalg.norm(left) > 1e-9 * max(float(np.linalg.norm(y)), 1e-300):
            return
        within = ", ".join(self.specification.fixed_effects)
        raise EstimationError(
            where=Text(
                f"outcome '{self.specification.outcome}'", f"被解释变量“{self.specification.outcome}”"
            ),
            expected=Text("an outcome that varies", "有变动的被解释变量"),
            got=Text(
                f"constant{' within ' + within if within else ''} over {len(y)} rows",
                f"{len(y)} 行中{'在 ' + within + ' 内' if within else ''}为常数",
            ),
            remedy=Text("choose another outcome or fewer fixed effects", "换一个被解释变量或减少固定效应"),
        )

    def key(
        self, name: str | None, keys: Mapping[str, Codes], rows: Codes
    ) -> tuple[Codes | None, NDArray[np.generic] | None]:
        if name is None:
            return None, None
        values, codes = np.unique(keys[name][rows], return_inverse=True)
        first = pd.factorize(self.frame[name], sort=True)[1]
        return codes.astype(np.int64), np.asarray(first)[values]

    def key_notes(self, spec: Specification, keys: Mapping[str, Codes], rows: Codes) -> None:
        if spec.entity is None or spec.time is None:
            return
        joint = keys[spec.entity][rows] * (int(keys[spec.time].max()) + 1) + keys[spec.time][rows]
        repeated = int(np.count_nonzero(np.diff(np.sort(joint)) == 0))
        if repeated:
            self.notes.append(
                Text(
                    f"{repeated} rows repeat an earlier ({spec.entity}, {spec.time})",
                    f"{repeated} 行的（{spec.entity}，{spec.time}）与前行重复",
                )
            )

    def drop_notes(self) -> tuple[Text, ...]:
        notes = [
            Text(
                f"Dropped {each.n_rows:,} rows: {each.reason.en}",
                f"剔除 {each.n_rows:,} 行：{each.reason.zh}",
            )
            for each in self.dropped
        ]
        notes += [
            Text(
                f"{term_label(term).en}: the logarithm of {count:,} values that are not positive is missing",
                f"{term_label(term).zh}：{count:,} 个非正值的对数记为缺失",
            )
            for term, count in self.evaluator.not_positive.items()
        ]
        return tuple(notes)


def _compress(codes: Codes) -> Codes:
    top = int(codes.max(initial=0))
    if top <= 4 * len(codes) + 1000:
        present = np.zeros(top + 1, dtype=bool)
        present[codes] = True
        if present.all():
            return codes
        return (np.cumsum(present) - 1)[codes].astype(np.int64)
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _hash(arrays: Iterable[NDArray[Any] | None]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        if array is not None:
            digest.update(repr((array.shape, array.dtype.str)).encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()

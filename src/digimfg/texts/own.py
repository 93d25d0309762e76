"""Texts measured by a user's own model: any callable, answers kept by the hash of each text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.files import sha256_bytes
from digimfg.kept_answers import keep_answer, kept_answer
from digimfg.kinds import Count, Differing, Entries
from digimfg.measures.measurement import Measurement
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.texts.counts import beside_keys, text_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["label_texts", "text_similarity", "vectors_of"]

Floats = NDArray[np.float64]


@checked
def label_texts(
    texts: pd.Series[Any] | pd.DataFrame,
    labeller: Callable[[Sequence[str]], Any],
    *,
    column: str = "text",
    name: str = "label",
    cache: Path | str | None = None,
    version: str = "",
    batch: Count = 64,
) -> Measurement:
    """Label texts by a model of your own: a classifier, a server, a language model.

    Parameters
    ----------
    texts, column
        As in `count_words`.
    labeller
        Called with up to `batch` texts, returns as many numbers: 0 and 1, probabilities, or scores.
    name
        Of the column of labels.
    cache
        Folder where labels are kept by the hash of the text, `name` and `version`: a text is asked for once.
    version
        Which model and instruction it is; name them, since a change of model is not seen otherwise.
    batch
        Texts at a time.

    Returns
    -------
    Measurement
        ``frame``: keys and `name`, missing where the text is; ``statistics``: ``n_texts n_missing n_asked``.

    Raises
    ------
    MeasureError
        If the model fails, answers with another number of labels, or with what is no finite number.

    Notes
    -----
    Labels of a model are wrong for some texts: code a sample by hand (`draw_coding_sample`) and correct
    regressions with `coded_regression`.

    Examples
    --------
    >>> import pandas as pd
    >>> label_texts(pd.Series(["数字化", "钢铁", None]), lambda batch: ["数字" in text for text in batch],
    ...     name="digital").frame["digital"].tolist()
    [1.0, 0.0, nan]
    """
    import pandas as pd

    keys, values = text_values(texts, column)
    there = [value for value in values if value is not None]
    found, asked = _asked(there, labeller, cache, f"label {name} {version}", batch, _numbers)
    labels = np.full(len(values), np.nan)
    labels[[value is not None for value in values]] = [float(value) for value in found]
    return Measurement(
        frame=beside_keys(keys, pd.DataFrame({name: labels}, index=keys.index)),
        statistics=_statistics(values, asked),
        notes=_notes(version),
    )


@checked
def text_similarity(
    texts: pd.Series[Any] | pd.DataFrame,
    anchors: Annotated[Sequence[str], Entries(1), Differing()],
    embedder: Callable[[Sequence[str]], Any],
    *,
    column: str = "text",
    cache: Path | str | None = None,
    version: str = "",
    batch: Count = 64,
) -> Measurement:
    """Measure texts by the cosine of their vectors and those of anchors, by an embedder of your own.

    Parameters
    ----------
    texts, column, cache, version, batch
        As in `label_texts`.
    anchors
        Words or sentences that say what is meant, such as those of a policy.
    embedder
        Called with up to `batch` texts, returns an array texts × dimensions.

    Returns
    -------
    Measurement
        ``frame``: keys, ``similarity`` (to the mean of the anchors' directions) and ``nearest`` (the largest
        to one of them); missing where the text is.

    Raises
    ------
    MeasureError
        If the embedder fails, answers with another shape, or with vectors that are zero or not finite.

    Examples
    --------
    >>> import pandas as pd
    >>> def letters(batch):
    ...     return [[text.count("数") + 1.0, text.count("钢") + 1.0] for text in batch]
    >>> found = text_similarity(pd.Series(["数数数", "钢钢钢"]), ["数"], letters)
    >>> found.frame["similarity"].round(2).tolist()
    [0.98, 0.65]
    """
    import pandas as pd

    keys, values = text_values(texts, column)
    there = [value for value in values if value is not None]
    key = f"vector {version}"
    found, asked = _asked([*there, *anchors], embedder, cache, key, batch, _vectors)
    directions = _directions(found)
    own, fixed = directions[: len(there)], directions[len(there) :]
    mean = fixed.mean(axis=0)
    size = float(np.linalg.norm(mean))
    cosines = own @ fixed.T
    similarity, nearest = (np.full(len(values), np.nan) for _ in range(2))
    rows = [value is not None for value in values]
    similarity[rows] = own @ mean / (size if size > 0 else np.nan)
    nearest[rows] = cosines.max(axis=1)
    frame = pd.DataFrame({"similarity": similarity, "nearest": nearest}, index=keys.index)
    return Measurement(
        frame=beside_keys(keys, frame),
        statistics=_statistics(values, asked),
        notes=_notes(version),
    )


def vectors_of(
    texts: Sequence[str],
    embedder: Callable[[Sequence[str]], Any],
    cache: Path | str | None,
    version: str,
    batch: int = 64,
) -> Floats:
    """Return the directions of texts by an embedder, one row each."""
    found, _ = _asked(texts, embedder, cache, f"vector {version}", batch, _vectors)
    return _directions(found)


def _asked(
    texts: Sequence[str],
    model: Callable[[Sequence[str]], Any],
    cache: Path | str | None,
    key: str,
    batch: int,
    read: Callable[[Any, int], list[Any]],
) -> tuple[list[Any], int]:
    """Return the model's answers in the order of the texts, and how many were asked for now."""
    folder = None if cache is None else Path(cache)
    names = [sha256_bytes(f"{key}\0{text}".encode("utf-8", "surrogatepass")) for text in texts]
    known: dict[str, Any] = {}
    for name in dict.fromkeys(names):
        held = kept_answer(folder, name) if folder is not None else None
        if held is not None:
            known[name] = held[0]
    wanted = [
        (name, text) for name, text in dict(zip(names, texts, strict=True)).items() if name not in known
    ]
    for start in range(0, len(wanted), batch):
        part = wanted[start : start + batch]
        try:
            answer = model([text for _, text in part])
        except Exception as error:
            raise MeasureError.of(
                "texts.own_model_answers_wrongly", got=Text.of(f"{type(error).__name__}: {error}"[:200])
            ) from error
        for (name, _), value in zip(part, read(answer, len(part)), strict=True):
            known[name] = value
            if folder is not None:
                keep_answer(folder, name, value)
    return [known[name] for name in names], len(wanted)


def _numbers(answer: Any, n: int) -> list[float]:
    try:
        values = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError.of("texts.own_model_answers_wrongly", got=Text.of(type(answer).__name__)) from None
    if values.shape != (n,) or not np.isfinite(values).all():
        raise MeasureError.of(
            "texts.own_model_answers_wrongly",
            got=Text.of(f"{values.shape}, {int((~np.isfinite(values)).sum())} not finite"),
        )
    return [float(value) for value in values]


def _vectors(answer: Any, n: int) -> list[Floats]:
    try:
        values = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError.of("texts.own_model_answers_wrongly", got=Text.of(type(answer).__name__)) from None
    if values.ndim != 2 or len(values) != n or not np.isfinite(values).all():
        raise MeasureError.of(
            "texts.own_model_answers_wrongly",
            got=Text.of(f"{values.shape}, {int((~np.isfinite(values)).sum())} not finite"),
        )
    return [np.ascontiguousarray(row) for row in values]


def _directions(vectors: Sequence[Floats]) -> Floats:
    if len({len(row) for row in vectors}) > 1:
        raise MeasureError.of("texts.vectors_of_several_lengths")
    rows = np.array(vectors)
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    if (size == 0).any():
        raise MeasureError.of("texts.vector_of_zeros")
    out: Floats = rows / size
    return out


def _statistics(values: Sequence[str | None], asked: int) -> dict[str, float]:
    return {
        "n_texts": float(len(values)),
        "n_missing": float(sum(value is None for value in values)),
        "n_asked": float(asked),
    }


def _notes(version: str) -> tuple[Text, ...]:
    named: Text | str = version or Text("without a name of its version", "未注明版本")
    return (note_of("texts.own_model", version=named),)

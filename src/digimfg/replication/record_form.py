"""What a result file and a snapshot hold."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from digimfg.errors import AnalysisError
from digimfg.file_forms import FileForm, Words
from digimfg.text import Text

__all__ = ["RECORD_FORM", "SNAPSHOT_FORM", "FrameRecord", "Record", "ResultRecord"]


Sentence = dict[str, Any]
"""Words in both languages, and the facts within them."""


class NumberRecord(TypedDict):
    """A number that JSON has not: ``"inf"``, ``"-inf"``."""

    number: Literal["inf", "-inf"]


class FrameRecord(TypedDict):
    """A frame, row by row."""

    type: Literal["DataFrame"]
    index_names: list[str | None]
    index: list[Any]
    columns: list[str]
    rows: list[list[Any]]


class DroppedRecord(TypedDict):
    """Rows left out, and why."""

    reason: Sentence
    n_rows: int


class ResultRecord(TypedDict):
    """What `result_to_dict` writes of a `Result`."""

    coefficients: FrameRecord
    covariance_matrix: FrameRecord
    statistics: dict[str, int | float | NumberRecord | None]
    notes: list[Sentence]
    tables: dict[str, FrameRecord]
    specification: dict[str, Any]
    data_hash: str
    versions: dict[str, str]
    sources: NotRequired[list[Sentence]]
    dropped: NotRequired[list[DroppedRecord]]
    variables: NotRequired[dict[str, dict[str, Any]]]


class ExhibitRecord(TypedDict):
    """An exhibit as it reads: cells of a table, numbers of a figure."""

    name: str
    kind: Literal["table", "figure"]
    title: dict[str, str]
    notes: list[Sentence]
    header: NotRequired[list[list[str]]]
    rows: NotRequired[list[list[str]]]
    table: NotRequired[dict[str, Any]]
    sentences: NotRequired[list[list[Words]]]
    numbers: NotRequired[dict[str, FrameRecord]]


class OrderRecord(TypedDict):
    """Names in the order of the analysis."""

    specifications: list[str]
    tests: list[str]
    studies: list[str]


class Record(TypedDict):
    """The content of ``output/results/<analysis>.json``; snapshots need only what has no other home."""

    analysis: str
    title: NotRequired[Words]
    claims: NotRequired[list[str]]
    panel: str | None
    specifications: dict[str, ResultRecord]
    interest: NotRequired[dict[str, list[str]]]
    tests: dict[str, dict[str, Any]]
    studies: dict[str, dict[str, Any]]
    labels: NotRequired[dict[str, Words]]
    exhibits: list[ExhibitRecord]
    order: NotRequired[OrderRecord]
    files: NotRequired[list[str]]
    missing: NotRequired[dict[str, Any]]
    computed: NotRequired[FrameRecord]
    made_from: NotRequired[dict[str, str]]


RECORD_FORM: FileForm[Record] = FileForm(
    schema=Record,
    what=Text("the file as `digimfg run` wrote it", "`digimfg run` 写出的原文件"),
    remedy=Text("remove it and run the analysis again: `digimfg run`", "删除后重新运行该分析：`digimfg run`"),
    error=AnalysisError,
    closed=False,
)
SNAPSHOT_FORM: FileForm[dict[str, Any]] = FileForm(
    schema=dict[str, Any],
    what=Text("accepted results, as `digimfg snapshots` wrote them", "`digimfg snapshots` 写出的已确认结果"),
    remedy=Text(
        "restore the file, or look at the results and accept them again: `make snapshots`",
        "还原该文件，或查看结果后重新确认：`make snapshots`",
    ),
    error=AnalysisError,
)

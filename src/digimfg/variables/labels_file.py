"""The dictionary of a project: what a user's own columns and their values are called, in one TOML file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NotRequired

from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import AnalysisError, Fault, nearest
from digimfg.file_forms import Bilingual, Document, FileForm, text_of
from digimfg.frames.said import declare_variable, keep_said
from digimfg.kinds import StoredFrame
from digimfg.text import Text
from digimfg.variables import CodesOf, Variable, dictionary
from digimfg.variables.declared import plain_entry
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LABELS_FILE", "Labels", "label_columns", "no_labels", "read_labels", "with_labels"]

LABELS_FILE = "labels.toml"


class ColumnForm(TypedDict):
    """What a column is called and what is known of it."""

    label: NotRequired[Bilingual]
    symbol: NotRequired[str]
    unit: NotRequired[Bilingual]
    definition: NotRequired[Bilingual]
    direction: NotRequired[Literal[-1, 0, 1]]
    codes_of: NotRequired[CodesOf]
    role: NotRequired[str]


class LabelsForm(TypedDict):
    """How much notes say, columns by name, and by column what its values are called."""

    notes: NotRequired[Literal["full", "short", "none"]]
    columns: NotRequired[dict[str, ColumnForm]]
    values: NotRequired[dict[str, dict[str, Bilingual]]]


_FORM: FileForm[LabelsForm] = FileForm(
    schema=LabelsForm,
    what=Text("a TOML file of labels", "标签 TOML 文件"),
    remedy=Text(
        'e.g. [columns.digital_index] and below it label = { en = "Digital economy", zh = "数字经济" }',
        '例如 [columns.digital_index]，其下写 label = { en = "Digital economy", zh = "数字经济" }',
    ),
    error=AnalysisError,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Labels:
    """Hold what a labels file says.

    Parameters
    ----------
    document
        The file as it was read; ``None`` where a project has none.
    """

    document: Document[LabelsForm] | None

    @property
    def notes(self) -> Literal["full", "short", "none"]:
        """Return how much is said below tables and figures."""
        return "full" if self.document is None else self.document.content.get("notes", "full")

    @property
    def columns(self) -> Mapping[str, ColumnForm]:
        """Return what it says of columns."""
        return {} if self.document is None else self.document.content.get("columns", {})

    @property
    def values(self) -> Mapping[str, Mapping[str, Bilingual]]:
        """Return what it calls the values of columns."""
        return {} if self.document is None else self.document.content.get("values", {})

    def variables(self) -> dict[str, Variable]:
        """Return the entries of the dictionary: those that are known already, with what the file says of them."""
        return {name: self._entry(name) for name in dict.fromkeys((*self.columns, *self.values))}

    def check(self, known: Iterable[str]) -> None:
        """Raise unless every column that the file names is known.

        Raises
        ------
        AnalysisError
            Naming file and line, with the nearest columns.
        """
        columns = set(known)
        for part, named in (("columns", self.columns), ("values", self.values)):
            for name in named:
                if name not in columns:
                    near = nearest(name, sorted(columns))
                    self._refuse((part, name), Fault.of("variables.no_column", name=name, near=near))

    def _entry(self, name: str) -> Variable:
        own = self.columns.get(name, {})
        entry = dictionary().get(name)
        if entry is None:
            plain = Text.of(name)
            nothing = Text("", "")
            entry = Variable(
                name=name, label=plain, unit=nothing, definition=nothing, source="derived", source_code=""
            )
        said: dict[str, Any] = {
            part: text_of(own[part]) for part in ("label", "unit", "definition") if part in own
        }
        said |= {part: own[part] for part in ("symbol", "direction", "codes_of", "role") if part in own}
        values = {value: text_of(words) for value, words in self.values.get(name, {}).items()}
        if values:
            said["value_labels"] = tuple({**dict(entry.value_labels), **values}.items())
        return replace(entry, **said)

    def check_values(self, column: str, held: Iterable[Any]) -> None:
        """Raise unless the data hold every value of a column that the file names.

        Raises
        ------
        AnalysisError
            Naming file and line, with the nearest values.
        """
        there = list(held)
        values = self.values.get(column, {})
        same = held_values(values, there)
        for value in values:
            if value not in same:
                near = nearest(value, sorted(map(str, there)))
                fault = Fault.of("variables.no_value_of_column", column=column, name=value, near=near)
                self._refuse(("values", column, value), fault)

    def check_words(self) -> None:
        """Raise unless every name has words in both languages.

        Raises
        ------
        AnalysisError
            Naming file and line.
        """
        names = [
            (("columns", name, "label"), own["label"]) for name, own in self.columns.items() if "label" in own
        ]
        names += [
            (("values", name, value), words)
            for name, held in self.values.items()
            for value, words in held.items()
        ]
        for path, words in names:
            text = text_of(words)
            if self.document is not None and not (text.en.strip() and text.zh.strip()):
                self.document.refuse(path, Fault.of("variables.no_words"))

    def _refuse(self, place: tuple[str, ...], fault: Fault) -> None:
        if self.document is not None:
            self.document.refuse(place, fault)


def no_labels() -> Labels:
    """Return the labels of a project without a file."""
    return Labels(document=None)


def read_labels(path: str | Path) -> Labels:
    """Read a labels file.

    Raises
    ------
    AnalysisError
        Naming file and line, if the file is missing, no TOML, holds what a labels file cannot, or gives a name without words.
    """
    labels = Labels(document=_FORM.open(path))
    labels.check_words()
    return labels


@checked
def label_columns(frame: StoredFrame, path: str | Path = LABELS_FILE) -> pd.DataFrame:
    r"""Return a frame that carries the names of its columns and their values: every result, table and figure made from it uses them.

    Parameters
    ----------
    frame
        Your data; it is not changed.
    path
        A TOML file. Under ``[columns.NAME]``: ``label``, ``symbol``, ``unit``, ``definition``, ``direction`` (1, 0, -1) and
        ``codes_of`` (``"province"``, ``"city"``, ``"country"``, ``"industry"``: its values are codes of these). Under
        ``[values.NAME]``: what its values are called. Words are one text for both languages or ``{ en = "…", zh = "…" }``.

    Raises
    ------
    AnalysisError
        Naming file and line, if the file cannot be read, or names a column or a value that the frame has not.

    Examples
    --------
    >>> import pandas as pd, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "labels.toml"
    >>> _ = path.write_text('[columns.dig]\nlabel = { en = "Digital economy", zh = "数字经济" }', encoding="utf-8")
    >>> frame = label_columns(pd.DataFrame({"dig": [1.0, 2.0]}), path)
    >>> frame.attrs["variables"]["dig"]["label"]
    ['Digital economy', '数字经济']
    """
    labels = read_labels(path)
    labels.check(str(name) for name in frame.columns)
    return with_labels(frame, labels)


def with_labels(frame: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Return a frame that carries what the labels say of its columns.

    Raises
    ------
    AnalysisError
        If they name a value that a column of the frame has not.
    """
    for column in labels.values:
        if column in frame.columns:
            labels.check_values(column, frame[column].dropna().unique().tolist())
    labelled = frame.copy(deep=False)
    keep_said(labelled, frame)
    for name, entry in labels.variables().items():
        if name in frame.columns:
            declare_variable(labelled, name, plain_entry(entry))
    return labelled

"""Exhibits: tables and figures, each a pure step from evidence to a value that writers put on disk.

An exhibit is declared in an analysis by its name (``RegressionTable("promotion_main", columns=(...))``) and
built from the analysis' evidence, or it is given its data at once (``RegressionTable({"(1)": result})``) and
saved from a notebook. It never estimates.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from digimfg.errors import ExhibitError
from digimfg.exhibits.chart import Chart, Width
from digimfg.exhibits.evidence import Evidence, evidence_of
from digimfg.exhibits.uses import Uses
from digimfg.kinds import Digits, Share
from digimfg.labels import term_label
from digimfg.sentences import labelled, paragraph, shortened
from digimfg.text import Language, Text
from digimfg.variables import speaking_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from digimfg.display.table import Table
    from digimfg.variables import Variable

__all__ = [
    "Evidence",
    "Exhibit",
    "FigureExhibit",
    "Labelled",
    "NoteForm",
    "OfResult",
    "OfStudy",
    "Rounded",
    "Sampled",
    "Starred",
    "Uses",
    "Width",
]

NoteForm = Literal["full", "short", "none"]
"""How much is said below a table or a figure."""


@dataclass(frozen=True)
class Exhibit(ABC):
    """A table or a figure; each kind is a direct child in its own file and answers `build`.

    Parameters
    ----------
    source
        The exhibit's name in an analysis (letters, digits, ``_`` and ``-``; it names the files), or its
        data: a result, results by column, a test, a frame, a `dm.scan`, of which the columns named are
        read, or an `Evidence`.
    title
        Stands above a table and below a figure; each kind has its own default.
    notes
        Paragraphs of your own below the generated note.
    note_form
        ``"full"``; ``"short"``: what a reader must know, without how numbers were made; ``"none"``: your own
        paragraphs only, and that data are simulated. By default as the project says (``notes = "short"`` in
        its `labels.toml`), else in full.
    """

    source: InitVar[pd.DataFrame | object]
    name: str = field(init=False)
    evidence: Evidence | None = field(init=False, repr=False, compare=False)
    _: KW_ONLY
    title: Text | str | None = None
    notes: tuple[Text | str, ...] = ()
    note_form: NoteForm | None = None

    kind: ClassVar[Literal["table", "figure"]]
    uses: ClassVar[Uses] = Uses()

    def __post_init__(self, source: Any) -> None:
        named = isinstance(source, str)
        object.__setattr__(self, "name", _checked_name(source) if named else "")
        object.__setattr__(self, "evidence", None if named else self._evidence_of(source))

    def _evidence_of(self, source: Any) -> Evidence:
        from digimfg.scanning.engines import is_dask
        from digimfg.scanning.scan import Scan, scan

        rows = scan(source) if is_dask(source) else source
        if not isinstance(rows, Scan):
            return evidence_of(rows)
        from digimfg.exhibits.scanned import scanned_frame

        return Evidence(frame=scanned_frame(self, rows, self.sample if isinstance(self, Sampled) else None))

    @abstractmethod
    def build(self, evidence: Evidence) -> Table | Chart:
        """Return the finished table or chart; a pure function of `evidence`."""

    def show(self, evidence: Evidence, *, note_form: NoteForm = "full") -> Table | Chart:
        """Return the finished table or chart; its notes name its data: sources, vintages, cells simulated or
        filled in.

        Parameters
        ----------
        evidence
            What to show.
        note_form
            Of the document or project; that of the exhibit comes before it.
        """
        from digimfg.exhibits.data_notes import naming_filled, naming_sources, naming_vintages
        from digimfg.exhibits.synthetic import marked

        with speaking_of(evidence.variables):
            form = self.note_form or note_form
            product = self._built(evidence, form)
            if form != "none":
                product = naming_filled(product, self, evidence)
                product = naming_vintages(naming_sources(product, self, evidence), evidence)
            product = marked(product, evidence)
        product = dataclasses.replace(product, notes=tuple(map(paragraph, product.notes)))
        if isinstance(product, Chart) and evidence.variables:
            return dataclasses.replace(product, draw=partial(_drawn, product.draw, evidence.variables))
        return product

    def _built(self, evidence: Evidence, form: NoteForm) -> Table | Chart:
        """Return the table or chart, its notes under the reader's labels, in their form, before the reader's
        own.
        """
        product = self.build(evidence)
        notes = [labelled(note, self._called) for note in product.notes]
        if form == "none":
            notes = []
        elif form == "short":
            notes = [short for note in notes if (short := shortened(note)) is not None]
        return dataclasses.replace(product, notes=(*notes, *map(Text.of, self.notes)))

    def _called(self, term: str) -> Text:
        return term_label(term)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some options changed."""
        return dataclasses.replace(self, **{"source": self.name or self.evidence, **changes})

    def save(
        self, path: str | Path, *, language: Language | None = None, evidence: Evidence | None = None
    ) -> Path:
        """Build and write; the suffix chooses the format.

        Parameters
        ----------
        path
            Tables: ``.tex .docx .html .md .typ .xlsx .csv .rtf``; figures: ``.pdf .png``.
        language
            ``"en"`` or ``"zh"``; by default that of the file's ending (``table_zh.docx``), else English.
        evidence
            What to show, for an exhibit that was only declared by name.

        Raises
        ------
        ExhibitError
            If there is nothing to show, the suffix is unknown, or an option does not fit the evidence.
        """
        from digimfg.exhibits.writers import save

        shown = evidence if evidence is not None else self.evidence
        if shown is None:
            raise ExhibitError.of(
                "exhibits.nothing_to_show", name=self.name, name_advised=type(self).__name__
            )
        return save(self.show(shown), Path(path), language)

    def __str__(self) -> str:
        """Return a table that has its data as text, in the language of messages; other exhibits as they are
        declared.
        """
        if self.evidence is None or self.kind != "table":
            return repr(self)
        from digimfg.exhibits.writers import terminal_view

        return terminal_view(self.show(self.evidence))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show an exhibit that has its data in a notebook, in the language of messages."""
        del include, exclude
        from digimfg.exhibits.writers import notebook_view

        return {} if self.evidence is None else notebook_view(self.show(self.evidence))


@dataclass(frozen=True)
class Labelled(Exhibit, ABC):
    """An exhibit that calls terms by the reader's labels.

    Parameters
    ----------
    labels
        Term, column, group or other name → label, before those of the dictionary.
    """

    _: KW_ONLY
    labels: Mapping[str, Text | str] | None = None

    def _called(self, term: str) -> Text:
        return term_label(term, self.labels)


@dataclass(frozen=True)
class OfResult(Exhibit, ABC):
    """An exhibit of one result.

    Parameters
    ----------
    specification
        Name of the specification in the analysis; may be left out where there is only one.
    """

    _: KW_ONLY
    specification: str | None = None

    uses: ClassVar[Uses] = Uses(results=("specification",))


@dataclass(frozen=True)
class Sampled(Labelled, ABC):
    """An exhibit of the rows of a frame, or of some of them.

    Parameters
    ----------
    sample
        A filter as a specification's.
    """

    _: KW_ONLY
    sample: str | None = None


@dataclass(frozen=True)
class OfStudy(Exhibit, ABC):
    """An exhibit of the answer of one study.

    Parameters
    ----------
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    """

    _: KW_ONLY
    study: str | None = None

    uses: ClassVar[Uses] = Uses(studies=("study",))


@dataclass(frozen=True)
class Rounded(Exhibit, ABC):
    """An exhibit of numbers with decimals.

    Parameters
    ----------
    digits
        Decimals.
    """

    _: KW_ONLY
    digits: Digits = 3


@dataclass(frozen=True)
class Starred(Rounded, ABC):
    """An exhibit of estimates with their significance.

    Parameters
    ----------
    stars
        Significance levels; one star for each that the p-value lies below. ``()`` gives no stars.
    """

    _: KW_ONLY
    stars: tuple[Share, ...] = (0.01, 0.05, 0.1)


@dataclass(frozen=True)
class FigureExhibit(Exhibit, ABC):
    """A figure.

    Parameters
    ----------
    width
        ``"wide"`` (14 cm) or ``"narrow"`` (8 cm).
    """

    _: KW_ONLY
    width: Width = "wide"

    kind: ClassVar[Literal["table", "figure"]] = "figure"


def _drawn(
    draw: Callable[[Language], Figure], variables: Mapping[str, Variable], language: Language
) -> Figure:
    with speaking_of(variables):
        return draw(language)


def _checked_name(name: str) -> str:
    if name and name.isascii() and all(character.isalnum() or character in "_-" for character in name):
        return name
    raise ExhibitError.of("exhibits.name_not_for_files", got=repr(name))

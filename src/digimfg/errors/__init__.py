"""One family of errors: each has a kind and facts; where, what was expected, what was found, the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Self, TypeVar

from digimfg.errors.catalogue import entries, words_of
from digimfg.notes import note_of
from digimfg.say import Fact, Said, frozen
from digimfg.text import Language, Text, current_language
from digimfg.words import fields_of

__all__ = [
    "AnalysisError",
    "ArgumentError",
    "DigimfgError",
    "EstimationError",
    "ExhibitError",
    "Fault",
    "MeasureError",
    "PanelError",
    "SourceError",
    "SpecificationError",
    "at_line",
    "nearest",
]

_LABELS = {
    "where": Text("where", "位置"),
    "expected": Text("expected", "应为"),
    "got": Text("got", "实为"),
    "remedy": Text("remedy", "办法"),
}


class DigimfgError(Exception):
    """Report bad input: where it is, what was expected, what was found, and what to do.

    Parameters
    ----------
    where, expected, got, remedy
        The four parts of the message: sentences with their facts (`digimfg.say.say`), fixed ones (`Text`) or,
        where both languages read the same, strings.
    kind
        What was wrong, for code: ``"did.treatment_not_binary"``; no code reads a sentence. Errors of this
        package are made by `of`, which takes the words of a kind from the catalogue.
    facts
        The values in the sentences, by name.
    """

    def __init__(
        self,
        *,
        where: Text | str,
        expected: Text | str,
        got: Text | str,
        remedy: Text | str,
        kind: str = "",
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        self.where = Text.of(where)
        self.expected = Text.of(expected)
        self.got = Text.of(got)
        self.remedy = Text.of(remedy)
        self.kind = kind
        self.facts = dict(facts or {})
        super().__init__(self.where, self.expected, self.got, self.remedy)

    @classmethod
    def of(
        cls,
        kind: str,
        /,
        *,
        where: Text | str | None = None,
        expected: Text | str | None = None,
        got: Text | str | None = None,
        remedy: Text | str | None = None,
        **facts: object,
    ) -> Self:
        """Return the error of a kind in the catalogue, with its facts.

        Parameters
        ----------
        kind
            Room and name: ``"did.treatment_not_binary"`` is ``[treatment_not_binary]`` in
            ``errors/words/did.toml``.
        where, expected, got, remedy
            Parts that the catalogue leaves open, or says otherwise.
        facts
            Values of the names in its sentences.

        Raises
        ------
        KeyError, TypeError
            If the catalogue has no such kind, a fact is missing or a part is said nowhere: an error of the
            code.

        Examples
        --------
        >>> error = EstimationError.of("did.treatment_not_binary", name="policy", n=2, found="2, 3")
        >>> error.got.en, error.kind, error.facts["n"]
        ('2 other values (2, 3)', 'did.treatment_not_binary', 2)
        """
        held = {name: frozen(value) for name, value in facts.items()}
        parts: dict[str, Text | str | None] = {
            "where": where,
            "expected": expected,
            "got": got,
            "remedy": remedy,
        }
        given = {part: words for part, words in parts.items() if words is not None}
        return cls(**(words_of(kind, held) | given), kind=kind, facts=held)

    @classmethod
    def like(
        cls,
        error: DigimfgError,
        *,
        where: Text | str | None = None,
        expected: Text | str | None = None,
        got: Text | str | None = None,
        remedy: Text | str | None = None,
    ) -> Self:
        """Return an error of the same kind and facts with other words in some part.

        Examples
        --------
        >>> error = SpecificationError.unknown("stem", ["steam"], where="energy")
        >>> again = PanelError.like(error, where="the panel")
        >>> again.where.en, again.got.en, again.kind
        ('the panel', "'stem'", 'names.unknown_name')
        """
        return cls(
            where=error.where if where is None else where,
            expected=error.expected if expected is None else expected,
            got=error.got if got is None else got,
            remedy=error.remedy if remedy is None else remedy,
            kind=error.kind,
            facts=error.facts,
        )

    @classmethod
    def unknown(
        cls,
        name: object,
        known: Iterable[object],
        *,
        where: Text | str,
        expected: Text | None = None,
        of: Literal["names", "columns", "terms", "values", "parts"] = "names",
        more: Text | None = None,
    ) -> Self:
        """Return the error for a name that is none of those known, with the nearest.

        Parameters
        ----------
        name, known
            What was asked for, and what there is.
        where, expected
            As in every error; by default the names known are expected.
        of
            What the names are of.
        more
            What to do beside choosing one of the nearest.

        Examples
        --------
        >>> SpecificationError.unknown("stem", ["steam", "coal"], where="energy").remedy.en
        'nearest names: steam'
        """
        names = [str(each) for each in known]
        error = cls.of(
            f"names.unknown_{of.removesuffix('s')}",
            where=where,
            expected=expected,
            name=str(name),
            known=names or ["—"],
            near=nearest(name, names),
        )
        return (
            error
            if more is None
            else cls.like(error, remedy=note_of("errors.remedies_together", all=[error.remedy, more]))
        )

    def message(self, language: Language) -> str:
        """Return the whole message in one language."""
        parts = {"where": self.where, "expected": self.expected, "got": self.got, "remedy": self.remedy}
        return "\n".join(
            f"  {_LABELS[key].language(language)}: {part.language(language)}" for key, part in parts.items()
        )

    def __str__(self) -> str:
        return "\n" + self.message(current_language())

    def __reduce__(self) -> tuple[object, ...]:
        parts = (self.where, self.expected, self.got, self.remedy)
        return _rebuild, (type(self), *parts, self.kind, tuple(self.facts.items()))


def _rebuild(
    family: type[DigimfgError],
    where: Text,
    expected: Text,
    got: Text,
    remedy: Text,
    kind: str = "",
    facts: tuple[tuple[str, Fact], ...] = (),
) -> DigimfgError:
    return family(where=where, expected=expected, got=got, remedy=remedy, kind=kind, facts=dict(facts))


class ArgumentError(DigimfgError):
    """A function was called with another kind of thing than it takes."""


class SourceError(DigimfgError):
    """A raw file is missing, changed, or not what its source says."""


class PanelError(DigimfgError):
    """A panel breaks its schema."""


class SpecificationError(DigimfgError):
    """A specification cannot be read or does not fit its data."""


class EstimationError(DigimfgError):
    """An estimator cannot give an answer on these data."""


class MeasureError(DigimfgError):
    """A measure was given values outside its domain."""


class ExhibitError(DigimfgError):
    """A table or figure cannot be made or written."""


class AnalysisError(DigimfgError):
    """An analysis file cannot be loaded or contradicts itself or another."""


Raised = TypeVar("Raised", bound=DigimfgError)


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold what is wrong with a value, by kind and facts, for whoever knows where the value stands.

    Parameters
    ----------
    kind
        As an error's.
    facts
        Values of the names in its sentences.
    """

    kind: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, kind: str, /, **facts: object) -> Self:
        """Return the fault of a kind in the catalogue, with its facts.

        Examples
        --------
        >>> Fault.of("frames.names_repeated", shown="gdp").error(PanelError, where="the panel").got.en
        'gdp'
        """
        return cls(kind, {name: frozen(value) for name, value in facts.items()})

    @property
    def got(self) -> Said:
        """Return what was found, as a sentence of this kind: a fault that another tells."""
        room, _, name = self.kind.partition(".")
        template = entries(room)[name]["got"]
        return Said(
            template, tuple((each, self.facts[each]) for each in fields_of(template)), self.kind, "must"
        )

    def error(
        self,
        family: type[Raised],
        *,
        where: Text | str,
        expected: Text | str | None = None,
        got: Text | str | None = None,
        remedy: Text | str | None = None,
        **more: object,
    ) -> Raised:
        """Return the error that a place makes of the fault.

        Parameters
        ----------
        family
            Of the error.
        where
            The place.
        expected, got, remedy
            Where the catalogue has none of this kind.
        more
            Facts of the place.
        """
        words = words_of(self.kind, self.facts)
        return family(
            where=where,
            expected=words["expected"] if expected is None else words.get("expected", expected),
            got=words["got"] if got is None else words.get("got", got),
            remedy=words["remedy"] if remedy is None else words.get("remedy", remedy),
            kind=self.kind,
            facts={**self.facts, **{name: frozen(value) for name, value in more.items()}},
        )


def at_line(where: object, line: object) -> Text:
    """Name a line of a file, for the place of an error.

    Examples
    --------
    >>> at_line("claims.toml", 3).en
    'claims.toml, line 3'
    """
    return note_of("errors.line_of_file", where=where, line=line)


def nearest(name: object, names: Iterable[object]) -> str:
    """Return up to three names that resemble `name`, or the first eight where none does, for an error's
    remedy.

    Examples
    --------
    >>> nearest("GDP", ("gdp_usd2015", "gdp", "year")), nearest("x", ("steam", "coal"))
    ('gdp', 'steam, coal')
    """
    import difflib

    folded = {str(candidate).casefold(): str(candidate) for candidate in names}
    near = difflib.get_close_matches(str(name).casefold(), list(folded), n=3, cutoff=0.5)
    return ", ".join(folded[candidate] for candidate in near or list(folded)[:8]) or "—"

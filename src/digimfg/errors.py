"""One family of errors: each says where, what was expected, what was found, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from digimfg.say import say
from digimfg.text import Language, Text, current_language

__all__ = [
    "AnalysisError",
    "ArgumentError",
    "DigimfgError",
    "EstimationError",
    "ExhibitError",
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

_KNOWN = {
    "names": Text("names", "名称"),
    "columns": Text("columns", "列"),
    "terms": Text("terms", "项"),
    "values": Text("values", "取值"),
    "parts": Text("parts", "部分"),
}


class DigimfgError(Exception):
    """Report bad input: where it is, what was expected, what was found, and what to do.

    Parameters
    ----------
    where, expected, got, remedy
        The four parts of the message: sentences with their facts (`digimfg.say.say`), fixed ones (`Text`) or,
        where both languages read the same, strings.
    """

    def __init__(
        self, *, where: Text | str, expected: Text | str, got: Text | str, remedy: Text | str
    ) -> None:
        self.where = Text.of(where)
        self.expected = Text.of(expected)
        self.got = Text.of(got)
        self.remedy = Text.of(remedy)
        super().__init__(self.where, self.expected, self.got, self.remedy)

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
        near = nearest(name, names)
        remedy = say("nearest {of}: {near}", "相近的{of}：{near}", of=_KNOWN[of], near=near)
        return cls(
            where=where,
            expected=expected or say("one of: {names}", "下列之一：{names}", names=names or ["—"]),
            got=f"'{name}'",
            remedy=remedy if more is None else say("{all:;}", "{all:;}", all=[remedy, more]),
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
        return _rebuild, (type(self), self.where, self.expected, self.got, self.remedy)


def _rebuild(kind: type[DigimfgError], where: Text, expected: Text, got: Text, remedy: Text) -> DigimfgError:
    return kind(where=where, expected=expected, got=got, remedy=remedy)


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


def at_line(where: object, line: object) -> Text:
    """Name a line of a file, for the place of an error.

    Examples
    --------
    >>> at_line("claims.toml", 3).en
    'claims.toml, line 3'
    """
    return say("{where}, line {line}", "{where}第{line}行", where=where, line=line)


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

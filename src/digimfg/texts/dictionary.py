"""Dictionaries of words in blocks: shipped ones by name, your own from a TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from annotated_types import Len
from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.file_forms import FileForm, Words
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TermDictionary", "WordBlock", "list_dictionaries", "load_dictionary"]

_DATA = Path(__file__).parent / "data"


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class WordBlock:
    """Words that count together.

    Parameters
    ----------
    name
        Of the column of counts.
    label
        For tables.
    words
        As they stand in texts; case and width do not matter.
    """

    name: str
    label: Text
    words: tuple[str, ...]


@checked
@shown(Text("Dictionary of terms", "词典"), first="blocks")
@dataclass(frozen=True, kw_only=True, slots=True)
class TermDictionary:
    """Words in blocks, with version and source.

    Parameters
    ----------
    name
        As in `load_dictionary`, or the name of the file.
    title, source
        What it measures, and who made it.
    version
        To be cited with the counts.
    blocks
        In the order of the columns; no word stands in two.
    """

    name: str
    title: Text
    source: Text
    version: str
    blocks: tuple[WordBlock, ...]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for block in self.blocks:
            for word in block.words:
                key = word.strip().lower()
                if not key or key in seen:
                    raise MeasureError.of(
                        "texts.words_repeated",
                        got=f"'{word}'" + (f" ({seen[key]})" if key in seen else ""),
                        name=self.name,
                        block=block.name,
                    )
                seen[key] = block.name
        names = [block.name for block in self.blocks]
        if not seen or len(set(names)) < len(names):
            raise MeasureError.of("texts.blocks_of_dictionary", got=repr(names), name=self.name)


@checked
def load_dictionary(name: str | Path) -> TermDictionary:
    """Return a dictionary: a shipped one by name, or your own from a TOML file.

    Parameters
    ----------
    name
        ``"digital_transformation_wu2021"`` (annual reports), ``"policy_paths"`` (government work reports),
        or the path of a TOML file with ``version``, ``title`` and ``source`` (each ``en`` and ``zh``) and
        ``[[blocks]]`` of ``name``, ``en``, ``zh`` and ``words``.

    Raises
    ------
    MeasureError
        If there is no such dictionary, or the file does not hold one.

    Examples
    --------
    >>> words = load_dictionary("digital_transformation_wu2021")
    >>> {block.name: len(block.words) for block in words.blocks}["artificial_intelligence"]
    15
    >>> sum(len(block.words) for block in words.blocks)
    76
    """
    shipped = {each.stem: each for each in sorted(_DATA.glob("*.toml"))}
    path = Path(name) if str(name).endswith(".toml") else shipped.get(str(name))
    if path is None:
        raise MeasureError.unknown(
            name,
            shipped,
            where=Text("dictionary of words", "词典"),
            expected=note_of("texts.shipped_or_path", shipped=list(shipped)),
        )
    return _dictionary(path.stem, _FORM.read(path))


@checked
def list_dictionaries() -> pd.DataFrame:
    """Return the shipped dictionaries: name, titles, version, blocks, words, source."""
    import pandas as pd

    found = [load_dictionary(path.stem) for path in sorted(_DATA.glob("*.toml"))]
    return pd.DataFrame(
        [
            {
                "dictionary": each.name,
                "title_en": each.title.en,
                "title_zh": each.title.zh,
                "version": each.version,
                "blocks": len(each.blocks),
                "words": sum(len(block.words) for block in each.blocks),
                "source_en": each.source.en,
                "source_zh": each.source.zh,
            }
            for each in found
        ]
    )


class BlockForm(Words):
    """A block of words in a file."""

    name: Annotated[str, Len(1)]
    words: list[str]


class DictionaryForm(TypedDict):
    """A dictionary's file."""

    version: str
    title: Words
    source: Words
    blocks: list[BlockForm]


_FORM: FileForm[DictionaryForm] = FileForm(
    schema=DictionaryForm,
    what=Text(
        "a TOML file with version, title, source, and [[blocks]] with name, en, zh and words",
        "含 version、title、source 以及含 name、en、zh、words 的 [[blocks]] 的 TOML 文件",
    ),
    remedy=Text("mend the file", "更正文件"),
    error=MeasureError,
)


def _dictionary(name: str, content: DictionaryForm) -> TermDictionary:
    return TermDictionary(
        name=name,
        title=Text(content["title"]["en"], content["title"]["zh"]),
        source=Text(content["source"]["en"], content["source"]["zh"]),
        version=content["version"],
        blocks=tuple(
            WordBlock(
                name=block["name"],
                label=Text(block["en"], block["zh"]),
                words=tuple(block["words"]),
            )
            for block in content["blocks"]
        ),
    )

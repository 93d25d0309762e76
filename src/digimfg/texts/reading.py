"""Read a folder of texts, plain or PDF, keys in their names."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from digimfg.arguments import checked
from digimfg.errors import SourceError
from digimfg.notes import note_of
from digimfg.text import Text
from digimfg.texts.pdf import no_text, pdf_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Broken", "keyed_files", "read_files", "read_texts"]

Broken = Literal["raise", "missing"]
_ENCODINGS = ("utf-8-sig", "gb18030")
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_SHOWN = 5


@checked
def read_texts(
    folder: str | Path, pattern: str = "{firm}_{year}.txt", *, broken: Broken = "raise"
) -> pd.DataFrame:
    """Return the texts of a folder, one file a row; `count_files` counts them without holding all of them.

    Parameters
    ----------
    folder
        Files in UTF-8, GB18030 (GBK) or marked UTF-16, or PDF files (with pypdf,
        ``pip install "digimfg[pdf]"``).
    pattern
        Of the file names: ``{name}`` becomes a column; a column ``year`` holds whole numbers. Its end says
        which files are read, capitals or not: ``{firm}_{year}.pdf``.
    broken
        What becomes of files that cannot be read: ``"raise"`` names them, ``"missing"`` leaves their text
        missing and says why in the column ``fault``.

    Returns
    -------
    pandas.DataFrame
        The columns of the pattern, then ``text``; of PDF files also ``pages`` and ``pages_with_text`` (others
        are pictures, or empty); rows in the order of the file names.

    Raises
    ------
    SourceError
        If the folder has no file of that pattern, one has another name, keys occur twice, or files are in no
        known encoding, are broken, or hold pictures of pages alone.
    """
    import pandas as pd

    paths, keys = keyed_files(folder, pattern)
    return pd.concat([keys, read_files(paths, broken)], axis=1)


def keyed_files(folder: str | Path, pattern: str) -> tuple[list[Path], pd.DataFrame]:
    """Return the files of a folder in the order of their names, and their keys.

    Raises
    ------
    SourceError
        If there is none, one has another name, or keys occur twice.
    """
    import pandas as pd

    root = Path(folder)
    suffix = Path(pattern).suffix
    files = sorted(path for path in root.iterdir() if path.is_file()) if root.is_dir() else []
    paths = [path for path in files if path.suffix.lower() == suffix.lower()]
    names = re.findall(r"\{(\w+)\}", pattern)
    if len(set(names)) < len(names):
        raise SourceError.of("texts.placeholder_repeated", where=str(root), got=pattern)
    named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(pattern[: len(pattern) - len(suffix)]))
    matched = [(path, re.fullmatch(named, path.stem)) for path in paths]
    strange = [path.name for path, match in matched if match is None]
    if not paths or not names or strange:
        raise SourceError.of(
            "texts.no_matching_files",
            where=str(root),
            pattern=pattern,
            found=note_of("texts.other_names", n=len(strange), strange=strange[:_SHOWN])
            if strange
            else Text("none", "没有")
            if root.is_dir()
            else Text("no such folder", "没有该文件夹"),
        )
    frame = pd.DataFrame([match.groupdict() for _, match in matched if match])
    if "year" in names:
        wrong = [value for value in frame["year"] if not re.fullmatch(r"\d{4}", value)]
        if wrong:
            raise SourceError.of("texts.no_year_in_names", where=str(root), got=", ".join(wrong[:_SHOWN]))
        frame["year"] = frame["year"].astype("int64")
    twice = frame.duplicated(names, keep=False)
    if twice.any():
        shared = [path.name for path, again in zip(paths, twice, strict=True) if again]
        raise SourceError.of("texts.files_share_keys", where=str(root), n=len(shared), names=shared[:_SHOWN])
    return paths, frame


def read_files(paths: list[Path], broken: Broken) -> pd.DataFrame:
    """Return what files hold: ``text``, of PDF files their pages, of faults that are let be ``fault``.

    Raises
    ------
    SourceError
        Of the one file that cannot be read, or naming those that cannot.
    """
    import pandas as pd

    rows: list[dict[str, object]] = []
    faults: list[tuple[Path, SourceError]] = []
    for path in paths:
        try:
            rows.append(_read(path))
        except SourceError as error:
            faults.append((path, error))
            rows.append({"text": pd.NA, "fault": str(error.got)})
    if faults and broken == "raise":
        raise _broken(faults)
    frame = pd.DataFrame(rows)
    for name in ("pages", "pages_with_text"):
        if name in frame and frame[name].isna().any():
            frame[name] = frame[name].astype("Int64")
    if broken == "missing":
        frame["fault"] = frame.get("fault", pd.Series(pd.NA, index=frame.index, dtype=object))
    return frame


def _broken(faults: list[tuple[Path, SourceError]]) -> SourceError:
    (path, first), *more = faults
    if not more:
        return first
    return SourceError.of(
        "texts.files_broken",
        where=str(path.parent),
        expected=first.expected,
        n=len(faults),
        faults=[
            note_of("texts.name_with_fault", name=each.name, fault=error.got)
            for each, error in faults[:_SHOWN]
        ],
        advice=first.remedy,
    )


def _read(path: Path) -> dict[str, object]:
    if path.suffix.lower() == ".pdf":
        found = pdf_text(path)
        if not found.pages_with_text:
            raise no_text(path, found.pages)
        return {"text": found.text, "pages": found.pages, "pages_with_text": found.pages_with_text}
    return {"text": _decoded(path)}


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    reached = 0
    for encoding in (marked,) if marked else _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            reached = max(reached, error.start)
    raise SourceError.of("texts.encoding_unknown", where=str(path), place=reached)

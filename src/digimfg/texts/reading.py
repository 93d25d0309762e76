"""Read a folder of texts, plain or PDF, keys in their names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.errors import SourceError
from digimfg.say import say
from digimfg.text import Text
from digimfg.texts.pdf import no_text, pdf_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_texts"]

_ENCODINGS = ("utf-8-sig", "gb18030")


@checked
def read_texts(folder: str | Path, pattern: str = "{firm}_{year}.txt") -> pd.DataFrame:
    """Return the texts of a folder, one file a row.

    Parameters
    ----------
    folder
        Files in UTF-8 or GB18030 (GBK), or PDF files (with pypdf, ``pip install "digimfg[pdf]"``).
    pattern
        Of the file names: ``{name}`` becomes a column; a column ``year`` holds whole numbers. Its end says
        which files are read: ``{firm}_{year}.pdf``.

    Returns
    -------
    pandas.DataFrame
        The columns of the pattern, then ``text``; of PDF files also ``pages`` and ``pages_with_text`` (others
        are pictures, or empty); rows in the order of the file names.

    Raises
    ------
    SourceError
        If the folder has no file of that pattern, one has another name, keys occur twice, or a file is in no
        known encoding, is broken, or holds pictures of pages alone.
    """
    import pandas as pd

    root = Path(folder)
    suffix = Path(pattern).suffix
    paths = sorted(path for path in root.glob(f"*{suffix}") if path.is_file()) if root.is_dir() else []
    names = re.findall(r"\{(\w+)\}", pattern)
    shape = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(pattern)))
    matched = [(path, shape.fullmatch(path.name)) for path in paths]
    strange = [path.name for path, match in matched if match is None]
    if not paths or not names or strange:
        raise SourceError(
            where=str(root),
            expected=say("files named {pattern}", "文件名形如 {pattern}", pattern=pattern),
            got=say(
                "{n:,|other name}: {strange}",
                "{n} 个其他文件名：{strange}",
                n=len(strange),
                strange=strange[:5],
            )
            if strange
            else Text("none", "没有")
            if root.is_dir()
            else Text("no such folder", "没有该文件夹"),
            remedy=Text(
                "rename them, or give pattern='...' with {firm} and {year}",
                "请改名，或用 pattern='...' 指定 {firm} 与 {year}",
            ),
        )
    rows = [{**(match.groupdict() if match else {}), **_read(path)} for path, match in matched]
    frame = pd.DataFrame(rows)
    if "year" in names:
        wrong = [value for value in frame["year"] if not re.fullmatch(r"\d{4}", value)]
        if wrong:
            raise SourceError(
                where=str(root),
                expected=Text("a year of four digits in each name", "文件名中的年份为四位数字"),
                got=", ".join(wrong[:5]),
                remedy=Text("rename the files", "请改名"),
            )
        frame["year"] = frame["year"].astype("int64")
    twice = frame[frame.duplicated(names, keep=False)]
    if len(twice):
        raise SourceError(
            where=str(root),
            expected=Text("one file per key", "每个键一个文件"),
            got=say("{n} files share keys", "{n} 个文件键相同", n=len(twice)),
            remedy=Text("keep one of each", "每个键只留一个"),
        )
    return frame


def _read(path: Path) -> dict[str, object]:
    if path.suffix.lower() == ".pdf":
        found = pdf_text(path)
        if not found.pages_with_text:
            raise no_text(path, found.pages)
        return {"text": found.text, "pages": found.pages, "pages_with_text": found.pages_with_text}
    return {"text": _decoded(path)}


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError(
        where=str(path),
        expected=Text("text in UTF-8 or GB18030", "UTF-8 或 GB18030 编码的文本"),
        got=Text("bytes of neither", "两者都不是"),
        remedy=Text("save it as UTF-8", "另存为 UTF-8"),
    )

"""Take out of a sheet's XML the cells that a fast reader of values reads right; the parser reads the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from digimfg.importing.excel_cells import LAST_COLUMN
from digimfg.importing.excel_formats import NumberFormat
from digimfg.importing.excel_styles import Styles

__all__ = ["UsualCells", "is_usual"]

_END = b"</c>"
_HEAD = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_ROW = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
_EMPTY_ROW = re.compile(
    rb'<row r="[0-9]++"(?: (?!hidden|ht="0)[A-Za-z0-9]++(?::[A-Za-z0-9]++)?="[^"<&]*+")*+(?:></row>|/>)'
)
_LONGEST, _DECLARATION = 32, 8
_PLAIN = re.compile(r"[#0?.,%;@_*()\-+ $¥€\\/]*|General", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs/\-:. 年月日\\]+", re.IGNORECASE)


class UsualCells:
    """Cut cells and rows left empty out of the XML of a sheet; remember how many, and how far they reach.

    A cell is usual if it is spelt as spreadsheets spell it (prefix, quotes, order of attributes) and holds
    no formula, no error, and no number whose format says more than the number. Only such cells are cut; XML
    of any other form stays as it is, so that nothing depends on the spelling but the time that reading
    takes.

    Parameters
    ----------
    chunks
        The XML.
    styles
        Formats of the workbook.
    """

    def __init__(self, chunks: Iterable[bytes], styles: Styles) -> None:
        self.count = self.rows = 0
        self._chunks = chunks
        self._telling = [number for number, shown in enumerate(styles.cells) if not _says_nothing(shown)]
        self._percent = [number for number in self._telling if _says_percent(styles.cells[number])]
        self._shown: dict[bytes, list[bytes]] = {}
        self._columns: set[str] = set()
        self._digits = 0
        self._silent: re.Pattern[bytes] | None = None
        self._shares: re.Pattern[bytes] | None = None

    @property
    def percent(self) -> dict[int, set[int]]:
        """Return column → rows, from 0, of cells that were cut whose numbers are shown as percentages."""
        return {
            _column_number(letters.decode()) - 1: {int(row) - 1 for row in rows}
            for letters, rows in self._shown.items()
        }

    @property
    def extent(self) -> tuple[int, int]:
        """Return numbers of rows and columns beyond which no cell was cut; of rows up to a power of ten."""
        return 10**self._digits - 1, max(map(_column_number, self._columns), default=0)

    def exact_extent(self, chunks: Iterable[bytes]) -> tuple[int, int]:
        """Return them exactly, from the XML once more."""
        kept, last = b"", 0
        for chunk in chunks:
            whole = kept + chunk
            last = max(last, max(map(int, set(_ROW.findall(whole))), default=0))
            kept = whole[-_LONGEST:]
        return last, self.extent[1]

    def __iter__(self) -> Iterator[bytes]:
        kept = b""
        for place, chunk in enumerate(self._chunks):
            whole = kept + chunk
            # What a comment or a CDATA section holds is no markup, though it may look like it.
            if _strange(whole[0 if place else _DECLARATION :]) or (place == 0 and not is_usual(chunk)):
                yield whole
                yield from self._chunks
                return
            cut = whole.rfind(_END) + len(_END) if _END in whole else 0
            kept = whole[cut:]
            if len(kept) > len(chunk):  # no end of a cell for long: whatever this is, it is nothing usual
                cut, kept = len(whole), b""
            yield self._cut(whole[:cut])
        yield kept

    def _cut(self, text: bytes) -> bytes:
        left, count = self._silent.subn(b"", text) if self._silent else (text, 0)
        if 4 * len(left) > len(text) and self._learn(text) and self._silent:
            left, count = self._silent.subn(b"", text)
        if self._shares and (shares := self._shares.findall(left)):
            for letters, row in shares:
                self._shown.setdefault(letters, []).append(row)
            left = self._shares.sub(b"", left)
            count += len(shares)
        self.count += count
        left, rows = _EMPTY_ROW.subn(b"", left)
        self.rows += rows
        return left

    def _learn(self, text: bytes) -> bool:
        """Learn which columns there are, and how long numbers of rows; only cells within those are cut."""
        found = {letters.decode() for letters in set(re.findall(rb'<c r="([A-Z]{1,3})[0-9]', text))}
        columns = {letters for letters in found if _column_number(letters) <= LAST_COLUMN}
        digits = max(map(len, _ROW.findall(text)), default=0)
        if digits == 0 or (columns <= self._columns and digits <= self._digits):
            return False
        self._columns |= columns
        self._digits = max(self._digits, digits)
        self._compile()
        return True

    def _compile(self) -> None:
        places = _any_of(sorted(self._columns)), _rows(self._digits)
        style = rb' s="%s[0-9]++"' % (rb'(?!%s")' % _numbers(self._telling) if self._telling else b"")
        style = style if 0 in self._telling else rb"(?:%s)?+" % style
        number = rb'%s(?: t="n")?+>(?:<v>[0-9.eE+-]++</v>)?+</c>' % style
        text = rb'inlineStr"><is><t(?: xml:space="preserve")?+>[^<]*+</t></is>'
        word = rb' t="(?:s"><v>[0-9]++</v>|b"><v>[01]</v>|%s)</c>' % text
        self._silent = re.compile(rb'<c r="%s%s"(?:%s|(?: s="[0-9]++")?+(?:/>|%s))' % (*places, number, word))
        if self._percent:
            share = rb' s="%s"(?: t="n")?+><v>[0-9.eE+-]++</v></c>' % _numbers(self._percent)
            self._shares = re.compile(rb'<c r="(%s)(%s)"%s' % (*places, share))


def is_usual(first: bytes) -> bool:
    """Tell from its first bytes whether a part is UTF-8."""
    found = _HEAD.match(first)
    return (
        found is None or found.group(1).lower() in (b"utf-8", b"utf8", b"us-ascii")
    ) and b"\0" not in first[:64]


def _strange(text: bytes) -> bool:
    """Tell whether a text holds a comment, CDATA or an instruction; one character is found faster than
    two.
    """
    return (b"!" in text and b"<!" in text) or (b"?" in text and b"<?" in text)


def _says_nothing(shown: NumberFormat) -> bool:
    """Tell whether a format is one of plain numbers, or of dates that everybody reads alike."""
    if shown.always == "date":
        return _DATE.fullmatch(shown.code) is not None
    return shown.always == "plain" and _holds_no_date(shown)


def _says_percent(shown: NumberFormat) -> bool:
    return shown.always == "percent" and _holds_no_date(shown)


def _holds_no_date(shown: NumberFormat) -> bool:
    bare = re.sub(r'"[^"]*"|\[(?:Red|Blue|Black|Green|\$[^\]]*)\]', "", shown.code)
    return _PLAIN.fullmatch(bare) is not None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _rows(digits: int) -> bytes:
    """Return a pattern of numbers of rows with so many digits; a sheet has 1,048,576."""
    return rb"[0-9]{1,%d}+" % digits if digits < 7 else rb"(?:10[0-4][0-9]{4}|[0-9]{1,6})"


def _numbers(styles: list[int]) -> bytes:
    return _any_of([str(number) for number in styles])


def _any_of(words: list[str]) -> bytes:
    """Return a pattern of any of these words that shares their beginnings: a thousand cost as much as a
    few.
    """
    branches: dict[str, list[str]] = {}
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
    alone = b"".join(letter.encode() for letter, rest in branches.items() if not any(rest))
    parts = [b"[%s]" % alone] if alone else []
    parts += [letter.encode() + _any_of(rest) for letter, rest in branches.items() if any(rest)]
    return b"(?:%s)%s" % (b"|".join(parts), b"?" if "" in words else b"")

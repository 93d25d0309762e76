"""Keep panels as parquet files whose hash the codebook records, and load them from any folder."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.file_forms import FileForm
from digimfg.files import sha256_bytes
from digimfg.frames.said import add_notes, declare_sources
from digimfg.panels import Panel, all_panels, find_panel
from digimfg.panels.column_sources import source_entries
from digimfg.panels.imported import import_folder, imported_content, imported_notes
from digimfg.panels.online import renew
from digimfg.panels.vintage_names import chosen_vintages
from digimfg.text import Text
from digimfg.version import PACKAGE

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame_bytes", "list_panels", "load_panel", "processed_folder", "read_frame", "same_content"]


@checked
def load_panel(name: str, processed: Path | None = None, *, vintage: str | None = None) -> pd.DataFrame:
    """Load a panel that ships with the package, or one that was imported from your own files.

    Parameters
    ----------
    name
        ``"world"``, ``"firm_sample"``, …; `list_panels` shows all. The terms of some sources keep their
        panels (``"firm_sample"``, ``"long_run"``) in the repository and out of the installed package.
    processed
        Folder that holds the panels; by default the one that came with the package (`processed_folder`), for
        panels of your own files ``data/imported`` of the project.
    vintage
        Fetched data to use for the columns that they renew: ``"latest"``, the newest of every publisher that
        was fetched; one by name, where several publishers take part as in
        ``"2026-10-08+un_egovernment=2024"``; ``"shipped"`` for none. By default what the environment
        variable ``DIGIMFG_VINTAGE`` says, and without it ``"shipped"``. Nothing is fetched here (``digimfg
        data fetch``); the frame's ``attrs["notes"]`` name the vintages, and so does every result estimated
        from it.

    Returns
    -------
    pandas.DataFrame
        Keys and variables as ordinary columns, one row per key, sorted by key; units as the dictionary says.
        Missing values are missing: nothing is interpolated or filled.

    Raises
    ------
    PanelError
        If no panel has that name, its file is missing or was not imported yet, or its bytes are not those
        that were built.
    SourceError
        If the vintage was not fetched, or a file of it changed.

    Examples
    --------
    >>> import digimfg as dm
    >>> world = dm.load_panel("world")
    >>> world.loc[(world["country"] == "DEU") & (world["year"] == 2014), "internet_users_pct"].item()
    86.8
    """
    panel = find_panel(name)
    own = import_folder(panel, processed)
    if own is not None:
        frame = read_frame(imported_content(panel, own))
        add_notes(frame, imported_notes(panel, own))
        return frame
    folder = processed_folder() if processed is None else Path(processed)
    path = folder / f"{panel.name}.parquet"
    expected = _recorded_hash(folder, panel.name)
    content = path.read_bytes() if path.is_file() else None
    if content is None and not panel.in_package and folder == _installed():
        raise _kept_back(panel)
    found = None if content is None else sha256_bytes(content)
    if content is None or found != expected:
        raise PanelError.of(
            "panels.panel_changed",
            where=str(path),
            expected=f"sha256 {expected}",
            found=Text("no such file", "文件不存在") if found is None else f"sha256 {found}",
        )
    frame = read_frame(content)
    chosen = chosen_vintages(panel, vintage)
    if chosen:
        return renew(panel, frame, chosen)
    declare_sources(frame, source_entries(panel.name))
    return frame


@checked
def list_panels(processed: Path | None = None) -> pd.DataFrame:
    """List the panels: keys, number of rows and variables, sources, titles in both languages.

    Returns
    -------
    pandas.DataFrame
        Indexed by panel name; columns ``keys n_rows n_variables sources title_en title_zh``. ``n_rows`` is
        what `load_panel` reads here: 0 for panels of your own files, and for those that the installed package
        may not carry.
    """
    import pandas as pd

    folder = processed_folder() if processed is None else Path(processed)
    recorded = {entry["name"]: entry for entry in _datapackage(folder)["resources"]}
    rows = {
        name: {
            "keys": ", ".join(panel.keys),
            "n_rows": recorded[name]["rows"] if name in recorded and _held(panel, folder) else 0,
            "n_variables": len(panel.variables) - len(panel.keys),
            "sources": ", ".join(panel.sources),
            "title_en": panel.title.en,
            "title_zh": panel.title.zh,
        }
        for name, panel in all_panels().items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("panel")


def _held(panel: Panel, folder: Path) -> bool:
    """Return whether a panel is expected in a folder: some stay out of the installed package."""
    return panel.in_package or (folder / f"{panel.name}.parquet").is_file()


def processed_folder() -> Path:
    """Return the folder of the panels: the one inside the installed package, else the checkout's
    ``data/processed``.
    """
    installed = _installed()
    return installed if installed.is_dir() else installed.parents[2] / "data" / "processed"


def _installed() -> Path:
    return PACKAGE / "_processed"


def _kept_back(panel: Panel) -> PanelError:
    """Return the refusal of a panel that the installed package may not carry."""
    return PanelError.of("panels.panel_kept_back", name=panel.name)


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as parquet bytes that depend on its content and the writer's version alone.

    The engine's private metadata (pandas' version, index) is left out; strings, integers and floats keep
    their type.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: _arrow(frame[name]) for name in frame.columns}
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, compression="zstd", use_dictionary=True, write_statistics=False)
    return stream.getvalue()


def read_frame(content: bytes) -> pd.DataFrame:
    """Return the frame that `frame_bytes` wrote; missing values come back as NaN (floats) or None
    (strings).
    """
    import pyarrow.parquet as pq

    # On one thread: the pool of the parallel reader can abort the interpreter at exit.
    table = pq.ParquetFile(io.BytesIO(content)).read(use_threads=False)
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame


def same_content(first: bytes, second: bytes) -> bool:
    """Tell whether two panel files hold the same columns, rows and values.

    Floats may differ by what another processor or linear-algebra library leaves: 1e-12 of themselves, or
    1e-13 of their column's median size where a difference of large terms leaves a small one. A file that is
    no parquet file holds something else.
    """
    import pyarrow as pa

    try:
        one, two = read_frame(first), read_frame(second)
    except pa.ArrowException:
        return False
    if list(one.columns) != list(two.columns) or len(one) != len(two):
        return False
    return all(_same_values(one[name], two[name]) for name in one.columns)


def _arrow(column: pd.Series) -> object:
    import pandas as pd
    import pyarrow as pa

    if pd.api.types.is_float_dtype(column.dtype):
        return pa.array(column.to_numpy(dtype="float64"), mask=column.isna().to_numpy())
    if pd.api.types.is_integer_dtype(column.dtype):
        return pa.array(column.to_numpy(dtype="int64"))
    return pa.array(
        [None if missing else value for value, missing in zip(column, column.isna(), strict=True)],
        pa.string(),
    )


def _same_values(first: pd.Series, second: pd.Series) -> bool:
    import numpy as np

    if first.dtype != second.dtype:
        return False
    if first.dtype != "float64":
        return first.equals(second)
    size = np.abs(second.dropna()).median() if second.notna().any() else 0.0
    return bool(np.allclose(first, second, rtol=1e-12, atol=1e-13 * size, equal_nan=True))


def _recorded_hash(folder: Path, name: str) -> str:
    for entry in _datapackage(folder)["resources"]:
        if entry["name"] == name:
            return entry["hash"].removeprefix("sha256:")
    raise PanelError.of("panels.no_recorded_hash", where=str(folder / "datapackage.json"), name=name)


class _Resource(TypedDict):
    name: str
    rows: int
    hash: str


class _Codebook(TypedDict):
    resources: list[_Resource]


_FORM: FileForm[_Codebook] = FileForm(
    schema=_Codebook,
    what=Text("the codebook of the panels", "面板的编码簿"),
    remedy=Text(
        "build the panels (`make data`) or install digimfg again", "生成面板（`make data`）或重新安装 digimfg"
    ),
    error=PanelError,
    closed=False,
)


def _datapackage(folder: Path) -> _Codebook:
    path = folder / "datapackage.json"
    return _FORM.read(path)

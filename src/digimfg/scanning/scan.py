"""Name data larger than memory, as a frame to what can stream it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from digimfg.arguments import checked
from digimfg.kinds import Made, Such, Whole
from digimfg.scanning.checks import Stamp, check_files, check_names, check_unchanged, reading, stamps
from digimfg.scanning.engines import Engine, engine_of, files_below, is_dask, is_source
from digimfg.scanning.pieces import with_floats
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

__all__ = ["Scan", "Scannable", "scan"]

Source = Annotated[
    Any,
    Such(
        is_source,
        Text(
            "a path or pattern of Parquet files, a pyarrow dataset or table, a DuckDB relation, a polars "
            "LazyFrame, a Dask frame",
            "Parquet 文件的路径或通配符、pyarrow 数据集或表、DuckDB 关系、polars LazyFrame、Dask 数据框",
        ),
    ),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Scan:
    """Hold where data lie, and what their files were like when they were first looked at.

    Parameters
    ----------
    engine
        What reads them.
    files
        Path, size and time of change of each file; empty where there are none.
    in_memory_rows
        Up to how many rows they are read whole.
    """

    engine: Engine
    files: tuple[Stamp, ...]
    in_memory_rows: int

    def __repr__(self) -> str:
        return f"dm.scan({len(self.columns)} columns × {self.n_rows:,} rows)"

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self.engine.schema.names)

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""
        check_unchanged(self.files)
        with reading(self.files):
            return self.engine.n_rows()

    def empty(self) -> pd.DataFrame:
        """Return a frame of no rows with every column."""
        return with_floats(self.engine.schema.empty_table()).to_pandas()  # type: ignore[no-any-return]

    def read(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the columns named, or all, as a frame in memory."""
        wanted = list(self.columns if columns is None else columns)
        with reading(self.files):
            found = with_floats(self.engine.read(wanted)).to_pandas()
        check_unchanged(self.files)
        return found  # type: ignore[no-any-return]

    @contextmanager
    def ordered(self, columns: Sequence[str], by: Sequence[str]) -> Iterator[Any]:
        """Give a dataset of the columns in the order of some; files that this needs are gone afterwards."""
        with ExitStack() as stack:
            with reading(self.files):
                found = stack.enter_context(self.engine.ordered(columns, by))
            yield found


@checked
def scan(source: Source, *, in_memory_rows: Whole = 2_000_000) -> Scan:
    """Name data larger than memory, as a frame to `dm.estimate`.

    The columns that a specification names are read, in pieces of whole units; sums over rows are kept, not
    rows. Files sorted by the entity are streamed as they are; others are sorted on disk by DuckDB, which the
    extra ``digimfg[out-of-core]`` installs. Least squares with the effects of the entity and of any further
    columns is streamed, weighted or not, with robust errors or errors clustered in up to three ways; its
    answer is that of the same rows in memory. Of further columns, a number by level is held in memory and
    the rows are passed over until their sums by level vanish; how levels meet is held too where few of them
    do.

    Parameters
    ----------
    source
        A path or a pattern of Parquet files, a pyarrow dataset or table, a DuckDB relation, a polars
        LazyFrame or a Dask frame, whose partitions its cluster makes one after the other. Files are taken in
        the order of their names; folders named ``year=2010`` below one that is named give a column. Decimals
        become floats.
    in_memory_rows
        Up to so many rows are read whole: any estimator takes them.

    Raises
    ------
    SourceError
        If there is no such file, files differ in a column, a file has no rows or cannot be read, or two
        columns have one name.

    Examples
    --------
    >>> import digimfg as dm, pyarrow as pa
    >>> from statsmodels.datasets import grunfeld
    >>> rows = dm.scan(pa.Table.from_pandas(grunfeld.load_pandas().data), in_memory_rows=0)
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm", covariance=dm.Robust())
    >>> dm.estimate(spec, rows).coefficients["estimate"].round(4).tolist()
    [0.1101, 0.31]
    """
    if isinstance(source, str | Path):
        paths = _paths(str(source))
        check_files(str(source), paths)
        source = files_below(source, paths)
    with reading(()):
        engine = engine_of(source)
        check_names(engine.schema.names)
    return Scan(engine=engine, files=stamps(engine.files()), in_memory_rows=in_memory_rows)


def _paths(pattern: str) -> list[str]:
    path = Path(pattern)
    if path.is_dir():
        return sorted(str(each) for each in path.rglob("*.parquet"))
    return sorted(str(each) for each in Path(path.anchor).glob(str(path.relative_to(path.anchor))))


Scannable = Annotated[Scan, Made(is_dask, scan, Text("a Dask frame", "Dask 数据框"))]
"""A scan, or a Dask frame, which is scanned."""

"""What reads data larger than memory: pyarrow, DuckDB, polars or Dask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from digimfg.errors import SourceError
from digimfg.scanning.room import room

__all__ = ["Engine", "engine_of", "files_below", "is_dask", "is_source"]


class Engine(Protocol):
    """Read columns, whole or in the order of their keys."""

    @property
    def schema(self) -> Any:
        """Return the Arrow schema."""
        ...

    def files(self) -> list[str]:
        """Return the files that are read, as far as they are known."""
        ...

    def n_rows(self) -> int:
        """Return the number of rows."""
        ...

    def read(self, columns: Sequence[str]) -> Any:
        """Return columns as an Arrow table."""
        ...

    @contextmanager
    def ordered(self, columns: Sequence[str], by: Sequence[str]) -> Iterator[Any]:
        """Give a dataset of the columns in the order of some; files that this needs are gone afterwards."""
        ...


def is_source(value: Any) -> bool:
    """Return whether a value names data that can be scanned."""
    return isinstance(value, str | Path) or _kind(value) in _KINDS


def is_dask(value: Any) -> bool:
    """Return whether a value is a Dask frame, which makes its rows when they are asked for."""
    return _kind(value) == "dask"


def engine_of(source: Any) -> Engine:
    """Return what reads a source: a pyarrow dataset or table, a relation, a LazyFrame, a Dask frame."""
    import pyarrow.dataset as ds

    kind = _kind(source)
    if kind == "duckdb":
        return _Relation(source)
    if kind == "polars":
        return _Lazy(source)
    if kind == "dask":
        return _Partitions(source)
    return _Dataset(source if isinstance(source, ds.Dataset) else ds.dataset(source))


def files_below(source: str | Path, paths: Sequence[str]) -> Any:
    """Return Parquet files as a dataset; folders named ``key=value`` below a folder give columns, unless the
    files hold these.
    """
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    base = Path(source)
    if base.is_dir():
        folders = [part for path in paths for part in Path(path).relative_to(base).parts[:-1]]
        keys = {part.partition("=")[0] for part in folders if "=" in part}
        if keys and not keys & {*pq.read_schema(paths[0]).names}:
            return ds.dataset(
                list(paths), format="parquet", partitioning="hive", partition_base_dir=str(base)
            )
    return ds.dataset(list(paths), format="parquet")


_KINDS = ("duckdb", "polars", "dask", "pyarrow")


def _kind(value: Any) -> str:
    """Return the package whose data a value is, without importing what it does not come from."""
    names = {f"{each.__module__.split('.')[0].strip('_')}.{each.__name__}" for each in type(value).__mro__}
    if "duckdb.DuckDBPyRelation" in names:
        return "duckdb"
    if "polars.LazyFrame" in names:
        return "polars"
    if "dask.DataFrame" in names:
        return "dask"
    return "pyarrow" if names & {"pyarrow.Table", "pyarrow.Dataset"} else ""


@dataclass(frozen=True, eq=False)
class _Dataset:
    dataset: Any

    @property
    def schema(self) -> Any:
        return self.dataset.schema

    def files(self) -> list[str]:
        return [path for path in getattr(self.dataset, "files", ()) if Path(path).exists()]

    def n_rows(self) -> int:
        return int(self.dataset.count_rows())

    def read(self, columns: Sequence[str]) -> Any:
        return self.dataset.to_table(columns=list(columns))

    @contextmanager
    def ordered(self, columns: Sequence[str], by: Sequence[str]) -> Iterator[Any]:
        with _on_disk() as path:
            _sorted_by_duckdb(self.dataset, columns, by, path)
            yield _parquet(path)


@dataclass(frozen=True, eq=False)
class _Relation:
    relation: Any

    @property
    def schema(self) -> Any:
        return self.relation.limit(0).to_arrow_table().schema

    def files(self) -> list[str]:
        return []

    def n_rows(self) -> int:
        return int(self.relation.count("*").fetchall()[0][0])

    def read(self, columns: Sequence[str]) -> Any:
        return self.relation.select(_quoted(columns)).to_arrow_table()

    @contextmanager
    def ordered(self, columns: Sequence[str], by: Sequence[str]) -> Iterator[Any]:
        with _on_disk() as path:
            self.relation.select(_quoted(columns)).order(_quoted(by)).write_parquet(path)
            yield _parquet(path)


@dataclass(frozen=True, eq=False)
class _Lazy:
    frame: Any

    @property
    def schema(self) -> Any:
        return self.frame.head(0).collect().to_arrow().schema

    def files(self) -> list[str]:
        return []

    def n_rows(self) -> int:
        import polars as pl

        return int(self.frame.select(pl.len()).collect().item())

    def read(self, columns: Sequence[str]) -> Any:
        return self.frame.select(list(columns)).collect().to_arrow()

    @contextmanager
    def ordered(self, columns: Sequence[str], by: Sequence[str]) -> Iterator[Any]:
        with _on_disk() as path:
            self.frame.select(list(columns)).sort(list(by)).sink_parquet(path)
            yield _parquet(path)


@dataclass(frozen=True, eq=False)
class _Partitions:
    """Take the partitions of a Dask frame one after the other: its cluster makes each, again where a worker
    is lost.
    """

    frame: Any

    @cached_property
    def schema(self) -> Any:
        import pyarrow as pa

        first = self.frame.get_partition(0).compute()
        return pa.Schema.from_pandas(first, preserve_index=False).remove_metadata()

    def files(self) -> list[str]:
        return []

    def n_rows(self) -> int:
        return len(self.frame)

    def read(self, columns: Sequence[str]) -> Any:
        import pyarrow as pa

        return pa.concat_tables(self._tables(columns))

    @contextmanager
    def ordered(self, columns: Sequence[str], by: Sequence[str]) -> Iterator[Any]:
        import pyarrow.parquet as pq

        with room() as folder:
            for place, table in enumerate(self._tables(columns)):
                if table.num_rows:
                    pq.write_table(table, folder / f"{place:09d}.parquet")
            path = str(folder / "ordered.parquet")
            _sorted_by_duckdb(_parquet(str(folder)), columns, by, path)
            yield _parquet(path)

    def _tables(self, columns: Sequence[str]) -> Iterator[Any]:
        import pyarrow as pa

        chosen = self.frame[list(columns)]
        schema = pa.schema([self.schema.field(name) for name in columns])
        for place in range(chosen.npartitions):
            part = chosen.get_partition(place).compute()
            yield pa.Table.from_pandas(part, schema=schema, preserve_index=False)


@contextmanager
def _on_disk() -> Iterator[str]:
    with room() as folder:
        yield str(folder / "ordered.parquet")


def _parquet(path: str) -> Any:
    import pyarrow.dataset as ds

    return ds.dataset(path, format="parquet")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def _sorted_by_duckdb(dataset: Any, columns: Sequence[str], by: Sequence[str], path: str) -> None:
    # What does not fit into memory meanwhile goes into the same folder.
    with _duckdb().connect(config={"temp_directory": f"{path}.waiting"}) as connection:
        rows = connection.from_arrow(dataset).select(_quoted(columns))
        rows.order(_quoted(by)).write_parquet(path)


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise SourceError.of("scanning.no_duckdb") from None
    return duckdb

"""What an estimation returns: tidy coefficients, named statistics, notes, and where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from digimfg.above import QUESTIONS
from digimfg.arguments import checked
from digimfg.contracts import Dropped
from digimfg.distributions.reference import Combinations, ReferenceDistribution, rows_distribution
from digimfg.errors import EstimationError
from digimfg.shown import save_shown
from digimfg.specification import Specification
from digimfg.text import Language, Text
from digimfg.variables import Variable, speaking_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


__all__ = ["Provenance", "Result"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Name what produced a result.

    Parameters
    ----------
    specification
        The specification as estimated.
    data_hash
        SHA-256 of the estimation sample in canonical row order (columns used, rows kept).
    versions
        Versions of this package and of the engines that did the arithmetic.
    sources
        What the columns used come from, as a shipped panel says; empty for data of one's own.
    """

    specification: Specification
    data_hash: str
    versions: Mapping[str, str]
    sources: tuple[Text, ...] = ()


@checked
@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """Hold the answer of one specification; printed, or last in a notebook's cell, it shows itself as a
    table.

    Parameters
    ----------
    coefficients
        Indexed by ``term``; columns ``estimate std_error statistic p_value conf_low conf_high``.
    covariance_matrix
        Covariance of the estimates, terms × terms.
    statistics
        Named numbers: ``n_obs n_entities n_periods n_clusters df_resid r2 r2_adjusted r2_within rmse …``.
    notes
        What a reader must know: rows dropped and why, warnings, the small-sample rule.
    provenance
        What produced it.
    tables
        Further tables of an estimator by name (``"first_stage"``, ``"effects"``, ``"thresholds"`` …).
    dropped
        Rows left out, each count with its reason; `notes` says the same in words (``each.note``).
    variables
        What the data declare of columns of their own, by name: label, unit, definition.
    combinations
        How combinations of coefficients are distributed, where their own t does not tell (bias-reduced
        errors, a bootstrap); it is not stored with the result.
    frame
        The data it was estimated on, in the session that did; neither copied, pickled nor stored.
    """

    coefficients: pd.DataFrame
    covariance_matrix: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]
    provenance: Provenance
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    combinations: Combinations | None = None
    frame: pd.DataFrame | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: all but the data."""
        return {name: value for name, value in self.__dict__.items() if name != "frame"}

    def __repr__(self) -> str:
        from digimfg.display.result_view import result_view
        from digimfg.display.views import terminal_view

        with speaking_of(self.variables):
            return terminal_view(result_view(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the result in a notebook, in the language of messages."""
        del include, exclude
        from digimfg.display.result_view import result_view
        from digimfg.display.views import table_bundle

        with speaking_of(self.variables):
            return {"text/plain": repr(self), **table_bundle(result_view(self))}

    def save(self, path: str | Path, *, language: Language | None = None) -> Path:
        """Write the result as a regression table of one column; see `digimfg.save`."""
        return save_shown(self, path, language=language)

    @property
    def specification(self) -> Specification:
        """Return the specification that was estimated."""
        return self.provenance.specification

    @property
    def distribution(self) -> ReferenceDistribution:
        """Return what statistics are compared with: every p value and interval of rows and their
        combinations.
        """
        reduced = self.specification.covariance.small_sample == "cr2"
        separate = reduced and "df" in self.coefficients.columns and self.combinations is None
        return rows_distribution(self.coefficients, self.statistics, self.combinations, separate=separate)

    @property
    def fitted_values(self) -> pd.Series[float]:
        """Return the mean of the outcome for the rows estimated on; see `dm.fitted_values`."""
        return QUESTIONS().fitted_values(self)

    @property
    def residuals(self) -> pd.Series[float]:
        """Return the outcome less its mean for the rows estimated on; see `dm.residuals`."""
        return QUESTIONS().residuals(self)

    @property
    def estimated_effects(self) -> dict[str, pd.Series[float]]:
        """Return the absorbed effects by column and level; see `dm.estimated_effects`."""
        return QUESTIONS().estimated_effects(self)

    def predict(self, frame: pd.DataFrame | None = None, **options: Any) -> pd.DataFrame:
        """Return the predictions for the rows of a frame, their errors and intervals.

        Parameters
        ----------
        frame
            New rows, or ``None`` for the data estimated on.
        options
            Of `dm.predict`.
        """
        return QUESTIONS().predict(self, frame, **options)

    @property
    def effects(self) -> pd.DataFrame:
        """Return the direct, indirect and total effects of a spatial model.

        Raises
        ------
        EstimationError
            If the estimator has none.
        """
        return self._table("effects")

    @property
    def thresholds(self) -> pd.DataFrame:
        """Return the thresholds with their intervals and tests.

        Raises
        ------
        EstimationError
            If the estimator has none.
        """
        return self._table("thresholds")

    @property
    def productivity(self) -> pd.DataFrame:
        """Return the productivity of every firm and period, of a production function.

        Its caution, that it is estimated, goes along where `dm.Join` brings a column to another panel.

        Raises
        ------
        EstimationError
            If the estimator has none.
        """
        return self._table("productivity")

    # The plug-in protocol of the maketables package: its tables take results as they are.

    @property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        from digimfg.display.maketables import coefficient_table

        return coefficient_table(self)

    def __maketables_stat__(self, key: str) -> float | None:
        from digimfg.display.maketables import statistic

        return statistic(self, key)

    @property
    def __maketables_depvar__(self) -> str:
        return self.specification.outcome

    @property
    def __maketables_fixef_string__(self) -> str | None:
        from digimfg.display.maketables import fixed_effects

        return fixed_effects(self)

    @property
    def __maketables_var_labels__(self) -> dict[str, str]:
        from digimfg.display.maketables import term_labels

        return term_labels(self)

    @property
    def __maketables_vcov_info__(self) -> dict[str, Any]:
        from digimfg.display.maketables import covariance_information

        return covariance_information(self)

    @property
    def __maketables_stat_labels__(self) -> dict[str, str]:
        from digimfg.display.maketables import statistic_labels

        return statistic_labels(self)

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        from digimfg.display.maketables import default_statistics

        return default_statistics(self)

    def _table(self, name: str) -> pd.DataFrame:
        if name in self.tables:
            return self.tables[name]
        label = self.specification.estimator.label
        raise EstimationError.of(
            "result.no_such_table", got=label, name=name, known=", ".join(self.tables) or Text("none", "无")
        )

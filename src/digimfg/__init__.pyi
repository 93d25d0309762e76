from .analysis import Analysis as Analysis
from .errors import AnalysisError as AnalysisError
from .errors import DigimfgError as DigimfgError
from .errors import EstimationError as EstimationError
from .errors import ExhibitError as ExhibitError
from .errors import MeasureError as MeasureError
from .errors import PanelError as PanelError
from .errors import SourceError as SourceError
from .errors import SpecificationError as SpecificationError
from .exhibits.coefficient_plot import CoefficientPlot as CoefficientPlot
from .exhibits.correlation_table import CorrelationTable as CorrelationTable
from .exhibits.coverage_plot import CoveragePlot as CoveragePlot
from .exhibits.coverage_table import CoverageTable as CoverageTable
from .exhibits.descriptive_table import DescriptiveTable as DescriptiveTable
from .exhibits.distribution_plot import DistributionPlot as DistributionPlot
from .exhibits.event_study_plot import EventStudyPlot as EventStudyPlot
from .exhibits.regression_table import RegressionTable as RegressionTable
from .exhibits.scatter_plot import ScatterPlot as ScatterPlot
from .exhibits.trend_plot import TrendPlot as TrendPlot
from .exhibits.variable_table import VariableTable as VariableTable
from .exhibits.vif_table import VifTable as VifTable
from .result import Result as Result
from .specification import Specification as Specification
from .text import Text as Text
from .variables import Variable as Variable
from .variables import describe_variable as describe_variable

__version__: str

from .analysis import Analysis as Analysis
from .errors import AnalysisError as AnalysisError
from .errors import DigimfgError as DigimfgError
from .errors import EstimationError as EstimationError
from .errors import ExhibitError as ExhibitError
from .errors import MeasureError as MeasureError
from .errors import PanelError as PanelError
from .errors import SourceError as SourceError
from .errors import SpecificationError as SpecificationError
from .exhibits.regression_table import RegressionTable as RegressionTable
from .result import Result as Result
from .specification import Specification as Specification
from .text import Text as Text
from .variables import Variable as Variable
from .variables import describe_variable as describe_variable

__version__: str

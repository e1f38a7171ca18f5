"""Bringing over what an MLflow server, `./mlruns` folder or `mlflow.db` has, and writing the same back to a server."""

from modelyard.sdk.mlflow_import.exporting.exporter import ExportOptions, export_mlflow
from modelyard.sdk.mlflow_import.importing.importer import ImportOptions, import_mlflow
from modelyard.sdk.mlflow_import.report import Failure, KindReport, TransferReport

__all__ = [
    "ExportOptions",
    "Failure",
    "ImportOptions",
    "KindReport",
    "TransferReport",
    "export_mlflow",
    "import_mlflow",
]

"""From a tracking address to what is read."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk.mlflow_import.protocol import MlflowHttp, auth_of_environment
from modelyard.sdk.mlflow_import.sources.database import DatabaseSource
from modelyard.sdk.mlflow_import.sources.folder import FolderSource
from modelyard.sdk.mlflow_import.sources.rest import RestSource
from modelyard.sdk.mlflow_import.sources.source import Source


def open_source(uri: str, artifacts: str | None = None) -> Source:
    """A server (http, https), a database (sqlite, postgresql), a folder, or a file of SQLite.

    Raises InvalidArgumentError when it is none of them, or not MLflow's.
    """
    scheme = urlsplit(uri).scheme
    if scheme in ("http", "https"):
        return RestSource(MlflowHttp(uri, auth_of_environment()))
    if scheme.partition("+")[0] in ("sqlite", "postgresql", "postgres"):
        return DatabaseSource(uri.replace("postgres://", "postgresql://", 1), artifacts)
    if scheme == "file":
        return FolderSource(Path(unquote(urlsplit(uri).path)), artifacts)
    if "://" in uri:
        raise InvalidArgumentError(
            f"{uri!r} cannot be imported from.",
            hint="Give the address of a server, sqlite:///mlflow.db, postgresql://..., or a folder such as ./mlruns.",
        )
    path = Path(uri)
    if path.is_file():
        return DatabaseSource(f"sqlite:///{path.resolve()}", artifacts)
    return FolderSource(path, artifacts)

"""The job that made a version, from variables of GitLab CI, GitHub Actions or Jenkins among its tags.

The variables keep their names; a prefix such as `gitlab.` is fine. Nothing is asked of the system.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from modelyard.wire.models import CiItem, CiLink

_PREFIXES = ("gitlab.", "github.", "jenkins.", "ci.")
_MAX_NAME_LENGTH = 300
_MAX_URL_LENGTH = 2000


def find_ci_link(tags: Mapping[str, str]) -> CiLink | None:
    """The job that the tags name; None when they name none."""
    variables = {_bare(key): value.strip() for key, value in tags.items() if value.strip()}
    if variables.keys() & {"CI_JOB_ID", "CI_PIPELINE_ID", "CI_JOB_URL", "CI_COMMIT_SHA"}:
        return _of_gitlab(variables)
    if variables.keys() & {"GITHUB_RUN_ID", "GITHUB_SHA"}:
        return _of_github(variables)
    if variables.keys() & {"BUILD_URL", "BUILD_TAG", "JENKINS_URL"}:
        return _of_jenkins(variables)
    return None


def _of_gitlab(variables: Mapping[str, str]) -> CiLink:
    project = _join(variables.get("CI_SERVER_URL"), variables.get("CI_PROJECT_PATH"))
    project = variables.get("CI_PROJECT_URL") or project
    job, pipeline = variables.get("CI_JOB_ID"), variables.get("CI_PIPELINE_ID")
    commit = variables.get("CI_COMMIT_SHA") or variables.get("CI_COMMIT_SHORT_SHA")
    branch = variables.get("CI_COMMIT_BRANCH") or variables.get("CI_COMMIT_REF_NAME")
    branch = variables.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") or branch
    merge_request = variables.get("CI_MERGE_REQUEST_IID")
    mr_project = variables.get("CI_MERGE_REQUEST_PROJECT_URL") or project
    return CiLink(
        system="GitLab",
        job=_item(_named(variables.get("CI_JOB_NAME"), job), variables.get("CI_JOB_URL"), project, "-/jobs", job),
        pipeline=_item(pipeline, variables.get("CI_PIPELINE_URL"), project, "-/pipelines", pipeline),
        commit=_item(commit, None, project, "-/commit", commit),
        branch=_item(branch, None, project, "-/tree", branch),
        merge_request=_item(merge_request and f"!{merge_request}", None, mr_project, "-/merge_requests", merge_request),
    )


def _of_github(variables: Mapping[str, str]) -> CiLink:
    server = variables.get("GITHUB_SERVER_URL", "https://github.com")
    project = _join(server, variables.get("GITHUB_REPOSITORY"))
    run, commit = variables.get("GITHUB_RUN_ID"), variables.get("GITHUB_SHA")
    branch = variables.get("GITHUB_HEAD_REF") or variables.get("GITHUB_REF_NAME")
    parts = variables.get("GITHUB_REF", "").split("/")
    pull = parts[2] if parts[:2] == ["refs", "pull"] and len(parts) > 2 else None
    if pull is not None and "GITHUB_HEAD_REF" not in variables:
        branch = None
    return CiLink(
        system="GitHub Actions",
        job=_item(variables.get("GITHUB_JOB"), None, project, "actions/runs", run),
        pipeline=_item(_named(variables.get("GITHUB_WORKFLOW"), run), None, project, "actions/runs", run),
        commit=_item(commit, None, project, "commit", commit),
        branch=_item(branch, None, project, "tree", branch),
        merge_request=_item(pull and f"#{pull}", None, project, "pull", pull),
    )


def _of_jenkins(variables: Mapping[str, str]) -> CiLink:
    build = variables.get("BUILD_NUMBER") or variables.get("BUILD_ID") or variables.get("BUILD_TAG")
    return CiLink(
        system="Jenkins",
        job=_item(variables.get("JOB_NAME"), variables.get("JOB_URL")),
        pipeline=_item(build, variables.get("BUILD_URL")),
        commit=_item(variables.get("GIT_COMMIT"), None),
        branch=_item(variables.get("CHANGE_BRANCH") or variables.get("GIT_BRANCH"), None),
        merge_request=_item(variables.get("CHANGE_ID"), variables.get("CHANGE_URL")),
    )


def _bare(key: str) -> str:
    for prefix in _PREFIXES:
        if key.startswith(prefix):
            return key.removeprefix(prefix)
    return key


def _named(name: str | None, number: str | None) -> str | None:
    return f"{name} ({number})" if name and number else name or number


def _item(
    name: str | None, url: str | None, project: str | None = None, folder: str = "", identifier: str | None = None
) -> CiItem | None:
    """An item with its own address, or else the one that it has in the project."""
    if not name and not url:
        return None
    derived = f"{project.rstrip('/')}/{folder}/{quote(identifier, safe='/')}" if project and identifier else None
    return CiItem(name=(name or "link")[:_MAX_NAME_LENGTH], url=_safe(url) or _safe(derived))


def _safe(url: str | None) -> str | None:
    """The address if a browser may follow it."""
    if not url or len(url) > _MAX_URL_LENGTH or any(character.isspace() or character in "<>\"'\\" for character in url):
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return url if is_web else None


def _join(server: str | None, path: str | None) -> str | None:
    return f"{server.rstrip('/')}/{quote(path, safe='/')}" if server and path else None

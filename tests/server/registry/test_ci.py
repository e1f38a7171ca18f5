"""The job that made a version follows from the variables of its tags."""

import pytest

from modelyard.server.registry.versions.ci import find_ci_link
from modelyard.wire.models import CiItem


def test_gitlab():
    link = find_ci_link(
        {
            "gitlab.CI_JOB_ID": "77",
            "gitlab.CI_JOB_NAME": "train",
            "gitlab.CI_PROJECT_URL": "https://git.example.org/ml/churn",
            "gitlab.CI_PIPELINE_ID": "12",
            "gitlab.CI_COMMIT_SHA": "0a1b2c",
            "gitlab.CI_COMMIT_REF_NAME": "feature/trees",
            "gitlab.CI_MERGE_REQUEST_IID": "5",
        }
    )
    assert link is not None
    base = "https://git.example.org/ml/churn/-"
    assert link.system == "GitLab"
    assert link.job == CiItem(name="train (77)", url=f"{base}/jobs/77")
    assert link.pipeline == CiItem(name="12", url=f"{base}/pipelines/12")
    assert link.commit == CiItem(name="0a1b2c", url=f"{base}/commit/0a1b2c")
    assert link.branch == CiItem(name="feature/trees", url=f"{base}/tree/feature/trees")
    assert link.merge_request == CiItem(name="!5", url=f"{base}/merge_requests/5")


def test_a_job_alone_has_no_address():
    link = find_ci_link({"gitlab.CI_JOB_ID": "77", "gitlab.version": "1.0.0"})
    assert link is not None
    assert (link.job, link.commit) == (CiItem(name="77", url=None), None)


def test_github_actions():
    link = find_ci_link(
        {
            "GITHUB_RUN_ID": "9",
            "GITHUB_REPOSITORY": "acme/churn",
            "GITHUB_SHA": "ff00",
            "GITHUB_REF": "refs/pull/4/merge",
            "GITHUB_HEAD_REF": "trees",
            "GITHUB_JOB": "train",
        }
    )
    assert link is not None
    base = "https://github.com/acme/churn"
    assert link.job == CiItem(name="train", url=f"{base}/actions/runs/9")
    assert link.merge_request == CiItem(name="#4", url=f"{base}/pull/4")
    assert link.branch == CiItem(name="trees", url=f"{base}/tree/trees")


def test_jenkins():
    link = find_ci_link({"BUILD_URL": "http://ci.local/job/x/3/", "BUILD_NUMBER": "3", "GIT_COMMIT": "ab"})
    assert link is not None
    assert (link.system, link.pipeline) == ("Jenkins", CiItem(name="3", url="http://ci.local/job/x/3/"))


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org", "https://", "http://[x"),
        *("https://me:secret@example.org/", 'https://a/"><script>', "https://a/ b", "https://a/" + "x" * 3000),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str):
    link = find_ci_link({"gitlab.CI_JOB_ID": "1", "gitlab.CI_JOB_URL": url, "gitlab.CI_PROJECT_URL": url})
    assert link is not None
    assert link.job == CiItem(name="1", url=None)


def test_other_tags_name_no_job():
    assert find_ci_link({"team": "a", "gitlab.version": "1.0.0", "gitlab.CI_JOB_ID": " "}) is None

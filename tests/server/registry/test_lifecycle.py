"""Which status may follow which, walked in every way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.server.registry.lifecycle import ENDED, MOVING, may_follow
from modelyard.wire.models import STEPS, VersionStatus

S = VersionStatus
statuses = st.sampled_from(list(VersionStatus))


@given(st.lists(statuses, max_size=40))
def test_any_walk_of_legal_moves_keeps_the_rules(wished: list[VersionStatus]):
    current = S.QUEUED
    walked = [current]
    for following in wished:
        if may_follow(current, following):
            current = following
            walked.append(current)
    ended = [status for status in walked if status in ENDED]
    assert len(ended) <= 1
    assert not ended or walked[-1] is ended[0]
    if S.CANCELING in walked:
        assert walked[walked.index(S.CANCELING) + 1 :] in ([], [S.CANCELED])
    if walked[-1] is S.READY:
        assert walked[-2] in STEPS[2:]


@given(statuses, statuses)
def test_a_step_never_goes_back_except_to_the_queue(current: VersionStatus, following: VersionStatus):
    if may_follow(current, following) and current in STEPS and following in STEPS:
        assert following is S.QUEUED or STEPS.index(following) > STEPS.index(current)


@pytest.mark.parametrize("status", sorted(MOVING))
def test_a_moving_version_can_always_end(status: VersionStatus):
    assert may_follow(status, S.CANCELED)
    assert status is S.CANCELING or may_follow(status, S.FAILED)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_stays(status: VersionStatus):
    assert not any(may_follow(status, following) for following in VersionStatus)


def test_nothing_stays_where_it_is():
    assert not any(may_follow(status, status) for status in VersionStatus)

"""Which status may follow which, walked in every way."""

from collections.abc import Iterator
from itertools import product

import pytest

from modelyard.server.registry.lifecycle import ENDED, MOVING, may_follow
from modelyard.wire.models import STEPS, VersionStatus

S = VersionStatus
EVERY = list(VersionStatus)
LEGAL = {current: [following for following in EVERY if may_follow(current, following)] for current in EVERY}
MAX_STEPS = 2 * len(STEPS) + 2
"""Of walks that begin anew once: every step twice, a cancel and its end."""


def walks(walked: tuple[S, ...] = (S.QUEUED,), restarts: int = 1) -> Iterator[tuple[S, ...]]:
    """Every walk of legal moves until nothing may follow; back to the queue at most `restarts` times."""
    assert len(walked) <= MAX_STEPS, f"a walk that does not end: {walked}"
    if not LEGAL[walked[-1]]:
        yield walked
    for status in LEGAL[walked[-1]]:
        if status is not S.QUEUED:
            yield from walks((*walked, status), restarts)
        elif restarts:
            yield from walks((*walked, status), restarts - 1)


def test_every_walk_of_legal_moves_ends_and_keeps_the_rules():
    walked = list(walks())
    assert {walk[-1] for walk in walked} == ENDED
    assert {status for walk in walked for status in walk} == {*MOVING, *ENDED}
    for walk in walked:
        assert not ENDED.intersection(walk[:-1]), walk
        if S.CANCELING in walk:
            assert walk[walk.index(S.CANCELING) + 1 :] == (S.CANCELED,), walk
        if walk[-1] is S.READY:
            assert walk[-2] in STEPS[2:], walk


def test_steps_may_be_skipped_and_begin_anew_from_the_queue():
    for current, following in product(STEPS, STEPS):
        forward = STEPS.index(following) > STEPS.index(current)
        anew = following is S.QUEUED is not current
        assert may_follow(current, following) == (forward or anew), (current, following)


@pytest.mark.parametrize("status", STEPS)
def test_a_step_from_training_on_can_finish(status: VersionStatus):
    assert may_follow(status, S.READY) == (status in STEPS[2:])


@pytest.mark.parametrize("status", sorted(MOVING))
def test_a_moving_version_can_always_end(status: VersionStatus):
    assert may_follow(status, S.CANCELED)
    assert may_follow(status, S.FAILED) == may_follow(status, S.CANCELING) == (status is not S.CANCELING)


@pytest.mark.parametrize("status", sorted(set(EVERY) - MOVING))
def test_what_does_not_move_stays(status: VersionStatus):
    assert LEGAL[status] == []


def test_nothing_stays_where_it_is():
    assert not any(may_follow(status, status) for status in EVERY)

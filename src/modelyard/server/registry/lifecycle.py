"""Which status of a version may follow which. Pure, so that it can be tested as a whole."""

from modelyard.wire.models import STEPS, VersionStatus

_S = VersionStatus

MOVING = frozenset({*STEPS, _S.CANCELING})
"""Statuses in which a job is at work, or waits to be."""

ENDED = frozenset({_S.READY, _S.FAILED, _S.CANCELED})

COUNTED = frozenset({_S.QUEUED, _S.PREPROCESSING, _S.TRAINING, _S.EVALUATING})
"""Steps whose time adds up to a version's duration."""

_CAN_FINISH = frozenset({_S.TRAINING, _S.EVALUATING, _S.VISUALIZING, _S.EXPLAINING})


def may_follow(current: VersionStatus, following: VersionStatus) -> bool:
    """Whether a version may go from `current` to `following`.

    Steps go forward, and may be skipped. A step whose worker was lost may start again from Queued. Canceling ends as
    Canceled whatever the worker still says, and what has ended stays as it is.
    """
    if current in ENDED or current not in MOVING:
        return False
    if current is _S.CANCELING:
        return following is _S.CANCELED
    if following in STEPS:
        forward = STEPS.index(following) > STEPS.index(current)
        return forward or (following is _S.QUEUED and current is not _S.QUEUED)
    if following is _S.READY:
        return current in _CAN_FINISH
    if following is _S.CANCELED:
        return True
    return following in {_S.FAILED, _S.CANCELING}

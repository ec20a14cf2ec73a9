"""What tests share besides fixtures."""

from tests.support.environment import environment_of
from tests.support.waiting import wait_for, wait_for_async

__all__ = ["environment_of", "wait_for", "wait_for_async"]

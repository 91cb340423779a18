"""The error tree's promises to the state machines."""

from functions.core.errors import OpsError, PermanentError, SafetyRefusal, TemporaryError


def test_each_of_the_three_names_is_an_operational_error() -> None:
    assert all(issubclass(name, OpsError) for name in (TemporaryError, PermanentError, SafetyRefusal))


def test_a_temporary_error_says_when_to_try_again_only_if_it_was_told() -> None:
    assert TemporaryError("throttled", retry_after_s=3.0).retry_after_s == 3.0
    assert TemporaryError("throttled").retry_after_s is None
    assert str(TemporaryError("throttled")) == "throttled"

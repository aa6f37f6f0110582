"""What the tests of services share."""

import pytest


@pytest.fixture
def quick_batches(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are asked after at once, failures tried again at once, and the key of their endpoints is there."""
    settings.BATCH_POLL_SECONDS = 0
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    monkeypatch.setenv("TESTING_API_KEY", "sk-test-0123456789")

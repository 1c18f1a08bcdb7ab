"""What the integration tests share."""

from pathlib import Path

import doubles
import pytest


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give voiceover a home of its own and the test voices as plug-ins."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VOICEOVER_HOME", str(folder))
    monkeypatch.syspath_prepend(doubles.install(tmp_path_factory.mktemp("plugins")))
    return folder

"""Read a twin: the settings with which the emulator answers like one tenant."""

import json
from pathlib import Path
from typing import Any

from loginradius_harness.emulator.core.settings import SettingsError

VERSION = 1


def twin_settings(file: Path) -> dict[str, Any]:
    """Return the settings in a twin's file. Raise SettingsError where it cannot be read."""
    try:
        twin = json.loads(file.read_bytes())
    except OSError as error:
        raise SettingsError(f"--twin {file}: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"--twin {file}: not valid JSON: {error}") from None
    if not isinstance(twin, dict) or twin.get("twin") != VERSION or not isinstance(twin.get("settings"), dict):
        raise SettingsError(f"--twin {file}: no twin of version {VERSION}; write it with `loginradius-harness twin`")
    settings: dict[str, Any] = twin["settings"]
    return settings

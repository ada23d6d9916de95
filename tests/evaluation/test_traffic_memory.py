"""Recorded traffic is read in constant memory, whatever the size of the file."""

import sys
from pathlib import Path

import pytest

from evaluation import traffic_memory

SIZE = 20  # MB
BOUND = 10  # MB that a file of that size may take more than one of 1 MB


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak from /proc")
@pytest.mark.parametrize("form", traffic_memory.FORMS)
def test_large_file_takes_no_more_memory_than_a_small_one(form: str, tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    traffic_memory.write(form, small, 1)
    traffic_memory.write(form, large, SIZE)
    assert large.stat().st_size > SIZE * traffic_memory.MEGABYTE
    assert traffic_memory.peak(large) - traffic_memory.peak(small) < BOUND

"""Plans that the tests of the reports share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_plan import small_plan


@pytest.fixture
def small():
    """Two municipalities, three services, solved by hand in small_plan.py."""
    return small_plan()

"""How long something still is or is over, as a chip says it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.ui.models.statuses import clock_status
from resources import wording
from sync.records.open_clocks import Standing


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "还有不到1分钟", "less than a minute left"),
        (59.9, "还有不到1分钟", "less than a minute left"),
        (60, "还有1分钟", "1 min left"),
        (3599, "还有59分钟", "59 min left"),
        (3600, "还有1小时", "1 h left"),
        (-1, "超期不到1分钟", "overdue by less than a minute"),
        (-61, "超期1分钟", "overdue by 1 min"),
        (-49 * 3600, "超期2天", "overdue by 2 d"),
    ],
)
def test_a_length_below_a_minute_is_never_no_minutes(seconds: float, zh: str, en: str) -> None:
    left, standing = timedelta(seconds=seconds), Standing.OVERDUE if seconds < 0 else Standing.SOON
    assert [clock_status(wording(language), standing, left).text for language in ("zh", "en")] == [zh, en]

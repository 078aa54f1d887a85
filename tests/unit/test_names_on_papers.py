"""Whose name stands on a paper: committees and issuing bodies by the names of the units whose desks made them."""

from __future__ import annotations

import pytest

from desktop.actions.units import issuing_body


@pytest.mark.parametrize(
    ("unit", "body"),
    [
        ("凤凰社区群众诉求服务站", "凤凰社区党委"),
        ("合水口社区服务站", "合水口社区党委"),
        ("中共深圳市光明区合水口社区委员会", "中共深圳市光明区合水口社区委员会"),
        ("凤凰社区", "凤凰社区党委"),
        ("凤凰街道", "凤凰街道"),
        ("服务站", "服务站"),
    ],
)
def test_a_station_issues_in_the_name_of_its_community_s_party_committee(unit: str, body: str) -> None:
    assert issuing_body(unit) == body

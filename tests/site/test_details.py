"""What the site says of itself: stated by command, on every page at once, left out while unset."""

import pytest

from tests.factories import NOON, TESTER
from villages.core.refusal import Refusal
from villages.site.actions import clear_detail, set_detail
from villages.site.details import DETAILS
from villages.site.queries import missing, site_of

GOOD = {
    "name": "示例县人民政府", "code": "4109230001", "organiser": "示例县人民政府办公室", "phone": "0393-0000000",
    "icp": "豫ICP备12345678号-1", "police": "豫公网安备41092302000123号", "certificate": "https://a.cn/x?y=1",
    "error_report": "https://b.cn/", "portal": "https://www.county.gov.cn/", "disclosure": "https://www.county.gov.cn/k/",
    "privacy_unit": "示例县人民政府办公室", "privacy_phone": "0393-0000000 转 8",
}  # fmt: skip
BAD = [
    ("code", "410923"), ("code", "410923000１"), ("phone", "电话"), ("icp", "ICP备1号"), ("icp", "豫ICP备12345678"),
    ("police", "豫公网安备4109号"), ("certificate", "javascript:alert(1)"), ("portal", "https://a@b.cn/"),
    ("portal", "www.county.gov.cn"), ("organiser", ""), ("organiser", "长" * 201), ("organiser", "单位\u200b\n"),
    ("colour", "red"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), GOOD.items())
def test_a_detail_of_the_right_form_is_kept(blank, key, value):
    with blank.transaction() as session:
        set_detail(session, key, f" {value} ", by=TESTER, at=NOON)
        assert site_of(session).values == {key: value}


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_detail_of_another_form_is_refused_in_words(blank, key, value):
    with blank.transaction() as session, pytest.raises(Refusal, match="“"):
        set_detail(session, key, value, by=TESTER, at=NOON)


def test_what_is_set_can_be_cleared_and_is_missing_again(blank):
    needed = sum(detail.is_needed for detail in DETAILS)
    with blank.transaction() as session:
        assert len(list(missing(session))) == needed
        set_detail(session, "icp", GOOD["icp"], by=TESTER, at=NOON)
        assert len(list(missing(session))) == needed - 1
        clear_detail(session, "icp", by=TESTER, at=NOON)
        assert len(list(missing(session))) == needed
        with pytest.raises(Refusal, match="还没有设置"):
            clear_detail(session, "icp", by=TESTER, at=NOON)


def test_the_commands_set_list_and_clear(villages):
    villages("init")
    assert villages("site", "set", "organiser", GOOD["organiser"])[0] == 0
    assert GOOD["organiser"] in villages("site", "list")[1]
    assert "网站信息缺“网站标识码”" in villages("check")[2]
    assert villages("site", "clear", "organiser") == (0, "“主办单位”已清除：页脚没有主办单位\n", "")
    status, _, err = villages("site", "set", "code", "1")
    assert (status, err) == (1, "“网站标识码”的值“1”不对，应写成 1234560001（10 位）\n")

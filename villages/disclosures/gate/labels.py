"""What the words beside a number say it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from villages.disclosures.gate.folding import CELL, UNSEEN

BEFORE, AFTER, LINE = 18, 8, 12
_RESIDENT = re.compile(r"身份证|身份號|证件号|公民身份|身份号|社会保障号|残疾证|残疾人证|持证人|(?<![a-z])id(?![a-z])")
_CARD = re.compile(
    r"银行(?!手续|利息|存款|贷款|收费|余额)|卡号|账号|帐号|账户|帐户|户名|存折|一卡通|社保卡|惠农卡|开户|工行|农行|建行|信用社|农商行|card"
)
_PHONE = re.compile(
    r"(?:电话|手机|通话|咨询)(?!费|补|店|会|录|服务)|联系|拨打|致电|来电|热线|微信|短信|号码|☎|📱|📞|tel|phone|mobile|mob|wechat|\+86|座机"
)
_CODE = re.compile(
    r"(编号|编码|代码|文号|发票|订单|流水|流水号|凭证|合同|税号|识别号|项目|档案|条码|批号|批次|许可证|登记号|注册号|备案|序列|"
    r"单号|码号|票据|索引号|追溯|户号|表号|水表|电表|设备|案号|机号|车架|证书|图斑|宗地|地块|产权证|批准文|交易|票号|标识|编\(?号)"
    r"[^0-9,.;。]{0,6}$|(?:no|sn|isbn|issn|id|imei|code|ref)[-.:# ]{0,3}$"
)
_MONEY_BEFORE = re.compile(
    r"[¥￥$€]\s*$|(?:^|[^0-9])0\.$|rmb\s*$|(?:金额|合计|总计|总额|收入|支出|余额|产值|预算|决算|人民币)[^0-9]{0,4}$"
)
_MONEY_AFTER = re.compile(
    r"^\s*(?:元|万元|亿元|千元|㎡|m2|平方|立方|亩|公顷|吨|公斤|千克|斤|kg|kwh|千瓦|度|股|株|棵|粒|人次|%)"
)
_COUNTED = re.compile(r"金额|数量|单价|价格|面积|标准|人数|户数|合计|余额|收入|支出|[（(]元|元[)）]|亩")
_DECIMAL = re.compile(r"^\.[0-9]{1,2}(?![0-9.])")
_PHONE_WORD = re.compile(
    r"(?:^|[^a-z])(?:tel|phone|mobile|mob|cell|m|t|p|wx|vx|v|weixin|wechat|qq|sj|dh|lxdh|call|fax|name)$"
)


class Beside:
    """What stands beside folded[start:end]; looked at only when the digits themselves may be a number."""

    def __init__(self, folded: str, start: int, end: int, where_of: Callable[[int, int], str]) -> None:
        self._folded, self._start, self._end, self._where_of = folded, start, end, where_of

    @cached_property
    def before(self) -> str:
        """The characters before it, in small letters."""
        return _plain(self._folded[max(0, self._start - BEFORE) : self._start])

    @cached_property
    def after(self) -> str:
        """The characters after it, in small letters."""
        return _plain(self._folded[self._end : self._end + AFTER])

    @cached_property
    def where(self) -> str:
        """Where it stands, in words."""
        return self._where_of(self._start, self._end).lower()

    @property
    def is_after_text(self) -> bool:
        """So much stands before it on its line that the line may have been broken within the number."""
        edge = max(self._folded.rfind("\n", 0, self._start), self._folded.rfind(CELL, 0, self._start))
        return self._start - 1 - edge >= LINE

    @cached_property
    def _all(self) -> str:
        return f"{self.where} {self.before}"

    @cached_property
    def is_resident(self) -> bool:
        """The text speaks of an identity number."""
        return bool(_RESIDENT.search(self._all))

    @cached_property
    def is_card(self) -> bool:
        """The text speaks of a card or an account."""
        return bool(_CARD.search(self._all))

    @cached_property
    def is_phone(self) -> bool:
        """The text speaks of a telephone."""
        return bool(_PHONE.search(self._all))

    @cached_property
    def is_code(self) -> bool:
        """The words directly before, or the column, say that it is some other number."""
        return bool(_CODE.search(self.before) or _CODE.search(self.where.rstrip("”》列栏格 ")))

    @cached_property
    def is_money(self) -> bool:
        """It is an amount or a quantity."""
        return bool(_MONEY_BEFORE.search(self.before) or _MONEY_AFTER.search(self.after) or _DECIMAL.search(self.after))

    @cached_property
    def is_counted(self) -> bool:
        """The column is one of amounts or quantities."""
        return bool(_COUNTED.search(self.where))

    @cached_property
    def touches_letters(self) -> bool:
        """Latin letters are glued to it, and they do not say telephone."""
        left = re.search(r"[a-z]+$", self.before)
        right = re.match(r"[a-z]", self.after)
        return bool(right) or bool(left and not _PHONE_WORD.search(self.before))

    @cached_property
    def is_in_address(self) -> bool:
        """It is part of a web address."""
        return bool(re.search(r"(?:[/=?&_][a-z0-9-]*|%)$", self.before)) and "/" in self.before


def _plain(folded: str) -> str:
    return folded.replace(UNSEEN, "").replace(CELL, " ").lower()

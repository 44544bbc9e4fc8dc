"""The rules by which a county runs the service: figures that it may set, each with a default and its bounds. Pure.

They are kept beside the site's details. Sources: GB/T 22239—2019 §8.1.4 (passwords, sessions), 网络安全法 Art 21 (logs
at least six months).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One figure, counted in `unit` ('' for a choice of numbers). `effect`: what it brings about.

    `is_law`: a second person confirms a change of it.
    """

    key: str
    label: str
    default: int
    least: int
    most: int
    unit: str
    effect: str
    is_law: bool = False

    def problem(self, value: str) -> str:
        """What is wrong with a value as typed, in Chinese; '' when nothing is."""
        good = re.fullmatch(r"\d{1,6}", value, re.ASCII) and self.least <= int(value) <= self.most
        of = f"（{self.unit}）" if self.unit else ""
        return "" if good else f"“{self.label}”要填 {self.least} 到 {self.most} 的整数{of}"


RULES = (
    Rule("password_length", "密码最少多长", 10, 8, 64, "个字符", "新密码短于这个长度就不能用"),
    Rule("password_history", "新密码不能和最近几个相同", 5, 0, 24, "个", "0 表示不管"),
    Rule("password_days", "密码多久必须换一次", 0, 0, 730, "天", "0 表示不强制"),
    Rule("second_factor", "哪些人要用动态验证码", 0, 0, 2, "", "0 不要求，1 管理员必须，2 人人必须"),
    Rule("idle_minutes", "多久不操作就退出", 30, 5, 480, "分钟", "人离开了，别人用不了他的账号"),
    Rule("session_hours", "一次登录最多用多久", 10, 1, 24, "小时", "到时间要重新登录"),
    Rule("separation", "三员分立", 0, 0, 1, "", "1 表示系统、安全、审计三个管理员互相分开", is_law=True),
    Rule("audit_days", "操作日志留多久", 1095, 180, 7300, "天", "到期的日志会删去，最少 180 天", is_law=True),
    Rule("inspect_days", "码牌多久要巡查一次", 180, 7, 730, "天", "超过的列在“久未巡查”里"),
    Rule("kiosk_silent", "一体机多久没有消息算断线", 5, 2, 60, "分钟", "超过的在“触摸一体机”里标红"),
    Rule("silent_days", "多久没人扫算没有动静", 30, 7, 365, "天", "以前常有人扫、现在没有的码牌列出来"),
    Rule("visits_days", "浏览次数和打开快慢留多久", 100, 31, 400, "天", "到期的数字会删去"),
    Rule("outbox_days", "发过的通知留多久", 30, 1, 365, "天", "只留什么时候发的；发出以后就不留内容"),
    Rule("vain_days", "没查到的词，几天都有人查才显示", 3, 2, 30, "天", "不到这么多天的词谁也看不到"),
    Rule("speed_sample", "每打开多少次量一次快慢", 20, 0, 1000, "次", "0 表示不量，页面里也就没有那段小程序"),
    Rule("kiosk_pairing", "大厅屏幕必须先配对", 0, 0, 1, "", "1 表示没有配对的机器只显示配对码"),
    Rule("kiosk_idle", "大厅屏幕多久没人碰就回首页", 60, 5, 600, "秒", "先倒数 10 秒，再清掉上一个人留下的一切"),
)
RULE_BY_KEY = {rule.key: rule for rule in RULES}

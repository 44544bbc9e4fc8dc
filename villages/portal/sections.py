"""The four entries that the county promised, in their order, with the words of plate and page.

A space in the words is where a narrow line may break.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One entry: its key (the address), title, a few plain words, what will be found there, its sort for machines."""

    key: str
    title: str
    words: str
    holds: str
    type: str


SECTIONS = (
    Section("information", "查信息", "政策文件 通知公告", "县里、乡里的政策文件、通知公告和重点工作", "政务公开"),
    Section("affairs", "知村事", "钱怎么花 事怎么定", "村里的收支账目、集体资产、大事决定和名单公示", "村务公开"),
    Section("services", "能办事", "事找谁办 要带什么", "办事要什么条件、带什么材料、到哪里办、几天办好", "办事服务"),
    Section("oversight", "能监督", "有疑问 就来问", "向谁问、怎样提意见、怎样反映问题", "互动交流"),
)
BY_KEY = {section.key: section for section in SECTIONS}

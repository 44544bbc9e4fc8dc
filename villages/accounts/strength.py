"""Which passwords are too easily guessed, told in plain words. Pure.

Length counts more than odd characters (GB/T 22239—2019 §8.1.4.1 leaves the measure to the operator). What is refused
beside: the account's own name, and what is tried first by whoever guesses in China. The list is our own, of facts: rows
of the keyboard, counting, years, family names and places in pinyin with digits behind.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_PASSWORD = 200
ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
SHORTEST_RUN = 4
# Words that most guessed passwords are made of; digits and marks around them add nothing.
WORDS = (
    "password", "passwd", "admin", "administrator", "root", "user", "test", "guest", "login", "welcome", "letmein",
    "master", "hello", "qwerty", "iloveyou", "woaini", "wobuzhidao", "mima", "mimashi", "guanli", "guanliyuan",
    "yonghu", "zhanghao", "zhongguo", "zhonghua", "renmin", "zhengfu", "gongkai", "cunwu", "cunweihui", "xiangzhen",
    "zhen", "xiang", "cun", "xian", "dang", "gongchandang", "zhangwei", "wangwei", "wangfang", "liwei", "lina",
    "zhangmin", "lijing", "wangjing", "liuwei", "zhangli", "wanglei", "chen", "yang", "huang", "zhao", "zhou", "wu",
    "henan", "hebei", "shandong", "shanxi", "hubei", "hunan", "jiangsu", "anhui", "zhejiang", "sichuan", "guangdong",
    "beijing", "shanghai", "zhengzhou", "puyang", "anyang", "kaifeng", "luoyang", "xinxiang", "baidu", "weixin",
    "taobao", "alipay", "dragon", "monkey", "sunshine", "football", "love", "mashang", "mashanggongkai",
)  # fmt: skip
BETTER = "请用几个不相干的词连起来"
LEET = str.maketrans("@$0135!", "asoless")


def weaknesses(password: str, *, name: str, least: int) -> list[str]:
    """What is wrong with a new password for an account, each with what to do; empty when it may be used."""
    if not least <= len(password) <= LONGEST_PASSWORD:
        return [f"密码要有 {least} 到 {LONGEST_PASSWORD} 个字符，现在是 {len(password)} 个"]
    if not password.isprintable():
        return ["密码里有看不见的字符，请重新输入"]
    plain, own = _plain(password), _plain(name)
    easy = {
        "密码里不能有账号名，请换一个": bool(own) and (own in plain or plain in own),
        f"密码里来回就那么几个字符，太好猜。{BETTER}": _is_of_few(plain),
        f"密码是键盘上挨着的键或顺着数的数字，太好猜。{BETTER}": _is_row(plain),
        f"密码是常用的词加数字，别人最先试的就是它。{BETTER}": _is_word_and_digits(plain),
    }
    return [line for line, is_so in easy.items() if is_so][:1]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_of_few(plain: str) -> bool:
    """Fewer than five different characters, or one short piece over and over."""
    repeated = re.fullmatch(r"(.{1,6}?)\1+.?", plain, re.DOTALL) is not None
    return len(set(plain)) < 5 or repeated  # noqa: PLR2004 - as the docstring says


def _is_row(plain: str) -> bool:
    """Nothing but runs along the keyboard, the digits or the alphabet, either way, with marks and digits between."""
    rest = re.sub(r"[^0-9a-z一-鿿]+", "", plain)
    for row in ROWS:
        for line in (row + row, (row + row)[::-1]):
            for length in range(min(len(rest), len(line)), SHORTEST_RUN - 1, -1):
                pieces = {line[at : at + length] for at in range(len(line) - length + 1)}
                for piece in sorted(piece for piece in pieces if piece in rest):
                    rest = rest.replace(piece, "")
    return len(rest) < SHORTEST_RUN


def _is_word_and_digits(plain: str) -> bool:
    """Common words, however many times, and for the rest only digits, marks and years."""
    if not plain.isascii():
        return False
    for spelling in (plain, re.sub(r"[^a-z]+$", "", plain).translate(LEET)):
        if all(_is_of_words(each) for each in re.sub(r"[^a-z]+", " ", spelling).split()):
            return True
    return False


def _is_of_words(letters: str) -> bool:
    words = "|".join(map(re.escape, WORDS))
    if re.fullmatch(f"(?:{words})+[a-z]?|[a-z]", letters):
        return True
    if len(letters) >= SHORTEST_RUN:
        return _is_row(letters)
    return any(letters in line for row in ROWS for line in (row, row[::-1]))

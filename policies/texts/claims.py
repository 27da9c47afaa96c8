"""What no text may claim of a bureau's records, and what thanks must not ask: found whatever the packs ban."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.texts.clean import searchable


def _english(*words: str) -> re.Pattern[str]:
    """Whole words; ``*`` stands for the rest of one."""
    ways = "|".join(word.replace("*", r"\w*").replace(" ", r"\s+") for word in words)
    return re.compile(rf"\b(?:{ways})\b", re.IGNORECASE)


def _chinese(words: str) -> re.Pattern[str]:
    return re.compile("|".join(words.split()))


_RECORDS = {
    "en": _english(
        *("bureau*", "credit file*", "credit histor*", "credit rating*", "credit record*", "credit report*"),
        *("credit score*", "record", "records", "reported", "entry", "entries"),
    ),
    "zh": _chinese(
        "征信 徵信 信用记录 信用記錄 信用报告 信用報告 不良记录 不良記錄 逾期记录 逾期記錄 逾期信息 "
        "该信息 該信息 该记录 該記錄 "
    ),
}
_GOES_AWAY = {
    "en": _english(
        *("remov*", "delet*", "eras*", "expung*", "wipe", "wipes", "wiped", "wiping", "cleans*", "cleaned", "clear"),
        *("clears", "cleared", "clearing", "scrub*", "purg*", "disappear*", "vanish*", "take* off", "taken out"),
        *("taken down", "struck", "withdr*", "repair*", "restor*", "fix*"),
    ),
    "zh": _chinese(
        "删除 刪除 消除 清除 撤销 撤銷 撤回 抹去 抹除 抹掉 洗白 修复 修復 去除 取消 清零 消掉 消失 移除 "
        "不再显示 不再顯示 "
        "一笔勾销 一筆勾銷 恢复信用 恢復信用 "
    ),
}
_SENTENCES = re.compile(r"[.!?;。！？；\n]+")
_ASKS = {
    "en": _english(
        *("please pay", "please settle", "please transfer", "pay now", "pay us", "pay at once", "pay by", "pay within"),
        *("must pay", "to be paid", "owe", "owes", "owed", "owing", "overdue", "past due", "unpaid", "outstanding"),
        *("amount due", "balance", "arrears", "debt*"),
    ),
    "zh": _chinese(
        "请还款 請還款 请您还款 請您還款 尽快还 儘快還 应还 應還 欠 未还 未還 催 逾期金额 逾期金額 "
        "请支付 請支付 余额 餘額 债 債 "
    ),
}
_THREATENS = {
    "en": _english(
        *("otherwise", "or else", "unless", "failure to", "fail to", "if you do not", "if you don't", "consequence*"),
        *("legal", "court*", "lawyer*", "solicitor*", "sue", "sued", "enforce*", "penalt*", "warn*", "last chance"),
        *("final", "block*", "agency", "agencies"),
    ),
    "zh": _chinese(
        "否则 否則 不然 后果 後果 法律 法院 律师 律師 起诉 起訴 诉讼 訴訟 强制 強制 罚 罰 警告 最后 最後 "
        "停卡 冻结 凍結 外包 委外 "
    ),
}
_AMOUNT = re.compile(r"[$¥€£]\s?\d|\b[A-Z]{3}\s?\d|\d[\d.,]*\s?(?:元|[A-Z]{3}\b)")


def removals(text: str, language: str) -> Iterator[str]:
    """Words by which a text says, of what a bureau keeps, that it goes away: in a sentence that speaks of such records.

    Also where it denies that: who reads in passing takes the word for the promise.
    """
    if language not in _RECORDS:
        return
    for sentence in _SENTENCES.split(searchable(text)):
        found = _GOES_AWAY[language].search(sentence)
        if found is not None and _RECORDS[language].search(sentence):
            yield found[0]


def demands(text: str, language: str) -> Iterator[str]:
    """What a message of thanks must not hold: an amount, a word that asks for money, a word that threatens."""
    plain = searchable(text)
    patterns = (_AMOUNT, *(words[language] for words in (_ASKS, _THREATENS) if language in words))
    yield from (found[0] for pattern in patterns if (found := pattern.search(plain)) is not None)

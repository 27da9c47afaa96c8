"""What customers write back, by the packs' own words: what is clear counts at once, what is not a person reads."""

import pytest

from domain.wishes import Heard, heard
from policies import load_pack, load_stack, pack_names

ENGLISH = {
    Heard.OPT_OUT: [
        *("STOP", "Stop.", "stop please", "Please stop", "STOPALL", "Stop all", "END", "quit", "CANCEL", "revoke"),
        *("Unsubscribe", "opt out", "OPT-OUT", "OptOut", "I want to opt out.", "remove me", "Remove me from your list"),
        *("no more texts", "No more messages please", "stop texting me", "Please stop sending me these texts"),
        *("don't text me", "Do not contact me again", "STOP, I already paid", "stop\n\nSent from my phone"),
        *("Stop messaging me, I told you so last week", "stop by tomorrow and I'll pay"),
    ],
    Heard.OPT_IN: ["START", "Start please", "unstop", "subscribe", "opt in", "Start texting me again"],
    Heard.MENTION: [
        *("I want to cancel", "cancel my card", "End of the month I get paid", "When does this end?", "End it all"),
        *("How do I opt out of paper statements?", "please don't stop", "I had to stop working in May"),
        *("I can pay at the end of the week", "Stop at the branch on Main Street?", "I start a new job on Monday"),
    ],
    Heard.NOTHING: [
        *("I stopped by the branch", "I paid yesterday", "the bus stops there", "Cancelled cheque is enclosed"),
        *("my weekend was good", "It ended well", "nonstop trouble", "I can't pay", "who is this?", "Thank you!"),
        *("The plan was revoked", "quite right", "I will opt for the plan", "Texts are fine", ""),
    ],
}
CHINESE = {
    Heard.OPT_OUT: [
        *(
            "TD",
            "td。",
            "Ｔ",
            "回复TD",
            "回T",
            "退订",
            "退 订",
            "【退订】",
            "退訂",
            "我要退订",
            "请退订",
            "退订，谢谢",
            "拒收",
        ),
        *(
            "取消",
            "取消订阅",
            "请取消短信提醒",
            "停止",
            "停止发送",
            "请停止发送",
            "不要再发短信了",
            "别再发",
            "别再发了",
            "別再發了",
        ),
        *(
            "请不要再给我发短信",
            "请勿再发",
            "我不想再收到你们的短信",
            "拒绝接收",
            "退订，我已经还清了",
            "TD，已还款",
            "麻烦退订一下",
        ),
        *("您好，请退订，谢谢", "不要再联系我了"),
    ],
    Heard.OPT_IN: ["Y", "回复Y", "y 谢谢", "订阅", "请恢复", "重新订阅", "我要恢复短信提醒"],
    Heard.MENTION: [
        *(
            "取消分期可以吗",
            "我取消了订单",
            "停止计息可以吗",
            "怎么退订",
            "请不要停止发送",
            "收到取消通知",
            "T恤多少钱",
        ),
        *("我已经还了，别再发了", "拒收快递的是我家人", "航班取消所以没来得及还", "我想恢复额度", "可以别再发到公司吗"),
    ],
    Heard.NOTHING: [
        *(
            "我已经还款了",
            "我昨天到网点还了",
            "退款什么时候到账",
            "订单退了",
            "好的，谢谢",
            "你们是谁",
            "这个月还不上",
            "",
        ),
        *("可以分期吗", "停车费是多少", "发票已经收到", "我没有欠款", "利息怎么算", "拒不承认", "请给我打电话"),
    ],
}


def said(table: dict[Heard, list[str]]) -> list[tuple[str, Heard]]:
    return [(text, meant) for meant, texts in table.items() for text in texts]


def words(stack: str, name: str = "keywords") -> list[str]:
    rules = [rule for pack in load_stack((stack,)) for rule in pack.opt_outs]
    return [word for rule in rules for listed in getattr(rule, name).values() for word in listed]


@pytest.mark.parametrize("table", [ENGLISH, CHINESE])
def test_the_table_of_each_language_has_forty_lines_at_least(table):
    assert len(said(table)) >= 40
    assert set(table) == set(Heard)


@pytest.mark.parametrize(("text", "meant"), [*said(ENGLISH), *said(CHINESE)])
def test_what_customers_write_back_is_taken_as_it_was_meant(text, meant):
    assert heard(text, words("cn"), words("cn", "opt_in_keywords")) is meant


@pytest.mark.parametrize(("text", "meant"), said(ENGLISH))
@pytest.mark.parametrize("stack", ["us.reg_f", "us.first_party"])
def test_the_american_packs_hear_the_same_by_themselves(stack, text, meant):
    own = [word for rule in load_pack(stack).opt_outs for word in rule.keywords["en"]]
    assert heard(text, own, words(stack, "opt_in_keywords")) is meant


@pytest.mark.parametrize("stack", pack_names())
def test_every_stack_hears_who_wants_messages_again(stack):
    assert {"start", "Y", "订阅"} <= set(words(stack, "opt_in_keywords"))

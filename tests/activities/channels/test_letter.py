"""Letters as a printer gets them."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from activities.channels.base import ChannelUnavailable, Outgoing, Rejected, Rejection
from activities.channels.letter import Letters, LetterSettings
from activities.channels.letter_font import Font
from domain.model.errors import InputError
from domain.model.message import Rendered
from domain.model.strategy import Channel
from tests.activities.channels.messages import KEY, REFERENCE, outgoing

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
CHINESE = (
    "尊敬的客户：\n\n截至2026年3月2日，您的信用卡账户 A-1 有逾期款项 1,234.56 元，自2026年2月16日起未还。"
    "请您尽快归还；如已还款，请忽略本函。如有疑问，请致电 0800-000-123。\n\nExample Bank\n信用卡中心"
)


def letters(folder: Path, **changes: object) -> Letters:
    values: dict[str, object] = {"folder": folder, "sender": "Example Bank 示例银行, 1 Bank Road, 100000 Beijing"}
    return Letters(LetterSettings.model_validate(values | changes))


def letter(address: str = "王小明 先生\n建国路 1 号 & Co. <2>\n100022 北京市", **changes: object) -> Outgoing:
    content = Rendered(subject="还款提醒 A-1", text=CHINESE)
    return outgoing(Channel.LETTER, address, **({"content": content, "locale": "zh-CN"} | changes))


def printed(folder: Path, message: Outgoing, **changes: object) -> PdfReader:
    receipt = letters(folder, **changes).deliver(message)
    return PdfReader(BytesIO((folder / receipt.reference).read_bytes()))


def test_chinese_and_english_can_be_read_back_from_the_letter(tmp_path: Path) -> None:
    pdf = printed(tmp_path, letter())
    text = pdf.pages[0].extract_text()
    for words in ("王小明 先生", "建国路 1 号 & Co. <2>", "100022 北京市", "还款提醒 A-1", "1,234.56 元", "信用卡中心"):
        assert words in text
    assert text.count("日期：2026年3月2日") == 1
    assert "账户：A-1\n" in text
    assert f"我行编号：{REFERENCE}\n" in text
    assert KEY not in text
    assert "第 1 页，共 1 页" in text


def test_every_font_of_the_letter_is_inside_of_it(tmp_path: Path) -> None:
    pdf = printed(tmp_path, letter())
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"], font["/BaseFont"]


def test_a_long_letter_has_numbered_pages_and_the_address_on_the_first_only(tmp_path: Path) -> None:
    content = Rendered(subject="Your account", text="\n\n".join(f"Paragraph {n}. " + "word " * 120 for n in range(20)))
    pages = [
        page.extract_text()
        for page in printed(tmp_path, letter("A. Customer\n1 Street", content=content, locale="en")).pages
    ]
    assert len(pages) > 2
    assert [f"Page {n + 1} of {len(pages)}" in page for n, page in enumerate(pages)] == [True] * len(pages)
    assert ["A. Customer" in page for page in pages] == [True] + [False] * (len(pages) - 1)
    assert "Date: 2 March 2026" in pages[0]
    assert f"Our reference: {REFERENCE}" in pages[0]
    assert all(any(f"Paragraph {n}." in page for page in pages) for n in range(20))
    assert all(page.count("word") % 120 == 0 for page in pages), "a paragraph stays on one page"


def test_the_same_letter_has_the_same_bytes(tmp_path: Path) -> None:
    one, other = (
        (tmp_path / name / letters(tmp_path / name).deliver(letter()).reference).read_bytes() for name in ("a", "b")
    )
    assert one == other


def test_letters_printed_at_the_same_time_are_the_ones_printed_alone(tmp_path: Path) -> None:
    messages = [letter(f"{name} 先生\n北京市", key=f"k/{name}") for name in "王李张刘陈杨赵黄"]

    def bytes_of(folder: Path, message: Outgoing) -> bytes:
        return (folder / letters(folder).deliver(message).reference).read_bytes()

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda message: bytes_of(tmp_path / "together", message), messages))
    assert together == [bytes_of(tmp_path / "alone", message) for message in messages]


def test_a_key_is_printed_once(tmp_path: Path) -> None:
    channel = letters(tmp_path)
    assert channel.lookup(KEY) is None
    receipt = channel.deliver(letter())
    assert receipt.reference.startswith("2026-03-02/")
    assert channel.deliver(letter("Someone else\n2 Street")) == receipt == channel.lookup(KEY)
    assert len(list(tmp_path.rglob("*.pdf"))) == 1


@pytest.mark.parametrize("name", ["missing.ttc", "broken.ttf", "cut.ttc", "folder"])
def test_without_its_font_the_channel_is_refused_before_any_letter_and_says_what_to_install(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (tmp_path / "cut.ttc").write_bytes(FONT.read_bytes()[:400])
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"^DUECOURSE_LETTER__FONT: .* install Debian's fonts-wqy-zenhei, .*$") as told:
        letters(tmp_path / "out", font=tmp_path / name)
    assert "\n" not in str(told.value)


def test_a_font_that_the_collection_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^DUECOURSE_LETTER__FONT: font 99 of .*wqy-zenhei\.ttc is missing"):
        letters(tmp_path, font_index=99)


@pytest.mark.parametrize("sender", ["Bank \U0001f600", "Bank " * 60], ids=["unprintable", "too long"])
def test_a_sender_that_cannot_be_printed_is_refused_before_any_letter(tmp_path: Path, sender: str) -> None:
    with pytest.raises(InputError, match=r"^DUECOURSE_LETTER__SENDER: .*$"):
        letters(tmp_path, sender=sender)


@pytest.mark.parametrize("word", ["Wolfeschlegelsteinhausenbergerdorffhausenvonundzum", "W" * 30])
def test_a_long_word_of_an_address_is_printed_smaller_and_never_torn(tmp_path: Path, word: str) -> None:
    text = printed(tmp_path, letter(f"Anna {word}\nExample City", locale="en")).pages[0].extract_text()
    assert word in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [("Jose\u0301 Mu\u0308ller", "José Müller"), ("\u200eAnna\u202e Ex\u200bample\ufeff", "Anna Example")],
    ids=["marks apart", "signs that nobody sees"],
)
def test_an_address_is_printed_as_people_read_it(tmp_path: Path, given: str, shown: str) -> None:
    assert shown in printed(tmp_path, letter(f"{given}\nExample City")).pages[0].extract_text()


@pytest.mark.parametrize("name", ["שלום כהן", "محمد"])
def test_a_name_is_never_spelled_backwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Font, "_has", lambda *_: True)
    with pytest.raises(Rejected) as told:
        letters(tmp_path).deliver(letter(f"{name}\nExample City"))
    assert told.value.code is Rejection.UNPRINTABLE


def test_an_address_of_seven_lines_is_printed(tmp_path: Path) -> None:
    text = printed(tmp_path, letter("\n".join(f"line {n}" for n in range(1, 8)))).pages[0].extract_text()
    assert all(f"line {n}" in text for n in range(1, 8))


@pytest.mark.parametrize(
    ("message", "code", "why"),
    [
        (
            letter("王小明 \U0001f600\n北京市"),
            Rejection.UNPRINTABLE,
            "the letter has a sign that the font cannot print",
        ),
        (letter("\n".join(f"line {n}" for n in range(8))), Rejection.ADDRESS, "the address does not fit its window"),
        (letter("x" * 80), Rejection.ADDRESS, "the address does not fit its window"),
        (letter("王" * 200), Rejection.ADDRESS, "the address does not fit its window"),
        (letter(" \n "), Rejection.ADDRESS, "the letter has no address"),
        (letter(account_id="9" * 500), Rejection.TOO_LONG, "the account or the reference does not fit its place"),
        (letter(content=Rendered(text="\n")), Rejection.NO_TEXT, "the letter has no text"),
    ],
    ids=["sign", "lines", "long word", "long line", "no address", "account", "no text"],
)
def test_what_cannot_be_printed_well_is_not_printed(
    tmp_path: Path, message: Outgoing, code: Rejection, why: str
) -> None:
    with pytest.raises(Rejected) as told:
        letters(tmp_path).deliver(message)
    assert (str(told.value), told.value.code) == (why, code)
    assert list(tmp_path.rglob("*.pdf")) == []


def test_numbers_are_not_torn_and_no_line_ends_with_a_bracket(tmp_path: Path) -> None:
    words = "字" * 37 + "请致电400-000-0100咨询。" + "字" * 33 + "（每日8:30至20:30）"
    text = printed(tmp_path, letter(content=Rendered(text=words))).pages[0].extract_text()
    assert "400-000-0100" in text
    assert not [line for line in text.splitlines() if line.endswith("（")]


def test_a_word_that_is_longer_than_a_line_is_torn_and_whole(tmp_path: Path) -> None:
    pages = printed(tmp_path, letter(content=Rendered(text="x" * 10_000), locale="en")).pages
    lines = [line for page in pages for line in page.extract_text().splitlines() if set(line) == {"x"}]
    assert (sum(map(len, lines)), len(pages)) == (10_000, 3)


def test_a_print_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(ChannelUnavailable, match=r"^the print folder .*out cannot be used"):
        letters(tmp_path / "out").deliver(letter())


def test_a_letter_that_others_may_read_names_no_account_beside_its_text(tmp_path: Path) -> None:
    content = Rendered(subject="Please call Example Bank", text="Good day,\n\nplease call us.")
    pdf = printed(tmp_path, letter(content=content, locale="en", discreet=True))
    text = pdf.pages[0].extract_text()
    assert "please call us" in text
    assert "A-1" not in text

"""Length of text messages: which alphabet, and how many segments are paid for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sms_length import SmsEncoding, segments, sms_length

GSM, UCS = SmsEncoding.GSM_7, SmsEncoding.UCS_2


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", GSM, 0, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        ("{[|]}~^\\", GSM, 16, 1),
        ("@£¥éÅß\n", GSM, 7, 1),
        ("还" * 70, UCS, 70, 1),
        ("还" * 71, UCS, 71, 2),
        ("还" * 134, UCS, 134, 2),
        ("还" * 135, UCS, 135, 3),
        ("a" * 71 + "还", UCS, 72, 2),
        ("´", UCS, 1, 1),
        ("ç", UCS, 1, 1),
        ("😀" * 35, UCS, 70, 1),
        ("😀" * 36, UCS, 72, 2),
    ],
)
def test_a_text_is_encoded_and_cut_as_networks_do(text, encoding, units, count):
    length = sms_length(text)
    assert (length.encoding, length.units, length.segments) == (encoding, units, count)
    assert segments(text) == count


def test_an_escaped_character_is_never_torn_apart():
    # 152 septets, then a pair that does not fit into the last one of the first segment
    assert segments("a" * 152 + "€" + "a" * 152) == 3
    assert segments("a" * 153 + "€" + "a" * 151) == 2


def test_a_character_outside_of_the_basic_plane_is_never_torn_apart():
    assert segments("还" * 66 + "😀" + "还" * 66) == 3
    assert segments("还" * 67 + "😀" + "还" * 65) == 2


@given(st.text(max_size=400), st.text(max_size=50))
def test_a_longer_text_never_takes_fewer_segments(text, more):
    assert segments(text + more) >= segments(text) >= 1


@given(st.text(max_size=700))
def test_segments_hold_all_units_and_at_most_one_unit_each_is_lost(text):
    length = sms_length(text)
    room = {GSM: 153, UCS: 67}[length.encoding]
    if length.segments > 1:
        assert length.units <= length.segments * room
        assert length.units > (length.segments - 1) * (room - 1)

"""Telephone numbers take one form, and a refusal shows no digit."""

import pytest

from domain.model.errors import InputError
from domain.phone_number import e164


@pytest.mark.parametrize(
    ("text", "region"), [("+886 912-345-678", None), ("0912 345 678", "TW"), ("(+886) 912345678", "US")]
)
def test_a_number_has_one_form_however_it_was_written(text, region):
    assert e164(text, region) == "+886912345678"


@pytest.mark.parametrize(
    ("text", "why"),
    [("0912345678", "no telephone number"), ("+what", "no telephone number"), ("+88691234", "too few or too many")],
)
def test_what_is_no_number_is_refused_without_a_digit_of_it(text, why):
    with pytest.raises(InputError, match=why) as refused:
        e164(text)
    assert not any(sign.isdigit() for sign in str(refused.value))


def test_an_extension_cannot_be_reached():
    with pytest.raises(InputError, match="an extension"):
        e164("+886 2 2345 6789 ext. 12")

"""A stored policy is the one that was published when its digest is that of its body."""

from __future__ import annotations

import hashlib

import pytest

from domain.audit.published import changed
from domain.audit.told import KeptPolicy

BODY = '{"name":"cn","title":"催收"}'
DIGEST = hashlib.sha256(BODY.encode()).hexdigest()[:16]


def test_a_policy_whose_digest_is_that_of_its_body_says_nothing():
    assert list(changed([KeptPolicy("rules", "cn", 1, DIGEST, BODY)])) == []


@pytest.mark.parametrize("body", ["", "{}", BODY + " ", BODY.upper()])
def test_a_policy_with_another_body_is_named(body):
    honest = KeptPolicy("rules", "tw", 1, DIGEST, BODY)
    (found,) = changed([honest, KeptPolicy("rules", "cn", 2, DIGEST, body)])
    assert (found.kind, found.name, found.version) == ("rules", "cn", 2)
    assert found.why

"""What is wrong with an agency's file beside its shape, and where it stands."""

import pytest

from domain.agencies.checking import faults
from tests.domain.agencies.dossier import CHINA, FILE, agency
from tests.domain.agencies.test_file_bars import changed_pack

BANDS = FILE["commission"]["bands"]
CONDUCT = FILE["commission"]["conduct"]


def test_nothing_is_wrong_with_a_good_file() -> None:
    assert list(faults(agency(), CHINA)) == []


@pytest.mark.parametrize(
    ("changed", "path", "why"),
    [
        ({"zone": "Asia/Nowhere"}, ("zone",), "no time zone 'Asia/Nowhere'"),
        ({"zones": ["Asia/Shanghai", "Mars"]}, ("zones", 1), "no time zone 'Mars'"),
        (
            {"segments": [{"currency": "CNY", "buckets": ["loss", "lost"]}]},
            ("segments", 0, "buckets", 1),
            'cn has no bucket "lost": it has special_mention, substandard, doubtful, loss',
        ),
        (
            {"commission": {"bands": [*BANDS, {"currency": "USD", "percent": 9}], "conduct": CONDUCT}},
            ("commission", "bands", 1, "currency"),
            "no segment allows USD",
        ),
        (
            {"segments": [*FILE["segments"], {"currency": "EUR", "buckets": ["loss"]}]},
            ("segments", 1, "currency"),
            "no rate is agreed in EUR",
        ),
        (
            {"commission": {"bands": BANDS}},
            ("commission",),
            "cn.agency.pay_may_depend_only_on_recoveries: it is paid by recoveries alone",
        ),
    ],
)
def test_each_fault_stands_at_its_place(changed: dict[str, object], path: tuple[str | int, ...], why: str) -> None:
    ((where, said),) = faults(agency(**changed), CHINA)
    assert where == path
    assert said.startswith(why)


def test_pay_by_recoveries_alone_is_refused_only_where_the_rules_forbid_it() -> None:
    alone = agency(commission={"bands": BANDS})
    allowed = CHINA.model_copy(update={"packs": changed_pack(pay_may_depend_only_on_recoveries=True)})
    assert list(faults(alone, allowed)) == []
    assert list(faults(alone, CHINA.model_copy(update={"packs": ()}))) == []

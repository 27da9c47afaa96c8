"""What is stated of agencies: by the pack nearest to the top, and by the register itself."""

from domain.agencies.stated import REGISTER, Stated, own_bar
from tests.domain.agencies.dossier import CHINA


def test_the_top_pack_with_the_part_is_the_one_that_counts() -> None:
    base, top = CHINA.packs[0], CHINA.packs[-1]
    for packs, pack in (((base, top), top), ((base,), base), ((base, top.model_copy(update={"agency": None})), base)):
        stated = Stated.by(packs)
        assert stated is not None
        assert (stated.pack.id, stated.rule) == (pack.id, pack.agency)
    assert Stated.by(()) is None


def test_a_reason_names_its_rule_and_its_source() -> None:
    stated = Stated.by(CHINA.packs)
    assert stated is not None
    bar = stated.bar("train", "train them")
    assert (bar.rule, bar.why, bar.freezes) == ("cn.agency.train", "train them", False)
    assert bar.source.startswith("GB/T 45251-2025")
    own = own_bar("contract", "renew it", freezes=True)
    assert (own.rule, own.source, own.freezes) == ("register.contract", REGISTER, True)

"""What the lint reaches: every notice of the ladder, and the page that e-mails are laid out on."""

from policies import load_strategy
from policies.texts import texts_of


def test_a_page_of_e_mails_that_is_missing_or_broken_is_found(folder, faults):
    page = folder / "_page.html.jinja"
    page.write_text("{{ paragraphs", encoding="utf-8")
    assert [fault for fault in faults() if fault.startswith("_page.html.jinja:1: ")]
    page.unlink()
    assert "en/_page.html.jinja:1: cannot be rendered: there is no _page.html.jinja" in faults()


def test_every_notice_of_the_ladder_is_tried():
    notices = {step.notice for step in load_strategy("card-standard").ladder}
    assert notices <= {notice for notice, _ in texts_of().templates.names("en")}

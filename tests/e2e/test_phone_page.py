"""A newcomer opens the phone page: what they see, hear of and can do with keys alone."""

import re

from playwright.sync_api import Page, expect

from messaging.segments import measure
from tests.e2e.conftest import Running
from tests.groups.stories import found_group

CODE = "*384*123#"


def send(page: Page, words: str) -> None:
    if not page.locator("#view-texts").is_visible():
        page.locator("[data-key=left]").click()
    page.locator("#words").fill(words)
    page.locator("[data-key=left]").click()


def test_newcomer_asks_a_price_tells_one_and_comes_back(page: Page) -> None:
    page.get_by_role("button", name="bei maziwa nakuru").click()
    expect(page.locator(".mine")).to_contain_text("bei maziwa nakuru")
    answer = page.locator(".theirs")
    expect(answer).to_have_count(1)
    expect(answer.locator(".text-meta")).to_contain_text("SMS")
    expect(answer.locator(".text-words")).to_have_attribute("lang", "sw")

    send(page, "report milk githunguri 45")
    expect(answer).to_have_count(2)
    expect(answer.nth(1)).to_contain_text("45")
    expect(page.locator("#words")).to_have_value("")

    page.reload()
    expect(page.locator(".mine")).to_have_count(2)
    expect(answer).to_have_count(2)


def test_newcomer_dials_walks_the_menu_and_hangs_up(page: Page) -> None:
    page.get_by_role("button", name=CODE).click()
    network = page.locator("#network")
    expect(network).to_contain_text("1")
    first = network.inner_text()

    page.locator("[data-key='1']").click()
    expect(page.locator("#reply")).to_have_value("1")
    page.locator("[data-key=call]").click()
    expect(network).not_to_have_text(first)
    expect(page.locator("#reply")).to_be_focused()

    page.locator("[data-key=end]").click()
    expect(network).to_have_text("You hung up.")
    expect(page.locator("#ended")).to_be_visible()
    page.locator("[data-key=end]").click()
    expect(page.locator("#clock")).to_be_visible()


def test_keys_of_the_computer_do_all_that_the_mouse_does(page: Page) -> None:
    page.keyboard.type("*100#")
    expect(page.locator("#digits")).to_have_value("*100#")
    page.keyboard.press("Enter")
    expect(page.locator("#network")).to_have_text("UNKNOWN APPLICATION")
    page.keyboard.press("Escape")

    page.keyboard.type(CODE)
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.keyboard.type("help")
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".theirs")).to_have_count(1)


def test_twelve_keys_write_a_text(page: Page) -> None:
    page.locator("[data-key=left]").click()
    for key in ("2", "2", "3", "3", "4", "4", "4", "0"):
        page.locator(f"[data-key='{key}']").click()
    expect(page.locator("#words")).to_have_value("bei ")
    for _ in range(2):
        page.locator("[data-key='#']").click()
    page.locator("[data-key='7']").click()
    expect(page.locator("#words")).to_have_value("bei 7")
    page.locator("[data-key=right]").click()
    expect(page.locator("#words")).to_have_value("bei ")


def test_a_reply_says_that_it_waits_for_the_worker(page: Page, running: Running) -> None:
    running.stop_worker()
    send(page, "bei maziwa nakuru")
    expect(page.locator("#coming")).to_be_visible()
    expect(page.locator("#texts-note")).to_contain_text("worker")
    expect(page.locator(".theirs")).to_have_count(0)
    running.start_worker()
    expect(page.locator(".theirs")).to_have_count(1)
    expect(page.locator("#coming")).to_be_hidden()
    expect(page.locator("#texts-note")).to_have_text("")


def test_another_phone_is_picked_up(page: Page) -> None:
    send(page, "help")
    expect(page.locator(".theirs")).to_have_count(1)
    page.get_by_label("Phone number").fill("0722 000 002")
    page.get_by_role("button", name="Use").click()
    expect(page.get_by_label("Phone number")).to_have_value("+254722000002")
    expect(page.locator("#owner")).to_have_text("+254722***002")
    expect(page.locator(".theirs")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"#\+254722000002$"))

    page.get_by_role("button", name="Somebody new").click()
    expect(page.locator(".theirs")).to_have_count(1)


def test_what_a_text_says_stays_a_text(page: Page) -> None:
    send(page, "<img src=x onerror=alert(1)> <b>bei</b>")
    expect(page.locator(".mine .text-words")).to_have_text(
        "<img src=x onerror=alert(1)> <b>bei</b>"
    )
    expect(page.locator(".texts img")).to_have_count(0)


def test_the_counter_counts_as_the_gateway_charges(page: Page) -> None:
    page.locator("[data-key=left]").click()
    for words in (
        "",
        "a" * 160,
        "a" * 161,
        "€" * 81,
        "a" * 152 + "€" * 5,
        "ŋ" * 70,
        "ŋ" * 71,
        "🐄" * 34 + "ab",
    ):
        page.locator("#words").fill(words)
        size = measure(words)
        shown = page.locator("#size").inner_text()
        assert shown.startswith(f"{size.length}/")
        assert f"{size.segments} SMS" in shown
        assert ("Unicode" in shown) == (size.encoding == "UCS-2")


def test_nothing_is_cut_off_at_any_width(page: Page) -> None:
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        handset = page.locator("#handset").bounding_box()
        assert handset is not None
        assert handset["x"] >= 0
        assert handset["x"] + handset["width"] <= width


def test_member_gets_the_bulletin_without_waiting_a_week(page: Page, running: Running) -> None:
    with running.service.database.begin() as session:
        found_group(session, "KIRIMA", name="Kirima Dairy Group", is_demo=True)
    page.get_by_role("button", name="JOIN KIRIMA").click()
    answer = page.locator(".theirs")
    expect(answer).to_have_count(1)
    page.get_by_role("button", name="Send the bulletin now").click()
    expect(answer).to_have_count(2)
    expect(answer.nth(1)).to_contain_text("KIRIMA")


def test_hanging_up_while_the_network_thinks_leaves_the_keys_alive(page: Page) -> None:
    page.keyboard.type(CODE)
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_be_focused()
    page.route("**/phone/dial", lambda _: None)  # the network never answers
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.type("help")
    expect(page.locator("#words")).to_be_focused()
    expect(page.locator("#words")).to_have_value("help")

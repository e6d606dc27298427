"""What the phone page says when something cannot be; the browser's own complaint is expected."""

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Running


def test_a_number_that_is_none_is_explained(browser: Browser, running: Running) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{running.address}/phone")
    page.wait_for_selector("[data-ready]")
    before = page.locator("#owner").inner_text()
    page.get_by_label("Phone number").fill("12")
    page.get_by_role("button", name="Use").click()
    expect(page.get_by_role("alert")).to_contain_text("That is no phone number")
    expect(page.locator("#owner")).to_have_text(before)

    page.locator("[data-key=left]").click()
    page.locator("[data-key=call]").click()
    expect(page.locator("#texts-note")).to_have_text("Write a text first.")
    context.close()


def test_a_service_that_stopped_is_explained(browser: Browser, running: Running) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{running.address}/phone")
    page.wait_for_selector("[data-ready]")
    page.locator("[data-key=left]").click()
    context.set_offline(True)
    page.locator("#words").fill("help")
    page.locator("[data-key=left]").click()
    expect(page.locator("#texts-note")).to_contain_text("cannot be reached")
    expect(page.locator("#words")).to_have_value("help")
    context.set_offline(False)
    page.locator("[data-key=left]").click()
    expect(page.locator(".theirs")).to_have_count(1)
    context.close()

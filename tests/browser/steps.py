"""What the browser tests do again and again."""

from playwright.sync_api import expect


def ask(page, message):
    """Type and press Enter, as anybody would; returns when the reply stands there."""
    box = page.get_by_label("Your question")
    box.fill(message)
    box.press("Enter")
    expect(page.locator("#log .said").last).to_have_text(message)

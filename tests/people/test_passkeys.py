"""A passkey in a real browser: made, then used to sign in without a password, under the content security policy of the site."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from pytest_django.live_server_helper import LiveServer
from tests.people.factories import PASSWORD, make_person

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_made_and_opens_the_account_without_a_password(
    live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps an event loop in this thread
    settings.ACCOUNT_RATE_LIMITS = False
    ada = make_person("Ada")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

        page.goto(f"{live_server.url}/sign-in/?next=/account/2fa/webauthn/add/")
        page.get_by_label("E-mail address").fill(ada.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Yes, it is me").click()
        page.get_by_label("Name").fill("Laptop")
        page.get_by_role("checkbox").check()
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url("**/recovery-codes/**")

        page.goto(f"{live_server.url}/sign-out/")
        page.locator("main").get_by_role("button", name="Sign out").click()
        page.goto(f"{live_server.url}/account/")
        assert "/sign-in/" in page.url
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{live_server.url}/account/")
        assert page.locator("h1").inner_text() == "Ada"
        browser.close()
    assert complaints == []

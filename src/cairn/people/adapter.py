"""How django-allauth speaks on this site."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Says what to do next where allauth only says what is wrong."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_taken": (
            "There is an account with this address already, perhaps because somebody gave you a credential. "
            "Go to “Sign in”, then “Forgot your password?”: a link to get in is sent to the address."
        ),
        "email_password_mismatch": (
            "The e-mail address or the password is not right. Check both, or choose “Forgot your password?”."
        ),
        "too_many_login_attempts": "There were too many attempts to sign in. Wait five minutes, then try again.",
    }

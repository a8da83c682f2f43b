"""Addresses of this room."""

from allauth.account import views as allauth_views
from django.urls import URLPattern, URLResolver, path

from cairn.people.pages import account, organisation, own_tokens

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", allauth_views.login, name="sign_in"),
    path("sign-out/", allauth_views.logout, name="sign_out"),
    path("sign-up/", allauth_views.signup, name="sign_up"),
    path("account/", account.account, name="account"),
    path("account/name/", account.rename, name="rename"),
    path("account/consents/", account.consents, name="consents"),
    path("account/my-data.json", account.export, name="export"),
    path("account/tokens/", own_tokens.own_tokens, name="own_tokens"),
    path("account/tokens/<int:pk>/revoke/", own_tokens.revoke_own_token, name="revoke_own_token"),
    path("account/erase/", account.erase, name="erase"),
    path("organisations/<slug:slug>/", organisation.organisation, name="organisation"),
    path("organisations/<slug:slug>/members/", organisation.add_member, name="add_member"),
    path("organisations/<slug:slug>/members/<int:pk>/end/", organisation.end_membership, name="end_membership"),
    path("organisations/<slug:slug>/tokens/", organisation.tokens, name="tokens"),
    path("organisations/<slug:slug>/tokens/<int:pk>/revoke/", organisation.revoke_token, name="revoke_token"),
    path("organisations/<slug:slug>/trail/", organisation.trail, name="trail"),
    path("organisations/<slug:slug>/trail.jsonl", organisation.trail_file, name="trail_file"),
]

"""The addresses of the site: each room brings its own."""

from django.contrib import admin
from django.urls import include, path

from cairn.entry import pages
from cairn.entry.api import api
from cairn.entry.api.reference import reference
from cairn.entry.api.vc_api import vc_api

entry_urls = (
    [
        path("", pages.home, name="home"),
        path("healthz", pages.health, name="health"),
        path("api/", reference, name="api"),
    ],
    "entry",
)

# What programs ask comes first: there it is found without trying the two hundred addresses of pages.
urlpatterns = [
    path("api/v1/", api.urls),
    path("api/vc/", vc_api.urls),
    path("", include(entry_urls)),
    path("", include("cairn.people.urls")),
    path("", include("cairn.skills.urls")),
    path("", include("cairn.catalog.urls")),
    path("", include("cairn.issuing.urls")),
    path("", include("cairn.earning.urls")),
    path("", include("cairn.recognition.urls")),
    path("", include("cairn.journeys.urls")),
    path("", include("cairn.wallet.urls")),
    path("", include("cairn.verifying.urls")),
    path("account/", include("allauth.urls")),
    path("operator/", admin.site.urls),
]

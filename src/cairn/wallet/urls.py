"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.wallet import pages
from cairn.wallet.reviews import pages as reviews

app_name = "wallet"
urlpatterns: list[URLPattern | URLResolver] = [
    path("credentials/", pages.credentials, name="credentials"),
    path("credentials/import/", pages.bring, name="import"),
    path("credentials/<int:pk>/", pages.credential, name="credential"),
    path("credentials/<int:pk>/badge.svg", pages.badge, name="badge"),
    path("credentials/<int:pk>/files/<slug:form>/", pages.download, name="download"),
    path("credentials/<int:pk>/share/", pages.share, name="share"),
    path("credentials/<int:pk>/remove/", pages.remove, name="remove"),
    path("credentials/<int:pk>/links/<int:link>/withdraw/", pages.withdraw, name="withdraw"),
    path("credentials/<int:pk>/review/", reviews.write, name="review"),
    path("credentials/<int:pk>/review/step/", reviews.step, name="review_step"),
    path("catalogue/<slug:slug>/reviews/", reviews.reviews, name="reviews"),
    path("catalogue/<slug:slug>/reviews/latest/", reviews.reviews_fragment, name="reviews_fragment"),
    path("reviews/<uuid:uid>/reply/", reviews.reply, name="review_reply"),
    path("reviews/<uuid:uid>/report/", reviews.report, name="review_report"),
    path("desk/operator/reviews/", reviews.settle, name="settle_reviews"),
    path("s/<str:token>/", pages.shared, name="shared"),
    path("s/<str:token>/badge.svg", pages.shared_badge, name="shared_badge"),
    path("s/<str:token>/preview.png", pages.shared_preview, name="shared_preview"),
    path("s/<str:token>/credential.json", pages.shared_file, name="shared_file"),
]

"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.recognition.pages import agreements, degree, desk, learner, one_request

app_name = "recognition"
urlpatterns: list[URLPattern | URLResolver] = [
    path("recognition/", learner.overview, name="overview"),
    path("recognition/new/", learner.new_request, name="new"),
    path("recognition/requests/<uuid:uid>/", one_request.show, name="request"),
    path("recognition/requests/<uuid:uid>/<slug:act>/", one_request.act, name="act"),
    path("recognition/achievements/<uuid:uid>/", one_request.achievement, name="achievement"),
    path("recognition/degrees/<slug:slug>/", degree.show, name="degree"),
    path("recognition/desk/", desk.choose, name="desk"),
    path("recognition/desk/<slug:slug>/", desk.queue, name="queue"),
    path("recognition/desk/<slug:slug>/agreements/", agreements.listing, name="agreements"),
    path("recognition/desk/<slug:slug>/agreements/new/", agreements.draft, name="new_agreement"),
    path("recognition/agreements/<uuid:uid>/<int:number>/", agreements.show, name="agreement"),
    path("recognition/agreements/<uuid:uid>/<int:number>/agreement.json", agreements.signed, name="agreement_json"),
    path("recognition/agreements/<uuid:uid>/<int:number>/edit/", agreements.edit, name="edit_agreement"),
    path("recognition/agreements/<uuid:uid>/<int:number>/<slug:act>/", agreements.act, name="agreement_act"),
]

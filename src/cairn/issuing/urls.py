"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.issuing.pages import desk, direct, one_award, public

app_name = "issuing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<slug:slug>", public.profile, name="profile"),
    path("o/<slug:slug>/did.json", public.did_document, name="did_document"),
    path("o/<slug:slug>/status/<slug:purpose>/<int:number>", public.status_list, name="status_list"),
    path("achievements/<uuid:uid>/<int:number>", public.achievement, name="achievement"),
    path("achievements/<uuid:uid>/<int:number>/image.svg", public.achievement_image, name="achievement_image"),
    path("desk/provider/", desk.desk, name="desk"),
    path("desk/provider/awards/<uuid:award_id>/", one_award.award, name="award"),
    path("desk/provider/awards/<uuid:award_id>/approve/", desk.approve, name="approve"),
    path("desk/provider/awards/<uuid:award_id>/decline/", one_award.decline, name="decline"),
    path("desk/provider/awards/<uuid:award_id>/revoke/", one_award.revoke, name="revoke"),
    path("desk/provider/awards/<uuid:award_id>/correct/", one_award.correct, name="correct"),
    path("desk/provider/<slug:slug>/", desk.overview, name="overview"),
    path("desk/provider/<slug:slug>/awards/", desk.awards, name="awards"),
    path("desk/provider/<slug:slug>/direct/", direct.direct, name="direct"),
    path("desk/provider/<slug:slug>/keys/", desk.keys, name="keys"),
    path("desk/provider/<slug:slug>/keys/rotate/", desk.rotate, name="rotate"),
    path("desk/provider/<slug:slug>/endorse/<int:version>/", desk.endorse, name="endorse"),
]

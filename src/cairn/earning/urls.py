"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.earning.pages import assessing, learning, teaching

app_name = "earning"
urlpatterns: list[URLPattern | URLResolver] = [
    path("learn/", learning.learn, name="learn"),
    path("learn/enrol/<int:offer>/", learning.enrol, name="enrol"),
    path("learn/enrol/<slug:slug>/", learning.enrol, name="enrol"),
    path("learn/<int:pk>/", learning.enrolment, name="enrolment"),
    path("learn/<int:pk>/withdraw/", learning.withdraw, name="withdraw"),
    path("learn/evidence/<int:pk>/", learning.evidence_file, name="evidence_file"),
    path("desk/assessor/", assessing.desk, name="desk"),
    path("desk/assessor/<int:pk>/", assessing.submission, name="submission"),
    path("desk/assessor/sessions/", teaching.sessions, name="sessions"),
    path("desk/assessor/sessions/new/", teaching.schedule, name="schedule"),
    path("desk/assessor/sessions/<int:pk>/", teaching.session, name="session"),
]

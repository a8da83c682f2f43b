"""Addresses of this room."""

from django.urls import path

from cairn.journeys import pages

app_name = "journeys"
urlpatterns = [
    path("path/", pages.path, name="path"),
    path("path/goals/new/", pages.new_goal, name="new_goal"),
    path("path/goals/<int:pk>/", pages.goal, name="goal"),
    path("path/goals/<int:pk>/plans/", pages.choices, name="choices"),
    path("path/goals/<int:pk>/plans/<int:plan>/take/", pages.take, name="take"),
    path("path/goals/<int:pk>/close/", pages.close, name="close"),
    path("path/skills/", pages.state_skills, name="state_skills"),
    path("path/skills/<int:pk>/withdraw/", pages.withdraw_skill, name="withdraw_skill"),
    path("path/stacks/<slug:slug>/", pages.stack, name="stack"),
    path("path/stacks/<slug:slug>/mine/", pages.stack_fragment, name="stack_fragment"),
]

"""Addresses of this room."""

from django.urls import path

from cairn.journeys.pages import goals, pathway, plans, questioned, rules, stacks
from cairn.journeys.pages import path as own

app_name = "journeys"
desk = "desk/provider/definitions/<int:pk>/rule/try/"
urlpatterns = [
    path(desk, rules.try_rule, name="try_rule"),
    path(desk + "<slug:mark>/", rules.try_record, name="try_record"),
    path("path/", own.path, name="path"),
    path("path/goals/new/", goals.new_goal, name="new_goal"),
    path("path/goals/<int:pk>/", goals.goal, name="goal"),
    path("path/goals/<int:pk>/plans/", plans.choices, name="choices"),
    path("path/goals/<int:pk>/plans/<int:plan>/take/", plans.take, name="take"),
    path("path/goals/<int:pk>/what-if/", plans.what_if, name="what_if"),
    path("path/goals/<int:pk>/rule-out/", goals.rule_out, name="rule_out"),
    path("path/goals/<int:pk>/close/", goals.close, name="close"),
    path("path/skills/", own.state_skills, name="state_skills"),
    path("path/skills/<int:pk>/withdraw/", own.withdraw_skill, name="withdraw_skill"),
    path("path/stacks/<slug:slug>/", stacks.stack, name="stack"),
    path("path/stacks/<slug:slug>/pathway.json", pathway.pathway, name="pathway"),
    path("path/stacks/<slug:slug>/versions/", stacks.choose_version, name="choose_version"),
    path("desk/provider/<slug:slug>/questions/", questioned.questioned, name="questions"),
    path("desk/provider/<slug:slug>/questions/<int:pk>/", questioned.question, name="question"),
    path("desk/provider/<slug:slug>/again/<int:pk>/", questioned.award_again, name="award_again"),
    path("path/stacks/<slug:slug>/mine/", stacks.stack_fragment, name="stack_fragment"),
]

"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cairn.verifying import pages

app_name = "verifying"
urlpatterns: list[URLPattern | URLResolver] = [
    path("verify/", pages.verify, name="verify"),
    path("desk/employer/", pages.desk, name="desk"),
    path("desk/employer/roles/new/", pages.new_role, name="new_role"),
    path("desk/employer/roles/<int:pk>/", pages.role, name="role"),
    path("desk/employer/roles/<int:pk>/delete/", pages.delete_role, name="delete_role"),
    path("desk/employer/roles/<int:pk>/compare/", pages.compare, name="compare"),
]

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, IntegerField, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

ELSEWHERE = "external:"
"""How ids of credentials of other issuers begin."""
SOME = 500
"""Rows that are held in memory at most."""


def keep_what_is_needed(apps, schema_editor):
    """Take out of the long answers what lists need, and keep those whole that are evidence: of a credential that stands, and of open questions."""
    progress = apps.get_model("journeys", "StackProgress").objects
    progress.update(percent=Cast(KT("evaluation__percent"), IntegerField()))
    for pk, used in progress.values_list("pk", "evaluation__used").iterator():
        elsewhere = sorted(key for key in used or () if key.startswith(ELSEWHERE))
        if elsewhere:
            progress.filter(pk=pk).update(elsewhere=elsewhere)

    evidence = apps.get_model("journeys", "StackEvidence").objects
    awards = apps.get_model("issuing", "Award").objects.filter(state__in=["awarded", "suspended"])
    mine = awards.filter(holder=OuterRef("person"), version=OuterRef("version"))
    for row in progress.filter(Exists(mine), state="met").iterator(chunk_size=SOME):
        award = awards.filter(holder=row.person_id, version=row.version_id).order_by("awarded_at", "pk").last()
        evidence.create(award=award, evaluation=row.evaluation, found_at=row.evaluated_at)
    questions = apps.get_model("journeys", "StackQuestion").objects.filter(decision="").select_related("stacked")
    for question in questions.iterator(chunk_size=SOME):
        award = question.stacked
        row = progress.filter(person=award.holder_id, version=award.version_id).first()
        if row is not None:
            evidence.create(award=award, question=question, evaluation=row.evaluation, found_at=row.evaluated_at)
    schema_editor.connection.check_constraints()  # PostgreSQL checks what was written now, and lets the table be altered


class Migration(migrations.Migration):
    dependencies = [
        ("issuing", "0002_kinds_of_keys_and_signed_documents"),
        ("journeys", "0004_budgets_beyond_two_thousand_million"),
    ]

    operations = [
        migrations.AddField(
            model_name="stackprogress",
            name="percent",
            field=models.PositiveSmallIntegerField(default=0, help_text="0 to 100, rounded down"),
        ),
        migrations.AddField(
            model_name="stackprogress",
            name="elsewhere",
            field=models.JSONField(
                blank=True, default=list, help_text="Ids of credentials of other issuers that count"
            ),
        ),
        migrations.CreateModel(
            name="StackEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("evaluation", models.JSONField()),
                ("found_at", models.DateTimeField()),
                (
                    "award",
                    models.ForeignKey(
                        help_text="The larger credential",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="issuing.award",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        help_text="Empty: it was awarded on this",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="journeys.stackquestion",
                    ),
                ),
            ],
            options={"verbose_name_plural": "stack evidence"},
        ),
        migrations.RunPython(keep_what_is_needed, elidable=True),
        migrations.RemoveField(model_name="stackprogress", name="evaluation"),
        migrations.RemoveField(model_name="stackprogress", name="digest"),
    ]

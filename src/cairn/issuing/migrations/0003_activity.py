from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="award", name="activity_start", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="award", name="activity_end", field=models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            model_name="award",
            name="evidence",
            field=models.JSONField(default=list, help_text="What it rests on: [{name, genre, description, url}]"),
        ),
        migrations.AlterField(
            model_name="award",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Waiting for a second person"),
                    ("awarded", "Awarded"),
                    ("suspended", "Suspended"),
                    ("revoked", "Revoked"),
                    ("superseded", "Replaced by a corrected award"),
                    ("declined", "Declined by the second person"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="statuschange",
            name="action",
            field=models.CharField(help_text="revoke, decline or correct", max_length=12),
        ),
        migrations.AlterField(
            model_name="statuschange",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("error", "Awarded in error"),
                    ("fraud", "Fraud"),
                    ("misconduct", "Misconduct"),
                    ("key_compromise", "The signing key was compromised"),
                    ("issuer_withdrawal", "The issuer withdrew the credential"),
                    ("holder_request", "The holder asked for it"),
                ],
                max_length=20,
            ),
        ),
    ]

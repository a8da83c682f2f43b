from django.db import migrations, models


class Migration(migrations.Migration):
    """Versions that the search index has yet to take in."""

    dependencies = [("catalog", "0004_registers")]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_id", models.BigIntegerField(db_index=True)),
            ],
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("earning", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="url_shared",
            field=models.BooleanField(default=False, help_text="The learner wants the link to stand in the award"),
        ),
    ]

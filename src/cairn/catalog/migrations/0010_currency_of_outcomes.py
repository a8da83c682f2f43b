"""Earnings of completers get their currency. All that stand here so far are New Jersey's, in US dollars."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_prices_beyond_two_thousand_million"),
    ]

    operations = [
        migrations.AddField(
            model_name="outcome",
            name="currency",
            field=models.CharField(
                default="USD", help_text="Of the mean; as its source counts, ISO 4217", max_length=3
            ),
            preserve_default=False,
        ),
    ]

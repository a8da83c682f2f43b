"""The ``cairn`` command. Each verb lives in a module of its own, loaded only when it is called.

``verify``, ``issue``, ``status``, ``derive``, ``convert`` and ``keys new`` need no database and no configuration; the others open the
site of ``CAIRN_HOME``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from cairn import __version__
from cairn.errors import CairnError, Invalid, meaning_of

VERBS: dict[str, tuple[str, str]] = {
    "demo": ("cairn.entry.cli.demo", "Play the whole journey on real data, then serve it."),
    "serve": ("cairn.entry.cli.serve", "Serve this site."),
    "import": ("cairn.entry.cli.importing", "Load official files: occupations, skills, wages, programmes, issuers."),
    "export": ("cairn.entry.cli.export", "Give the catalogue away: CTDL, schema.org, ELM, Open Badges, a table."),
    "issue": ("cairn.entry.cli.issue", "Sign a batch of credentials from files; no database needed."),
    "status": ("cairn.entry.cli.status", "Keep status lists: revoke, suspend, sign the list again."),
    "verify": (
        "cairn.entry.cli.verify",
        "Check credentials and presentations: files, tokens, pictures, PDFs or addresses.",
    ),
    "derive": ("cairn.entry.cli.derive", "Make a copy of a credential that shows less and still verifies."),
    "convert": ("cairn.entry.cli.convert", "Write an award as Open Badges 2.0 or as a European digital credential."),
    "stack": ("cairn.entry.cli.stack", "Weigh awards against a rule: what they add up to, and what is missing."),
    "plan": ("cairn.entry.cli.plan", "Find the best way to an occupation, or through a problem in a file."),
    "recompute": ("cairn.entry.cli.recompute", "Weigh every learner of a stack anew."),
    "tag": ("cairn.entry.cli.tag", "Find the skills that titles and descriptions name."),
    "appraise": ("cairn.entry.cli.appraise", "Weigh a description, its evidence and its cost from a file."),
    "rubric": ("cairn.entry.cli.rubric", "Show, check and choose the rubric of credibility."),
    "keys": ("cairn.entry.cli.keys", "Make, list, rotate and lock signing keys."),
    "people": ("cairn.entry.cli.people", "Open accounts for people, and let them in."),
    "organisations": ("cairn.entry.cli.organisations", "Take organisations in, and give people roles in them."),
}
"""Verb to (module with a click command named ``command``, one line of help)."""


class Verbs(click.Group):
    """A group that knows its verbs by name and loads one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the journey."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb's command."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(VERBS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cairn")
def cairn() -> None:
    """Cairn, the open micro-credential system.

    Define, award, hold, stack, share, check and understand micro-credentials.

    \b
      cairn demo                          see all of it, on real data
      cairn verify badge.png              what is this credential worth trusting?
      cairn issue --help                  sign a batch from two files and a key
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. Errors of ours say what to do next, on standard error."""
    try:
        result = cairn.main(args=arguments, prog_name="cairn", standalone_mode=False)
    except CairnError as error:
        return _refused(error)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("cairn"):
            raise
        return _refused(
            Invalid(
                f"This verb needs the package “{missing.name}”, which is not installed here.",
                remedy="Install the whole system: pip install 'cairn-credentials[site]'.",
            )
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped.", err=True)
        return 130
    return result if isinstance(result, int) else 0


def _refused(error: CairnError) -> int:
    click.secho(f"cairn: {error.message}", fg="red", err=True)
    if error.remedy:
        click.echo(f"       {error.remedy}", err=True)
    return meaning_of(error).exit_code


if __name__ == "__main__":
    sys.exit(main())

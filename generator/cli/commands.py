"""The command ``gen``: its verbs, and how a run of one ends."""

from __future__ import annotations

import os
import sys
from typing import Final

import click

from generator import __version__
from generator.cli import console, streams
from generator.cli.common import ASKED, Exit, before_the_verb
from generator.cli.progress import Progress
from generator.problems import reason

#: The verbs, and the module each is in.
VERBS: Final = {
    "init": "beginning", "new": "beginning", "status": "beginning", "import": "importing",
    "check": "making", "build": "making", "watch": "making",
    "diff": "comparing", "explain": "comparing", "freeze": "comparing", "tidy": "tidying",
    "pull": "pulling",
    "rules": "looking_up", "template": "looking_up", "audit": "looking_up",
    "review": "reviewing", "schema": "editing", "completion": "editing",
}  # fmt: skip


@click.group(
    cls=console.Group,
    commands=console.Verbs(VERBS),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", message="gen %(version)s", help="显示版本。")
@before_the_verb
def cli() -> None:
    """gen：从内容文件生成预算绩效文档。

    \b
    数字只在 content/ 里填一次，报告和附件（Word、Excel）处处一致；
    占比、增减、完成率、得分和等级由 gen 计算。
    """  # noqa: D301 (Click's mark for lines that stay as they are)


def main() -> None:
    """Entry point: the exit codes promised in the guides, true words, never a traceback."""
    with streams.prepared():
        progress = Progress()
        code = _run(progress)
        if (failure := streams.lost()) is not None:
            said = f"错误：结果没能打印出来（{reason(failure)}）。{progress.told()}"
            console.say(said, err=True)
            code = Exit.MISUSE
    sys.exit(code)


def _run(progress: Progress) -> int:
    """Run the command of the arguments; the exit code."""
    # Not by ``cli.main``: that would end a closed pipe with 1, and an interruption with two lines.
    if os.environ.get(ASKED, "").endswith("_complete"):
        from click.shell_completion import shell_complete

        shell_complete(cli, {}, "gen", ASKED, os.environ[ASKED])
        return Exit.CLEAN
    try:
        with cli.make_context("gen", sys.argv[1:], obj=progress) as context:
            cli.invoke(context)
    except console.Misuse as misuse:
        misuse.show()
        return Exit.MISUSE
    except click.exceptions.Exit as ending:  # after help and version
        return ending.exit_code
    except (click.Abort, KeyboardInterrupt):
        console.say(f"已中断，{progress.told()}", err=True)
        return Exit.INTERRUPTED
    except click.ClickException as error:
        console.show_click_error(error)
        return Exit.MISUSE
    except SystemExit as ending:
        return int(ending.code or 0)
    except Exception as error:  # our own failure: say so plainly, keep the details on request
        console.show_crash(error, progress.told())
        return Exit.MISUSE
    return Exit.CLEAN

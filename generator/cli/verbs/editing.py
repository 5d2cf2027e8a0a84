"""``gen schema``, ``gen completion``: what editors and shells complete."""

from __future__ import annotations

import sys
from typing import Any, Final

import click
from click.shell_completion import get_completion_class

from generator.cli import console
from generator.cli.common import ASKED, common, settings_of, so_far, workspace_of
from generator.problems import reason, suggest

_SHELLS: Final = ("bash", "zsh", "fish")


@click.command(cls=console.Command)
@click.argument("name", metavar="[文件]", required=False)
@click.option(
    "--save",
    is_flag=True,
    help="存到 .vscode/gen，没有编辑器设置的也放一份；在内容改了名称以后用。",
)
@common
def schema(name: str | None, save: bool, units: tuple[str, ...], **options: Any) -> None:
    """编辑器用的 JSON Schema：每个文件可以写什么，带上本工作区的套表、表和名称。"""
    del units
    settings = settings_of(options)
    workspace = workspace_of(settings)
    from generator.starting import editor, schemas

    found = schemas.schemas(workspace)
    if name is not None and name not in found:
        raise console.Misuse(
            f"没有“{name}”这种文件{suggest(name, found)}", f"可以写的：{'、'.join(found)}。"
        )
    if not save and name is None and not settings.json and sys.stdout.isatty():
        console.say("有这些文件的 Schema：")
        console.print_table([(file, f"gen schema {file}") for file in found])
        console.say("gen schema --save 存给编辑器用；gen schema > 文件.json 全部存成一个文件。")
        return
    if not save:
        console.say(console.as_json(found[name] if name is not None else found))
        return
    files = editor.schema_files(found)
    fresh = {n: data for n, data in editor.files().items() if not (workspace.root / n).exists()}
    try:
        for file, data in {**fresh, **files}.items():
            path = workspace.root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise console.Misuse(f"写不进去：{reason(error)}。") from error
    so_far().save(f"已存到 {editor.FOLDER}")
    console.say(f"已存到 {workspace.name_of(workspace.root / editor.FOLDER)}，共 {len(files)} 份。")


@click.command(cls=console.Command)
@click.argument("shell", metavar="bash|zsh|fish", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """命令窗口按 Tab 补全：把打印出来的几行放进启动文件（例如 ~/.bashrc）。"""
    found = get_completion_class(shell)
    assert found is not None
    console.say(found(ctx.find_root().command, {}, "gen", ASKED).source())

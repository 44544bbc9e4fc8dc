"""The `villages` command: exit 0 done, 1 the work found a problem (a line each on stderr), 2 wrong usage."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from villages.core.clock import moment_text, now
from villages.core.console import Installation
from villages.core.logs import without_values
from villages.core.refusal import Refusal
from villages.settings import DATA_DIR


class Commands(click.Group):
    """Loads the commands when one is asked for, and says in Chinese what went wrong."""

    def load(self) -> None:
        """Bring the commands in; kept out of the import so that wrong usage answers at once."""
        from villages.app import COMMANDS  # noqa: PLC0415
        from villages.disclosures.kinds import OWN_CATALOGUE, also_from  # noqa: PLC0415

        also_from(Path(os.environ.get("VILLAGES_DATA_DIR") or DATA_DIR).expanduser() / OWN_CATALOGUE)
        for command in COMMANDS:
            self.add_command(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="villages")
@click.pass_context
def villages(context: click.Context) -> None:
    """码上公开：一个县的政务、村务公开服务。"""  # noqa: D400
    context.obj = Installation(dict(os.environ))
    context.call_on_close(context.obj.close)


def main() -> None:
    """Run the command line."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; no traceback ever reaches the person."""
    villages.load()
    try:
        result = villages.main(arguments, prog_name="villages", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "villages"
        click.echo(f"命令写得不对：{error.format_message()} 看用法请运行：{path} --help", err=True)
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SystemExit as end:  # the server has said why
        return int(bool(end.code))
    except BaseException as error:  # noqa: BLE001 - the last place that can put it in words
        for line in _lines(error):
            click.echo(line, err=True)
        return 1
    return result if isinstance(result, int) else 0


def _lines(error: BaseException) -> tuple[str, ...]:
    if isinstance(error, Refusal):
        return error.lines
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return ("已停止，没有做完的部分不会留下",)
    if isinstance(error, DBAPIError | OSError):
        return (_plain_reason(error),)
    return (f"程序出错了，没有做完的部分不会留下。详情写在 {_keep_trace()}，请交给维护人员",)


def _plain_reason(error: Exception) -> str:
    text = next(iter(str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()), "没有说明")
    low = text.lower()
    for sign, line in (
        ("disk is full", "磁盘满了，数据没有改动。请腾出空间后重试"),
        ("disk i/o error", "磁盘读写出错，多半是满了，数据没有改动。请腾出空间后重试"),
        ("no space left", "磁盘满了，数据没有改动。请腾出空间后重试"),
        ("readonly database", "数据库只能读，不能写。请检查数据目录和文件的权限"),
        ("read-only", "数据目录只能读，不能写。请检查权限，或用 VILLAGES_DATA_DIR 换一个目录"),
        ("permission denied", "没有权限读写。请检查目录和文件的权限"),
        ("unable to open database", "数据库打不开。请检查数据目录是否存在、可写"),
        ("database is locked", "数据库正忙，这次没有写进去。请过一会儿重试"),
        ("not a database", "数据库文件已损坏，或不是数据库。请用备份恢复（villages restore）"),
        ("malformed", "数据库文件已损坏。请用备份恢复（villages restore）"),
        ("connection", "连不上数据库。请检查 VILLAGES_DATABASE_URL 和数据库服务"),
    ):
        if sign in low:
            return f"{line}（{text}）"
    return f"没有做成：{text}。详情写在 {_keep_trace()}，请交给维护人员"


def _keep_trace() -> str:
    """Write the traceback where a maintainer finds it: in the data folder, else in the system's temporary one."""
    import tempfile  # noqa: PLC0415

    for folder in (Path(os.environ.get("VILLAGES_DATA_DIR") or DATA_DIR).expanduser(), Path(tempfile.gettempdir())):
        path = folder.absolute() / "errors.log"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
                file.write(f"{moment_text(now())}\n{without_values(traceback.format_exc())}\n")
        except OSError:
            continue
        return str(path)
    return "（写不下来）"


if __name__ == "__main__":
    main()

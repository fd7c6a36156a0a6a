"""The command ``geoplan``: lists its commands and turns errors into exit codes.

Nothing heavy is imported here, so that ``geoplan --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from geoplan import __version__
from geoplan.cli import (
    budget,
    check,
    compare,
    demo,
    explain,
    extract,
    fetch,
    import_,
    init,
    link,
    locate,
    models,
    publish,
    run,
    whatif,
)
from geoplan.faults import EXIT_DEFECT

app = typer.Typer(
    name="geoplan",
    help="Who has 4G/5G signal, who has none, which masts are shared, which sites to open next.\n\n"
    "Ai có sóng 4G/5G, thôn nào trắng sóng, vị trí nào dùng chung, nên mở vị trí nào tiếp theo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("check")(check.check)
app.command("run")(run.run)
app.command("import")(import_.import_)
app.command("locate")(locate.locate)
app.command("publish")(publish.publish)
app.command("explain")(explain.explain)
app.command("extract")(extract.extract)
app.command("whatif")(whatif.whatif)
app.command("budget")(budget.budget)
app.command("link")(link.link)
app.command("models")(models.models)
app.command("compare")(compare.compare)
app.add_typer(fetch.app, name="fetch")


def _version(show: bool) -> None:
    if show:
        typer.echo(f"geoplan {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Offline planning of mobile coverage and shared masts."""


def main() -> None:
    """Run the command line; a defect of ours ends with exit code 1 and says so."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except BrokenPipeError:
        # The reader of our output has gone; what was to be written stands complete on disk.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        import traceback

        traceback.print_exc()
        typer.echo(
            f"geoplan: a defect of the program, not of your files: {type(error).__name__}. "
            "Please report it with the lines above. "
            "/ Lỗi của chương trình, không phải do tệp số liệu.",
            err=True,
        )
        raise SystemExit(EXIT_DEFECT) from error


if __name__ == "__main__":
    main()

"""`python -m engine`: bring the Pulumi engine to this machine, and say in one line which one it is."""

import argparse
import signal
import sys
from pathlib import Path
from typing import NoReturn

from engine.location import ROOT, Location
from engine.progress import say
from engine.resolve import NoEngine, UnknownWay, allowed_ways, build_ahead, ensure
from engine.ways import Broken, Unavailable

HOW = {"path": "installed on this machine", "official": "the official download", "built": "built from its Go modules"}

EXAMPLES = """\
examples:
  python -m engine                                    make `pulumi` available; the second call fetches nothing
  PATH="$(python -m engine --print-path):$PATH"       use it in a shell
  python -m engine plugins --pulumi-home .cache/pulumi-home
                                                      make the azuread plugin available in that PULUMI_HOME
  ENGINE_WAYS=built python -m engine                  take this way only (path, official, built)

exit codes: 0 success; 1 building failed; 2 no way to get it works on this machine, or invalid usage;
3 the plugin that was asked for by name cannot be had now
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--print-path", action="store_true", help="print the folder that holds `pulumi`")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("ahead", help="build what can only be built, while Python packages are being installed")
    plugins = commands.add_parser("plugins", help="make the azuread plugin available")
    plugins.add_argument("--pulumi-home", type=Path, required=True, help="the PULUMI_HOME to install it into")
    plugins.add_argument(
        "--kind",
        choices=("official", "stand-in"),
        help="which plugin; default: the one that is there, else the official one where it can be had",
    )
    options = parser.parse_args(arguments)
    try:
        if options.command == "ahead":
            build_ahead(allowed_ways())
            return 0
        found = ensure(allowed_ways())
        if options.command == "plugins":
            from engine.plugins import ensure_azure_native, ensure_azuread

            say(ensure_azuread(options.pulumi_home.absolute(), found, options.kind))
            if line := ensure_azure_native(options.pulumi_home.absolute(), found):
                say(line)
        else:
            say(_described(found))
    except (NoEngine, UnknownWay) as mistake:
        say(str(mistake))
        return 2
    except Broken as failure:
        say(str(failure))
        return 1
    except Unavailable as reason:
        say(f"the official azuread plugin cannot be had: {reason}")
        return 3
    except KeyboardInterrupt:
        say("interrupted; nothing was left half done")
        return 130
    if options.print_path:
        print(found.bin)
    return 0


def _described(found: Location) -> str:
    folder = found.bin.relative_to(ROOT) if found.bin.is_relative_to(ROOT) else found.bin
    return f"pulumi {found.version}, {HOW[found.kind]} ({folder})"


def _stop(number: int, _frame: object) -> NoReturn:
    # Like ctrl-C: what was begun is undone on the way out.
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    sys.exit(main(sys.argv[1:]))

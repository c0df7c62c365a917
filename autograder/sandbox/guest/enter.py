"""The first program inside the sandbox of a single command: set the walls, start it, stay.

Called as ``python -I enter.py SETTINGS COMMAND...`` where SETTINGS is JSON: ``uid`` (or null to
keep the present one), ``filtered`` (whether to forbid system calls), ``limits`` (names of
``resource`` limits to numbers) and ``exited`` (a file that is made when the command has ended; its
text is the exit status).  The sandbox ends when it is killed from outside.
"""

import json
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.sandbox.guest import wall
else:  # it lies beside this file, and the engine is not there
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import wall


def main() -> None:
    """Enter; does not return."""
    settings, command = json.loads(sys.argv[1]), sys.argv[2:]
    wall.become(settings["uid"])
    wall.limit(settings["limits"])
    if settings["filtered"]:
        wall.filter_system_calls()
    child = os.fork()
    if child == 0:
        os.execv(command[0], command)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(settings["exited"] + "~", "w") as file:
        file.write(str(status))
    os.rename(settings["exited"] + "~", settings["exited"])
    while True:
        signal.pause()


if __name__ == "__main__":
    main()

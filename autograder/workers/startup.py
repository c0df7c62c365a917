"""Import this first in a process of the engine's own: it then starts more than a second sooner.

nbformat imports jsonschema, which takes up rfc3987_syntax where that is installed (Jupyter's server
brings it along), which parses a grammar of 1.3 s when it is imported.  All that it would add is a
check of internationalised addresses in JSON, which no notebook has.  jsonschema goes without it as
on a machine that lacks it.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

"""Import this first in a process of the engine's own: it then starts more than a second sooner.

nbformat imports jsonschema, which takes up rfc3987_syntax where that is installed (Jupyter's server
brings it along), which parses a grammar of 1.3 s when it is imported, and isoduration, which needs
a library of dates.  All that they would add are checks of internationalised addresses and of
durations in JSON, which no notebook has.  jsonschema goes without them as on a machine that lacks
them.
"""

import sys

for name in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]

"""How long a slider's picture takes, from key press to new picture in JupyterLab in Chromium.

Starts a JupyterLab and a headless Chromium of its own, opens a notebook with every panel, and
presses the arrow keys on a slider.  The page itself takes the time, from the ``keydown`` event to
the moment when the new picture stands in the document, so that the driving adds nothing.

It does so twice: in JupyterLab as it comes, and as ``course lab`` and ``make teach`` start it
(``course/websocket.py``).  The last line is ``median_ms=NN.N``, the median over the presses in the
latter, all panels together; the bar is 60 ms.

    python -m benchmarks.slider [--presses 100]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from course.websocket import OPTION
from tests.support import lab as driving
from tests.support import notebook as showing

BAR = 60.0  # ms
WARM_UP = 5
IMPORTS = (
    "from course.units.output_size import panels as output_size\n"
    "from course.units.padding import panels as padding"
)
PANELS = [  # what shows it, and the slider that is pressed
    ("output_size.windows(lambda W, F, S, P: 3)", "W"),
    ("output_size.staircase(lambda W, F, S, P: 3)", "S"),
    ("padding.padding(lambda H, F: 15)", "P"),
    ("padding.frameworks(lambda W, F, S: (4, 0, 1))", "W"),
]

WATCH = """root => {
    root.times = [];
    root.addEventListener('keydown', () => { root.pressed = performance.now(); }, true);
    new MutationObserver(() => root.times.push(performance.now() - root.pressed))
        .observe(root.querySelector('.widget-html-content'), {childList: true});
}"""


def measure(panel: showing.ShownPanel, slider: str, presses: int) -> list[float]:
    """Milliseconds from key press to picture, for ``presses`` presses to and fro."""
    panel.root.evaluate(WATCH)
    panel.handle(slider).focus()
    keyboard, element = panel.root.page.keyboard, panel.root.element_handle()
    for press in range(WARM_UP + presses):
        keyboard.press(("ArrowRight", "ArrowLeft")[press % 2])
        panel.root.page.wait_for_function(
            "([root, count]) => root.times.length >= count", arg=[element, press + 1]
        )
    times = panel.root.evaluate("root => root.times")
    if len(times) != WARM_UP + presses:
        raise RuntimeError(f"{len(times)} pictures for {WARM_UP + presses} presses")
    return times[WARM_UP:]


def measure_all(folder: Path, options: list[str], presses: int) -> list[float]:
    """Milliseconds of every press, on all panels, in a JupyterLab with ``options``."""
    configure(folder / "lab" / "config", options)
    every: list[float] = []
    with (
        driving.lab_server(folder / "lab") as lab,
        driving.chromium(folder / "chromium") as browser,
    ):
        opener = showing.Notebooks(lab, browser.new_page())
        notebook = opener.open("slider.ipynb", [IMPORTS, *(code for code, _ in PANELS)])
        notebook.run_all()
        for number, (code, slider) in enumerate(PANELS):
            times = measure(notebook.panel(number), slider, presses)
            every += times
            slow = statistics.quantiles(times, n=20)[-1]
            name = code.partition("(")[0]
            print(f"  {name:24} median {statistics.median(times):6.1f} ms   95 % {slow:6.1f} ms")
        opener.close()
    return every


def configure(folder: Path, options: list[str]) -> None:
    """Write command-line options of JupyterLab (``--Class.name=value``) as its configuration."""
    folder.mkdir(parents=True)
    config: dict[str, dict[str, str]] = {}
    for option in options:
        name, _, value = option.removeprefix("--").partition("=")
        section, _, trait = name.partition(".")
        config.setdefault(section, {})[trait] = value
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))


def main() -> None:
    """Measure, and print a line for each panel and the median last."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--presses", type=int, default=100, help="key presses for each panel")
    presses = parser.parse_args().presses
    missing = driving.what_is_missing()
    if missing:
        sys.exit(missing)
    medians = {}
    for how, options in {"as it comes": [], "as `course lab` starts it": [OPTION]}.items():
        print(f"JupyterLab {how}:")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            medians[how] = statistics.median(measure_all(Path(folder), options, presses))
        print(f"  {'all panels':24} median {medians[how]:6.1f} ms", flush=True)
    median = medians[how]
    print(f"{'under' if median <= BAR else 'OVER'} the bar of {BAR:.0f} ms")
    print(f"median_ms={median:.1f}")


if __name__ == "__main__":
    main()

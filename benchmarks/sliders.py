"""How long a slider's picture takes, from key press to new picture in JupyterLab in Chromium.

Starts a JupyterLab and a headless Chromium of its own and opens a notebook for each unit with every
panel of it, and below each panel the same picture as one draws it otherwise: by ``@interact``, with
matplotlib and ``plt.show()``.  It presses the arrow keys on a slider of each.  The page itself
takes the time, from the ``keydown`` event to the moment when the new picture stands in the document
(a plot: when its image is decoded), so that the driving adds nothing.

All that in JupyterLab as it comes; the panels once more as ``course lab`` starts it
(``course/websocket.py``).  The last line is ``median_ms=N p95_ms=N ratio=N.N``: median and 95th
percentile over the presses on all panels in JupyterLab as it comes, and the median of the plots
over that of the panels.  The bars are 60 ms, 100 ms and 2.4, and 100 ms until a panel stands still
after sixty events in a second.

    python -m benchmarks.sliders [--presses 40] [--units output_size padding]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from course.websocket import OPTION
from tests.support import lab as driving
from tests.support import notebook as showing
from tests.support.student import Student

MEDIAN, SLOW, RATIO = 60.0, 100.0, 2.4  # the bars: ms, ms, times
SETTLED = 100.0  # ms after the last of sixty events in a second
WARM_UP = 5
PANELS: dict[str, list[tuple[str, str]]] = {  # by unit: what shows it, and the slider pressed
    "start": [("box()", "W")],
    "convolution": [("place(lambda patch, weights, bias: 3)", "bias")],
    "output_size": [
        ("windows(lambda W, F, S, P: 3)", "W"),
        ("staircase(lambda W, F, S, P: 3)", "S"),
    ],
    "padding": [
        ("padding(lambda H, F: 15)", "P"),
        ("frameworks(lambda W, F, S: (4, 0, 1))", "W"),
    ],
    "parameters": [
        ("counts(*[lambda W, H, D, F, S, P, K: 456] * 3)", "K"),
        ("matrix(lambda kernel, W, H, S: [[0] * 12] * 6)", "F"),
        ("field(lambda layers: 5)", "F1"),
    ],
    "one_by_one": [
        ("pixel(lambda x, weights, bias: x)", "row"),
        ("bottleneck(lambda H, W, D, B, F, K: 7)", "B"),
        ("bend()", "x"),
    ],
    "pooling": [
        ("digit(lambda maps, F, S, P: maps)", "F"),
        ("borders()", "F"),
        ("table()", "row"),
    ],
    "equivariance": [("moving(lambda maps, down, right: maps)", "right"), ("difference()", "down")],
    "transposed": [
        ("stamps(lambda W, F, S, P: [1] * 9)", "F"),
        ("zeros(lambda row, weights, N, S, P: row)", "F"),
    ],
    "scaling": [
        ("neighbours(lambda X, i: 0)", "unit"),
        ("descent(lambda X, y, gap: 3)", "steps"),
        ("dropout(lambda x, u, p, training: x)", "percent"),
    ],
    "mnist": [
        ("stack(lambda *shape: 400)", "K1"),
        ("confusion(look.shares(net, some), some)", "said"),
        ("filters(net)", "filter"),
        ("maps(net, some)", "digit"),
        ("moved(net, some)", "right"),
        ("speed(bars)", "rung"),
    ],
}
PREPARED = {
    "mnist": "import torch\n"
    "from course.mnist.data import Digits\n"
    "from course.mnist.model import Net\n"
    "from course.pictures.speed import Bar\n"
    "from course.units.mnist import look\n"
    "torch.manual_seed(0)\n"
    "net = Net().eval()\n"
    "some = Digits(torch.randint(0, 256, (16, 28, 28), dtype=torch.uint8), torch.arange(16) % 10)\n"
    "bars = [Bar(f'rung {n}', 2.0 ** -n, 0.99, 'It helps. ' * 5) for n in range(8)]"
}
IMPORTS = """from course.units.{unit} import panels
from ipywidgets import IntSlider, interact
import matplotlib.pyplot as plt
from IPython.display import display
from benchmarks._plotted import figure_of

def compared(panel):
    sliders = {{name: IntSlider(slider.value, slider.min, slider.max, description=name)
               for name, slider in panel.sliders.items()}}
    @interact(**sliders)
    def draw(**values):
        figure = figure_of(panel._draw, values)
        plt.show() if plt.get_fignums() else display(figure)
"""

WATCH = """(root, picture) => {
    root.times = [];
    root.addEventListener('keydown', () => { root.pressed = performance.now(); }, true);
    const note = () => root.times.push(performance.now() - root.pressed);
    root.watching?.disconnect();
    if (picture) (root.watching = new MutationObserver(note)).observe(picture, {childList: true});
    else {
        let shown = root.querySelector('img').src;
        // an image that is replaced while it is decoded has a successor that shows the same
        const again = () => decoded(root.querySelector('img'));
        const decoded = image => image?.decode().then(note, again);
        new MutationObserver(() => {
            const image = root.querySelector('img');
            if (!image || image.src === shown) return;
            shown = image.src;
            decoded(image);
        }).observe(root, {childList: true, subtree: true, attributes: true,
                          attributeFilter: ['src']});
    }
}"""


# Sixty events within a second, the last of them at the end of the range: when it came, and each
# picture, with its time and its words.
SIXTY = """(input, [root, low, high]) => new Promise(end => {
    const alt = () => root.querySelector('figure [role=img]').getAttribute('aria-label');
    const shown = [];
    let last = 0;
    new MutationObserver(() => shown.push([performance.now(), alt()]))
        .observe(root.querySelector('.panel-stage > div'), {childList: true});
    let events = 0;
    const one = () => {
        input.value = events === 59 ? high : low + events % (high - low);
        input.dispatchEvent(new Event('input', {bubbles: true}));
        last = performance.now();
        if ((events += 1) < 60) setTimeout(one, 1000 / 60);
        else setTimeout(() => end([last, shown]), 1000);
    };
    one();
})"""


def settled(root: Any, handle: Any) -> float:
    """Milliseconds from the last of sixty events in a second to the last picture."""
    low, high = handle.evaluate("e => [e.min, e.max].map(Number)")
    last, shown = handle.evaluate(SIXTY, [root.element_handle(), low, high])
    return max(0.0, shown[-1][0] - last)


def measure(root: Any, handle: Any, presses: int) -> list[float]:
    """Milliseconds from key press to picture, for ``presses`` presses to and fro."""
    ours = root.locator(".panel-stage > div").first
    root.evaluate(WATCH, ours.element_handle() if ours.count() else None)
    handle.focus()
    keyboard, element = root.page.keyboard, root.element_handle()
    for press in range(WARM_UP + presses):
        keyboard.press(("ArrowRight", "ArrowLeft")[press % 2])
        root.page.wait_for_function(
            "([root, count]) => root.times.length >= count", arg=[element, press + 1]
        )
    times: list[float] = root.evaluate("root => root.times")
    if len(times) != WARM_UP + presses:
        raise RuntimeError(f"{len(times)} pictures for {WARM_UP + presses} presses")
    return times[WARM_UP:]


def measure_unit(
    opener: showing.Notebooks, unit: str, presses: int, compare: bool
) -> tuple[list[float], list[float]]:
    """The times of a unit's panels, and of the plots beside them where ``compare`` says so."""
    shown = [f"shown = panels.{call}\nshown" for call, _ in PANELS[unit]]
    plots = [f"compared(panels.{call})" for call, _ in PANELS[unit]]
    cells = [PREPARED.get(unit, "pass"), IMPORTS.format(unit=unit)]
    for pair in zip(shown, plots, strict=True):
        cells += pair if compare else pair[:1]
    student = Student(opener.open(f"{unit}.ipynb", cells))
    student.notebook.run_all()
    if student.tracebacks():
        raise RuntimeError(f"{unit}: a cell failed")
    ours, theirs = [], []
    for (call, slider), panel, plot in zip(PANELS[unit], shown, plots, strict=True):
        # the sliders stand in the same order in both
        place = int(student.notebook.value_of(f"list(panels.{call}.sliders).index({slider!r})"))
        own = student.panel(panel).root
        handle = own.locator(".panel-slider").nth(place).locator(showing.HANDLE).first
        times = measure(own, handle, presses)
        ours += times
        words = f"  {unit + '.' + call.partition('(')[0]:24} {_said(times)}"
        late = settled(own, handle)
        words += f"   {late:4.0f} ms after a fast drag{' OVER' if late > SETTLED else ''}"
        if compare:
            root = student.go_to(plot).locator(".widget-interact")
            root.locator("img").wait_for()
            handle = root.locator(".noUi-handle").nth(place)
            times = measure(root, handle, max(presses // 2, 10))
            theirs += times
            words += f"   by @interact {_said(times)}"
        print(words, flush=True)
    student.notebook.shut_down()
    return ours, theirs


def _said(times: list[float]) -> str:
    return f"median {statistics.median(times):6.1f} ms   95 % {_percentile(times):6.1f} ms"


def _percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def measure_all(
    folder: Path, options: list[str], units: list[str], presses: int, compare: bool
) -> tuple[list[float], list[float]]:
    """Milliseconds of every press, on panels and on plots, in a JupyterLab with ``options``."""
    configure(folder / "lab" / "config", options)
    ours: list[float] = []
    theirs: list[float] = []
    with (
        driving.lab_server(folder / "lab") as lab,
        driving.chromium(folder / "chromium") as browser,
    ):
        for unit in units:
            page = browser.new_page()
            more, others = measure_unit(showing.Notebooks(lab, page), unit, presses, compare)
            ours, theirs = ours + more, theirs + others
            page.close()
    return ours, theirs


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
    """Measure, and print a line for each panel and the figures last."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--presses", type=int, default=40, help="key presses for each panel")
    parser.add_argument("--units", nargs="*", choices=list(PANELS), default=list(PANELS))
    given = parser.parse_args()
    missing = driving.what_is_missing()
    if missing:
        sys.exit(missing)
    measured = {}
    for how, options in {"as `course lab` starts it": [OPTION], "as it comes": []}.items():
        print(f"JupyterLab {how}:")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            compare = not options
            measured = measure_all(Path(folder), options, given.units, given.presses, compare)
        print(f"  {'all panels':24} {_said(measured[0])}", flush=True)
    ours, theirs = measured
    median, slow = statistics.median(ours), _percentile(ours)
    ratio = statistics.median(theirs) / median
    print(f"  {'the same by @interact':24} {_said(theirs)}")
    kept = median <= MEDIAN and slow <= SLOW and ratio >= RATIO
    print(f"{'within' if kept else 'OUTSIDE'} the bars: {MEDIAN:.0f} ms, {SLOW:.0f} ms, {RATIO}")
    print(f"median_ms={median:.0f} p95_ms={slow:.0f} ratio={ratio:.1f}")


if __name__ == "__main__":
    main()

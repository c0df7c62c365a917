// Python, in a worker: it may be ended at any time without the page. It is asked one thing at a
// time, {number, ask, given}, and answers {number, answer} or {number, error}.
import { loadPyodide } from "./python/pyodide.mjs";

const here = new URL(".", self.location).href;
const ready = (async () => {
  const python = await loadPyodide({ indexURL: `${here}python/` });
  const { wheel } = await (await fetch("units.json")).json();
  python.unpackArchive(await (await fetch(wheel)).arrayBuffer(), "wheel");
  python.runPython("from course.trying import Trial");
  return python;
})();

let trial;

const asked = {
  begin(python, { unit, imports, texts }) {
    trial?.destroy();
    trial = python.globals.get("Trial")(unit, python.toPy(imports), python.toPy(texts));
  },
  check: (python, { name, text }) => trial.check(name, text),
  panel: (python, call) => plain(trial.panel(call)),
  picture: (python, values) => plain(trial.picture(python.toPy(values))),
};

function plain(proxy) {
  const value = proxy.toJs({ dict_converter: Object.fromEntries });
  proxy.destroy();
  return value;
}

self.onmessage = async ({ data: { number, ask, given } }) => {
  try {
    self.postMessage({ number, answer: await asked[ask](await ready, given) });
  } catch (problem) {
    self.postMessage({ number, error: String(problem.message ?? problem) });
  }
};

// The page: it shows an exercise, asks the worker, and ends the worker where a function does not end.
const SECONDS = 15; // that a check or a picture may take
const STARTING = 180; // and Python itself, on a slow machine

const part = id => document.getElementById(id);
const { units } = await (await fetch("units.json")).json();
const all = units.flatMap(unit => unit.exercises.map(exercise => ({ ...exercise, unit })));
let shown, endless, worker, waiting, number = 0, queue = Promise.resolve();

class Ended extends Error {}

function begin() {
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => { if (waiting?.number === data.number) waiting.settle(data); };
  worker.onerror = event => waiting?.settle({ error: event.message || "Python could not be started" });
}

// One question after the other: an answer, or an Ended where it did not come in time.
function ask(what, given, seconds = SECONDS) {
  const mine = queue.then(() => new Promise((resolve, reject) => {
    const clock = setTimeout(end, 1000 * seconds);
    const settle = ({ answer, error }) => {
      clearTimeout(clock);
      waiting = undefined;
      if (error === undefined) resolve(answer); else reject(new Error(error));
    };
    waiting = { number: number += 1, settle, stop() { clearTimeout(clock); waiting = undefined; reject(new Ended()); } };
    worker.postMessage({ number, ask: what, given });
  }));
  queue = mine.catch(() => {});
  return mine;
}

function end() {
  const stopped = waiting;
  worker.terminate();
  begin();
  stopped?.stop();
}

const kept = exercise => `try ${exercise.unit.package} ${exercise.name}`;
const written = exercise => localStorage.getItem(kept(exercise)) ?? exercise.stub;
const say = words => { part("status").textContent = words; };

async function inUnit(unit) {
  // what was written on another day counts; but not what has just been stopped
  const texts = all.filter(one => one.unit === unit).map(one => [one.name, one === endless ? one.stub : written(one)]);
  await ask("begin", { unit: unit.package, imports: unit.imports, texts: Object.fromEntries(texts) }, STARTING);
}

async function show(exercise) {
  const anew = shown?.unit !== exercise.unit;
  shown = exercise;
  part("text").innerHTML = exercise.html;
  part("answer").value = written(exercise);
  part("result").replaceChildren();
  part("panel").hidden = true;
  part("exercise").hidden = false;
  location.hash = `${exercise.unit.package}/${exercise.name}`;
  if (anew) await inUnit(exercise.unit);
  await showPanel();
}

let values = {};

async function showPanel() {
  const sliders = await ask("panel", shown.panel);
  part("panel").hidden = !sliders.length;
  if (!sliders.length) return;
  values = Object.fromEntries(sliders.map(one => [one.name, one.value]));
  part("sliders").replaceChildren(...sliders.map(slider));
  await draw();
}

function slider({ name, label, low, value, unit, names }) {
  const row = document.createElement("label"), said = document.createElement("span");
  const input = document.createElement("input"), readout = document.createElement("output");
  said.textContent = name.length === 1 ? `${name}  ${label}` : label;
  Object.assign(input, { type: "range", min: low, name });
  input.setAttribute("aria-label", label);
  row.append(said, input, readout);
  row.stand = (now, high) => {
    const words = names[now - low] ?? `${now} ${unit}${unit && now !== 1 ? "s" : ""}`.trim();
    Object.assign(input, { max: high, value: now });
    input.setAttribute("aria-valuetext", words);
    readout.textContent = words;
    values[name] = now;
  };
  row.stand(value, value);
  input.addEventListener("input", () => { values[name] = Number(input.value); follow(); });
  return row;
}

let drawing = false, again = false;

async function follow() { // the latest values only
  again = true;
  if (drawing) return;
  drawing = true;
  while (again) {
    again = false;
    await guarded(draw);
  }
  drawing = false;
}

async function draw() {
  const mine = { ...values };
  const { html, sliders } = await ask("picture", mine);
  part("picture").innerHTML = html;
  if (!again) for (const row of part("sliders").children) row.stand(...sliders[row.querySelector("input").name]);
}

async function guarded(work) {
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof Ended)) return say(`This did not work: ${problem.message}`);
    part("panel").hidden = true;
    endless = shown;
    say("Your function did not end, and was stopped. Which of your loops never comes to its end? Python starts again.");
    await inUnit(shown.unit);
    part("status").textContent += " It is back.";
  }
}

async function check() {
  const name = shown.name, text = part("answer").value;
  part("check").disabled = true;
  part("stop").hidden = false;
  say(`Checking ${name} …`);
  await guarded(async () => {
    part("result").innerHTML = await ask("check", { name, text });
    say("");
    await showPanel();
  });
  part("stop").hidden = true;
  part("check").disabled = false;
}

part("check").addEventListener("click", check);
part("stop").addEventListener("click", end);
part("afresh").addEventListener("click", () => {
  localStorage.removeItem(kept(shown));
  part("answer").value = shown.stub;
});
part("answer").addEventListener("input", () => localStorage.setItem(kept(shown), part("answer").value));
part("answer").addEventListener("keydown", event => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!part("check").disabled) check();
});
part("which").addEventListener("change", () => guarded(() => show(chosen())));

const chosen = () => all.find(one => kept(one) === part("which").value);

for (const unit of units) {
  const group = Object.assign(document.createElement("optgroup"), { label: unit.title });
  group.append(...all.filter(one => one.unit === unit).map(one => new Option(one.name, kept(one))));
  part("which").append(group);
}
const named = all.find(one => location.hash === `#${one.unit.package}/${one.name}`);
if (named) part("which").value = kept(named);

begin();
guarded(async () => {
  await show(chosen());
  say("Ready.");
  part("which").disabled = part("check").disabled = false;
});

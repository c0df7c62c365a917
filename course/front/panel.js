// One module draws every panel: its sliders (part "slider") and its picture (part "picture").
// The numbers are the kernel's: the page sends what was set, and shows what comes back.

function make(name, attributes, parent) {
  const element = document.createElement(name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  parent.appendChild(element);
  return element;
}

// Keys that move something here are no shortcuts of the notebook; all others stay what they are.
function own(element, keys) {
  element.addEventListener("keydown", event => {
    const run = event.shiftKey && event.key === "Enter"; // of a cell
    const command = event.ctrlKey || event.metaKey || event.altKey || run;
    if (!command && keys.includes(event.key)) event.stopPropagation();
  });
}

// What the page sends carries the acknowledgement of what it has received.  A server that waits for
// that before it sends the next small message (Nagle's algorithm) waits some 40 ms for a browser
// that says nothing: so the page says something, once the kernel's first words must be there.  Not
// while a drag goes on: each message costs the kernel time.
const WORDS = 18; // ms
let speaking = null;

function hurry(model) {
  clearTimeout(speaking);
  speaking = setTimeout(() => model.send({ do: "hurry" }), WORDS);
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

// ------------------------------------------------------------------------------------ a slider

function slider(model, el) {
  // Each widget has a copy of this module of its own: a counter would give the same names again.
  const id = `panel-slider-${Math.random().toString(36).slice(2)}`;
  const box = make("div", { class: "panel-slider" }, el);
  const label = make("label", { class: "panel-label", id: `${id}-label` }, box);
  const track = make("span", { class: "panel-track" }, box);
  own(track, [...ARROWS, "PageUp", "PageDown", " "]);

  const words = value => {
    const name = model.get("names")[value - model.get("min")], unit = model.get("unit");
    return name ?? (unit ? `${value} ${unit}${value === 1 ? "" : "s"}` : `${value}`);
  };
  const put = value => {
    if (value === model.get("value")) return;
    model.set("value", value);
    model.save_changes();
    hurry(model);
  };

  function range() {
    label.setAttribute("for", id);
    const input = make("input", { type: "range", id, class: "panel-range" }, track);
    const readout = make("span", { class: "panel-readout", "aria-hidden": "true" }, track);
    const read = value => {
      input.setAttribute("aria-valuetext", words(value));
      readout.textContent = model.get("names").length ? words(value) : value;
      readout.hidden = !model.get("readout");
    };
    input.addEventListener("input", () => {
      read(Number(input.value));
      if (model.get("continuous_update")) put(Number(input.value));
    });
    input.addEventListener("change", () => put(Number(input.value)));
    return () => {
      for (const name of ["min", "max", "step", "value"]) input[name] = model.get(name);
      input.disabled = model.get("disabled");
      read(model.get("value"));
    };
  }

  function toggle() {
    label.removeAttribute("for");
    const group = { role: "radiogroup", class: "panel-toggle", "aria-labelledby": label.id };
    const around = make("span", group, track);
    const values = [model.get("min"), model.get("max")];
    const inputs = values.map(value => {
      const one = make("label", {}, around);
      const input = make("input", { type: "radio", name: id, value }, one);
      make("span", {}, one).textContent = words(value);
      input.addEventListener("change", () => put(value));
      return input;
    });
    return () => inputs.forEach((input, place) => {
      input.checked = values[place] === model.get("value");
      input.disabled = model.get("disabled");
    });
  }

  let form, fit;
  const show = () => {
    const [low, high, step] = ["min", "max", "step"].map(name => model.get(name));
    const two = model.get("toggle") && high - low === step;
    const wanted = two ? `toggle ${low} ${high}` : "range";
    if (form !== wanted) {
      form = wanted;
      track.replaceChildren();
      fit = two ? toggle() : range();
    }
    label.replaceChildren();
    const symbol = model.get("symbol");
    if (symbol) make("b", { "aria-hidden": "true" }, label).textContent = symbol;
    label.append(symbol ? " " : "", model.get("description"));
    if (model.get("tooltip")) box.title = model.get("tooltip");
    fit();
  };

  const stop = model.get("playable") ? player(model, box, put) : () => {};
  const names = ["value", "min", "max", "step", "description", "disabled", "readout"];
  const events = names.map(name => `change:${name}`).join(" ");
  model.on(events, show);
  show();
  return () => { stop(); model.off(events, show); };
}

const BEAT = 700; // ms between two steps

function player(model, box, put) {
  const button = make("button", { type: "button", class: "panel-play" }, box);
  own(button, [" ", "Enter"]);
  let beat = null;
  const show = () => {
    button.textContent = beat ? "❚❚" : "▶";
    button.setAttribute("aria-label", `${beat ? "pause" : "play"}: ${model.get("description")}`);
  };
  const stop = () => { clearInterval(beat); beat = null; show(); };
  const next = () => {
    const value = model.get("value") + model.get("step");
    if (value > model.get("max") || !button.isConnected) stop();
    else put(value);
  };
  button.addEventListener("click", () => {
    if (beat) return stop();
    if (model.get("value") >= model.get("max")) put(model.get("min"));
    beat = setInterval(next, BEAT);
    show();
  });
  box.addEventListener("input", stop);
  show();
  return stop;
}

// ---------------------------------------------------------------------------------- a picture

const QUIET = 400; // ms without a new picture, after which it is said and kept in the notebook

function picture(model, el) {
  const stage = make("div", { class: "panel-stage" }, el);
  const shown = make("div", {}, stage);
  const live = make("div", { class: "panel-live", role: "status" }, el);
  const fold = make("details", { class: "panel-table" }, el);
  make("summary", {}, fold).textContent = "Show as table";
  own(fold, [" ", "Enter"]);
  const table = make("div", {}, fold);
  const places = spots(model, stage, shown);
  let number = -1, said = null, quiet = null;

  const alt = () => shown.querySelector("[role=img]")?.getAttribute("aria-label") ?? "";
  const show = () => {
    if (model.get("number") < number) return; // never an older one after a newer one
    number = model.get("number");
    shown.innerHTML = model.get("value");
    fold.hidden = !model.get("has_table");
    if (said === null) said = alt();
    else {
      clearTimeout(quiet);
      quiet = setTimeout(settled, QUIET);
    }
    places.follow();
  };
  const settled = () => {
    const before = new Set(sentences(said)), now = alt();
    live.textContent = sentences(now).find(sentence => !before.has(sentence)) ?? "";
    said = now;
    model.send({ do: "keep" });
  };
  const tabulate = () => { table.innerHTML = model.get("table"); };
  fold.addEventListener("toggle", () => {
    model.set("unfolded", fold.open);
    model.save_changes();
  });
  fold.open = model.get("unfolded");
  model.on("change:table", tabulate);
  model.on("change:number", show);
  tabulate();
  show();
  return () => {
    clearTimeout(quiet);
    places.stop();
    model.off("change:table", tabulate);
    model.off("change:number", show);
  };
}

const sentences = words => words.split(/(?<=[.:;]) /);

// What can be clicked is marked in the picture: data-spot says how many rows and columns of cells
// lie there, and what a cell sets.  Over each mark lies an element that stays when the picture
// changes, so that a drag goes on and the keyboard's focus is kept.
function spots(model, stage, shown) {
  let turn = 0;

  function valuesAt(mark, [row, column]) {
    const values = {};
    for (const name in mark.sets) {
      const [rows, columns] = mark.sets[name];
      values[name] = rows[row] + columns[column];
    }
    return values;
  }
  function choose(spot, cell) {
    spot.now = cell;
    spot.moved = performance.now();
    say(spot);
    model.set("chosen", { values: valuesAt(spot.mark, cell), turn: turn += 1 });
    model.save_changes();
    hurry(model);
  }
  function say(spot) {
    const [row, column] = spot.now, [rows, columns] = spot.mark.size;
    const where = [];
    if (rows > 1) where.push(`row ${row}`);
    if (columns > 1) where.push(`column ${column}`);
    spot.setAttribute("aria-label", spot.mark.says);
    spot.tabIndex = spot.mark.tab ? 0 : -1;
    if (rows * columns === 1) spot.setAttribute("role", "button");
    else {
      spot.setAttribute("role", "slider");
      spot.setAttribute("aria-valuemin", 0);
      spot.setAttribute("aria-valuemax", rows * columns - 1);
      spot.setAttribute("aria-valuenow", row * columns + column);
      spot.setAttribute("aria-valuetext", where.join(", "));
    }
  }
  function cellUnder(spot, event) {
    const box = spot.getBoundingClientRect(), [rows, columns] = spot.mark.size;
    const place = (at, start, length, cells) =>
      Math.min(Math.max(Math.floor((at - start) / length * cells), 0), cells - 1);
    return [place(event.clientY, box.top, box.height, rows),
            place(event.clientX, box.left, box.width, columns)];
  }
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // The next cell in a direction that sets something else.
  function beyond(spot, [down, right]) {
    const [rows, columns] = spot.mark.size, before = valuesAt(spot.mark, spot.now);
    let [row, column] = spot.now;
    do {
      row += down;
      column += right;
      if (row < 0 || column < 0 || row >= rows || column >= columns) return spot.now;
    } while (same(valuesAt(spot.mark, [row, column]), before));
    return [row, column];
  }
  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function add() {
    const spot = make("div", { class: "panel-spot", tabindex: 0 }, stage);
    own(spot, [...ARROWS, " ", "Enter"]);
    let drag = false;
    const follow = event => {
      const cell = cellUnder(spot, event);
      if (!same(cell, spot.now) || drag === "begins") choose(spot, cell);
      drag = true;
    };
    spot.addEventListener("pointerdown", event => {
      if (event.button) return;
      event.preventDefault();
      spot.setPointerCapture(event.pointerId);
      spot.focus({ preventScroll: true, focusVisible: false });
      drag = "begins";
      follow(event);
    });
    spot.addEventListener("pointermove", event => { if (drag) follow(event); });
    for (const end of ["pointerup", "pointercancel"])
      spot.addEventListener(end, () => { drag = false; });
    spot.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const columns = spot.mark.size[1];
      if (event.key in MOVES) choose(spot, beyond(spot, MOVES[event.key]));
      else if (event.key === "Home") choose(spot, [spot.now[0], 0]);
      else if (event.key === "End") choose(spot, [spot.now[0], columns - 1]);
      else if (event.key === " " || event.key === "Enter") choose(spot, spot.now);
      else return;
      event.preventDefault();
    });
    return spot;
  }

  const list = [];
  function place() {
    const marks = [...shown.querySelectorAll("[data-spot]")];
    while (list.length > marks.length) list.pop().remove();
    while (list.length < marks.length) list.push(add());
    const frame = stage.getBoundingClientRect();
    const boxes = marks.map(mark => mark.getBoundingClientRect());
    marks.forEach((mark, number) => {
      const spot = list[number], box = boxes[number];
      spot.mark = JSON.parse(mark.dataset.spot);
      if (!(performance.now() - spot.moved < QUIET)) spot.now = spot.mark.now;
      spot.style.cssText = `left:${box.left - frame.left}px;top:${box.top - frame.top}px;` +
        `width:${box.width}px;height:${box.height}px`;
      say(spot);
    });
  }
  let asked = 0;
  const follow = () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(place); };
  const sizes = new ResizeObserver(follow);
  sizes.observe(stage);
  shown.addEventListener("scroll", follow, true); // a picture that is wider than the page
  return { follow, stop: () => { cancelAnimationFrame(asked); sizes.disconnect(); } };
}

const PARTS = { slider, picture };

export default { render: ({ model, el }) => PARTS[model.get("part")](model, el) };

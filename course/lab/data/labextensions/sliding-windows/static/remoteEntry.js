// A student's JupyterLab: tabs are called like their units, and the start page is read anew when it
// is shown.  Written by hand as the container that JupyterLab loads: it needs nothing to be built.
(() => {
  const NOTEBOOK = "unit.ipynb";
  const START = "START.md";

  /** What a tab is called, or null where its own name tells enough. */
  function title(path) {
    const parts = path.split("/");
    if (parts.pop() !== NOTEBOOK || parts.length === 0) return path === START ? "Start" : null;
    return parts.join("/").replaceAll("-", " ");
  }

  // The title itself stays as it is: whoever changes it renames the file.
  const STYLE = `
    .lm-TabBar-tab[data-unit] .lm-TabBar-tabLabel { display: none; }
    #jp-main-dock-panel .lm-TabBar-tab[data-unit]::after { content: attr(data-unit) !important;
      all: unset; flex: 1 1 auto; order: 1; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; }
    .lm-TabBar-tab[data-unit] .lm-TabBar-tabCloseIcon { order: 2; }`;

  function call(widget) {
    const unit = title(widget.context.path);
    if ((widget.title.dataset.unit ?? null) === unit) return;
    const { unit: before, ...others } = widget.title.dataset;
    widget.title.dataset = unit === null ? others : { ...others, unit };
  }

  function follow(widget, seen) {
    if (!widget?.context || seen.has(widget)) return;
    seen.add(widget);
    widget.title.changed.connect(() => call(widget));
    call(widget);
  }

  const plugin = {
    id: "sliding-windows:student",
    autoStart: true,
    activate(app) {
      const style = document.createElement("style");
      style.textContent = STYLE;
      document.head.append(style);
      const seen = new WeakSet();
      const all = () => Array.from(app.shell.widgets("main")).forEach((one) => follow(one, seen));
      app.shell.layoutModified?.connect(all);
      app.restored.then(all);
      app.shell.currentChanged?.connect((_, { newValue }) => {
        const context = newValue?.context;
        if (context?.path === START && context.isReady && !context.model.dirty) context.revert();
      });
    },
  };

  globalThis._JUPYTERLAB = globalThis._JUPYTERLAB || {};
  globalThis._JUPYTERLAB["sliding-windows"] = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();

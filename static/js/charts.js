// Draws every [data-figure]. The attribute names a <script type="application/json"> that holds a card's payload
// (vibes/charts/card.py): the figure for light and dark, wide and narrow, the sheet for downloads, and the CSV.
// Needs window.Plotly (static/vendor/plotly). A [data-download="png|svg|csv"][data-for] button saves a file.

const NARROW = 560;
const CONFIG = {
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  responsive: false, // the ResizeObserver below does it: it also changes the variant and keeps the height
  displayModeBar: false,
  modeBarButtonsToRemove: ["toImage", "sendChartToCloud", "lasso2d", "select2d", "autoScale2d"],
  typesetMath: false,
  doubleClick: "reset",
};
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();
let printing = false;

function payloadOf(id) {
  const source = document.getElementById(id);
  return source && JSON.parse(source.textContent);
}

function variant(payload, width) {
  const theme = dark.matches && !printing ? "dark" : "light";
  return payload[theme][width < NARROW ? "narrow" : "wide"];
}

function show(element, state) {
  const width = element.clientWidth;
  if (!width) return;
  const figure = variant(state.payload, width);
  if (figure !== state.figure) {
    state.figure = figure;
    // Plotly writes into what it draws: it gets a copy, the payload stays as it came.
    const { data, layout } = structuredClone(figure);
    Plotly.react(element, data, { ...layout, width }, CONFIG);
  } else if (width !== state.width) {
    Plotly.relayout(element, { width });
  }
  state.width = width;
}

function draw(element) {
  const payload = payloadOf(element.dataset.figure);
  if (drawn.has(element) || !payload) return;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", payload.label);
  if (!window.Plotly) {
    element.textContent = "The figure could not be loaded. The table below holds the same numbers.";
    return;
  }
  const state = { payload, figure: null, width: 0 };
  drawn.set(element, state);
  state.resize = new ResizeObserver(() => show(element, state));
  state.resize.observe(element);
  show(element, state);
}

function drawAll() {
  for (const [element, state] of drawn) {
    if (!element.isConnected) {
      state.resize.disconnect();
      Plotly.purge(element);
      drawn.delete(element);
    }
  }
  document.querySelectorAll("[data-figure]").forEach(draw);
}

function redraw() {
  drawn.forEach((state, element) => show(element, state));
}

function save(href, name) {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

async function download(kind, payload) {
  if (kind === "csv") {
    const href = URL.createObjectURL(new Blob(["\ufeff", payload.csv], { type: "text/csv;charset=utf-8" }));
    save(href, `${payload.file}.csv`);
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    return;
  }
  const { data, layout } = structuredClone(payload.sheet);
  const size = { width: layout.width, height: layout.height, scale: kind === "png" ? 2 : 1 };
  save(await Plotly.toImage({ data, layout, config: CONFIG }, { format: kind, ...size }), `${payload.file}.${kind}`);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-download]");
  const payload = button && payloadOf(button.dataset.for);
  if (!payload) return;
  download(button.dataset.download, payload).catch(() => {
    button.textContent = "not saved";
  });
});
document.addEventListener("htmx:after:settle", drawAll);
dark.addEventListener("change", redraw);
addEventListener("beforeprint", () => {
  printing = true;
  redraw();
});
addEventListener("afterprint", () => {
  printing = false;
  redraw();
});
drawAll();

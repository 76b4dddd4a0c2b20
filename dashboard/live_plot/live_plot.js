// Draws a Plotly figure into one element for as long as the page lives. Streamlit calls the
// default export again for every message and every change of theme; between messages newer
// versions of a live figure come from its feed.

const SPRITE_GAP = 14; // pixels between a point and its image: the hover label stands beside it
const plots = new WeakMap(); // canvas -> what is wanted there and what is drawn
let loading = null;

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".live-plot");
  const canvas = root.querySelector(".live-plot-canvas");
  if (!plots.has(canvas)) plots.set(canvas, { root, canvas, drawn: null, observer: null });
  const plot = plots.get(canvas);
  plot.click = (said) => setTriggerValue("clicked", said);
  const message = new TextDecoder().decode(data);
  // The page's own message again is older than what has come from the feed since.
  if (plot.told !== message) receive(plot, { message, tag: null });
  else if (window.Plotly) draw(window.Plotly, plot);
  plot.told = message;

  // Streamlit also calls this after a run that a newer one overtook: then the element lives on.
  return () => {
    if (root.isConnected) return;
    clearTimeout(plot.timer);
    if (!plot.observer) return;
    plot.observer.disconnect();
    plot.sliders?.disconnect();
    window.Plotly.purge(canvas);
  };
}

function receive(plot, { message, tag }) {
  const end = message.indexOf("\n");
  const head = JSON.parse(message.slice(0, end));
  plot.root.style.height = `${head.height}px`;
  plot.root.setAttribute("aria-label", head.meta.alt ?? "");
  const held = head.meta.columns?.held;
  plot.earlier = held ? firstColumns(columnsOf(plot), held) : null;
  plot.figure = message.slice(end + 1);
  plot.meta = head.meta;
  plot.tag = tag;
  loadPlotly(head.plotly)
    .then((Plotly) => draw(Plotly, plot))
    .catch((error) => say(plot.root, `The figure cannot be drawn: ${error.message}`));
  look(plot, head.feed);
}

// Later: for what is newer. Nobody looks at a page in a hidden tab.
function look(plot, feed) {
  clearTimeout(plot.timer);
  plot.feed = feed;
  if (!feed) return;
  plot.timer = setTimeout(async () => {
    const found = document.hidden ? null : await newer(plot, feed).catch(() => null);
    // Meanwhile the page may have told of another one, or have gone.
    if (plot.feed !== feed || !plot.root.isConnected) return;
    if (found) receive(plot, found);
    else look(plot, feed);
  }, 1000 * feed.seconds);
}

// Null when nothing is newer or what was looked at is gone. When nobody answers it fails, and is
// tried again: the page itself says when its server is away.
async function newer(plot, feed) {
  const held = plot.meta.columns ? `&held=${plot.meta.columns.mark}` : "";
  const answer = await fetch(`${base()}${feed.path}${held}`, {
    headers: plot.tag ? { "If-None-Match": plot.tag } : {},
    cache: "no-store",
  });
  return answer.ok ? { message: await answer.text(), tag: answer.headers.get("ETag") } : null;
}

// Of the lab, whatever the base path or the proxy: Streamlit's own scripts lie in static/js/ there.
function base() {
  return new URL("../../", document.querySelector('script[src*="static/js/"]').src).href;
}

function loadPlotly(file) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${base()}app/static/${file}`;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      script.remove();
      loading = null; // the next message tries again
      reject(new Error(`${script.src} did not load. Is the server still running?`));
    };
    document.head.append(script);
  });
  return loading;
}

async function draw(Plotly, plot) {
  const { root, canvas, figure: text, meta } = plot;
  const page = pageColours(root);
  const narrow = meta.narrow && canvas.offsetWidth < meta.narrow.below;
  const says = meta.turned && slidersSay(meta.turned);
  const wanted = [text, JSON.stringify(page), narrow, says].join();
  if (!root.isConnected || plot.drawn === wanted) return;
  plot.drawn = wanted;

  const figure = JSON.parse(inMode(text, meta, isDark(page.paper) ? "dark" : "light"));
  // Plotly puts a uid into a CSS selector when it clears a plot.
  for (const trace of figure.data) trace.uid = trace.uid?.replace(/[^\w-]/g, "_");
  if (plot.earlier) Object.assign(figure.data[0], addEarlier(plot.earlier, figure.data[0]));
  if (says) turnBranch(figure.data, meta.turned, says);
  if (narrow) merge(figure.layout, meta.narrow.layout);
  merge(figure.layout.template.layout, templateOf(page));
  await Plotly.react(canvas, figure.data, figure.layout, CONFIG);
  say(root, "");
  if (!plot.observer) attach(Plotly, plot);
}

function attach(Plotly, plot) {
  const { canvas } = plot;
  canvas.on("plotly_click", ({ points: [point] }) => {
    const { run_id, clicked } = point.data.meta ?? {};
    const said = point.customdata ?? run_id ?? point[clicked];
    if (said !== undefined) plot.click(said);
  });
  canvas.on("plotly_hover", ({ points: [point] }) => showSprite(plot, point));
  canvas.on("plotly_unhover", () => (spriteOf(plot).hidden = true));
  plot.observer = new ResizeObserver(async () => {
    if (!canvas.offsetWidth) return; // hidden: in a closed tab or expander
    await draw(Plotly, plot);
    Plotly.Plots.resize(canvas);
  });
  plot.observer.observe(canvas);
  if (plot.meta.turned) plot.sliders = followSliders(plot.meta.turned, () => draw(Plotly, plot));
}

// The image of a point, above it or below where there is no room: a tile of one sheet of images.
function showSprite(plot, { bbox, pointNumber }) {
  const { sprites } = plot.meta;
  if (!sprites || !bbox) return;
  const { columns, rows, source } = sprites;
  const share = (place, count) => `${(100 * place) / Math.max(count - 1, 1)}%`;
  const sprite = spriteOf(plot);
  sprite.hidden = false;
  const above = bbox.y0 - sprite.offsetHeight - SPRITE_GAP;
  Object.assign(sprite.style, {
    backgroundImage: `url(${source})`,
    backgroundSize: `${100 * columns}% ${100 * rows}%`,
    backgroundPosition: [
      share(pointNumber % columns, columns),
      share(Math.floor(pointNumber / columns), rows),
    ].join(" "),
    left: `${(bbox.x0 + bbox.x1 - sprite.offsetWidth) / 2}px`,
    top: `${above < 0 ? bbox.y1 + SPRITE_GAP : above}px`,
  });
}

function spriteOf({ root }) {
  return root.querySelector(".live-plot-sprite");
}

function say(root, sentence) {
  const note = root.querySelector(".live-plot-note");
  note.textContent = sentence;
  note.hidden = !sentence;
}

function pageColours(root) {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    paper: read("background-color"),
    ink: read("text-color"),
    grid: read("border-color-light"),
    font: read("font"),
  };
}

// The paper has the page's colour, not none: a downloaded picture can then be read in dark mode too.
function templateOf({ paper, ink, grid, font }) {
  const axis = { gridcolor: grid, linecolor: grid };
  return {
    font: { color: ink, family: font },
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    hoverlabel: { bgcolor: paper, bordercolor: grid, font: { color: ink } },
    xaxis: axis,
    yaxis: axis,
  };
}

// The figure comes in the mode that the server believed in; its meta knows the other one's colours.
function inMode(text, { mode, other_mode: swaps }, wanted) {
  if (!swaps || mode === wanted) return text;
  return text.replace(/#[0-9a-f]{6}/g, (colour) => swaps[colour] ?? colour);
}

function isDark(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour; // normalised to #rrggbb
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(probe.fillStyle.slice(i, i + 2), 16));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

function merge(target, patch) {
  for (const [name, value] of Object.entries(patch)) {
    if (typeof value === "object") merge((target[name] ??= {}), value);
    else target[name] = value;
  }
}

const CONFIG = {
  displaylogo: false,
  scrollZoom: false, // the wheel moves the page, over a landscape too
  modeBarButtons: [["resetScale2d", "toImage"]],
  toImageButtonOptions: { scale: 2, filename: "depth-lab" },
};

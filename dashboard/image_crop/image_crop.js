// A square on a picture: dragged or resized by pointer (mouse, pen, touch) or keys. All lengths
// are pixels of the picture itself. Streamlit calls the default export again for every message.

const crops = new WeakMap(); // root element -> what is shown there
const PAUSE = 400; // ms after the last key until the nets are asked

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".image-crop");
  if (!crops.has(root)) crops.set(root, attach(root));
  const crop = crops.get(root);
  crop.tell = (square) => setStateValue("square", square);
  show(crop, data);
  return () => {
    if (root.isConnected || !crop.url) return;
    URL.revokeObjectURL(crop.url);
    crop.url = null;
  };
}

function attach(root) {
  const find = (selector) => root.querySelector(selector);
  const crop = {
    image: find("img"),
    frame: find(".image-crop-square"),
    output: find("output"),
    note: find(".image-crop-note"),
    foot: find(".image-crop-foot"),
    shown: null, // length of the message: each picture has an element of its own
    url: null,
    least: 1,
    square: null,
    timer: null,
  };
  crop.image.onload = () => reset(crop);
  crop.image.onerror = () => fail(crop);
  crop.frame.onpointerdown = (event) => drag(crop, event);
  crop.frame.onkeydown = (event) => key(crop, event);
  find("button").onclick = () => {
    reset(crop);
    tell(crop, null);
  };
  return crop;
}

function show(crop, data) {
  if (crop.url && crop.shown === data.length) return;
  const end = data.indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(data.subarray(0, end)));
  crop.shown = data.length;
  crop.least = head.least;
  crop.url = URL.createObjectURL(new Blob([data.subarray(end + 1)]));
  crop.image.alt = head.alt;
  crop.image.src = crop.url;
}

function fail(crop) {
  crop.frame.hidden = crop.image.hidden = crop.foot.hidden = true;
  crop.note.hidden = false;
  crop.note.textContent = "This browser cannot show the picture, so there is nothing to drag on.";
}

function size(crop) {
  return [crop.image.naturalWidth, crop.image.naturalHeight];
}

function reset(crop) {
  const [width, height] = size(crop);
  const side = Math.min(width, height);
  crop.square = {
    left: Math.floor((width - side) / 2),
    top: Math.floor((height - side) / 2),
    side,
  };
  draw(crop);
}

function draw(crop) {
  const { left, top, side } = crop.square;
  const [width, height] = size(crop);
  const style = crop.frame.style;
  style.left = `${(100 * left) / width}%`;
  style.top = `${(100 * top) / height}%`;
  style.width = `${(100 * side) / width}%`;
  style.height = `${(100 * side) / height}%`;
  crop.frame.hidden = false;
  crop.output.textContent = `${side} x ${side} of ${width} x ${height} pixels`;
  crop.frame.setAttribute(
    "aria-label",
    `The part that the nets see: ${side} pixels a side, ${left} from the left, ${top} from the` +
      " top. Arrow keys move it, plus and minus resize it.",
  );
}

function drag(crop, event) {
  event.preventDefault();
  crop.frame.focus();
  const scale = crop.image.naturalWidth / crop.image.getBoundingClientRect().width;
  const start = { ...crop.square };
  const corner = event.target.dataset.corner?.split(" ").map(Number);
  crop.frame.setPointerCapture(event.pointerId);
  crop.frame.onpointermove = (now) => {
    const x = (now.clientX - event.clientX) * scale;
    const y = (now.clientY - event.clientY) * scale;
    crop.square = corner ? resized(crop, start, corner, x, y) : moved(crop, start, x, y);
    draw(crop);
  };
  crop.frame.onpointerup = crop.frame.onpointercancel = () => {
    crop.frame.onpointermove = crop.frame.onpointerup = crop.frame.onpointercancel = null;
    if (!same(start, crop.square)) tell(crop, crop.square);
  };
}

function moved(crop, { left, top, side }, x, y) {
  const [width, height] = size(crop);
  return {
    left: between(0, Math.round(left + x), width - side),
    top: between(0, Math.round(top + y), height - side),
    side,
  };
}

// The corner opposite the dragged one stays where it is.
function resized(crop, { left, top, side }, [right, down], x, y) {
  const [width, height] = size(crop);
  const room = Math.min(
    right > 0 ? width - left : left + side,
    down > 0 ? height - top : top + side,
  );
  const longer = Math.round(side + (right * x + down * y) / 2);
  const wanted = between(Math.min(crop.least, room), longer, room);
  return {
    left: right > 0 ? left : left + side - wanted,
    top: down > 0 ? top : top + side - wanted,
    side: wanted,
  };
}

function key(crop, event) {
  const move = KEYS[event.key];
  if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const step = Math.max(1, Math.round(Math.min(...size(crop)) / (event.shiftKey ? 10 : 50)));
  const start = crop.square;
  crop.square = move(crop, start, step);
  draw(crop);
  clearTimeout(crop.timer);
  if (!same(start, crop.square)) crop.timer = setTimeout(() => tell(crop, crop.square), PAUSE);
}

function tell(crop, square) {
  clearTimeout(crop.timer);
  crop.tell(square);
}

function between(least, value, most) {
  return Math.max(least, Math.min(value, most));
}

function same(one, other) {
  return one.left === other.left && one.top === other.top && one.side === other.side;
}

const KEYS = {
  ArrowLeft: (crop, square, step) => moved(crop, square, -step, 0),
  ArrowRight: (crop, square, step) => moved(crop, square, step, 0),
  ArrowUp: (crop, square, step) => moved(crop, square, 0, -step),
  ArrowDown: (crop, square, step) => moved(crop, square, 0, step),
  "+": (crop, square, step) => resized(crop, square, [1, 1], step, step),
  "-": (crop, square, step) => resized(crop, square, [1, 1], -step, -step),
};

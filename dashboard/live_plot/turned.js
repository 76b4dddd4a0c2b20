// Maps of a block whose branch two sliders of the page turn, worked out here while a slider moves:
// in float32 and in the order of the net's own arithmetic, so that they are the net's own numbers.

function slidersSay({ sliders }) {
  return Object.entries(sliders).map(([label, told]) => {
    const slider = document.querySelector(`input[type=range][aria-label="${label}"]`);
    return slider ? Math.round(100 * slider.valueAsNumber) / 100 : told;
  });
}

// Streamlit tells the server where a slider stands once it is let go; until then only the page.
function followSliders({ sliders }, moved) {
  const observer = new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.ariaLabel in sliders)) moved();
  });
  observer.observe(document.body, { subtree: true, attributeFilter: ["aria-valuetext"] });
  return observer;
}

// A trace comes with x, and F(x) where the branch shall be; sum and output have empty places.
function turnBranch(traces, { starts, width, adds, rectifies }, [scale, bias]) {
  const [s, b] = [scale, bias].map(Math.fround);
  for (const trace of traces) {
    const lines = readLines(trace.z);
    for (const line of lines) {
      for (let column = 0; column < width; column++) {
        const branch = Math.fround(Math.fround(s * line[starts.branch + column]) + b);
        const total = adds ? Math.fround(branch + line[starts.x + column]) : branch;
        line[starts.branch + column] = branch;
        if (adds) line[starts.sum + column] = total;
        line[starts.output + column] = rectifies ? Math.max(total, 0) : total;
      }
    }
    trace.z = lines;
  }
}

function readLines({ bdata, shape }) {
  const bytes = Uint8Array.from(atob(bdata), (letter) => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  const [, across] = shape.split(",").map(Number);
  return Array.from({ length: numbers.length / across }, (_, line) =>
    numbers.subarray(line * across, (line + 1) * across),
  );
}

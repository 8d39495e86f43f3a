import SignaturePad from "signature_pad";

// A pad whose canvas is as sharp as the screen, black on white in every mode.
export function pad(canvas, changed = () => {}) {
  const made = new SignaturePad(canvas, { penColor: "#000", backgroundColor: "#fff", minWidth: 1, maxWidth: 2.5 });
  function fit() {
    const drawn = made.toData();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    made.clear();
    made.fromData(drawn);
  }
  fit();
  new ResizeObserver(fit).observe(canvas);
  made.addEventListener("endStroke", changed);
  return made;
}

const tenth = (number) => Math.round(number * 10) / 10;

export const strokes = (data) => data.map((group) => group.points.map(({ x, y }) => [tenth(x), tenth(y)]));

// As the server asks of a signature: the pen travels.
export function isSigned(data) {
  let ink = 0;
  for (const stroke of strokes(data)) {
    for (let n = 1; n < stroke.length; n += 1) ink += Math.hypot(stroke[n][0] - stroke[n - 1][0], stroke[n][1] - stroke[n - 1][1]);
  }
  return ink >= 40;
}

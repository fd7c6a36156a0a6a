/* The shapes of points, on the map and in its keys. */

// ------------------------------------------------------------------ marks

function corners(c, x, y, r, places) {
  c.beginPath();
  places.forEach(([a, b], k) => (k ? c.lineTo(x + a * r, y + b * r) : c.moveTo(x + a * r, y + b * r)));
  c.closePath();
  c.fill();
  c.stroke();
}

const marks = {
  dot(c, x, y, r) {
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fill();
    c.stroke();
  },
  diamond(c, x, y, r) {
    c.beginPath();
    c.moveTo(x, y - r * 1.25);
    c.lineTo(x + r * 1.25, y);
    c.lineTo(x, y + r * 1.25);
    c.lineTo(x - r * 1.25, y);
    c.closePath();
    c.fill();
    c.stroke();
  },
  ring(c, x, y, r, colour) {
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fillStyle = "#ffffff";
    c.fill();
    c.strokeStyle = colour;
    c.lineWidth = Math.max(1.8, r * 0.55);
    c.stroke();
  },
  square(c, x, y, r) {
    c.fillRect(x - r, y - r, 2 * r, 2 * r);
    c.strokeRect(x - r, y - r, 2 * r, 2 * r);
  },
  hole(c, x, y, r, colour) {
    c.globalAlpha = 0.16;
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fill();
    c.globalAlpha = 1;
    c.strokeStyle = colour;
    c.lineWidth = 1.8;
    c.stroke();
  },
  dashed(c, x, y, r, colour) {
    c.setLineDash([4, 3]);
    marks.hole(c, x, y, r, colour);
    c.setLineDash([]);
  },
  speck(c, x, y, r) {
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fill();
  },
  hollow(c, x, y, r, colour) {
    c.lineWidth = 1.4;
    c.strokeStyle = colour;
    c.fillStyle = "#ffffff";
    marks.square(c, x, y, r * 0.85);
  },
  plus(c, x, y, r) {
    corners(c, x, y, r * 0.36, [[-1, -3], [1, -3], [1, -1], [3, -1], [3, 1], [1, 1], [1, 3], [-1, 3], [-1, 1], [-3, 1], [-3, -1], [-1, -1]]);
  },
  cross(c, x, y, r) {
    c.translate(x, y);
    c.rotate(Math.PI / 4);
    marks.plus(c, 0, 0, r);
    c.rotate(-Math.PI / 4);
    c.translate(-x, -y);
  },
  target(c, x, y, r, colour) {
    c.strokeStyle = colour;
    c.lineWidth = 2;
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    [[-1, 0], [1, 0], [0, -1], [0, 1]].forEach(([a, b]) => {
      c.moveTo(x + a * r * 0.4, y + b * r * 0.4);
      c.lineTo(x + a * r * 1.7, y + b * r * 1.7);
    });
    c.stroke();
  },
  up(c, x, y, r) { corners(c, x, y, r, [[0, -1.25], [1.15, 0.85], [-1.15, 0.85]]); },
  down(c, x, y, r) { corners(c, x, y, r, [[0, 1.25], [-1.15, -0.85], [1.15, -0.85]]); },
  right(c, x, y, r) { corners(c, x, y, r, [[1.25, 0], [-0.85, 1.15], [-0.85, -1.15]]); },
  left(c, x, y, r) { corners(c, x, y, r, [[-1.25, 0], [0.85, -1.15], [0.85, 1.15]]); },
  house(c, x, y, r) { corners(c, x, y, r, [[0, -1.2], [1, -0.2], [1, 1], [-1, 1], [-1, -0.2]]); },
  hexagon(c, x, y, r) { corners(c, x, y, r, [[-0.6, -1], [0.6, -1], [1.15, 0], [0.6, 1], [-0.6, 1], [-1.15, 0]]); },
  pin(c, x, y, r) {
    c.beginPath();
    c.arc(x, y - 1.7 * r, r, Math.PI * 0.82, Math.PI * 2.18);
    c.lineTo(x, y);
    c.closePath();
    c.fill();
    c.stroke();
  },
  plate(c, x, y, r) {
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(x - r * 0.5, y - 0.75 * r);
    c.lineTo(x - r, y - 0.75 * r);
    c.lineTo(x - r, y - 2.6 * r);
    c.lineTo(x + r, y - 2.6 * r);
    c.lineTo(x + r, y - 0.75 * r);
    c.lineTo(x + r * 0.5, y - 0.75 * r);
    c.closePath();
    c.fill();
    c.stroke();
  },
};

function draw(c, mark, x, y, r) {
  c.globalAlpha = 1;
  c.fillStyle = mark[0];
  c.strokeStyle = mark[1] === "square" ? "#12372a" : "#ffffff";
  c.lineWidth = mark[1] === "diamond" ? 1 : 0.9;
  if (mark[3]) { // open: what is planned
    c.fillStyle = "#ffffff";
    c.strokeStyle = mark[0];
    c.lineWidth = 1.7;
  }
  marks[mark[1]](c, x, y, r, mark[0]);
}

function swatch(mark) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = make("canvas", { class: "gp-swatch", width: 22 * ratio, height: 18 * ratio, "aria-hidden": "true" });
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  const tall = mark[1] === "pin" || mark[1] === "plate";
  draw(c, mark, 11, tall ? 16 : 9, tall ? 5 : 5 * (mark[2] || 1));
  return canvas;
}

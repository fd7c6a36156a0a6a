/* A grid over points, made once: which of them lie in a view is told by the squares it touches. */

// ------------------------------------------------------------------ finding points by place

const PER_SQUARE = 12;

function gridOf(points) {
  const n = points.size;
  let west = Infinity;
  let east = -Infinity;
  let north = Infinity;
  let south = -Infinity;
  for (let i = 0; i < n; i += 1) {
    west = Math.min(west, points.px[i]);
    east = Math.max(east, points.px[i]);
    north = Math.min(north, points.py[i]);
    south = Math.max(south, points.py[i]);
  }
  const side = Math.max(Math.sqrt(((east - west) * (south - north) * PER_SQUARE) / Math.max(n, 1)),
    (east - west) / 2000, (south - north) / 2000, 1e-9) || 1;
  const columns = n ? Math.floor((east - west) / side) + 1 : 0;
  const rows = n ? Math.floor((south - north) / side) + 1 : 0;
  const square = new Int32Array(n);
  const start = new Int32Array(columns * rows + 1);
  for (let i = 0; i < n; i += 1) {
    square[i] = Math.floor((points.py[i] - north) / side) * columns + Math.floor((points.px[i] - west) / side);
    start[square[i] + 1] += 1;
  }
  for (let k = 0; k < columns * rows; k += 1) start[k + 1] += start[k];
  const next = start.slice();
  const order = new Int32Array(n);
  for (let i = 0; i < n; i += 1) {
    order[next[square[i]]] = i;
    next[square[i]] += 1;
  }
  return { west, north, side, columns, rows, start, order };
}

// Call `visit` for each point in a box [west, north, east, south] of zoom 0.
function eachIn(points, box, visit) {
  points.grid = points.grid || gridOf(points);
  const { west, north, side, columns, rows, start, order } = points.grid;
  const first = Math.max(0, Math.floor((box[0] - west) / side));
  const last = Math.min(columns - 1, Math.floor((box[2] - west) / side));
  const lowest = Math.min(rows - 1, Math.floor((box[3] - north) / side));
  for (let row = Math.max(0, Math.floor((box[1] - north) / side)); row <= lowest; row += 1) {
    if (first > last) return;
    const end = start[row * columns + last + 1];
    for (let k = start[row * columns + first]; k < end; k += 1) {
      const i = order[k];
      const x = points.px[i];
      const y = points.py[i];
      if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]) visit(i);
    }
  }
}

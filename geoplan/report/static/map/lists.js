/* Undoes the short lists of layers/coding.py: places from differences, texts from their numbers. */

// ------------------------------------------------------------------ reading the lists

function running(steps) {
  const values = new Float64Array(steps.length);
  let sum = 0;
  for (let i = 0; i < steps.length; i += 1) {
    sum += steps[i];
    values[i] = sum / DEGREE;
  }
  return values;
}

const at = (column, i) => column.values[column.index[i]];

// Mercator at zoom 0, so that drawing needs only a product and a sum.
function projected(set) {
  const size = set.x.length;
  set.lon = running(set.x);
  set.lat = running(set.y);
  set.px = new Float64Array(size);
  set.py = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const point = map.project([set.lat[i], set.lon[i]], 0);
    set.px[i] = point.x;
    set.py[i] = point.y;
  }
  return set;
}

function rings(commune) {
  return commune.map((polygon) => polygon.map((steps) => {
    const points = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push([y / DEGREE, x / DEGREE]);
    }
    return points;
  }));
}

const communes = projected(data.communes);
communes.shapes = communes.rings.map(rings);
const communeOf = new Map(communes.code.map((code, i) => [code, i]));
const communeName = (code) => (communeOf.has(code) ? communes.name[communeOf.get(code)] : code);
const hamlets = projected(data.hamlets.points);
const unplaced = data.hamlets.unplaced;
const positions = projected(data.positions);
const holes = projected(data.holes);
const proposals = projected(data.proposals);

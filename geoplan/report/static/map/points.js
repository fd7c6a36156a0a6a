/* All points on one canvas: drawing them, counting them where they are many, and finding one. */

// ------------------------------------------------------------------ the canvas

const MOST_POINTS = 3000; // above so many in view, a set is drawn as counts
const BIN_PIXELS = 72;
const ALL_FROM_ZOOM = 16;
const MOST_LABELS = 300;

const Points = L.Layer.extend({
  onAdd() {
    this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated gp-points");
    this._canvas.setAttribute("aria-hidden", "true");
    this.getPane().appendChild(this._canvas);
    this._reset();
  },
  onRemove() {
    this._canvas.remove();
  },
  getEvents() {
    return { viewreset: this._reset, moveend: this._reset, resize: this._reset, zoomanim: this._animate, move: this._follow };
  },
  // Draw again with what is shown now.
  redraw() {
    if (this._frame) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = null;
      classify();
      this._draw();
    });
  },
  // The handle between before and after stands still while the map is moved under it.
  _follow() {
    if (state.swipe !== null && !map._animatingZoom) this._reset();
  },
  _animate(event) {
    const scale = map.getZoomScale(event.zoom, this._zoom);
    const corner = map._latLngBoundsToNewLayerBounds(this._bounds, event.zoom, event.center).min;
    L.DomUtil.setTransform(this._canvas, corner, scale);
  },
  _reset() {
    const size = map.getSize();
    const margin = size.multiplyBy(0.12).round();
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(margin).round();
    const whole = size.add(margin.multiplyBy(2));
    const ratio = this.sharpness || Math.min(window.devicePixelRatio || 1, 2);
    this._corner = corner;
    this._margin = margin;
    this._size = whole;
    this._ratio = ratio;
    this._zoom = map.getZoom();
    this._bounds = L.latLngBounds(map.layerPointToLatLng(corner), map.layerPointToLatLng(corner.add(whole)));
    if (this._canvas.width !== whole.x * ratio || this._canvas.height !== whole.y * ratio) {
      this._canvas.width = whole.x * ratio;
      this._canvas.height = whole.y * ratio;
      this._canvas.style.width = whole.x + "px";
      this._canvas.style.height = whole.y + "px";
    }
    L.DomUtil.setTransform(this._canvas, corner, 1);
    this._draw();
  },
  _draw() {
    if (!sets[0].kept) classify();
    const c = this._canvas.getContext("2d");
    const scale = map.getZoomScale(this._zoom, 0);
    const origin = map.getPixelOrigin().add(this._corner);
    this._place = (points, i) => [points.px[i] * scale - origin.x, points.py[i] * scale - origin.y];
    this._box = [(origin.x - 40) / scale, (origin.y - 40) / scale,
      (origin.x + this._size.x + 40) / scale, (origin.y + this._size.y + 40) / scale];
    c.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
    c.clearRect(0, 0, this._size.x, this._size.y);
    if (this.sharpness) drawGroundOnPaper(c, this._corner, scale);
    this._hits = [];
    if (state.swipe === null) this._drawSide(c, BEFORE, 0, this._size.x);
    else {
      const split = this._margin.x + state.swipe * map.getSize().x;
      this._drawSide(c, BEFORE, 0, split);
      this._drawSide(c, AFTER, split, this._size.x);
    }
  },
  _drawSide(c, side, left, right) {
    this._side = side;
    this._span = [left, right];
    c.save();
    c.beginPath();
    c.rect(left, 0, right - left, this._size.y);
    c.clip();
    this._labels = [];
    this._named = [];
    sets.forEach((set) => this._drawSet(c, set, set.kept[side]));
    if (state.labels) this._drawLabels(c);
    c.restore();
  },
  _drawSet(c, set, kept) {
    const on = set.marks.map((mark, k) => set.shows(k));
    const rows = this._rowsInView(set.points, kept, on);
    const many = rows.length > MOST_POINTS && this._zoom < ALL_FROM_ZOOM;
    const byClass = set.marks.map(() => []);
    if (!many) rows.forEach((i) => byClass[kept[i]].push(i));
    // A name may hide covered hamlets, which are many, but none that lacks signal.
    byClass.forEach((ones, k) => {
      if (state.names && set.name === "hamlets" && k === 1) this._drawNames(c);
      ones.forEach((i) => this._drawOne(c, set, set.marks[k], i));
    });
    if (many) this._drawBins(c, set, rows, kept);
  },
  _rowsInView(points, kept, on) {
    if (!on.some(Boolean)) return [];
    const rows = new Int32Array(points.size);
    let n = 0;
    eachIn(points, this._box, (i) => {
      if (kept[i] < 0 || !on[kept[i]]) return;
      rows[n] = i;
      n += 1;
    });
    return rows.subarray(0, n);
  },
  _drawOne(c, set, mark, i) {
    const [x, y] = this._place(set.points, i);
    const r = set.radius(i, this._zoom, mark);
    draw(c, mark, x, y, r);
    if (set.label) this._label(c, set.label(i), x, y - r * 1.7);
    if (set.name === "hamlets" && this._zoom >= 12.5) this._labels.push([i, x, y, r]);
    if (x >= this._span[0] && x <= this._span[1]) this._hits.push([set, i, x, y - (set.lift || 0), r]);
  },
  // Squares of the screen that stay with the ground: one circle each, its ring shared by classes.
  _drawBins(c, set, rows, kept) {
    const { px, py } = set.points;
    const scale = map.getZoomScale(this._zoom, 0);
    const origin = map.getPixelOrigin().add(this._corner);
    const shift = sets.indexOf(set) * 0.37; // so that two sets do not lie on each other
    const first = Math.floor((this._box[0] * scale) / BIN_PIXELS + shift);
    const top = Math.floor((this._box[1] * scale) / BIN_PIXELS + shift);
    const columns = Math.floor((this._box[2] * scale) / BIN_PIXELS + shift) - first + 1;
    const bins = [];
    for (let k = 0; k < rows.length; k += 1) {
      const i = rows[k];
      const x = px[i] * scale;
      const y = py[i] * scale;
      const key = (Math.floor(y / BIN_PIXELS + shift) - top) * columns + Math.floor(x / BIN_PIXELS + shift) - first;
      let bin = bins[key];
      if (!bin) {
        bin = { n: 0, x: 0, y: 0, of: set.marks.map(() => 0), west: x, east: x, north: y, south: y };
        bins[key] = bin;
      }
      bin.n += 1;
      bin.x += x - origin.x;
      bin.y += y - origin.y;
      bin.of[kept[i]] += 1;
      if (x < bin.west) bin.west = x;
      else if (x > bin.east) bin.east = x;
      if (y < bin.north) bin.north = y;
      else if (y > bin.south) bin.south = y;
    }
    bins.forEach((bin) => this._drawBin(c, set, bin));
  },
  _drawBin(c, set, bin) {
    const x = bin.x / bin.n;
    const y = bin.y / bin.n;
    const r = Math.min(27, 9 + 4.4 * Math.log10(bin.n));
    c.globalAlpha = 1;
    c.fillStyle = "#ffffff";
    c.beginPath();
    c.arc(x, y, r + 1.2, 0, 7);
    c.fill();
    let from = -Math.PI / 2;
    c.lineWidth = 4;
    bin.of.forEach((n, k) => {
      if (!n) return;
      const to = from + (2 * Math.PI * n) / bin.n;
      c.strokeStyle = set.marks[k][0];
      c.beginPath();
      c.arc(x, y, r - 2, from, to);
      c.stroke();
      from = to;
    });
    c.fillStyle = "#1c2733";
    c.font = "600 11px 'Be Vietnam Pro', sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillText(bin.n >= 10000 ? `${number(bin.n / 1000)}k` : number(bin.n), x, y + 0.5);
    const bounds = L.latLngBounds(
      map.unproject([bin.west, bin.south], this._zoom), map.unproject([bin.east, bin.north], this._zoom));
    const many = { name: "bin", of: set, n: bin.n, bounds, points: { lat: [bounds.getCenter().lat], lon: [bounds.getCenter().lng] },
      title: () => `${set.kind(0)}: ${number(bin.n)}`, kind: () => words.many_here };
    this._hits.push([many, 0, x, y, r]);
  },
  _label(c, text, x, y) {
    c.fillStyle = "#ffffff";
    c.font = "600 10px 'Be Vietnam Pro', sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillText(text, x, y + 0.5);
  },
  _written(c, text, x, y, colour) {
    c.globalAlpha = 1;
    c.lineJoin = "round";
    c.strokeStyle = "rgba(255,255,255,0.92)";
    c.lineWidth = 3.5;
    c.strokeText(text, x, y);
    c.fillStyle = colour;
    c.fillText(text, x, y);
  },
  _drawNames(c) {
    if (this._zoom < (this.sharpness ? 8 : 10)) return;
    const taken = this._named;
    c.font = "600 11px 'Be Vietnam Pro', sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    for (let i = 0; i < communes.px.length; i += 1) {
      const [x, y] = this._place(communes, i);
      const text = shortened(communes.name[i]);
      const half = c.measureText(text).width / 2 + 4;
      const clash = taken.some((box) => Math.abs(box[0] - x) < box[2] + half && Math.abs(box[1] - y) < 15);
      if (clash) continue;
      taken.push([x, y, half]);
      this._written(c, text, x, y, "#33415c");
    }
  },
  // Names of hamlets from close by, those without signal first, none upon another.
  _drawLabels(c) {
    const taken = this._named.map(([x, y, half]) => [x - half, x + half, y]);
    const rank = (i) => -setNamed("hamlets").kept[this._side][i];
    const inside = this._labels.filter(([, x, y]) => x > 0 && y > 0 && x < this._size.x && y < this._size.y);
    inside.sort((a, b) => rank(a[0]) - rank(b[0]) || (hamlets.people[b[0]] || 0) - (hamlets.people[a[0]] || 0) || a[0] - b[0]);
    c.font = "11px 'Be Vietnam Pro', sans-serif";
    c.textAlign = "left";
    c.textBaseline = "middle";
    inside.slice(0, MOST_LABELS).forEach(([i, x, y, r]) => {
      const text = shortened(at(hamlets.name, i));
      const left = x + r + 4;
      const right = left + c.measureText(text).width;
      const clash = taken.some((box) => left < box[1] + 4 && right > box[0] - 4 && Math.abs(box[2] - y) < 14);
      if (clash) return;
      taken.push([left, right, y]);
      this._written(c, text, left, y + 0.5, "#1c2733");
    });
  },
  // What lies under a point of the map, the uppermost and nearest first.
  find(point, slack) {
    const x = point.x - this._corner.x;
    const y = point.y - this._corner.y;
    const found = [];
    for (let k = this._hits.length - 1; k >= 0; k -= 1) {
      const [set, i, hx, hy, r] = this._hits[k];
      const distance = Math.hypot(hx - x, hy - y);
      if (distance <= r + slack) found.push({ set, i, rank: distance - (set.name === "proposals" ? 1e3 : 0) });
    }
    return found.sort((a, b) => a.rank - b.rank).slice(0, 12);
  },
  // Points that are drawn one by one in the view, nearest to its middle first.
  inView() {
    const size = map.getSize();
    const within = ([set, , x, y]) => set.name !== "bin" && set.name !== "typed"
      && x >= this._margin.x && y >= this._margin.y && x <= this._margin.x + size.x && y <= this._margin.y + size.y;
    const far = ([, , x, y]) => Math.hypot(x - this._size.x / 2, y - this._size.y / 2);
    return this._hits.filter(within).sort((a, b) => far(a) - far(b)).map(([set, i]) => ({ set, i }));
  },
});

const shortened = (text) => (text.length > 40 ? text.slice(0, 39) + "…" : text);

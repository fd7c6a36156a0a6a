/* All points on one canvas: drawing them, and finding what lies under the pointer. */

// ------------------------------------------------------------------ sets of points

const base = (zoom) => Math.max(2.6, Math.min(8, 2.6 + (zoom - 8.5) * 0.85));
const statusOrder = ["covered", "dead_spot", "white"];
const countClass = (i) => Math.min(positions.count[i] || 1, theme.count.length) - 1;
const holeRadius = (i, zoom) => base(zoom) * (1.1 + Math.min(2.6, Math.sqrt((holes.people[i] || 0) / 90)));

// Each set: which of its points show, in passes from below to above, and how large they are.
const sets = [
  {
    name: "positions", points: positions,
    passes: () => theme.count.map((mark, k) => ({ mark, show: (i) => state.count[k] && countClass(i) === k })),
    radius: (i, zoom, mark) => base(zoom) * 0.85 * mark[2],
    title: (i) => positions.id[i],
  },
  {
    name: "holes", points: holes,
    passes: () => ["partial", "total"].map((kind) => ({
      mark: theme.holes[kind],
      show: (i) => state.holes[kind] && at(holes.kind, i) === kind && at(holes.technology, i) === state.technology,
    })),
    radius: holeRadius,
    title: (i) => say("n_people", { n: number(holes.people[i]) }),
  },
  {
    name: "hamlets", points: hamlets,
    passes: () => statusOrder.map((status) => ({
      mark: theme.status[status],
      show: (i) => state.status[status] && at(hamlets.status[state.technology], i) === status
        && (!state.near || hamlets.near[i] === "1"),
    })),
    radius: (i, zoom, mark) => base(zoom) * mark[2],
    title: (i) => at(hamlets.name, i),
  },
  {
    name: "proposals", points: proposals,
    passes: () => ["new", "existing"].map((kind) => ({
      mark: theme.proposals[kind],
      show: (i) => state.proposals[kind] && at(proposals.kind, i) === kind,
    })),
    radius: (i, zoom) => Math.max(7, Math.min(9, zoom - 1)),
    title: (i) => say("proposal", { rank: proposals.rank[i] }),
    label: (i) => String(proposals.rank[i]),
    lift: 14,
  },
];

// ------------------------------------------------------------------ the canvas

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
    return { viewreset: this._reset, moveend: this._reset, resize: this._reset, zoomanim: this._animate };
  },
  redraw() {
    if (this._frame) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = null;
      this._draw();
    });
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
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this._corner = corner;
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
    const c = this._canvas.getContext("2d");
    const zoom = this._zoom;
    c.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
    c.clearRect(0, 0, this._size.x, this._size.y);
    const scale = map.getZoomScale(zoom, 0);
    const origin = map.getPixelOrigin().add(this._corner);
    const place = (points, i) => [points.px[i] * scale - origin.x, points.py[i] * scale - origin.y];
    this._hits = [];
    // A name may hide covered hamlets, which are many, but none that lacks signal.
    sets.forEach((set) => set.passes().forEach((pass, k) => {
      if (state.names && set.name === "hamlets" && k === 1) this._drawNames(c, zoom, place);
      this._drawPass(c, set, pass, zoom, place);
    }));
  },
  _drawPass(c, set, { mark, show }, zoom, place) {
    const { points } = set;
    for (let i = points.px.length - 1; i >= 0; i -= 1) {
      if (!show(i)) continue;
      const [x, y] = place(points, i);
      if (x < -40 || y < -40 || x > this._size.x + 40 || y > this._size.y + 40) continue;
      const r = set.radius(i, zoom, mark);
      draw(c, mark, x, y, r);
      if (set.label) this._label(c, set.label(i), x, y - r * 1.7);
      this._hits.push([set, i, x, y - (set.lift || 0), r]);
    }
  },
  _label(c, text, x, y) {
    c.fillStyle = "#ffffff";
    c.font = "600 10px 'Be Vietnam Pro', sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillText(text, x, y + 0.5);
  },
  _drawNames(c, zoom, place) {
    if (zoom < 10) return;
    const taken = [];
    c.font = "600 11px 'Be Vietnam Pro', sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineJoin = "round";
    for (let i = 0; i < communes.px.length; i += 1) {
      const [x, y] = place(communes, i);
      const half = c.measureText(communes.name[i]).width / 2 + 4;
      const clash = taken.some((box) => Math.abs(box[0] - x) < box[2] + half && Math.abs(box[1] - y) < 15);
      if (clash) continue;
      taken.push([x, y, half]);
      c.strokeStyle = "rgba(255,255,255,0.9)";
      c.lineWidth = 3.5;
      c.strokeText(communes.name[i], x, y);
      c.fillStyle = "#33415c";
      c.fillText(communes.name[i], x, y);
    }
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
});

/* The movable map of geoplan: draws what maps.py wrote, on one canvas, from short lists.
   Written for browsers of 2023 on (Chrome 109). Text from data goes in as text, never as HTML. */
/* global L */
function geoplanMap(map) {
  "use strict";

  const data = JSON.parse(document.getElementById("gp-data").textContent);
  const words = data.words;
  const theme = data.theme;
  const DEGREE = 1e5;
  const byId = (id) => document.getElementById(id);
  const narrow = window.matchMedia("(max-width: 760px)");

  // ------------------------------------------------------------------ words and numbers

  function say(name, values) {
    return words[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  }

  function number(value, decimals) {
    if (value === null || value === undefined || !isFinite(value)) return "–";
    const parts = value.toFixed(decimals || 0).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, data.format.group);
    return parts.join(data.format.decimal);
  }

  // A share is never rounded up to 100 % nor down to 0 %.
  function percent(part, whole) {
    if (!whole) return "–";
    let value = Math.round((part / whole) * 1000) / 10;
    if (value >= 100 && part < whole) value = 99.9;
    if (value <= 0 && part > 0) value = 0.1;
    return number(value, 1) + "%";
  }

  const folded = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase()
      .replace(/\s+/g, " ").trim();

  const items = (text) => (text ? text.split(";").map((item) => item.trim()).filter(Boolean) : []);

  // ------------------------------------------------------------------ elements

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => {
      if (name === "class") element.className = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
    });
    children.flat(Infinity).forEach((child) => {
      if (child !== null && child !== undefined && child !== "") element.append(child);
    });
    return element;
  }

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

  // ------------------------------------------------------------------ what is shown

  const state = {
    technology: data.start,
    choropleth: true,
    names: true,
    near: false,
    status: { covered: true, dead_spot: true, white: true },
    count: [false, false, false, false],
    holes: { total: false, partial: false },
    proposals: { existing: true, new: true },
  };

  // ------------------------------------------------------------------ communes

  ["gpGround", "gpArea"].forEach((name, i) => {
    map.createPane(name).style.zIndex = 250 + 50 * i;
    map.getPane(name).style.pointerEvents = "none";
  });
  const ground = L.canvas({ pane: "gpGround", padding: 0.4 });
  const polygons = communes.shapes.map((shape) => L.polygon(shape, {
    renderer: ground, interactive: false, color: "#ffffff", weight: 1.2, fillOpacity: 1, smoothFactor: 0.6,
  }).addTo(map));

  function known(i) {
    const status = communes.status[state.technology];
    const good = (status.covered[i] || 0) + (status.dead_spot[i] || 0);
    return { good, all: good + (status.white[i] || 0) };
  }

  function groundColour(i) {
    if (!state.choropleth) return "#f4f1e8";
    const { good, all } = known(i);
    if (!all) return theme.noData;
    return theme.notWhite.find((step) => good / all >= step[0])[1];
  }

  function paintGround() {
    polygons.forEach((polygon, i) => polygon.setStyle({ fillColor: groundColour(i) }));
  }

  function inside(latlng, shape) {
    return shape.some((polygon) => {
      let odd = false;
      polygon.forEach((ring) => {
        for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
          const a = ring[i];
          const b = ring[j];
          if ((a[0] > latlng.lat) !== (b[0] > latlng.lat)
            && latlng.lng < ((b[1] - a[1]) * (latlng.lat - a[0])) / (b[0] - a[0]) + a[1]) odd = !odd;
        }
      });
      return odd;
    });
  }

  function communeAt(latlng) {
    return communes.shapes.findIndex(
      (shape, i) => polygons[i].getBounds().contains(latlng) && inside(latlng, shape));
  }

  const picked = L.polygon([], {
    renderer: ground, interactive: false, color: "#12344d", weight: 2.5, fill: false, smoothFactor: 0.6,
  }).addTo(map);

  // ------------------------------------------------------------------ marks

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
      sets.forEach((set) => this._drawSet(c, set, zoom, place));
      if (state.names) this._drawNames(c, zoom, place);
    },
    _drawSet(c, set, zoom, place) {
      const { points } = set;
      set.passes().forEach(({ mark, show }) => {
        for (let i = points.px.length - 1; i >= 0; i -= 1) {
          if (!show(i)) continue;
          const [x, y] = place(points, i);
          if (x < -40 || y < -40 || x > this._size.x + 40 || y > this._size.y + 40) continue;
          const r = set.radius(i, zoom, mark);
          draw(c, mark, x, y, r);
          if (set.label) this._label(c, set.label(i), x, y - r * 1.7);
          this._hits.push([set, i, x, y - (set.lift || 0), r]);
        }
      });
    },
    _label(c, text, x, y) {
      c.fillStyle = "#ffffff";
      c.font = "600 10px 'Be Vietnam Pro', sans-serif";
      c.textAlign = "center";
      c.textBaseline = "middle";
      c.fillText(text, x, y + 0.5);
    },
    _drawNames(c, zoom, place) {
      if (zoom < 9.4) return;
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

  // ------------------------------------------------------------------ popups

  function table(rows) {
    return make("dl", { class: "gp-facts" }, rows.filter(Boolean).map(([term, value]) =>
      make("div", {}, make("dt", {}, term), make("dd", {}, value))));
  }

  const chip = (text, colour) => {
    const element = make("span", { class: "gp-chip" }, text);
    if (colour) element.style.setProperty("--chip", colour);
    return element;
  };

  const operatorChips = (text) => {
    const names = items(text);
    if (!names.length) return words.no_operator;
    return make("span", { class: "gp-chips" }, names.map((name) => chip(name, theme.operators[name])));
  };

  const card = (kind, title, ...content) =>
    make("article", { class: "gp-card" }, make("p", { class: "gp-kind" }, kind), make("h3", {}, title), content);

  const labels = Object.fromEntries(data.technologies);

  function statusLine(i, technology) {
    const status = at(hamlets.status[technology], i);
    return make("div", { class: "gp-status" },
      make("b", {}, labels[technology]), swatch(theme.status[status] || theme.status.unknown),
      make("span", {}, words[status] || status));
  }

  const cards = {
    hamlets(i) {
      const people = hamlets.people[i] === null ? null
        : number(hamlets.people[i]) + (hamlets.estimated[i] === "1" ? ` (${words.estimated})` : "");
      const technologies = Object.keys(hamlets.operators);
      const notes = [];
      if (hamlets.near[i] === "1") notes.push(make("p", { class: "gp-near" }, words.near));
      if (hamlets.clusters[i] !== "1" && at(hamlets.status.MBB, i) === "covered") {
        notes.push(make("p", { class: "gp-remark" }, words.clusters_unknown));
      }
      const source = at(hamlets.source, i);
      return card(at(hamlets.kind, i) || words.hamlet, at(hamlets.name, i),
        make("p", { class: "gp-where" }, communeName(at(hamlets.commune, i))), notes,
        make("div", { class: "gp-statuses" }, Object.keys(hamlets.status).map((name) => statusLine(i, name))),
        table([
          [words.people, people || "–"],
          ...technologies.map((name) => [`${words.operators}, ${name}`, operatorChips(at(hamlets.operators[name], i))]),
          hamlets.people[i] === null ? null : [`${words.served_people}, ${labels[state.technology]}`,
            number(hamlets.served[state.technology][i])],
          source ? [words.source, words["source_" + source] || source] : null,
        ]), make("p", { class: "gp-id" }, hamlets.id[i]));
    },
    positions(i) {
      const count = positions.count[i];
      const members = items(positions.members[i]);
      const identity = at(positions.identity, i);
      return card(words.position, positions.id[i],
        make("p", { class: "gp-where" }, communeName(at(positions.commune, i))),
        table([
          [count === 1 ? words.one_operator : say("n_operators", { n: number(count) }), operatorChips(at(positions.operators, i))],
          [words.technologies, items(at(positions.technologies, i)).join(", ")],
          [words.members, make("span", {}, members.slice(0, 8).join(", "),
            members.length > 8 ? ", " + say("more", { n: members.length - 8 }) : "")],
          identity ? [words.identity, words["identity_" + identity] || identity] : null,
        ]));
    },
    holes(i) {
      const kind = at(holes.kind, i);
      return card(say("hole_at", { technology: at(holes.technology, i) }), words["hole_" + kind] || kind,
        make("p", { class: "gp-where" }, communeName(at(holes.commune, i))),
        table([
          [words.people, number(holes.people[i])],
          [words.hamlets_touched, number(holes.hamlets[i])],
          [words.missing, operatorChips(at(holes.missing, i))],
        ]));
    },
    proposals(i) {
      const gains = proposals.gains[i];
      const most = Math.max(1, ...gains.map((gain) => gain[1] || 0));
      const bars = make("ul", { class: "gp-gains" }, gains.map(([name, people]) => {
        const bar = make("i", {});
        bar.style.width = Math.max(1, (100 * (people || 0)) / most) + "%";
        bar.style.background = theme.operators[name] || "#555";
        return make("li", {}, make("span", {}, name), make("span", { class: "gp-bar" }, bar), make("b", {}, number(people)));
      }));
      const cost = proposals.cost[i] === null ? null
        : number(proposals.cost[i]) + (at(proposals.basis, i) === "assumed" ? ` (${words.assumed})` : "");
      return card(`${say("proposal", { rank: proposals.rank[i] })} · ${at(proposals.technology, i)}`,
        words[at(proposals.kind, i)] || at(proposals.kind, i),
        make("p", { class: "gp-where" }, communeName(at(proposals.commune, i))),
        table([
          proposals.site[i] ? [words.site, proposals.site[i]] : null,
          [words.first_operator, number(proposals.people[i])],
          [words.hamlets_gained, number(proposals.hamlets[i])],
          [words.sum, number(proposals.sum[i])],
          [words.opened_by, operatorChips(at(proposals.operators, i))],
          cost ? [words.cost, cost] : null,
        ]),
        gains.length ? make("h4", {}, words.who_gains) : "", gains.length ? bars : "");
    },
    communes(i) {
      const technologies = Object.keys(communes.status);
      const head = make("tr", {}, make("td", {}), technologies.map((name) => make("th", { scope: "col" }, labels[name])));
      const row = (title, value) => make("tr", {}, make("th", { scope: "row" }, title),
        technologies.map((name) => make("td", {}, value(communes.status[name]))));
      const knownOf = (s) => (s.covered[i] || 0) + (s.dead_spot[i] || 0) + (s.white[i] || 0);
      const missing = unplacedIn(communes.code[i]);
      return card(words.commune, communes.name[i],
        make("table", { class: "gp-small" }, make("thead", {}, head), make("tbody", {},
          row(words.share, (s) => percent((s.covered[i] || 0) + (s.dead_spot[i] || 0), knownOf(s))),
          row(words.white_short, (s) => number(s.white[i])),
          row(words.dead_spot_short, (s) => number(s.dead_spot[i])),
          row(words.covered_short, (s) => number(s.covered[i])))),
        table([
          [words.hamlets_total, number(communes.hamlets[i])],
          communes.unknown[i] ? [words.unknown, number(communes.unknown[i])] : null,
          communes.people[i] === null ? null : [words.people, number(communes.people[i])],
          [words.position_count, `${number(communes.positions[i])} (${words.position_shared}: ${number(communes.shared[i])})`],
        ]),
        missing.length ? make("p", { class: "gp-remark" }, `${words.unknown}: ${missing.slice(0, 6).join(", ")}`
          + (missing.length > 6 ? ", " + say("more", { n: missing.length - 6 }) : "")) : "");
    },
  };

  function unplacedIn(code) {
    return unplaced.id.map((id, i) => i).filter((i) => at(unplaced.commune, i) === code).map((i) => at(unplaced.name, i));
  }

  const popup = L.popup({ maxWidth: narrow.matches ? 292 : 330, minWidth: 230, maxHeight: 420, className: "gp-popup" });

  // Where a popup may not come to lie: under the buttons and the open legend.
  function keepClear() {
    const legend = byId("gp-legend");
    const right = narrow.matches ? 62 : legend.open ? legend.offsetWidth + 26 : 58;
    popup.options.autoPanPaddingTopLeft = L.point(14, narrow.matches ? 62 : 14);
    popup.options.autoPanPaddingBottomRight = L.point(right, 40);
  }

  // Show one of several things that lie in one place, with a way to the others.
  function show(found, k, latlng) {
    const { set, i } = found[k];
    const content = cards[set.name](i);
    if (found.length > 1) {
      const step = (by) => () => show(found, (k + by + found.length) % found.length, latlng);
      content.append(make("nav", { class: "gp-steps" },
        make("button", { type: "button", onclick: step(-1) }, "‹ " + words.previous),
        make("span", {}, say("of", { i: k + 1, n: found.length })),
        make("button", { type: "button", onclick: step(1) }, words.next + " ›")));
    }
    picked.setLatLngs(set.name === "communes" ? communes.shapes[i] : []);
    popup.options.offset = L.point(0, set.lift ? -set.lift - 4 : 4);
    keepClear();
    popup.setLatLng(latlng).setContent(content);
    if (!map.hasLayer(popup)) popup.openOn(map);
  }

  const pointOf = (set, i) => [set.points.lat[i], set.points.lon[i]];
  const communeSet = { name: "communes", points: communes };
  map.on("popupclose", () => picked.setLatLngs([]));

  // ------------------------------------------------------------------ pictures of the area

  const pictures = data.area.pictures.map((picture) => ({ ...picture, layer: null }));

  function showPicture(picture, on) {
    if (on && !picture.layer) {
      picture.layer = L.imageOverlay(picture.url, data.area.bounds, { opacity: 0.5, pane: "gpArea", className: "gp-picture" });
    }
    if (on) picture.layer.addTo(map);
    else if (picture.layer) picture.layer.remove();
    if (on && state.choropleth) groundBox.input.click(); // two colours on one ground would mix
  }

  // ------------------------------------------------------------------ the layer control

  function box(text, mark, checked, change, count, extra) {
    const input = make("input", { type: "checkbox", checked, onchange: () => change(input.checked) });
    const tally = make("span", { class: "gp-tally" }, count === undefined ? "" : number(count));
    const label = make("label", { class: "gp-box" }, input, mark || "", make("span", { class: "gp-text" }, text), tally);
    if (extra) Object.entries(extra).forEach(([name, value]) => label.setAttribute(name, value));
    return { label, input, tally };
  }

  function group(name, title, open, ...content) {
    return make("details", { class: "gp-group", open, "data-group": name }, make("summary", {}, title), content);
  }

  const colourSwatch = (colour) => {
    const element = make("span", { class: "gp-colour", "aria-hidden": "true" });
    element.style.background = colour;
    return element;
  };

  function switchTechnology() {
    data.technologies.forEach(([name, label]) => {
      const input = make("input", {
        type: "radio", name: "gp-technology", value: name, checked: name === state.technology,
        onchange: () => { state.technology = name; refresh(); },
      });
      byId("gp-technology").append(make("label", {}, input, make("span", {}, label)));
    });
  }

  const tallies = [];
  const groundBox = box(words.choropleth, null, true, (on) => { state.choropleth = on; paintGround(); keys(); });

  function tallied(item, count) {
    tallies.push(() => { item.tally.textContent = number(count()); });
    return item.label;
  }

  function counted(size, test) {
    let sum = 0;
    for (let i = 0; i < size; i += 1) if (test(i)) sum += 1;
    return sum;
  }

  function hamletBoxes() {
    const boxes = [...statusOrder].reverse().map((status) => tallied(
      box(words[status], swatch(theme.status[status]), true, (on) => { state.status[status] = on; points.redraw(); keys(); },
        0, { "data-status": status }),
      () => counted(hamlets.px.length, (i) => at(hamlets.status[state.technology], i) === status)));
    const near = counted(hamlets.px.length, (i) => hamlets.near[i] === "1");
    boxes.push(make("p", { class: "gp-box gp-plainline" }, make("span", { class: "gp-dash", "aria-hidden": "true" }, "?"),
      make("span", { class: "gp-text" }, words.unknown), make("span", { class: "gp-tally" }, number(unplaced.id.length))));
    if (near) boxes.push(box(words.near_only, null, false, (on) => { state.near = on; points.redraw(); }, near).label);
    return boxes;
  }

  const countText = (k) => {
    if (k === theme.count.length - 1) return say("n_or_more_operators", { n: k + 1 });
    return k === 0 ? words.one_operator : say("n_operators", { n: k + 1 });
  };

  function positionBoxes() {
    return theme.count.map((mark, k) => box(countText(k), swatch(mark), false,
      (on) => { state.count[k] = on; points.redraw(); keys(); },
      counted(positions.px.length, (i) => countClass(i) === k)).label);
  }

  const holeRemark = make("p", { class: "gp-remark", hidden: true }, words.holes_by_technology);

  function holeBoxes() {
    return [...["total", "partial"].map((kind) => tallied(
      box(words["hole_" + kind], swatch(theme.holes[kind]), false, (on) => { state.holes[kind] = on; points.redraw(); keys(); }),
      () => counted(holes.px.length, (i) => at(holes.kind, i) === kind && at(holes.technology, i) === state.technology))),
    holeRemark];
  }

  function proposalBoxes() {
    const boxes = ["existing", "new"].map((kind) => box(words[kind], swatch(theme.proposals[kind]), true,
      (on) => { state.proposals[kind] = on; points.redraw(); keys(); },
      counted(proposals.px.length, (i) => at(proposals.kind, i) === kind)).label);
    const ranked = make("ol", { class: "gp-ranked" }, proposals.rank.map((rank, i) => make("li", {},
      make("button", { type: "button", onclick: () => goTo(sets[3], i, 12.5) },
        make("b", {}, rank), make("span", {}, communeName(at(proposals.commune, i))),
        make("i", {}, say("n_people", { n: number(proposals.people[i]) }))))));
    return proposals.rank.length ? [...boxes, ranked] : boxes;
  }

  function areaBoxes() {
    const technologies = [...new Set(pictures.map((picture) => picture.technology))];
    return technologies.map((technology) => make("div", { class: "gp-area", role: "group", "aria-label": technology },
      make("h3", {}, technology),
      pictures.filter((picture) => picture.technology === technology).map((picture) => box(
        picture.operator || words.any_operator,
        colourSwatch(picture.operator ? theme.operators[picture.operator] : theme.anyOperator), false,
        (on) => showPicture(picture, on), undefined, { "data-area": `${technology}/${picture.operator}` }).label)));
  }

  function buildLayers() {
    byId("gp-layers").append(
      group("hamlets", words.hamlets, true, hamletBoxes()),
      group("communes", words.communes, true,
        groundBox.label,
        box(words.names, null, true, (on) => { state.names = on; points.redraw(); }).label),
      group("proposals", words.proposals, !narrow.matches, proposalBoxes()),
      group("positions", words.positions, false, positionBoxes()),
      group("holes", words.holes, false, holeBoxes()),
      pictures.length ? group("area", words.area, false, areaBoxes()) : "");
  }

  // Hamlets without coordinates have no point: they are listed, commune by commune.
  function buildLists() {
    if (!unplaced.id.length) return;
    const codes = [...new Set(unplaced.id.map((id, i) => at(unplaced.commune, i)))].sort();
    byId("gp-lists").append(group("unknown", `${words.unknownOflist} (${number(unplaced.id.length)})`, false,
      make("ul", { class: "gp-unplaced" }, codes.map((code) => make("li", {},
        make("b", {}, communeName(code) || "–"), make("span", {}, unplacedIn(code).join(", ")))))));
  }

  // ------------------------------------------------------------------ the legend

  // From few to all: one block for each class, with what it spans.
  function ramp() {
    const value = (share) => number(share * 100);
    const blocks = theme.notWhite.map(([low, colour], k) => {
      const high = k ? theme.notWhite[k - 1][0] : 1;
      const text = k === 0 ? "100%" : low === 0 ? "<" + value(high) : "≥" + value(low);
      const spoken = k === 0 ? "100%" : low === 0 ? say("below", { value: value(high) + "%" })
        : say("from_to", { low: value(low) + "%", high: value(high) + "%" });
      const block = make("li", { "aria-label": spoken }, make("i", {}), make("span", {}, text));
      block.firstChild.style.background = colour;
      return block;
    });
    return make("ul", { class: "gp-ramp" }, blocks.reverse());
  }

  function keys() {
    const line = (mark, text) => make("li", {}, mark, make("span", {}, text));
    const parts = [];
    const heading = (text, lines) => { if (lines.length) parts.push(make("h3", {}, text), make("ul", {}, lines)); };
    heading(words.hamlets, [...statusOrder].reverse().filter((name) => state.status[name])
      .map((name) => line(swatch(theme.status[name]), words[name])));
    if (state.choropleth) {
      parts.push(make("h3", {}, words.not_white), ramp());
      if (communes.code.some((code, i) => !known(i).all)) parts.push(make("ul", {}, line(colourSwatch(theme.noData), words.no_data)));
    }
    heading(words.proposals, ["existing", "new"].filter((kind) => state.proposals[kind] && proposals.rank.length)
      .map((kind) => line(swatch(theme.proposals[kind]), words[kind])));
    heading(words.positions, theme.count.map((mark, k) => (state.count[k] ? line(swatch(mark), countText(k)) : null)).filter(Boolean));
    heading(words.holes, ["total", "partial"].filter((kind) => state.holes[kind])
      .map((kind) => line(swatch(theme.holes[kind]), words["hole_" + kind])));
    byId("gp-keys").replaceChildren(...parts);
  }

  // ------------------------------------------------------------------ search

  const index = [
    ...communes.name.map((name, i) => ({ name, where: words.commune, set: communeSet, i })),
    ...hamlets.id.map((id, i) => ({ name: at(hamlets.name, i), where: communeName(at(hamlets.commune, i)), set: sets[2], i })),
    ...unplaced.id.map((id, i) => ({
      name: at(unplaced.name, i), where: `${communeName(at(unplaced.commune, i))} · ${words.unknown}`,
      set: communeSet, i: communeOf.get(at(unplaced.commune, i)),
    })),
  ];
  index.forEach((entry) => {
    entry.key = folded(entry.name);
    entry.all = `${entry.key} ${folded(entry.where)}`;
  });

  function search(text) {
    const query = folded(text);
    const parts = query.split(" ").filter(Boolean);
    if (!parts.length) return [];
    const found = index.filter((entry) => parts.every((part) => entry.all.includes(part)));
    const rank = (entry) => {
      if (entry.key === query) return 0;
      if (entry.key.endsWith(" " + query) && entry.set === communeSet) return 1;
      if (entry.key.startsWith(query)) return 2;
      return entry.key.includes(query) ? 3 : 4;
    };
    return found.map((entry, order) => [rank(entry), order, entry]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .slice(0, 30).map((item) => item[2]);
  }

  function buildSearch() {
    const input = byId("gp-query");
    const options = byId("gp-found");
    let found = [];
    let active = -1;
    const close = () => {
      options.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      active = -1;
    };
    const choose = (entry) => {
      close();
      input.value = entry.name;
      if (entry.i === undefined) return;
      if (narrow.matches) input.blur();
      goTo(entry.set, entry.i, 13);
    };
    const mark = (k) => {
      active = (k + found.length) % found.length;
      [...options.children].forEach((option, n) => option.setAttribute("aria-selected", n === active));
      options.children[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options.children[active].id);
    };
    const update = () => {
      found = search(input.value);
      active = -1;
      const some = input.value.trim() !== "";
      byId("gp-said").textContent = some ? (found.length ? say("found", { n: found.length }) : words.nothing_found) : "";
      options.replaceChildren(...found.map((entry, k) => make("li", {
        role: "option", id: "gp-option-" + k, "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(), onclick: () => choose(entry),
      }, make("b", {}, entry.name), make("span", {}, entry.where))));
      if (some && !found.length) options.replaceChildren(make("li", { class: "gp-none" }, words.nothing_found));
      options.hidden = !some;
      input.setAttribute("aria-expanded", String(some));
    };
    input.addEventListener("input", update);
    input.addEventListener("focus", () => { if (input.value) update(); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (!found.length) return;
      else if (event.key === "ArrowDown") mark(active + 1);
      else if (event.key === "ArrowUp") mark(active - 1);
      else if (event.key === "Enter") choose(found[Math.max(active, 0)]);
      else return;
      event.preventDefault();
    });
  }

  // ------------------------------------------------------------------ getting about

  function goTo(set, i, zoom) {
    closePanel();
    if (set.name === "communes") {
      map.fitBounds(polygons[i].getBounds(), { padding: [40, 40], animate: false });
      show([{ set, i }], 0, [communes.lat[i], communes.lon[i]]);
      return;
    }
    map.setView(pointOf(set, i), Math.max(map.getZoom(), zoom), { animate: false });
    show([{ set, i }], 0, pointOf(set, i));
  }

  function closePanel() {
    byId("gp-app").classList.remove("gp-panel-open");
    byId("gp-open").setAttribute("aria-expanded", "false");
  }

  function buildPanel() {
    byId("gp-open").addEventListener("click", () => {
      byId("gp-app").classList.add("gp-panel-open");
      byId("gp-open").setAttribute("aria-expanded", "true");
      byId("gp-close").focus();
    });
    byId("gp-close").addEventListener("click", () => {
      closePanel();
      byId("gp-open").focus();
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") closePanel(); });
  }

  function whole(animate) {
    // Room for the inset, which stands in the lower left corner.
    const room = narrow.matches ? { paddingTopLeft: [10, 56], paddingBottomRight: [10, 170] }
      : { paddingTopLeft: [map.getSize().x > 800 ? 200 : 24, 24], paddingBottomRight: [24, 36] };
    map.fitBounds(data.bounds, { ...room, animate });
  }

  function buildControls() {
    L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    const Whole = L.Control.extend({
      options: { position: "topright" },
      onAdd() {
        const holder = L.DomUtil.create("div", "leaflet-bar leaflet-control");
        const button = make("a", { href: "#", role: "button", title: words.whole, "aria-label": words.whole, class: "gp-whole" }, "⤢");
        L.DomEvent.disableClickPropagation(holder).on(button, "click", (event) => { L.DomEvent.stop(event); whole(true); });
        holder.append(button);
        return holder;
      },
    });
    new Whole().addTo(map);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(map);
    ["gp-legend", "gp-open"].forEach((id) => {
      L.DomEvent.disableClickPropagation(byId(id)).disableScrollPropagation(byId(id));
    });
    map.getContainer().setAttribute("aria-label", words.map_label);
    map.getContainer().setAttribute("role", "application");
  }

  function buildPointing() {
    const slack = () => (window.matchMedia("(pointer: coarse)").matches ? 12 : 3);
    map.on("click", (event) => {
      const found = points.find(event.layerPoint, slack());
      const i = communeAt(event.latlng);
      if (found.length) show(found, 0, pointOf(found[0].set, found[0].i));
      else if (i >= 0) show([{ set: communeSet, i }], 0, event.latlng);
    });
    const tip = L.tooltip({ direction: "top", offset: [0, -8], className: "gp-tip", opacity: 1 });
    let waiting = null;
    map.on("mousemove", (event) => {
      if (waiting) return;
      waiting = requestAnimationFrame(() => {
        waiting = null;
        const hit = points.find(event.layerPoint, 2)[0];
        map.getContainer().style.cursor = hit ? "pointer" : "";
        if (hit) tip.setLatLng(pointOf(hit.set, hit.i)).setContent(make("span", {}, hit.set.title(hit.i))).addTo(map);
        else tip.remove();
      });
    });
    map.on("mouseout movestart zoomstart", () => tip.remove());
  }

  function refresh() {
    paintGround();
    points.redraw();
    tallies.forEach((tally) => tally());
    holeRemark.hidden = state.technology !== "MBB";
    document.querySelectorAll(".gp-figures").forEach((figures) => {
      figures.hidden = figures.dataset.technology !== state.technology;
    });
    map.closePopup();
  }

  map.setMinZoom(5);
  whole(false);
  const points = new Points();
  points.addTo(map);
  switchTechnology();
  buildLayers();
  buildLists();
  buildSearch();
  buildPanel();
  buildControls();
  buildPointing();
  keys();
  byId("gp-legend").open = !narrow.matches;
  refresh();
  if (document.fonts && document.fonts.ready) document.fonts.ready.then(() => points.redraw());
  window.addEventListener("resize", () => map.invalidateSize());
  document.documentElement.setAttribute("data-ready", "true");
}

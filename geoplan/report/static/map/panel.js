/* The layer control, the lists, and the pictures of the area served. */

// ------------------------------------------------------------------ pictures of the area

const pictures = data.area ? data.area.pictures.map((picture) => ({ ...picture, layer: null, shown: false })) : [];

const pictureColour = (picture) => (picture.operator ? theme.operators[picture.operator] : theme.anyOperator);

function showPicture(picture, on) {
  if (on && !picture.layer) {
    picture.layer = L.imageOverlay(picture.url, data.area.bounds, { opacity: state.opacity, pane: "gpArea", className: "gp-picture" });
  }
  picture.shown = on;
  if (on) picture.layer.addTo(map);
  else if (picture.layer) picture.layer.remove();
  if (on && state.choropleth) groundBox.input.click(); // two colours on one ground would mix
}

function setOpacity(value) {
  state.opacity = value;
  pictures.forEach((picture) => { if (picture.layer) picture.layer.setOpacity(value); });
}

// ------------------------------------------------------------------ the layer control

const boxes = new Map(); // by name: what deep links read and set

function box(name, text, mark, checked, change, extra) {
  const input = make("input", { type: "checkbox", checked, onchange: () => { change(input.checked); noted(); } });
  const count = make("span", { class: "gp-tally" });
  const label = make("label", { class: "gp-box", "data-box": name }, input, mark || "", make("span", { class: "gp-text" }, text), count);
  if (extra) Object.entries(extra).forEach(([key, value]) => label.setAttribute(key, value));
  const made = { label, input, tally: count, start: checked };
  boxes.set(name, made);
  return made;
}

function group(name, title, open, ...content) {
  return make("details", { class: "gp-group", open, "data-group": name }, make("summary", {}, title), content.map((part) => (typeof part === "function" ? part() : part)));
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
      onchange: () => { state.technology = name; refresh(); noted(); },
    });
    byId("gp-technology").append(make("label", {}, input, make("span", {}, label)));
  });
}

const tallies = [];

function tallied(item, count) {
  tallies.push(() => { item.tally.textContent = number(count()); });
  return item.label;
}

// What comes is counted after, what goes before; hamlets on both sides of the handle.
function talliedOnSides(item, set, k) {
  tallies.push(() => {
    const both = [tally(set, k, BEFORE), tally(set, k, AFTER)];
    item.tally.textContent = set === "hamlets" ? both.map((n) => number(n)).join(" → ") : number(Math.max(...both));
  });
  return item.label;
}

// A box for one class of a set, with how many the filter leaves.
function classBox(set, k, name, text, states, key, extra) {
  const mark = setNamed(set).marks[k];
  const made = box(name, text, swatch(mark), states[key], (on) => { states[key] = on; points.redraw(); keys(); }, extra);
  return data.after ? talliedOnSides(made, set, k) : tallied(made, () => tally(set, k));
}

const groundBox = box("choropleth", words.choropleth, null, state.choropleth, (on) => { state.choropleth = on; paintGround(); keys(); });

function hamletBoxes() {
  const found = [...statusOrder].reverse().map((status) => classBox("hamlets", statusOrder.indexOf(status),
    "status." + status, words[status], state.status, status, { "data-status": status }));
  const lost = make("span", { class: "gp-tally" });
  tallies.push(() => {
    lost.textContent = number(filter.commune ? unplacedIn(filter.commune).length : unplaced.id.length);
  });
  found.push(make("p", { class: "gp-box gp-plainline" }, make("span", { class: "gp-dash", "aria-hidden": "true" }, "?"),
    make("span", { class: "gp-text" }, words.unknown), lost));
  if (hamlets.near && hamlets.near.includes("1")) {
    const near = box("near", words.near_only, null, false, (on) => { state.near = on; points.redraw(); });
    const here = () => inCommune(hamlets);
    found.push(tallied(near, () => {
      const test = here();
      let sum = 0;
      for (let i = 0; i < hamlets.size; i += 1) if (hamlets.near[i] === "1" && test(i)) sum += 1;
      return sum;
    }));
  }
  found.push(box("labels", words.labels, null, true, (on) => { state.labels = on; points.redraw(); }).label);
  return found;
}

const countText = (k) => {
  if (k === theme.count.length - 1) return say("n_or_more_operators", { n: k + 1 });
  return k === 0 ? words.one_operator : say("n_operators", { n: k + 1 });
};

const positionBoxes = () => theme.count.map((mark, k) => classBox("positions", k, "count." + k, countText(k), state.count, k));

function siteBoxes() {
  const size = sites.operators.length;
  const has = siteMarks.map(() => false);
  for (let i = 0; i < sites.size; i += 1) has[siteClass(i)] = true;
  const onAir = sites.operators.map((name, k) => (has[k] ? classBox("sites", k, "sites." + name, name, state.sites, k) : ""));
  const planned = sites.operators.map((name, k) => (has[size + k]
    ? classBox("sites", size + k, "planned." + name, `${name}, ${words.planned}`, state.planned, k) : ""));
  return [onAir, planned];
}

const clusterBoxes = () => [1, 0].map((k) => classBox("clusters", k, "clusters." + clusterKinds[k],
  words["cluster_" + clusterKinds[k]], state.clusters, clusterKinds[k]));

const holeRemark = make("p", { class: "gp-remark", hidden: true }, words.holes_by_technology);

const holeBoxes = () => [["total", "partial"].map((kind) => classBox("holes", holeKinds.indexOf(kind), "holes." + kind,
  words["hole_" + kind], state.holes, kind)), holeRemark];

function proposalBoxes() {
  const found = ["existing", "new"].map((kind) => classBox("proposals", proposalKinds.indexOf(kind), "proposals." + kind,
    words[kind], state.proposals, kind));
  const ranked = make("ol", { class: "gp-ranked" }, proposals.rank.map((rank, i) => make("li", {},
    make("button", { type: "button", onclick: () => goTo(setNamed("proposals"), i, 12.5) },
      make("b", {}, rank), make("span", {}, communeName(at(proposals.commune, i))),
      make("i", {}, say("n_people", { n: number(proposals.people[i]) }))))));
  return proposals.rank.length ? [...found, ranked] : found;
}

function areaBoxes() {
  const technologies = [...new Set(pictures.map((picture) => picture.technology))];
  const slider = make("input", {
    type: "range", id: "gp-opacity", min: 10, max: 100, step: 5, value: Math.round(state.opacity * 100),
    oninput: () => { setOpacity(slider.value / 100); noted(); },
  });
  return [...technologies.map((technology) => make("div", { class: "gp-area", role: "group", "aria-label": technology },
    make("h3", {}, technology),
    pictures.filter((picture) => picture.technology === technology).map((picture) => box(
      `area.${technology}/${picture.operator}`, picture.operator || words.any_operator,
      colourSwatch(pictureColour(picture)), false,
      (on) => { showPicture(picture, on); keys(); }, { "data-area": `${technology}/${picture.operator}` }).label))),
  make("label", { class: "gp-range", for: "gp-opacity" }, make("span", {}, words.opacity), slider)];
}

const changeBoxes = () => ["added", "removed"].map((kind) => classBox("changes", changeKinds.indexOf(kind), "changes." + kind,
  words["change_" + kind], state.changes, kind));

function buildLayers() {
  const some = (points, ...content) => (points.size ? group(...content) : "");
  byId("gp-layers").append(
    data.after ? group("changes", words.changes, true, changeBoxes()) : "",
    group("hamlets", words.hamlets, true, hamletBoxes()),
    group("communes", words.communes, true,
      groundBox.label,
      box("names", words.names, null, true, (on) => { state.names = on; points.redraw(); }).label),
    some(proposals, "proposals", words.proposals, !narrow.matches, proposalBoxes),
    some(sites, "sites", words.sites, false, siteBoxes),
    some(positions, "positions", words.positions, false, positionBoxes),
    some(clusters, "clusters", words.clusters, false, clusterBoxes),
    some(holes, "holes", words.holes, false, holeBoxes),
    pictures.length ? group("area", words.area, false, areaBoxes()) : "");
}

// Hamlets without coordinates have no point: they are listed, commune by commune.
function buildLists() {
  if (!unplaced.id.length) return;
  const codes = [...new Set(unplaced.id.map((id, i) => at(unplaced.commune, i)))].sort();
  byId("gp-lists").append(group("unknown", `${words.unknown_list} (${number(unplaced.id.length)})`, false,
    make("ul", { class: "gp-unplaced" }, codes.map((code) => make("li", {},
      make("b", {}, communeName(code) || "–"), make("span", {}, unplacedIn(code).join(", ")))))));
}

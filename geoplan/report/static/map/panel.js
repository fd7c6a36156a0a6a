/* The layer control, the lists, the pictures of the area served, and the legend. */

// ------------------------------------------------------------------ pictures of the area

const pictures = data.area.pictures.map((picture) => ({ ...picture, layer: null }));

const pictureColour = (picture) => (picture.operator ? theme.operators[picture.operator] : theme.anyOperator);

function showPicture(picture, on) {
  if (on && !picture.layer) {
    picture.layer = L.imageOverlay(picture.url, data.area.bounds, { opacity: 0.5, pane: "gpArea", className: "gp-picture" });
  }
  picture.shown = on;
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
      colourSwatch(pictureColour(picture)), false,
      (on) => { showPicture(picture, on); keys(); }, undefined, { "data-area": `${technology}/${picture.operator}` }).label)));
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
  byId("gp-lists").append(group("unknown", `${words.unknown_list} (${number(unplaced.id.length)})`, false,
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
  heading(words.area, pictures.filter((picture) => picture.shown).map((picture) => line(
    colourSwatch(pictureColour(picture)), `${picture.technology}, ${picture.operator || words.any_operator}`)));
  byId("gp-keys").replaceChildren(...parts);
}

/* The filter: operators, technologies, years and commune, for every set of points alike. */

// ------------------------------------------------------------------ the filter's controls

const ownRemark = make("p", { class: "gp-remark", hidden: true });
const undatedRemark = make("p", { class: "gp-remark", hidden: true });

function chosenIn(wanted, name, text, value) {
  return box(name, text, null, false, (on) => {
    if (on) wanted.add(value);
    else wanted.delete(value);
    refresh();
  }).label;
}

function years() {
  const known = sites.year.filter((year) => year !== null);
  return known.length ? [Math.min(...known), Math.max(...known)] : null;
}

function yearChoice(name, text) {
  const [first, last] = years();
  const options = Array.from({ length: last - first + 1 }, (one, k) => make("option", { value: first + k }, first + k));
  const select = make("select", {
    id: "gp-" + name,
    onchange: () => { filter[name] = select.value ? Number(select.value) : null; refresh(); noted(); },
  }, make("option", { value: "" }, "–"), options);
  return make("label", { class: "gp-choice", for: "gp-" + name }, make("span", {}, text), select);
}

function communeChoice() {
  const sorted = communes.code.map((code, i) => [communes.name[i], code])
    .sort((a, b) => (folded(a[0]) < folded(b[0]) ? -1 : 1));
  const select = make("select", {
    id: "gp-commune", onchange: () => { filter.commune = select.value; refresh(); noted(); },
  }, make("option", { value: "" }, words.all_communes), sorted.map(([name, code]) => make("option", { value: code }, shortened(name))));
  return make("label", { class: "gp-choice gp-wide", for: "gp-commune" }, make("span", {}, words.commune), select);
}

function clearFilter() {
  boxes.forEach((made, name) => { if (/^(operator|technology)\./.test(name)) made.input.checked = false; });
  ["gp-from", "gp-to", "gp-commune"].forEach((id) => { if (byId(id)) byId(id).value = ""; });
  filter.operators.clear();
  filter.technologies.clear();
  Object.assign(filter, { from: null, to: null, commune: "" });
  refresh();
  noted();
}

// The controls say what the filter holds, for instance after a deep link.
function showFilter() {
  if (byId("gp-from")) byId("gp-from").value = filter.from === null ? "" : filter.from;
  if (byId("gp-to")) byId("gp-to").value = filter.to === null ? "" : filter.to;
  byId("gp-commune").value = filter.commune;
}

function filterBoxes() {
  const technologies = sites.size ? [...new Set(sites.technologies.values.flatMap(items))].sort() : [];
  const span = sites.size ? years() : null;
  const block = (title, lines) => make("div", { class: "gp-area", role: "group", "aria-label": title }, make("h3", {}, title), lines);
  return [
    sites.operators.length ? block(words.operators, [
      make("div", { class: "gp-pair" }, sites.operators.map((name) => chosenIn(filter.operators, "operator." + name, name, name))), ownRemark]) : "",
    technologies.length ? block(words.site_technologies, make("div", { class: "gp-pair" },
      technologies.map((name) => chosenIn(filter.technologies, "technology." + name, name, name)))) : "",
    span ? block(words.on_air_year, [make("div", { class: "gp-pair" }, yearChoice("from", words.from_year), yearChoice("to", words.to_year)), undatedRemark]) : "",
    communeChoice(),
    make("button", { type: "button", class: "gp-button", id: "gp-clear", onclick: clearFilter }, words.clear_all),
  ];
}

function buildFilter() {
  const built = group("filter", words.filter, false, filterBoxes());
  built.firstChild.append(make("span", { class: "gp-badge", id: "gp-filtered", hidden: true }, words.filter_on));
  byId("gp-layers").prepend(built);
}

function tellFilter() {
  byId("gp-filtered").hidden = !isFiltered();
  byId("gp-clear").disabled = !isFiltered();
  const names = [...filter.operators].join(", ");
  ownRemark.hidden = !ownStatuses();
  ownRemark.textContent = filter.operators.size > 1 ? say("status_of_best", { operators: names }) : say("status_of_one", { operators: names });
  let without = 0;
  if (filter.from !== null || filter.to !== null) {
    for (let i = 0; i < sites.size; i += 1) if (sites.year[sites.first.index[i]] === null) without += 1;
  }
  undatedRemark.hidden = !without;
  undatedRemark.textContent = say("undated_hidden", { n: number(without) });
}

/* Finding a commune, hamlet or site by name, with or without accents, or a place by coordinates. */

// ------------------------------------------------------------------ search

let searched = null; // made when somebody first searches: 100,000 sites take a moment
function index() {
  if (searched) return searched;
  const hamletSet = setNamed("hamlets");
  const siteSet = setNamed("sites");
  searched = [
    ...communes.name.map((name, i) => ({ name, where: words.commune, set: communeSet, i })),
    ...hamlets.id.map((id, i) => ({ name: at(hamlets.name, i), where: communeName(at(hamlets.commune, i)), set: hamletSet, i })),
    ...unplaced.id.map((id, i) => ({
      name: at(unplaced.name, i), where: `${communeName(at(unplaced.commune, i))} · ${words.unknown}`,
      set: communeSet, i: communeOf.get(at(unplaced.commune, i)),
    })),
    ...(sites.id || []).map((name, i) => ({ name, where: at(sites.operator, i), set: siteSet, i })),
  ];
  const where = new Map();
  searched.forEach((entry) => {
    if (!where.has(entry.where)) where.set(entry.where, folded(entry.where));
    entry.key = folded(entry.name);
    entry.all = ` ${entry.key} ${where.get(entry.where)}`.replace(/[^\p{L}\p{N}]+/gu, " ");
  });
  return searched;
}

// A place that was typed comes first.
function foundPlace(text) {
  const place = readPlace(text);
  if (!place) return [];
  const i = communeAt([place.lat, place.lon]);
  return [{ name: decimal(place), where: i >= 0 ? communes.name[i] : words.outside, place }];
}

function search(text) {
  const place = foundPlace(text);
  if (place.length) return place;
  const query = folded(text);
  const parts = query.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!parts.length) return [];
  // "huong" is to find Hương, not every Phường: words count from their start, unless none does.
  const having = (before) => index().filter((entry) => parts.every((part) => entry.all.includes(before + part)));
  const starting = having(" ");
  const found = starting.length ? starting : having("");
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
    if (narrow.matches) input.blur();
    if (entry.place) {
      closePanel();
      markPlace(entry.place);
      return;
    }
    if (entry.i === undefined) return;
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

/* Finding a commune or hamlet by name, with or without accents. */

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
  entry.all = ` ${entry.key} ${folded(entry.where)}`.replace(/[^\p{L}\p{N}]+/gu, " ");
});

function search(text) {
  const query = folded(text);
  const parts = query.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!parts.length) return [];
  // "huong" is to find Hương, not every Phường: words count from their start, unless none does.
  const having = (before) => index.filter((entry) => parts.every((part) => entry.all.includes(before + part)));
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

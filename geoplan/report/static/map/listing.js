/* What is in view as a table, for those who do not see the map; and the keyboard on the map. */

// ------------------------------------------------------------------ the table

const MOST_ROWS = 200;

function rowOf({ set, i }) {
  const commune = set.points.commune ? communeName(at(set.points.commune, i)) : "";
  const kept = set.kept[BEFORE][i];
  const what = set.name === "hamlets" ? words[statusOrder[kept]] : set.kind(i);
  return make("tr", {}, make("th", { scope: "row" },
    make("button", { type: "button", class: "gp-link", onclick: () => goTo(set, i, map.getZoom()) }, set.title(i))),
  make("td", {}, what), make("td", {}, commune));
}

function listView() {
  const found = points.inView();
  const shown = found.slice(0, MOST_ROWS);
  const head = ["list_name", "list_what", "commune"].map((name) => make("th", { scope: "col" }, words[name]));
  byId("gp-list").replaceChildren(
    make("p", { class: "gp-remark" }, found.length > shown.length
      ? say("list_some", { n: number(shown.length), all: number(found.length) }) : say("list_all", { n: number(found.length) })),
    make("table", { class: "gp-small gp-listing" }, make("caption", { class: "gp-hidden" }, words.list),
      make("thead", {}, make("tr", {}, head)), make("tbody", {}, shown.map(rowOf))));
}

let listed = null;
function buildListing() {
  const holder = group("list", words.list, false, make("div", { id: "gp-list" }));
  byId("gp-lists").append(holder);
  holder.addEventListener("toggle", () => { if (holder.open) listView(); });
  listed = () => { if (holder.open) listView(); };
  map.on("moveend", listed);
}

// ------------------------------------------------------------------ the keyboard

const tell = (text) => { byId("gp-told").textContent = text; };

// Enter opens what is nearest to the middle of the map, and again what comes next.
function openNearest() {
  const found = points.inView().slice(0, 12);
  const middle = map.getCenter();
  const i = communeAt(middle);
  if (i >= 0) found.push({ set: communeSet, i });
  if (!found.length) {
    tell(words.nothing_here);
    return;
  }
  const first = found[0];
  show(found, 0, first.set.name === "communes" ? middle : pointOf(first.set, first.i));
  const content = popup.getElement();
  if (content) {
    content.setAttribute("tabindex", "-1");
    content.focus();
  }
}

function buildKeyboard() {
  const container = map.getContainer();
  container.setAttribute("tabindex", "0");
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup();
    if (event.target !== container || event.key !== "Enter") return;
    event.preventDefault();
    if (measure.on) addCorner(map.getCenter());
    else openNearest();
  });
  byId("gp-skip").addEventListener("click", (event) => {
    event.preventDefault();
    container.focus();
  });
  if (narrow.matches) document.querySelectorAll(".gp-figures").forEach((strip) => strip.setAttribute("tabindex", "0"));
  map.on("popupclose", () => { if (container.contains(document.activeElement)) container.focus(); });
}

/* What is said about a thing that was chosen. */

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

function afterLine(i) {
  if (!data.after) return "";
  const status = at(data.after.status[state.technology], i);
  return make("div", { class: "gp-status" }, make("b", {}, words.after), swatch(theme.status[status] || theme.status.unknown),
    make("span", {}, `${labels[state.technology]}: ${words[status] || status}`));
}

const dateText = (day) => (day ? day.split("-").reverse().join("/") : "");

const cards = {
  hamlets(i) {
    // A page for the public holds neither operators nor what a status rests on.
    const has = (name) => hamlets[name] !== undefined;
    const people = hamlets.people[i] === null ? null
      : number(hamlets.people[i]) + (has("estimated") && hamlets.estimated[i] === "1" ? ` (${words.estimated})` : "");
    const technologies = Object.keys(hamlets.operators || {});
    const notes = [];
    if (has("near") && hamlets.near[i] === "1") notes.push(make("p", { class: "gp-near" }, words.near));
    if (has("clusters") && hamlets.clusters[i] !== "1" && at(hamlets.status.MBB, i) === "covered") {
      notes.push(make("p", { class: "gp-remark" }, words.clusters_unknown));
    }
    const source = has("source") ? at(hamlets.source, i) : "";
    return card(at(hamlets.kind, i) || words.hamlet, at(hamlets.name, i),
      make("p", { class: "gp-where" }, communeName(at(hamlets.commune, i))), notes,
      make("div", { class: "gp-statuses" }, Object.keys(hamlets.status).map((name) => statusLine(i, name)), afterLine(i)),
      table([
        [words.people, people || "–"],
        ...technologies.map((name) => [`${words.operators}, ${name}`, operatorChips(at(hamlets.operators[name], i))]),
        hamlets.people[i] === null || !has("served") ? null : [`${words.served_people}, ${labels[state.technology]}`,
          number(hamlets.served[state.technology][i])],
        source ? [words.source, words["source_" + source] || source] : null,
      ]), make("p", { class: "gp-id" }, hamlets.id[i]));
  },
  positions(i) {
    const count = positions.count[i];
    const members = items(membersOf(i));
    const identity = at(positions.identity, i);
    return card(words.position, positionId(i),
      make("p", { class: "gp-where" }, communeName(at(positions.commune, i))),
      table([
        [count === 1 ? words.one_operator : say("n_operators", { n: number(count) }), operatorChips(at(positions.operators, i))],
        [words.technologies, items(at(positions.technologies, i)).join(", ")],
        [words.members, make("span", {}, members.slice(0, 8).join(", "),
          members.length > 8 ? ", " + say("more", { n: members.length - 8 }) : "")],
        identity ? [words.identity, words["identity_" + identity] || identity] : null,
      ]));
  },
  sites(i) {
    const operator = at(sites.operator, i);
    const isPlanned = sites.planned[i] === "1";
    const height = at(sites.height, i);
    const owner = at(sites.owner, i);
    const row = sites.on[i];
    const others = row < 0 ? [] : sitesOn(row).filter((k) => k !== i)
      .map((k) => `${at(sites.operator, k)} ${sites.id[k]}`);
    return card(make("span", {}, chip(operator, theme.operators[operator]), isPlanned ? ` · ${words.planned}` : ""), sites.id[i],
      make("p", { class: "gp-where" }, communeName(at(sites.commune, i))),
      table([
        [words.technologies, items(at(sites.technologies, i)).join(", ") || "–"],
        [isPlanned ? words.planned_for : words.on_air_since, dateText(at(sites.first, i)) || words.not_told],
        [words.owner, owner || words.not_told],
        height ? [words.height, `${height.replace(".", data.format.decimal)} m`] : null,
        others.length ? [words.same_position, others.slice(0, 8).join(", ")] : null,
        [words.coordinates, decimal({ lat: sites.lat[i], lon: sites.lon[i] })],
      ]));
  },
  clusters(i) {
    return card(words.cluster, at(clusters.name, i) || at(clusters.hamlet, i),
      make("p", { class: "gp-where" }, [...new Set([at(clusters.hamlet, i), communeName(at(clusters.commune, i))])].filter(Boolean).join(" · ")),
      table([
        [words.households, number(clusters.households[i])],
        ...Object.keys(clusters.operators).map((name) => [`${words.operators}, ${name}`, operatorChips(at(clusters.operators[name], i))]),
      ]), make("p", { class: "gp-id" }, clusters.id[i]));
  },
  changes(i) {
    const operator = at(changes.operator, i);
    return card(words["change_" + at(changes.kind, i)], changes.id[i] || operator,
      table([[words.operator, operatorChips(operator)], [words.technologies, items(changes.technologies[i]).join(", ")],
        [words.coordinates, decimal({ lat: changes.lat[i], lon: changes.lon[i] })]]));
  },
  typed() {
    const place = { lat: typed.lat[0], lon: typed.lon[0] };
    const i = communeAt([place.lat, place.lon]);
    const hamlet = nearestOf(hamlets, place);
    const mast = nearestOf(positions, place);
    return card(words.typed_place, decimal(place),
      make("p", { class: "gp-where" }, i >= 0 ? communes.name[i] : words.outside),
      table([
        [words.coordinates, inDegrees(place)],
        hamlet ? [words.nearest_hamlet, `${at(hamlets.name, hamlet.i)}, ${distanceText(hamlet.metres)}`] : null,
        mast ? [words.nearest_position, `${positionId(mast.i)}, ${distanceText(mast.metres)}`] : null,
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
    const tried = proposals.loss[i] === null ? proposals.tried[i]
      : say("tried_loss", { site: proposals.tried[i], n: number(proposals.loss[i]) });
    const reason = words["reason_" + at(proposals.reason, i)];
    return card(`${say("proposal", { rank: proposals.rank[i] })} · ${at(proposals.technology, i)}`,
      words[at(proposals.kind, i)] || at(proposals.kind, i),
      make("p", { class: "gp-where" }, communeName(at(proposals.commune, i))),
      reason ? make("p", { class: "gp-remark gp-reason" }, reason) : "",
      table([
        proposals.site[i] ? [words.site, proposals.site[i]] : null,
        [words.first_operator, number(proposals.people[i])],
        [words.hamlets_gained, number(proposals.hamlets[i])],
        [words.sum, number(proposals.sum[i])],
        [words.opened_by, operatorChips(at(proposals.operators, i))],
        cost ? [words.cost, cost] : null,
        proposals.tried[i] ? [words.tried, tried] : null,
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
        !communes.positions ? null : [words.position_count, `${number(communes.positions[i])} (${words.position_shared}: ${number(communes.shared[i])})`],
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
  const below = narrow.matches ? 40 : document.querySelector(".gp-inset").offsetHeight + 20;
  popup.options.autoPanPaddingBottomRight = L.point(right, below);
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
  chosen = [set.name, idOf(set, i)];
  const chosenNow = chosen;
  tell(content.textContent.slice(0, 400));
  popup.options.offset = L.point(0, set.lift ? -set.lift - 4 : 4);
  keepClear();
  popup.setLatLng(latlng).setContent(content);
  if (!map.hasLayer(popup)) popup.openOn(map);
  chosen = chosenNow; // opening one popup closes another, which forgets what was chosen
  noted();
}

const pointOf = (set, i) => [set.points.lat[i], set.points.lon[i]];
const communeSet = { name: "communes", points: communes, kind: () => words.commune, title: (i) => communes.name[i] };
map.on("popupopen", () => byId("gp-app").classList.add("gp-reading"));
map.on("popupclose", () => {
  picked.setLatLngs([]);
  byId("gp-app").classList.remove("gp-reading");
});

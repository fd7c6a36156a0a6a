/* The legend: what is shown now, and nothing else. */

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
  const own = ownStatuses() ? `${words.hamlets}: ${[...filter.operators].join(", ")}` : words.hamlets;
  heading(own, [...statusOrder].reverse().filter((name) => state.status[name])
    .map((name) => line(swatch(theme.status[name]), words[name])));
  if (state.choropleth) {
    parts.push(make("h3", {}, words.not_white), ramp());
    if (communes.code.some((code, i) => !known(i).all)) parts.push(make("ul", {}, line(colourSwatch(theme.noData), words.no_data)));
  }
  heading(words.proposals, ["existing", "new"].filter((kind) => state.proposals[kind] && proposals.size)
    .map((kind) => line(swatch(theme.proposals[kind]), words[kind])));
  heading(words.changes, ["added", "removed"].filter((kind) => data.after && state.changes[kind])
    .map((kind) => line(swatch(theme.changes[kind]), words["change_" + kind])));
  heading(words.sites, siteMarks.map((mark, k) => {
    const size = sites.operators.length;
    if (!setNamed("sites").shows(k)) return null;
    return line(swatch(mark), k < size ? sites.operators[k] : `${sites.operators[k - size]}, ${words.planned}`);
  }).filter(Boolean));
  heading(words.positions, theme.count.map((mark, k) => (state.count[k] ? line(swatch(mark), countText(k)) : null)).filter(Boolean));
  heading(words.clusters, [1, 0].filter((k) => state.clusters[clusterKinds[k]])
    .map((k) => line(swatch(theme.clusters[clusterKinds[k]]), words["cluster_" + clusterKinds[k]])));
  heading(words.holes, ["total", "partial"].filter((kind) => state.holes[kind])
    .map((kind) => line(swatch(theme.holes[kind]), words["hole_" + kind])));
  heading(words.area, pictures.filter((picture) => picture.shown).map((picture) => line(
    colourSwatch(pictureColour(picture)), `${picture.technology}, ${picture.operator || words.any_operator}`)));
  byId("gp-keys").replaceChildren(...parts);
}

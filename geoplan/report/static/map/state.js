/* What is shown: layers, and the filter that all sets of points obey alike. */

// ------------------------------------------------------------------ what is shown

const statusOrder = ["covered", "dead_spot", "white"];
const BEFORE = 0;
const AFTER = 1;

const state = {
  technology: data.start,
  choropleth: !data.after,
  names: true,
  labels: true,
  near: false,
  status: { covered: true, dead_spot: true, white: true },
  clusters: { served: false, unserved: false },
  sites: sites.operators.map(() => false),
  planned: sites.operators.map(() => false),
  count: [false, false, false, false],
  holes: { total: false, partial: false },
  proposals: { existing: true, new: true },
  changes: { added: true, removed: true },
  opacity: 0.5,
  swipe: data.after ? 0.5 : null,
};

const filter = { operators: new Set(), technologies: new Set(), from: null, to: null, commune: "" };
const isFiltered = () => filter.operators.size + filter.technologies.size > 0
  || filter.from !== null || filter.to !== null || filter.commune !== "";

// ------------------------------------------------------------------ tests by the filter

const inCommune = (points) => {
  if (!filter.commune || !points.commune) return () => true;
  const wanted = points.commune.values.indexOf(filter.commune);
  return (i) => points.commune.index[i] === wanted;
};

const having = (column, wanted) => {
  if (!wanted.size || !column) return () => true;
  const good = column.values.map((text) => items(text).some((item) => wanted.has(item)));
  return (i) => good[column.index[i]];
};

function inYears(points) {
  if (filter.from === null && filter.to === null) return () => true;
  const good = sites.year.map((year) => year !== null
    && (filter.from === null || year >= filter.from) && (filter.to === null || year <= filter.to));
  return (i) => good[points.first.index[i]];
}

function siteTest() {
  const tests = [inCommune(sites), having(sites.operator, filter.operators),
    having(sites.technologies, filter.technologies), inYears(sites)];
  return (i) => tests.every((test) => test(i));
}

// A position shows where one of its sites does; its own columns tell where it has none in the page.
function positionTest() {
  const own = [inCommune(positions), having(positions.operators, filter.operators),
    having(positions.technologies, filter.technologies)];
  const ofSite = siteTest();
  return (i) => own.every((test) => test(i))
    && (!isFiltered() || !positions.many[i] || sitesOn(i).some(ofSite));
}

// ------------------------------------------------------------------ the status of hamlets

const letters = { c: "covered", d: "dead_spot", w: "white" };

// With some operators chosen, a hamlet has the best status that one of them alone gives it.
function ownStatuses() {
  const chosen = [...filter.operators];
  if (!chosen.length || !hamlets.own || chosen.length === sites.operators.length) return null;
  const names = state.technology === "MBB" ? data.mbb : [state.technology];
  const lines = names.flatMap((name) => chosen.map((one) => (hamlets.own[name] || {})[one])).filter(Boolean);
  if (!lines.length) return null;
  return (i) => {
    const found = lines.map((line) => line[i]);
    return letters[["c", "d", "w"].find((letter) => found.includes(letter))] || "unknown";
  };
}

function statusOf(side) {
  if (side === AFTER) return (i) => at(data.after.status[state.technology], i);
  return ownStatuses() || ((i) => at(hamlets.status[state.technology], i));
}

/* The sets of points: which of their points show, as what, and how large. */

// ------------------------------------------------------------------ sets of points

const base = (zoom) => Math.max(2.6, Math.min(8, 2.6 + (zoom - 8.5) * 0.85));
const countClass = (i) => Math.min(positions.count[i] || 1, theme.count.length) - 1;
const holeRadius = (i, zoom) => base(zoom) * (1.1 + Math.min(2.6, Math.sqrt((holes.people[i] || 0) / 90)));
const siteMark = (k, open) => [theme.operators[sites.operators[k]], theme.siteShapes[k % theme.siteShapes.length], 0.95, open];
const siteMarks = [...sites.operators.map((name, k) => siteMark(k, false)), ...sites.operators.map((name, k) => siteMark(k, true))];
const clusterKinds = ["served", "unserved"];
const holeKinds = ["partial", "total"];
const proposalKinds = ["new", "existing"];
const changeKinds = ["removed", "added"];
const operatorRow = sites.size ? sites.operator.values.map((name) => sites.operators.indexOf(name)) : [];
const siteClass = (i) => operatorRow[sites.operator.index[i]] + (sites.planned[i] === "1" ? sites.operators.length : 0);

// `classes(side)` tells of each point which of `marks` it is; `shows(k)` which of these are on.
// `passes(i)` tells whether the filter lets a point through. Marks are drawn in their order.
const sets = [
  {
    name: "clusters", points: clusters, kind: () => words.cluster,
    marks: clusterKinds.map((kind) => theme.clusters[kind]),
    shows: (k) => state.clusters[clusterKinds[k]],
    classes: () => {
      const chosen = filter.operators;
      const names = state.technology === "MBB" ? data.mbb : [state.technology];
      const columns = names.map((name) => clusters.operators[name]);
      const served = columns.map((column) => column.values.map(
        (text) => (chosen.size ? items(text).some((name) => chosen.has(name)) : text !== "")));
      return (i) => (served.some((good, k) => good[columns[k].index[i]]) ? 0 : 1);
    },
    passes: () => inCommune(clusters),
    radius: (i, zoom, mark) => base(zoom) * mark[2],
    title: (i) => at(clusters.name, i) || `${words.cluster}, ${at(clusters.hamlet, i)}`,
  },
  {
    name: "positions", points: positions, kind: () => words.position,
    marks: theme.count,
    shows: (k) => state.count[k],
    classes: () => countClass,
    passes: positionTest,
    radius: (i, zoom, mark) => base(zoom) * 0.85 * mark[2],
    title: positionId,
  },
  {
    name: "sites", points: sites, kind: () => words.site_mark,
    marks: siteMarks,
    shows: (k) => (k < state.sites.length ? state.sites[k] : state.planned[k - state.sites.length]),
    classes: () => siteClass,
    passes: siteTest,
    radius: (i, zoom, mark) => base(zoom) * 0.9 * mark[2],
    title: (i) => `${at(sites.operator, i)} ${sites.id[i]}`,
  },
  {
    name: "holes", points: holes, kind: () => words.hole,
    marks: holeKinds.map((kind) => theme.holes[kind]),
    shows: (k) => state.holes[holeKinds[k]],
    classes: () => (i) => (at(holes.technology, i) === state.technology ? holeKinds.indexOf(at(holes.kind, i)) : -1),
    passes: () => {
      const tests = [inCommune(holes), having(holes.missing, filter.operators)];
      return (i) => tests.every((test) => test(i));
    },
    radius: holeRadius,
    title: (i) => say("n_people", { n: number(holes.people[i]) }),
  },
  {
    name: "hamlets", points: hamlets, kind: () => words.hamlet,
    marks: statusOrder.map((status) => theme.status[status]),
    shows: (k) => state.status[statusOrder[k]],
    classes: (side) => {
      const status = statusOf(side);
      return (i) => statusOrder.indexOf(status(i));
    },
    passes: () => {
      const here = inCommune(hamlets);
      return (i) => here(i) && (!state.near || hamlets.near[i] === "1");
    },
    radius: (i, zoom, mark) => base(zoom) * mark[2],
    title: (i) => at(hamlets.name, i),
  },
  {
    name: "proposals", points: proposals, kind: (i) => say("proposal", { rank: proposals.rank[i] }),
    marks: proposalKinds.map((kind) => theme.proposals[kind]),
    shows: (k) => state.proposals[proposalKinds[k]],
    classes: () => (i) => proposalKinds.indexOf(at(proposals.kind, i)),
    passes: () => inCommune(proposals),
    radius: (i, zoom) => Math.max(7, Math.min(9, zoom - 1)),
    title: (i) => say("proposal", { rank: proposals.rank[i] }),
    label: (i) => String(proposals.rank[i]),
    lift: 14,
  },
  {
    name: "changes", points: changes, kind: (i) => words["change_" + at(changes.kind, i)],
    marks: changeKinds.map((kind) => theme.changes[kind]),
    shows: (k) => state.changes[changeKinds[k]],
    // What comes stands on the side of after only, what goes on the side of before.
    classes: (side) => (i) => {
      const k = changeKinds.indexOf(at(changes.kind, i));
      return state.swipe === null || k === side ? k : -1;
    },
    passes: () => having(changes.operator, filter.operators),
    radius: (i, zoom, mark) => Math.max(6, base(zoom)) * mark[2],
    title: (i) => `${words["change_" + at(changes.kind, i)]}: ${at(changes.operator, i)} ${changes.id[i]}`,
  },
  {
    name: "typed", points: typed, kind: () => words.typed_place,
    marks: [["#12344d", "target", 1]],
    shows: () => true,
    classes: () => () => 0,
    passes: () => () => true,
    radius: () => 9,
    title: () => words.typed_place,
  },
];
const setNamed = (name) => sets.find((set) => set.name === name);

// ------------------------------------------------------------------ classes of all points

// For each set and side: the mark of each point; −1 = kept back by the filter or of no class.
function classify() {
  sets.forEach((set) => {
    const sides = data.after ? [BEFORE, AFTER] : [BEFORE];
    if (!set.points.size) {
      set.kept = sides.map(() => new Int8Array(0));
      return;
    }
    const passes = set.passes();
    set.kept = sides.map((side) => {
      const kept = new Int8Array(set.points.size).fill(-1);
      const of = set.classes(side);
      for (let i = 0; i < kept.length; i += 1) if (passes(i)) kept[i] = of(i);
      return kept;
    });
  });
}

// How many points of a class the filter lets through, whether its layer is on or not.
function tally(name, k, side) {
  const kept = setNamed(name).kept[side || BEFORE];
  let sum = 0;
  for (let i = 0; i < kept.length; i += 1) if (kept[i] === k) sum += 1;
  return sum;
}

/* Before and after: a handle between two states of the same map, for hand and keyboard. */

// ------------------------------------------------------------------ the handle

function setSwipe(share) {
  state.swipe = Math.min(1, Math.max(0, share));
  const handle = byId("gp-swipe");
  handle.style.setProperty("--at", state.swipe);
  const now = Math.round(state.swipe * 100);
  handle.setAttribute("aria-valuenow", now);
  handle.setAttribute("aria-valuetext", say("swipe_at", { before: now, after: 100 - now }));
  points.redraw();
}

function buildSwipe() {
  if (!data.after) return;
  const handle = make("div", {
    id: "gp-swipe", class: "gp-swipe", role: "slider", tabindex: "0", "aria-orientation": "horizontal",
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": words.swipe,
  }, make("b", { class: "gp-before" }, words.before), make("i", { "aria-hidden": "true" }, "⇔"), make("b", { class: "gp-after" }, words.after));
  byId("gp-stage").append(handle);
  let held = false;
  handle.addEventListener("pointerdown", (event) => {
    held = true;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!held) return;
    const frame = byId("gp-stage").getBoundingClientRect();
    setSwipe((event.clientX - frame.left) / frame.width);
  });
  ["pointerup", "pointercancel"].forEach((name) => handle.addEventListener(name, () => { held = false; noted(); }));
  handle.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: state.swipe - 0.02, ArrowRight: state.swipe + 0.02, Home: 0, End: 1, PageUp: state.swipe + 0.1, PageDown: state.swipe - 0.1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setSwipe(to);
    noted();
  });
  setSwipe(state.swipe);
}

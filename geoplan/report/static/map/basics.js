/* The page's data, words and numbers, and making elements. Text from data goes in as text, never as HTML.
   All parts stand in one function that is given `map`; written for browsers of 2023 on (Chrome 109). */

const data = JSON.parse(document.getElementById("gp-data").textContent);
const words = data.words;
const theme = data.theme;
const DEGREE = 1e5;
const byId = (id) => document.getElementById(id);
const narrow = window.matchMedia("(max-width: 760px)");

// ------------------------------------------------------------------ words and numbers

function say(name, values) {
  return words[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

function number(value, decimals) {
  if (value === null || value === undefined || !isFinite(value)) return "–";
  const parts = value.toFixed(decimals || 0).split(".");
  parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, data.format.group);
  return parts.join(data.format.decimal);
}

// A share is never rounded up to 100 % nor down to 0 %.
function percent(part, whole) {
  if (!whole) return "–";
  let value = Math.round((part / whole) * 1000) / 10;
  if (value >= 100 && part < whole) value = 99.9;
  if (value <= 0 && part > 0) value = 0.1;
  return number(value, 1) + "%";
}

const folded = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase()
    .replace(/\s+/g, " ").trim();

const items = (text) => (text ? text.split(";").map((item) => item.trim()).filter(Boolean) : []);

// ------------------------------------------------------------------ elements

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  });
  children.flat(Infinity).forEach((child) => {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  });
  return element;
}

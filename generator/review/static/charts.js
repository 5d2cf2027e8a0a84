// Small charts, drawn as SVG by hand: bars with their names and numbers.

const SPACE = "http://www.w3.org/2000/svg";

function draw(tag, given, ...inside) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

const number = (text) => Number(String(text).replace(/[^0-9.-]/g, "")) || 0;

/** Bars below each other. Each row: name, text, part (0 to 1), and of last year `before`. */
export function bars(rows, title, pick) {
  const height = 40;
  const chart = draw("svg", {
    viewBox: `0 0 320 ${rows.length * height + 4}`, class: "chart", role: "img", "aria-label": title,
  });
  rows.forEach((row, index) => {
    const top = index * height;
    const group = draw("g", { class: row.path ? "bar can" : "bar", tabindex: row.path ? 0 : -1 });
    group.append(
      draw("title", {}, `${row.name}：${row.text}`),
      draw("text", { x: 0, y: top + 13, class: "label" }, short(row.name)),
      draw("text", { x: 320, y: top + 13, class: "value", "text-anchor": "end" }, row.text),
      draw("rect", { x: 0, y: top + 18, width: 320, height: 8, class: "track" }),
      draw("rect", { x: 0, y: top + 18, width: 320 * clip(row.part), height: 8, class: "full" }),
    );
    if (row.before !== undefined)
      group.append(draw("rect", { x: 0, y: top + 28, width: 320 * clip(row.before), height: 4, class: "last" }));
    if (row.path) {
      group.addEventListener("click", () => pick(row.path));
      group.addEventListener("keydown", (event) => event.key === "Enter" && pick(row.path));
    }
    chart.append(group);
  });
  return chart;
}

const clip = (part) => Math.max(0, Math.min(1, part));
const short = (text) => (text.length > 24 ? `${text.slice(0, 12)}…${text.slice(-10)}` : text);

export const scores = (groups) =>
  groups.map((one) => ({
    path: one.path, part: one.part, text: `${one.text} / ${one.most}`,
    name: one.of ? `${one.of} ${one.name}` : one.name,
  }));

export const rates = (found) =>
  found.map((one) => {
    const text = one.text.match(/[0-9.]+%$/)?.[0] ?? one.text; // without the words before it
    return { path: one.path, name: one.name, text, part: number(text) / 100 };
  });

export function years(found) {
  const most = Math.max(1e-9, ...found.flatMap((one) => [number(one.text), number(one.base)].map(Math.abs)));
  return found.map((one) => ({
    path: one.path, name: one.name, text: `${one.text}（上年 ${one.base}）`,
    part: Math.abs(number(one.text)) / most, before: Math.abs(number(one.base)) / most,
  }));
}

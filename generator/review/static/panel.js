// What stands beside the pages: one figure with its source, problems, what moved, overview, finds.

import { bars, rates, scores, years } from "./charts.js";
import { button, make } from "./dom.js";
import { state } from "./store.js";

const SEVERITIES = { error: "错误", warning: "警告", note: "提示" };
const DEEPEST = 4;

/** A line of a content file; on this machine a link that opens it in the editor. */
function source([file, line, column]) {
  const text = line ? `${file}:${line}` : file;
  if (state.saved || !state.units.length || !state.data.root || !file.startsWith("content/"))
    return make("code", {}, text);
  const path = `${state.data.root}/${file}`.split("/").map(encodeURIComponent).join("/");
  const where = line ? `:${line}:${column || 1}` : "";
  const href = `vscode://file${path.startsWith("/") ? "" : "/"}${path.replace("%3A", ":")}${where}`;
  return make("a", { class: "line", href, title: "在编辑器里打开这一行" }, text);
}

function part(title, ...inside) {
  return inside.flat().length ? make("section", { class: "part" }, make("h3", {}, title), ...inside) : null;
}

export function figure(path, act) {
  const given = state.data.figures[path];
  const value = state.data.values[path];
  if (!given || !value) return [make("p", {}, "这个数现在没有了。")];
  const by = state.ticks.get(path);
  const ticked = by !== undefined;
  return [
    make("h2", { class: "figure-name" }, given.name),
    make("p", { class: "amount" }, value.text),
    value.exact ? make("p", { class: "exact" }, `四舍五入前 ${value.exact}`) : null,
    given.wording === value.text ? null : make("p", { class: "exact" }, `印成 ${given.wording}`),
    make(
      "p", { class: "tick" },
      button(ticked ? "取消核对" : "核对无误", () => act.tick([path], !ticked), { id: "tick", class: ticked ? "done" : "primary", title: "空格" }),
      ticked ? make("span", {}, `√ 已核（${by}）`) : make("span", {}, "还没有核对"),
    ),
    movedTo(path),
    ...derivation(path, value),
    value.base ? part("上年数", make("p", {}, `${value.base.name} ${value.base.text} `, source(value.base.at))) : null,
    scoring(path),
    part(`印在 ${given.places.length} 处`, make("ol", { class: "places" }, given.places.map((one) => spot(one, act)))),
    part("拿它来比的地方", given.beside.length ? make("ol", { class: "places" }, given.beside.map((one) => spot(one, act))) : []),
    followers(path, act),
    part("有关的问题", given.problems.map((number) => problem(state.data.problems[number], act))),
  ].filter(Boolean);
}

function movedTo(path) {
  const found = state.moved?.places.find((one) => one.path === path && one.old !== null);
  if (!found) return null;
  return make("p", { class: "moved" }, make("del", {}, found.old), " → ", make("ins", {}, found.new ?? "没有了"));
}

function derivation(path, value) {
  if (!value.formula) {
    const lines = [make("p", {}, value.origin ? "取自 " : "填写于 ", source(value.at))];
    if (value.origin) lines.push(make("p", { class: "origin" }, value.origin));
    return [part(value.origin ? "来源" : "填写的数", lines)];
  }
  return [
    part("公式", make("p", { class: "formula" }, value.formula), make("p", {}, source(value.at))),
    part("用到的数", tree(path, 1, new Set([path]))),
  ];
}

function tree(path, depth, above) {
  const needed = state.data.values[path].inputs || [];
  const items = needed.filter((one) => state.data.values[one]).map((one) => {
    const value = state.data.values[one];
    const more = value.inputs && depth < DEEPEST && !above.has(one) ? tree(one, depth + 1, new Set([...above, one])) : null;
    const line = [
      make("button", { type: "button", class: "name", data: { go: one } }, value.name), " ",
      make("b", {}, value.text), " ", source(value.at),
      value.formula ? make("span", { class: "formula" }, ` = ${value.formula}`) : null,
    ];
    if (!more) return make("li", {}, line);
    return make("li", {}, make("details", { open: needed.length < 6 && depth < 3 }, make("summary", {}, line), more));
  });
  return items.length ? make("ul", { class: "tree" }, items) : [];
}

function scoring(path) {
  const found = path.match(/^(.*\])\.(?:得分|完成率|分值|目标|完成)$/);
  if (!found) return null;
  const rows = ["目标", "完成", "完成率", "类型", "分值", "得分", "偏差原因"]
    .map((name) => [name, state.data.values[`${found[1]}.${name}`]])
    .filter(([, value]) => value && value.text);
  const told = rows.map(([name, value]) => make("tr", {}, make("th", {}, name), make("td", {}, value.text)));
  const score = state.data.values[`${found[1]}.得分`];
  const rule = score?.formula ? make("p", { class: "formula" }, `得分 = ${score.formula}`) : make("p", {}, "得分是填的。");
  return part("计分", make("table", { class: "plain" }, make("tbody", {}, told)), rule);
}

function spot(one, act) {
  const name = state.data.documents[one.d].name;
  const section = one.section ? `（${one.section}）` : "";
  return make("li", {},
    button(`${name} ${one.place}${section}`, () => act.jump(one.d, one.p), { class: "jump" }),
    make("span", { class: "said" }, one.sentence && one.sentence !== one.text ? one.sentence : one.text));
}

function followers(path, act) {
  const found = Object.entries(state.data.values).filter(([, value]) => value.inputs?.includes(path));
  return part("由它得出", found.slice(0, 40).map(([one, value]) =>
    make("p", {}, button(value.name, () => act.open(one), { class: "jump" }), " ", value.text)));
}

function problem(one, act) {
  const at = [one.file, one.line, one.column];
  const path = act.figureAt(one.file, one.line);
  return make("div", { class: `problem ${one.severity}` },
    make("p", {}, make("b", {}, `${SEVERITIES[one.severity]} ${one.code} `), one.message),
    one.hint ? make("p", { class: "hint" }, one.hint) : null,
    make("p", {}, source(at), one.place ? ` ${one.place}` : "", " ",
      path ? button("看印在哪里", () => act.open(path), { class: "jump" }) : null),
    one.related.map((other) => make("p", { class: "hint" }, "参见 ", source([other.file, other.line, other.column]), other.place ? ` ${other.place}` : "")));
}

export function problems(act) {
  const found = state.data.problems;
  const groups = ["error", "warning", "note"].map((kind) => {
    const held = found.filter((one) => one.severity === kind);
    return part(`${SEVERITIES[kind]} ${held.length} 个`, held.map((one) => problem(one, act)));
  });
  return [
    make("h2", {}, "问题"),
    state.data.broken ? make("p", { class: "broken" }, "内容有错误，页面还是上次没有错误时的成果。") : null,
    ...groups,
    found.length ? null : make("p", {}, "没有问题。"),
  ].filter(Boolean);
}

export function changes(act) {
  const found = state.moved;
  const choice = make("select", { "aria-label": "和哪个版本比", on: { change: (event) => act.against(event.target.value) } },
    make("option", { value: "" }, "和……比"),
    state.data.versions.map((name) => make("option", { value: name }, name === "再上次" ? "上次生成以前" : `版本“${name}”`)));
  const head = [make("h2", {}, "改动"), state.saved ? null : make("p", {}, choice)];
  if (!found) return [...head, make("p", {}, state.saved ? "没有改动可看。" : "保存内容以后，改动显示在这里；也可以和一个版本比。")].filter(Boolean);
  const line = (one) => make("li", {},
    button(one.name, () => (one.p >= 0 ? act.jump(one.d, one.p) : act.open(one.path)), { class: "jump" }), " ",
    one.old === null ? null : make("del", {}, one.old), one.old === null ? "" : " → ", make("ins", {}, one.new ?? "没有了"),
    one.place ? make("span", { class: "said" }, `${state.data.documents[one.d].name} ${one.place}`) : null);
  return [
    ...head,
    make("p", {}, `比${found.from}，按 m 一处处看。`),
    part(`改的 ${found.edits.length} 处`, found.edits.map((one) => make("p", {}, one.text, " ", source(one.at)))),
    part(`随之变的数 ${found.values.length} 个`, found.values.length ? make("ul", {}, found.values.map(line)) : []),
    part(`页面上 ${found.places.length} 处`, found.places.length ? make("ul", {}, found.places.map(line)) : []),
    part(`段落 ${found.paragraphs.length} 段`, found.paragraphs.map((one) =>
      make("p", { class: "paragraph" }, one.new ? "新增：" : one.moved ? "移动：" : null,
        one.pieces.map(([kind, text]) => kind === "-" ? make("del", {}, text) : kind === "+" ? make("ins", {}, text) : long(text)), " ",
        button("看", () => act.paragraph(one.d, one.n), { class: "jump" })))),
    part("删去的段落", found.gone.map((one) => make("p", {}, make("del", {}, one.text)))),
    part("文件", found.documents.map((text) => make("p", {}, text))),
  ].filter(Boolean);
}

const long = (text) => (text.length > 40 ? `${text.slice(0, 18)}……${text.slice(-18)}` : text);

const KINDS = [
  ["narrative", "文字"], ["figure", "填的数"], ["structure", "增删移动"],
  ["conflict", "没有写进去，要自己看"], ["computed", "算出来的，不能从文档改"],
  ["template", "模板里的，不能从文档改"],
];

/** What came back from Word and Excel, difference by difference; proposals can be accepted. */
export function returned(act) {
  const found = state.returned;
  if (!found) return [make("h2", {}, "来稿"), make("p", {}, "正在和现在的内容比……")];
  const safe = found.differences.filter((one) => one.proposed && one.safe);
  return [
    make("h2", {}, "来稿"),
    found.files.map((one) => make("p", {}, `${one.file.split(/[\\/]/).pop()}：是 ${one.document}${one.pending ? `，里面还有${one.pending}处没有接受的修订，按接受以后的看` : ""}。`)),
    found.problems.map((one) => make("p", { class: "broken" }, one.message, one.hint ? make("span", { class: "said" }, one.hint) : null)),
    found.differences.length ? null : make("p", {}, "没有改动。"),
    safe.length > 1 ? make("p", {}, button(`文字的改动一起写进内容（${safe.length}处）`, () => act.take(safe), { class: "primary" })) : null,
    KINDS.map(([kind, title]) => {
      const held = found.differences.filter((one) => one.kind === kind);
      return part(`${title} ${held.length} 处`, held.map((one) => difference(one, act)));
    }),
    part("批注", found.comments.map((one) => make("p", {}, `${one.place}${one.about ? `（“${one.about}”）` : ""} ${one.author ? `${one.author}：` : ""}${one.text}`))),
    found.formatting ? make("p", { class: "hint" }, `另有${found.formatting}处只改了字体、颜色一类的样子，没有写。`) : null,
  ].flat().filter(Boolean);
}

function difference(one, act) {
  const here = act.passage(one);
  return make("div", { class: "difference", data: { difference: one.number } },
    make("p", {}, here ? button(one.place, () => act.show(here), { class: "jump" }) : one.place, " ", one.name ? make("b", {}, one.name) : null),
    make("p", { class: "paragraph" }, one.words.map(({ sign, text }) =>
      sign === "-" ? make("del", {}, text) : sign === "+" ? make("ins", {}, text) : long(text))),
    one.why ? make("p", { class: "hint" }, one.why) : null,
    one.now ? make("p", { class: "hint" }, `原来印的：${one.old}　内容现在：${one.now}　文档里改成：${one.new}`) : null,
    one.follows?.length ? make("p", { class: "hint" }, `随之变化 ${one.follows.length} 个数：${one.follows.slice(0, 6).join("；")}`) : null,
    (one.errors ?? []).map((other) => make("p", { class: "hint" }, `写进去以后要改正：${other.message}`)),
    make("p", {}, one.file ? source([one.file, one.line, one.column]) : null, " ",
      one.proposed ? button("写进内容", () => act.take([one]), { class: "take" }) : null));
}

export function overview(act) {
  const given = state.data.overview;
  const count = (kind) => state.data.problems.filter((one) => one.severity === kind).length;
  return [
    make("h2", {}, "总览"),
    make("p", {}, `${state.data.label} 错误 ${count("error")}，警告 ${count("warning")}，已核 ${state.ticks.size}/${Object.keys(state.data.figures).length}`),
    units(act),
    given?.groups.length ? part("得分", bars(scores(given.groups), "各类指标的得分", act.open)) : null,
    given?.rates.length ? part("执行率、完成率", bars(rates(given.rates.slice(0, 24)), "执行率", act.open)) : null,
    given?.years.length ? part("比上年（细条是上年）", bars(years(given.years), "比上年", act.open)) : null,
  ].filter(Boolean);
}

export function units(act) {
  if (state.units.length < 2) return null;
  const rows = state.units.map((one, number) => make("tr", { class: number === state.unit ? "current" : null },
    make("td", {}, button(one.label, () => act.unit(number), { class: "jump" }), one.name ? make("span", { class: "said" }, one.name) : null),
    make("td", {}, one.figures === undefined ? "" : `${one.ticked}/${one.figures}`),
    make("td", {}, one.score || ""),
    make("td", {}, one.errors ? `错误${one.errors} ` : "", one.warnings ? `警告${one.warnings}` : "", one.state ? ` ${one.state}` : "")));
  const head = make("tr", {}, ["单位", "已核", "得分", "问题"].map((text) => make("th", {}, text)));
  return part(`单位 ${rows.length} 个`, make("table", { class: "plain units" }, make("thead", {}, head), make("tbody", {}, rows)));
}

export function finds(text, act) {
  const found = [];
  const wanted = text.trim().toLowerCase();
  for (const [path, one] of Object.entries(state.data.figures))
    if (`${one.name} ${one.value} ${one.wording}`.toLowerCase().includes(wanted))
      found.push(make("li", {}, button(`${one.name} ${one.value}`, () => act.open(path), { class: "jump" })));
  const said = [];
  for (const block of document.querySelectorAll("#pages .text p, #pages .text td")) {
    if (block.tagName === "TD" && block.querySelector("p")) continue;
    const whole = block.textContent;
    const at = whole.toLowerCase().indexOf(wanted);
    if (at < 0 || said.length >= 300) continue;
    const around = `${at > 16 ? "…" : ""}${whole.slice(Math.max(0, at - 16), at + wanted.length + 24)}`;
    said.push(make("li", {}, button(around, () => act.show(block), { class: "jump" })));
  }
  return [
    make("h2", {}, `查找“${text}”`),
    part(`数 ${found.length} 个`, found.length ? make("ol", {}, found.slice(0, 300)) : []),
    part(`文字 ${said.length} 处`, said.length ? make("ol", {}, said) : []),
    found.length || said.length ? null : make("p", {}, "没有找到。"),
  ].filter(Boolean);
}

export const KEYS = [
  ["n", "下一个没有核对的数"], ["空格", "核对、取消核对选中的数"], ["j / k", "下一个、上一个数"],
  ["p", "选中的数的下一处"], ["m", "下一处改动"], ["/", "查找"], ["1–5", "数、问题、改动、总览、来稿"],
  ["d", "深色、浅色"], ["?", "这张表"], ["Esc", "回到页面"],
];

export function keys() {
  return [
    make("h2", {}, "按键"),
    make("table", { class: "plain" }, make("tbody", {}, KEYS.map(([key, text]) => make("tr", {}, make("th", {}, make("kbd", {}, key)), make("td", {}, text))))),
    make("p", {}, "绿色的数已经核对；蓝色下划线的由公式算出；灰色下划线的是填的；红色虚线是正文里直接写的数，没有出处。"),
  ];
}

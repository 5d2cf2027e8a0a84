// The page as a whole: what is chosen, what the keys do, and following what is saved.

import { button, make } from "./dom.js";
import * as panel from "./panel.js";
import * as store from "./store.js";
import * as view from "./view.js";

const { state } = store;
const at = (id) => document.getElementById(id);
const TABS = [["figure", "数"], ["problems", "问题"], ["changes", "改动"], ["overview", "总览"], ["returned", "来稿"]];
const LIST_MS = 1500;

let tab = "overview";
let stops = [];
let stop = -1;

const act = {
  open(path, quietly = false) {
    if (!state.data.figures[path]) {
      const name = state.data.values[path]?.name ?? path;
      say(`“${name}”没有印在哪份文档里。`);
      return;
    }
    const first = view.links().find((one) => one.dataset.f === path);
    if (first) choose(first, !quietly);
  },
  jump(number, place) {
    const element = view.place(number, place);
    if (element) choose(element, true);
  },
  paragraph: (number, n) => view.reveal(view.paragraph(number, n)),
  show: (element) => view.reveal(element),
  async tick(paths, ticked) {
    if (!state.by.trim()) {
      say("请先写上核对人的姓名。");
      at("by").focus();
      return;
    }
    try {
      await store.tick(paths, ticked);
    } catch (error) {
      say(error.message);
      return;
    }
    view.mark();
    redraw();
    if (state.units.length > 1) listing();
  },
  passage: view.passage,
  async take(found) {
    try {
      const answer = await store.take(found.map((one) => one.key));
      say(`已写进 ${answer.written.join("、")}。`);
    } catch (error) {
      say(error.message);
    }
    await compared();
  },
  figureAt(file, line) {
    if (!line) return "";
    const found = Object.keys(state.data.figures).find((path) => {
      const [there, row] = state.data.values[path].at;
      return there === file && row === line;
    });
    return found ?? "";
  },
  async against(name) {
    if (!name) return;
    try {
      state.moved = await store.against(name);
    } catch (error) {
      say(error.message);
      return;
    }
    moved();
    open("changes");
  },
  async unit(number) {
    view.forget();
    state.current = null;
    at("pages").replaceChildren(make("p", { class: "absent" }, "正在打开……"));
    await opened(number);
    open("overview");
    listing();
  },
};

function say(text) {
  at("said").textContent = text;
  at("said").classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => at("said").classList.remove("shown"), 5000);
}

// Choosing

function choose(element, look) {
  state.current = element.dataset.f;
  view.mark();
  if (look) view.reveal(element);
  else {
    for (const old of document.querySelectorAll(".here")) old.classList.remove("here");
    element.classList.add("here");
  }
  open("figure");
}

function open(name) {
  tab = name;
  redraw();
}

/** What came back is compared with the content when somebody looks, and after each save. */
async function compared() {
  if (!state.data.returned) return;
  try {
    await store.returned();
  } catch (error) {
    say(error.message);
  }
  view.showReturned();
  redraw();
}

function redraw() {
  if (tab === "pdf") return; // somebody reads it; a click on a tab ends that
  const made = {
    figure: () => (state.current ? panel.figure(state.current, act) : [make("p", {}, "点页面上的一个数，看它的来历。")]),
    problems: () => panel.problems(act),
    changes: () => panel.changes(act),
    overview: () => panel.overview(act),
    returned: () => panel.returned(act),
    finds: () => panel.finds(at("search").value, act),
    keys: () => panel.keys(),
  }[tab]();
  const top = at("panel").scrollTop;
  const same = at("panel").dataset.tab === `${tab} ${state.current}`;
  at("panel").dataset.tab = `${tab} ${state.current}`;
  at("panel").replaceChildren(...made);
  at("panel").scrollTop = same ? top : 0;
  const count = state.data?.problems.filter((one) => one.severity !== "note").length ?? 0;
  const tabs = TABS.filter(([name]) => name !== "returned" || state.data?.returned);
  at("tabs").replaceChildren(...tabs.map(([name, text], number) =>
    button(name === "problems" && count ? `${text} ${count}` : text, () => open(name), {
      role: "tab", "aria-selected": String(name === tab), title: `${text}（${number + 1}）`, data: { tab: name },
    })));
}

function outline() {
  const items = state.data.documents.map((given, number) => {
    const heads = [...document.querySelectorAll(`section.one[data-number="${number}"] [data-level]`)]
      .filter((one) => !one.dataset.goesOn);
    return make("li", {},
      button(given.name, () => at(`document-${number}`).scrollIntoView(), { class: "jump file" }),
      make("ul", {}, heads.map((one) => make("li", { class: `level${one.dataset.level}` },
        button(one.textContent, () => view.reveal(one), { class: "jump" })))));
  });
  at("outline").replaceChildren(make("ul", {}, items));
}

// One after the other

function unticked() {
  const all = view.links();
  const here = all.findIndex((one) => one.classList.contains("here"));
  const order = [...all.slice(here + 1), ...all.slice(0, here + 1)];
  const next = order.find((one) => !state.ticks.has(one.dataset.f));
  if (next) choose(next, true);
  else say("全部核对过了。");
}

function step(by) {
  const all = view.links();
  const here = all.findIndex((one) => one.classList.contains("here"));
  const next = all[here < 0 ? 0 : (here + by + all.length) % all.length];
  if (next) choose(next, true);
}

function nextPlace() {
  const same = view.links().filter((one) => one.dataset.f === state.current);
  const here = same.findIndex((one) => one.classList.contains("here"));
  if (same.length) choose(same[(here + 1) % same.length], true);
}

function nextChange() {
  if (!stops.length) {
    say("没有改动可看。");
    return;
  }
  stop = (stop + 1) % stops.length;
  const element = stops[stop];
  if (element.matches("a.figure")) choose(element, true);
  else view.reveal(element);
  say(`改动 ${stop + 1}/${stops.length}`);
}

const KEYS = {
  n: unticked, j: () => step(1), k: () => step(-1), p: nextPlace, m: nextChange, d: turn,
  "/": () => at("search").focus(), "?": () => open("keys"), "？": () => open("keys"),
  " ": () => state.current && act.tick([state.current], !state.ticks.has(state.current)),
  1: () => open("figure"), 2: () => open("problems"), 3: () => open("changes"), 4: () => open("overview"),
  5: () => state.data.returned && open("returned"),
  Escape: () => at("pages").focus(),
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input, select, textarea");
  if (typing) {
    if (event.key === "Escape") at("pages").focus();
    return;
  }
  if (event.key === " " && event.target.matches("button, summary")) return;
  const done = KEYS[event.key];
  if (done) {
    event.preventDefault();
    done();
  }
}

function turn() {
  const dark = document.documentElement.dataset.theme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  store.keep("核对 颜色", document.documentElement.dataset.theme);
}

function exported() {
  const name = `核对记录-${state.data.id || state.data.year}-${state.data.year}.json`;
  const link = make("a", { download: name });
  link.href = URL.createObjectURL(new Blob([store.exported()], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  say(`已存为 ${name}；交给编报的人，用 gen review --ticks 收进去。`);
}

// Following

function told() {
  const notice = at("notice");
  const errors = state.data.problems.filter((one) => one.severity === "error");
  const why = state.data.broken
    ? `内容有 ${errors.length} 个错误，下面还是上次没有错误时的成果。${errors[0] ? `${errors[0].file}:${errors[0].line} ${errors[0].message}` : ""}`
    : state.data.ticksWhy;
  notice.hidden = !why;
  notice.textContent = why || "";
}

function moved() {
  stops = view.showMoved();
  stop = -1;
}

async function opened(number) {
  await store.load(number);
  stops = view.show();
  stop = -1;
  outline();
  told();
  document.title = `核对 ${state.data.label}`;
  at("title").textContent = `核对 ${state.data.label}`;
  at("by").value = state.by;
  at("unit").value = String(number);
  if (state.current && !state.data.figures[state.current]) state.current = null;
  redraw();
  compared();
}

async function follow() {
  for (;;) {
    const { unit, data } = state;
    try {
      const answer = await store.waited(unit, data.version);
      if (unit !== state.unit || answer.version === state.data.version) continue;
      await opened(unit);
      const count = state.moved ? state.moved.places.length : 0;
      if (state.data.broken) open("problems");
      else say(count ? `内容变了，页面上 ${count} 处跟着变了（m 一处处看）。` : "已经是新的了。");
    } catch {
      at("notice").hidden = false;
      at("notice").textContent = "gen 已经结束。页面还看得到，改动和核对不再保存；重新运行 gen review。";
      await new Promise((done) => setTimeout(done, 3000));
    }
  }
}

/** Ask how the units stand until all of them were looked at; one asks at a time. */
async function listing() {
  if (state.saved || listing.asking) return;
  listing.asking = true;
  for (let complete = false; !complete;) {
    await new Promise((done) => setTimeout(done, LIST_MS));
    complete = await store.list().catch(() => false);
    if (tab === "overview") redraw();
  }
  listing.asking = false;
}

async function pdf(number) {
  const name = state.data.documents[number].name;
  const frame = make("iframe", { src: `pdf/${state.unit}/${number}`, title: `${name} 的 PDF 页面` });
  at("panel").replaceChildren(make("h2", {}, name), make("p", {}, "LibreOffice 排的页面（要等几秒）："), frame);
  tab = "pdf";
  document.body.classList.add("wide");
}

function wire() {
  addEventListener("resize", view.fit);
  document.addEventListener("keydown", pressed);
  at("pages").addEventListener("click", (event) => {
    const link = event.target.closest("a.figure");
    const back = event.target.closest("[data-back]");
    if (back && !link) {
      open("returned");
      document.querySelector(`[data-difference="${back.dataset.back}"]`)?.scrollIntoView({ block: "center" });
    }
    const asked = event.target.closest("button[data-pdf]");
    if (link) {
      event.preventDefault();
      choose(link, false);
    } else if (asked) pdf(Number(asked.dataset.pdf));
  });
  at("panel").addEventListener("click", (event) => {
    const name = event.target.closest("[data-go]");
    if (name) {
      event.preventDefault();
      act.open(name.dataset.go);
    }
  });
  at("by").addEventListener("input", (event) => {
    state.by = event.target.value;
    store.keep("核对人", state.by);
  });
  at("search").addEventListener("input", (event) => open(event.target.value.trim() ? "finds" : "overview"));
  at("unit").addEventListener("change", (event) => act.unit(Number(event.target.value)));
  at("export").addEventListener("click", exported);
  at("theme").addEventListener("click", turn);
  at("help").addEventListener("click", () => open("keys"));
  at("tabs").addEventListener("click", () => document.body.classList.remove("wide"));
}

async function main() {
  const theme = store.kept("核对 颜色");
  if (theme) document.documentElement.dataset.theme = theme;
  wire();
  await store.begin();
  const choice = at("unit");
  choice.replaceChildren(...state.units.map((one, number) => make("option", { value: number }, one.label)));
  choice.hidden = state.units.length < 2;
  await opened(0);
  if (state.data.returned) open("returned");
  document.body.dataset.ready = "1";
  if (!state.saved) {
    follow();
    listing();
  }
}

main().catch((error) => {
  document.getElementById("notice").hidden = false;
  document.getElementById("notice").textContent = `打不开：${error.message}`;
});

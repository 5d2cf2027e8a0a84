// The engines of node, by the protocol of worker.py:
//     node worker.js ENGINE TEMPLATES sets VALUES OUT NUMBER OF
//     node worker.js ENGINE TEMPLATES warm
// The packages stand in PEERS_NODE/node_modules. None of them keeps a compiled template.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { createRequire } = require("module");
const packages = createRequire(path.join(process.env.PEERS_NODE, "index.js"));

const ENGINES = {
  carbone() {
    const carbone = packages("carbone");
    return (file, _, values) => new Promise((done, failed) =>
      carbone.render(file, values, {}, (error, made) => (error ? failed(error) : done(made))));
  },
  "docxtemplater+xlsx-template"() {
    const Zip = packages("pizzip");
    const Word = packages("docxtemplater");
    const book = packages("xlsx-template");
    const Excel = book.default || book;
    return (file, template, values) => {
      if (file.endsWith(".docx")) {
        const document = new Word(new Zip(template), { paragraphLoop: true, linebreaks: true });
        document.render(values);
        return document.toBuffer({ compression: "DEFLATE" });
      }
      const workbook = new Excel(template);
      for (const sheet of workbook.sheets.slice()) workbook.substitute(sheet.id, values);
      return workbook.generate({ type: "nodebuffer", compression: "DEFLATE" });
    };
  },
};

async function main([engine, folder, mode, ...rest]) {
  const render = ENGINES[engine]();
  const names = fs.readdirSync(folder).sort();
  const files = names.map((name) => path.resolve(folder, name));
  const templates = files.map((file) => fs.readFileSync(file));
  if (mode === "sets") {
    const [source, out, number, count] = rest;
    const sets = fs.readdirSync(source).sort().filter((_, i) => i % count === Number(number));
    for (const one of sets) {
      const values = JSON.parse(fs.readFileSync(path.join(source, one), "utf8"));
      const target = path.join(out, path.parse(one).name);
      fs.mkdirSync(target, { recursive: true });
      for (const [i, name] of names.entries()) {
        fs.writeFileSync(path.join(target, name), await render(files[i], templates[i], values[name]));
      }
    }
  } else {
    const known = {};
    for await (const line of readline.createInterface({ input: process.stdin })) {
      const values = (known[line] ||= JSON.parse(fs.readFileSync(line.trim(), "utf8")));
      const times = {};
      for (const [i, name] of names.entries()) {
        const begun = performance.now();
        await render(files[i], templates[i], values[name]);
        times[name] = performance.now() - begun;
      }
      console.log(JSON.stringify(times));
    }
  }
  process.exit(0); // carbone leaves timers behind
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});

// Node: qs with the options that change what it sees, URLSearchParams, JSON.parse.

import { createInterface } from "node:readline";
import qs from "qs";

const WATCHED = ["kind", "entity_type", "expand"];
const OTHER = "(no text)";
const OPTIONS = [
  {},
  { allowDots: true },
  { ignoreQueryPrefix: true },
  { comma: true },
  { delimiter: /[&;]/ },
  { duplicates: "first", plainObjects: true },
];

function texts(value) {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (value !== null && typeof value === "object") {
    return Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]);
  }
  return [OTHER];
}

function query(text) {
  const ways = OPTIONS.map((options) => {
    const read = qs.parse(text, options);
    const named = WATCHED.filter((name) => Object.hasOwn(read, name));
    return Object.fromEntries(named.map((name) => [name, texts(read[name])]));
  });
  const read = new URLSearchParams(text);
  const all = WATCHED.map((name) => [name, [...read.getAll(name), ...read.getAll(`${name}[]`)]]);
  ways.push(Object.fromEntries(all.filter(([, values]) => values.length > 0)));
  return ways;
}

function body(bytes) {
  let read;
  try {
    // As body parsers do it: a mark of the byte order is no part of the text.
    read = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return [];
  }
  const event = read?.callback?.event;
  if (event === undefined) return [{}];
  return [{ event: [typeof event === "string" ? event : OTHER] }];
}

let out = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const at = line.indexOf(" ");
  const bytes = Buffer.from(line.slice(at + 1), "hex");
  out.push(JSON.stringify(line[0] === "q" ? query(bytes.toString()) : body(bytes)));
  if (out.length === 10_000) {
    process.stdout.write(`${out.join("\n")}\n`);
    out = [];
  }
}
if (out.length > 0) process.stdout.write(`${out.join("\n")}\n`);

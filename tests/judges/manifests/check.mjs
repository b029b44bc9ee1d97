// Holds manifests against the schemas of what reads them: `node check.mjs FILE…`. Says every mistake, and ends with 1
// where there is one. See README.md.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Ajv } from "ajv";
import { parseAllDocuments } from "yaml";
import { schemas } from "./schemas.mjs";

const PACKAGES = {
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "security.istio.io": "@kubernetes-models/istio",
  "traefik.io": "@kubernetes-models/traefik",
};
const ajv = new Ajv({ allErrors: true, strictTypes: false });
let mistakes = 0;

function mistake(file, where, what) {
  mistakes += 1;
  console.log(`${file}: ${where}: ${what}`);
}

async function model({ apiVersion, kind }) {
  const [group] = apiVersion.split("/");
  const path = `${PACKAGES[group] ?? "kubernetes-models"}/${apiVersion}/${kind}`;
  const found = await import(path);
  return found[kind];
}

function errors(Model, document) {
  try {
    new Model(document).validate();
    return [];
  } catch (error) {
    return [error.message];
  }
}

// Schemas of Kubernetes say nothing of keys that they do not know. What no schema looks at takes any value: a key
// for which nothing is wrong is one that nobody reads.
function* unread(Model, document, part = document, path = []) {
  for (const key of Object.keys(part)) {
    const [own, where] = [part[key], [...path, key]];
    part[key] = () => {};
    const isRead = errors(Model, document).length > 0;
    part[key] = own;
    if (!isRead) {
      yield where.join("/");
    } else if (own !== null && typeof own === "object") {
      yield* unread(Model, document, own, where);
    }
  }
}

for (const path of process.argv.slice(2)) {
  const file = basename(path);
  for (const parsed of parseAllDocuments(readFileSync(path, "utf8"))) {
    for (const error of parsed.errors) mistake(file, "YAML", error.message);
    const document = parsed.toJS();
    const name = document.kind ? `${document.apiVersion}/${document.kind}` : file;
    const own = schemas[name];
    if (own) {
      const validate = ajv.compile(own);
      if (!validate(document)) mistake(file, name, ajv.errorsText(validate.errors));
      continue;
    }
    const Model = await model(document);
    const wrong = errors(Model, document);
    for (const error of wrong) mistake(file, name, error);
    if (wrong.length > 0) continue;
    for (const key of unread(Model, document)) mistake(file, name, `nobody reads ${key}`);
  }
}
console.log(mistakes === 0 ? "no mistakes" : `${mistakes} mistakes`);
process.exit(mistakes === 0 ? 0 : 1);

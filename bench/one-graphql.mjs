// The harness brings its own copy of graphql. Everything of ours that is imported after this module uses that copy:
// two of them in one process refuse each other's schemas.
import { register } from "node:module";

const copy = new URL("./peers/node_modules/graphql/index.js", import.meta.url).href;
const hook = `
export function resolve(specifier, context, next) {
  return specifier === "graphql" ? { url: ${JSON.stringify(copy)}, format: "commonjs", shortCircuit: true } : next(specifier, context);
}`;

register(`data:text/javascript,${encodeURIComponent(hook)}`);

// Bundles the GraphiQL page into dist/src/graphiql: one HTML template, its scripts, workers, style and fonts.
// Nothing is done when neither the page's sources nor the packages it is made of have changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src", "graphiql");
const target = join(root, "dist", "src", "graphiql");
const packages = [
  "esbuild",
  "graphiql",
  "@graphiql/react",
  "@graphiql/toolkit",
  "graphql",
  "monaco-editor",
  "monaco-graphql",
  "react",
];

const workers = {
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
  graphql: "monaco-graphql/esm/graphql.worker.js",
};

function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(fileURLToPath(import.meta.url)));
  for (const name of readdirSync(source).sort()) hash.update(name).update(readFileSync(join(source, name)));
  for (const name of packages) hash.update(readFileSync(join(root, "node_modules", name, "package.json")));
  return hash.digest("hex");
}

export async function buildGraphiql() {
  const stamp = join(target, "fingerprint");
  const current = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === current) return;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });

  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    metafile: true,
    target: "es2022",
    outdir: target,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    legalComments: "linked",
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
  };
  const written = (result) => Object.keys(result.metafile.outputs).map((path) => basename(path));
  const outputOf = (result, ending) => written(result).find((name) => name.endsWith(ending));

  const files = [];
  const workerFiles = {};
  for (const [name, entry] of Object.entries(workers)) {
    const result = await build({ ...common, entryPoints: [{ in: entry, out: `${name}.worker` }] });
    workerFiles[name] = outputOf(result, ".js");
    files.push(...written(result));
  }
  const page = await build({
    ...common,
    entryPoints: [{ in: join(source, "main.tsx"), out: "page" }],
    format: "esm",
    splitting: true,
    jsx: "automatic",
    loader: { ".ttf": "file" },
    define: { ...common.define, WORKERS: JSON.stringify(workerFiles) },
  });
  files.push(...written(page));
  const [script] = Object.entries(page.metafile.outputs).find(([, output]) => output.entryPoint?.endsWith("main.tsx"));
  const style = page.metafile.outputs[script].cssBundle;

  const html = readFileSync(join(source, "index.html"), "utf8")
    .replace("%SCRIPT%", `/graphiql/${basename(script)}`)
    .replace("%STYLE%", `/graphiql/${basename(style)}`);
  writeFileSync(join(target, "index.html"), html);
  writeFileSync(join(target, "files.json"), JSON.stringify(files.sort(), null, 2));
  writeFileSync(stamp, current);
}

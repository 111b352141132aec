import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseGraphQL } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { PolicyError } from "../../src/diagnostics/errors.js";
import { Source } from "../../src/diagnostics/source.js";
import { createEngine, runTests } from "../../src/engine/index.js";
import { loadPolicy } from "../../src/polar/index.js";
import { buildCommandLine, type CommandLine, runProcess } from "../support/command-line.js";
import { anchorsOf, type Block, blocksOf, linksOf, saysThe, stepsOf } from "./blocks.js";

/*
 * What the documentation shows is run:
 *   polar               loads without errors, and its tests pass; `more` loads it together with the blocks before it
 *   polar error=CODE    is refused with this code and no other (several with commas)
 *   polar failing       at least one of its tests fails
 *   polar excerpt=PATH  stands in that file word for word
 *   polar file=NAME     is also a file for the transcripts of the same document
 *   graphql, json       parse; both may have `file=NAME` too
 *   ts                  is a complete module: it type-checks and runs; a `text output` block behind it is what it prints;
 *                       with `file=NAME` the modules of the same document can import it
 *   console             transcripts of `arcturus`, run in order in one folder per document, where what is
 *                       exported stays exported; `…` stands for any lines
 *   js file=NAME        a module for the transcripts of the same document
 *   sh                  npm commands for the reader; their scripts must exist
 *   text                nothing
 * and every link leads to a file, and to a heading of it.
 *
 * The modules and transcripts of the README need a running server: test/e2e executes them. Here they are only type-checked.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const work = join(root, ".arcturus", `docs-${process.pid}`);
const documents = ["README.md", ...markdownIn("docs"), "policies/patterns/README.md"].filter((file) =>
  existsSync(join(root, file)),
);

let cli: CommandLine;
beforeAll(async () => {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  cli = await buildCommandLine("docs");
});
afterAll(() => {
  cli.dispose();
  rmSync(work, { recursive: true, force: true });
});

for (const file of documents) {
  const blocks = blocksOf(readFileSync(join(root, file), "utf8"));
  describe(file, () => {
    const folder = join(work, file.replace(/\W+/g, "-"));
    beforeAll(() => {
      mkdirSync(folder);
      for (const shared of ["policies", "schema", "examples"]) symlinkSync(join(root, shared), join(folder, shared));
      for (const { attributes, text } of blocks) {
        const name = attributes.get("file");
        if (name !== undefined) writeFileSync(join(folder, name), text);
      }
    });

    it("its links lead somewhere", () => checkLinks(file));

    for (const [index, block] of blocks.entries()) {
      const title = `line ${block.line}: ${block.language}`;
      switch (block.language) {
        case "polar":
          it(title, () => checkPolar(block, blocks.slice(0, index)));
          break;
        case "graphql":
          it(title, () => void parseGraphQL(block.text));
          break;
        case "json":
          if (file !== "README.md") it(title, () => void JSON.parse(block.text));
          break;
        case "ts":
          if (file !== "README.md") it(title, () => checkModule(block, blocks[index + 1], folder));
          break;
        case "console":
          if (/^\$ (arcturus|export) /.test(block.text)) it(title, () => checkTranscript(block, folder), 120_000);
          else if (file !== "README.md")
            it(title, () => expect.fail("transcripts of other programs cannot be run here"));
          break;
        case "sh":
          if (file !== "README.md") it(title, () => checkShell(block));
          break;
        case "js":
          // Written for the transcripts, which import it.
          it(title, () => expect(block.attributes.get("file")).toMatch(/\.mjs$/));
          break;
        case "text":
        case "mermaid":
          break;
        default:
          it(title, () => expect.fail(`\`${block.language}\` blocks cannot be checked: mark it \`text\``));
      }
    }
  });
}

it("every module in the documentation type-checks", async () => {
  const folder = join(work, "modules");
  mkdirSync(folder);
  for (const file of documents) {
    const modules = join(folder, file.replace(/\W+/g, "-"));
    mkdirSync(modules);
    for (const { language, attributes, line, text } of blocksOf(readFileSync(join(root, file), "utf8"))) {
      if (language === "ts") writeFileSync(join(modules, attributes.get("file") ?? `line-${line}.ts`), text);
    }
  }
  const paths = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions.paths as Record<
    string,
    string[]
  >;
  const config = {
    extends: "../../../tsconfig.json",
    compilerOptions: {
      rootDir: root,
      // What a reader's own module need not do.
      erasableSyntaxOnly: false,
      isolatedDeclarations: false,
      declaration: false,
      noUnusedLocals: false,
      noPropertyAccessFromIndexSignature: false,
      paths: Object.fromEntries(Object.entries(paths).map(([name, [path]]) => [name, [join(root, path ?? "")]])),
    },
    include: ["*/*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { code, stdout } = await runProcess(process.execPath, [tsc, "--noEmit", "-p", join(folder, "tsconfig.json")]);
  expect(stdout).toBe("");
  expect(code).toBe(0);
});

async function checkPolar(block: Block, before: readonly Block[]): Promise<void> {
  const excerpt = block.attributes.get("excerpt");
  if (excerpt !== undefined) return expect(readFileSync(join(root, excerpt), "utf8")).toContain(block.text.trim());
  const sources = [...(block.attributes.has("more") ? precedingPolar(before) : []), block].map(
    ({ text, line }) => new Source(`line ${line}`, text),
  );
  const { policy, diagnostics } = loadPolicy(sources);
  const errors =
    policy === undefined ? diagnostics.filter(({ severity }) => severity === "error") : await failedInline(sources);
  const wanted = block.attributes.get("error");
  if (wanted !== undefined) {
    expect([...new Set(errors.map(({ code }) => code))].sort()).toEqual(wanted.split(",").sort());
    return;
  }
  expect(errors.map((e) => `${e.line + block.line}:${e.column} ${e.code}: ${e.message}`)).toEqual([]);
  if (policy === undefined) return expect.fail("no policy and no error");
  const tests = await runTests(policy);
  if (block.attributes.has("failing")) return expect(tests.some((test) => !test.passed)).toBe(true);
  for (const test of tests) {
    const failed = test.assertions
      .filter((assertion) => !assertion.passed)
      .map(({ text, error }) => error?.message ?? text);
    expect({ test: test.name, failed }).toEqual({ test: test.name, failed: [] });
  }
}

/** `?=` goals are run by an engine, when it starts. */
async function failedInline(sources: readonly Source[]): Promise<readonly Diagnostic[]> {
  const policy = sources.map(({ name, text }) => ({ filename: name, source: text }));
  try {
    await (await createEngine({ policy, logger: { info: () => {}, warn: () => {} } })).close();
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.diagnostics.filter(({ severity }) => severity === "error");
    throw error;
  }
}

/** The blocks that one with `more` goes on from: back to the last one that stands for itself. */
function precedingPolar(before: readonly Block[]): Block[] {
  const result: Block[] = [];
  for (const block of before.filter((b) => b.language === "polar" && !b.attributes.has("error")).reverse()) {
    result.unshift(block);
    if (!block.attributes.has("more")) break;
  }
  return result;
}

async function checkModule(block: Block, next: Block | undefined, folder: string): Promise<void> {
  const file = join(folder, `module-${block.line}.ts`);
  writeFileSync(file, block.text);
  const { code, stdout, stderr } = await runProcess(process.execPath, ["--import", "tsx", file], {
    cwd: folder,
    env: { TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const expected = next?.language === "text" && next.attributes.has("output") ? next.text : undefined;
  if (expected !== undefined) expect(stdout.trimEnd()).toBe(expected.trimEnd());
}

async function checkTranscript(block: Block, folder: string): Promise<void> {
  let lastCode = 0;
  for (const { command, output, line } of stepsOf(block)) {
    const exported = join(folder, ".exported");
    if (command.startsWith("export ")) appendFileSync(exported, `${command}\n`);
    const script = `PATH="${cli.bin}:$PATH"; [ -f .exported ] && . ./.exported; (exit ${lastCode}); ${command}`;
    const { code, stdout, stderr } = await runProcess("/bin/sh", ["-c", `{ ${script}\n} 2>&1`], { cwd: folder });
    lastCode = code ?? 1;
    const actual = `${stdout}${stderr}`;
    if (!saysThe(output, actual))
      expect(`line ${line}: $ ${command}\n${actual}`).toBe(`line ${line}: $ ${command}\n${output}\n`);
  }
}

function checkLinks(file: string): void {
  const broken = linksOf(readFileSync(join(root, file), "utf8")).filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? join(root, file) : join(root, dirname(file), decodeURI(path));
    if (!existsSync(target)) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(readFileSync(target, "utf8")).has(anchor);
  });
  expect(broken).toEqual([]);
}

function checkShell(block: Block): void {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const line of block.text.trim().split(/\n| && /)) {
    const [, script] = /^(?:[A-Z_]+=\S+ )*npm (?:run (?:--silent )?|(?=start\b|test\b))([\w:-]+)/.exec(line) ?? [];
    if (script === undefined) expect(line).toMatch(/^npm (ci|i|install)\b/);
    else expect(Object.keys(scripts)).toContain(script);
  }
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

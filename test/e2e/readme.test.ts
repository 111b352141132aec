import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ensureBuilt, root } from "./build.js";
import { launch, type StartedExample, temporaryFolder } from "./example-process.js";

/** A fenced block of the README. */
interface Block {
  readonly language: string;
  readonly text: string;
}

/** What is pasted into a shell, and what it prints. */
interface Step {
  readonly script: string;
  readonly output: string;
}

const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks: Block[] = [...readme.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));

const steps: Step[] = blocks.flatMap(({ language, text }, index) => {
  if (language !== "sh") return [];
  const next = blocks[index + 1];
  return [{ script: text, output: next?.language === "json" || next?.language === "text" ? next.text : "" }];
});
const ofExamples = steps.filter(({ script }) => !script.includes(":4001"));
const ofNotes = steps.filter(({ script }) => script.includes(":4001"));

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** What a script prints on standard output; a failing test of a policy is part of the tour. */
async function shell(script: string, cwd: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1" };
  const run = promisify(execFile)("bash", ["-c", script], { cwd, env });
  return await run.then(
    ({ stdout }) => stdout,
    (failure: { readonly stdout: string }) => failure.stdout,
  );
}

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

describe("the README", () => {
  test(`its tour: ${ofExamples.length} scripts print what it says`, async () => {
    const folder = temporaryFolder();
    for (const name of ["dist", "examples", "node_modules", "package.json", "policies"])
      symlinkSync(join(root, name), join(folder, name));
    const start = (name = "gitcloud", policy = "") =>
      launch(
        [process.execPath, join(root, "dist", "examples", name, "main.js")],
        {
          ...process.env,
          NODE_ENV: "test",
          PORT: "0",
          ARCTURUS_DB: join(folder, `${name}.db`),
          ARCTURUS_POLICY: policy,
        },
        folder,
      );
    let example: StartedExample = await start();
    onTestFinished(async () => {
      await example.stop("SIGKILL");
    });

    let functions = "";
    for (const { script, output } of ofExamples) {
      const [command, policy, name] = /^(?:ARCTURUS_POLICY=(\S+) )?npm (?:start|run start:(\w+))$/m.exec(script) ?? [];
      if (command !== undefined) {
        await example.stop();
        example = await start(name, policy);
      } else if (script.startsWith("ask()")) {
        functions = script;
      } else {
        const run = `${functions}${script}`.replaceAll("localhost:4000", new URL(example.url).host);
        expect(`${script}${await shell(run, folder)}`).toBe(`${script}${output}`);
      }
    }
  });

  test("its own schema, guarded in a few lines, runs as it stands", async () => {
    const [block] = blocks.filter(({ language }) => language === "ts");
    const port = await freePort();
    // Beside the packages that it imports, as a user's file would be.
    const folder = mkdtempSync(join(root, "dist", "readme-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "notes.ts"), block!.text.replace("4001", String(port)));
    const notes = spawn(process.execPath, ["--import", "tsx", join(folder, "notes.ts")], {
      cwd: root,
      stdio: "inherit",
    });
    onTestFinished(async () => {
      notes.kill("SIGKILL");
      await once(notes, "exit");
    });
    await expect
      .poll(
        async () => (await fetch(`http://localhost:${port}/graphql?query={__typename}`).catch(() => null))?.status,
        {
          timeout: 20_000,
        },
      )
      .toBe(200);

    expect(ofNotes).not.toHaveLength(0);
    for (const { script, output } of ofNotes) {
      expect(await shell(script.replace("localhost:4001", `localhost:${port}`), root)).toBe(output.trimEnd());
    }
    const lines = block!.text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("import "));
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});

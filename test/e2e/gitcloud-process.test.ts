import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ensureBuilt, root } from "./build.js";
import { launch, startExample, temporaryFolder } from "./example-process.js";
import { codes } from "./graphql-client.js";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

describe("starting and stopping", () => {
  test("one line with the URL is all that is printed, and SIGTERM and SIGINT end it with 0", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const gitcloud = await startExample("gitcloud");
      await gitcloud.ask("paul", "{ orgs { id } }");
      expect(await gitcloud.stop(signal)).toBe(0);
      expect(gitcloud.output).toEqual({
        stdout: expect.stringMatching(/^[^\n]*http:\/\/localhost:\d+\/graphql\n$/),
        stderr: "",
      });
    }
  });

  test("npm start is one process to a signal: npm ends when the server has stopped, with 0", async () => {
    const env = { ...process.env, PORT: "0", ARCTURUS_DB: join(temporaryFolder(), "gitcloud.db"), NODE_ENV: "test" };
    const npm = await launch(["npm", "start"], env);
    onTestFinished(async () => {
      await npm.stop("SIGKILL");
    });
    expect(await npm.ask("paul", "{ orgs { name } }")).toEqual({ data: { orgs: [{ name: "The Beatles" }] } });
    expect(await npm.stop()).toBe(0);
    await expect(fetch(npm.url)).rejects.toThrow();
  });

  test("npm start in a shell that does not know `exec`, as that of Windows: the server starts all the same", async () => {
    const folder = temporaryFolder();
    const shell = join(folder, "shell");
    writeFileSync(shell, `#!/bin/sh\nsh -c "$(echo "$2" | sed 's/^exec /no-exec-here /')"\n`, { mode: 0o755 });
    const env = { ...process.env, PORT: "0", ARCTURUS_DB: join(folder, "gitcloud.db"), npm_config_script_shell: shell };
    const npm = spawn("npm", ["start"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const ended = once(npm, "exit");
    onTestFinished(async () => {
      // The whole group, as Ctrl-C in a terminal.
      process.kill(-npm.pid!, "SIGINT");
      await ended;
    });
    let output = "";
    npm.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    await expect.poll(() => output, { timeout: 60_000 }).toMatch(/^ready at http\S+\n/m);
  });

  test("a signal that comes twice means one stop", async () => {
    const gitcloud = await startExample("gitcloud");
    process.kill(gitcloud.pid, "SIGINT");
    process.kill(gitcloud.pid, "SIGINT");
    expect(await gitcloud.stop()).toBe(0);
  });

  test("a stop waits for the answers under way", async () => {
    const gitcloud = await startExample("gitcloud");
    const asked = Array.from({ length: 20 }, () => gitcloud.ask("paul", "{ orgs { name } }"));
    await asked[0];
    const code = gitcloud.stop();
    for (const answer of await Promise.allSettled(asked)) {
      if (answer.status === "fulfilled") expect(answer.value).toEqual({ data: { orgs: [{ name: "The Beatles" }] } });
    }
    expect(await code).toBe(0);
  });

  test("rows and facts are kept, and the fixture is not put in again", async () => {
    const db = join(temporaryFolder(), "gitcloud.db");
    const first = await startExample("gitcloud", { db });
    await first.ask("paul", `mutation { createIssue(repoId: "1", title: "Something") { id } }`);
    await first.ask("john", `mutation { deleteOrgRole(orgId: "1", username: "ringo", role: "member") }`);
    await first.stop();

    const second = await startExample("gitcloud", { db });
    const issues = `{ repo(id: "1") { issues(last: 1) { totalCount nodes { title viewerCan } } } }`;
    expect((await second.ask("paul", issues)).data).toEqual({
      repo: { issues: { totalCount: 12, nodes: [{ title: "Something", viewerCan: ["close", "comment", "view"] }] } },
    });
    expect((await second.ask("ringo", "{ orgs { id } }")).data).toEqual({ orgs: [] });
  });

  test("what was answered survives a kill", async () => {
    const db = join(temporaryFolder(), "gitcloud.db");
    for (let round = 0; round < 3; round += 1) {
      const gitcloud = await startExample("gitcloud", { db });
      const { data } = await gitcloud.ask("paul", `mutation { createIssue(repoId: "1", title: "${round}") { id } }`);
      expect(await gitcloud.stop("SIGKILL")).toBe("SIGKILL");
      expect(data).toEqual({ createIssue: { id: String(12 + round) } });
    }
    const gitcloud = await startExample("gitcloud", { db });
    const mine = await gitcloud.ask("paul", `{ repo(id: "1") { issues(last: 3) { nodes { title viewerCan } } } }`);
    const viewerCan = ["close", "comment", "view"];
    expect(mine.data).toEqual({ repo: { issues: { nodes: ["0", "1", "2"].map((title) => ({ title, viewerCan })) } } });
  });

  test("a policy that does not load stops the start and says where, and what would help", async () => {
    await expect(startExample("gitcloud", { policy: "actor Usr {}\nallow(_: User, _, _);" })).rejects.toThrow(
      /exit code 1[\s\S]*error\[polar\/\S+\][\s\S]*variant\.polar:2:\d+[\s\S]*= help: /,
    );
  });

  test("the empty policy denies everything", async () => {
    const gitcloud = await startExample("gitcloud", { policy: "" });
    expect((await gitcloud.ask("john", "{ orgs { id } }")).data).toEqual({ orgs: [] });
    expect(codes(await gitcloud.ask("john", `mutation { createOrg(name: "x") { id } }`))).toEqual(["FORBIDDEN"]);
  });

  test("a policy that knows less than the schema starts, with a warning for each coordinate", async () => {
    const gitcloud = await startExample("gitcloud", {
      policy: `actor User {} resource Org { permissions = ["view"]; } has_permission(_: User, "view", _: Org);`,
    });
    const answer = await gitcloud.ask("sully", "{ orgs { name } }");
    expect(answer).toEqual({ data: { orgs: [{ name: "The Beatles" }, { name: "Monsters Inc." }] } });
    for (const coordinate of ["Query.repo", "Org.roleAssignments", "Mutation.createOrg"]) {
      expect(gitcloud.output.stderr).toMatch(new RegExp(`^${coordinate.replace(".", "\\.")}: `, "m"));
    }
    expect(gitcloud.output.stdout).toMatch(/^ready at \S+\n$/);
  });
});

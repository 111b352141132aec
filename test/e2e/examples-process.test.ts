import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ensureBuilt, root } from "./build.js";
import { launch, startExample, temporaryFolder } from "./example-process.js";
import { codes } from "./graphql-client.js";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

const john = "john@beatles.com";
const ringo = "ringo@beatles.com";
const assignBilling = `mutation { assignOrgRole(orgId: "1", name: "BILLING", userEmail: "${ringo}") }`;
const ringosView = `{ org(id: "1") { viewerCan } }`;

describe.each(["beatles", "pages"])("npm run start:%s", (name) => {
  const environment = (NODE_ENV: string) => ({
    ...process.env,
    NODE_ENV,
    PORT: "0",
    ARCTURUS_POLICY: "",
    ARCTURUS_DB: join(temporaryFolder(), "example.db"),
  });

  test("prints one line with the URL and ends with 0 on SIGTERM", async () => {
    const example = await launch(["npm", "run", `start:${name}`], environment("test"));
    onTestFinished(async () => {
      await example.stop("SIGKILL");
    });
    expect((await example.ask(null, "{ __typename }")).data).toEqual({ __typename: "Query" });
    expect(await example.stop()).toBe(0);
    expect(example.output.stdout.match(/^ready at http:\/\/localhost:\d+\/graphql$/gm)).toHaveLength(1);
    expect(example.output.stderr.replace(/^npm .*\n/gm, "")).toBe("");
  });

  test("does not start in production", async () => {
    const main = join(root, "dist", "examples", name, "main.js");
    await expect(launch([process.execPath, main], environment("production"))).rejects.toThrow(/NODE_ENV=production/);
  });
});

describe("a database", () => {
  test("keeps a role and a page, and the fixture is not put in again", async () => {
    const folder = temporaryFolder();
    const db = (name: string) => join(folder, name);
    const beatles = await startExample("beatles", { db: db("beatles") });
    await beatles.ask(john, assignBilling);
    await beatles.stop();
    const again = await startExample("beatles", { db: db("beatles") });
    expect((await again.ask(ringo, ringosView)).data).toEqual({ org: { viewerCan: ["READ", "READ_BILLING"] } });

    const pages = await startExample("pages", { db: db("pages") });
    await pages.ask("bob", `mutation { writePage(num: 2, body: "Bob's") { num } }`);
    await pages.stop();
    const reopened = await startExample("pages", { db: db("pages") });
    expect((await reopened.ask("bob", "{ pages { num body } }")).data).toEqual({ pages: [{ num: 2, body: "Bob's" }] });
  });

  test("keeps what was written while another policy answered, for the example's own", async () => {
    const db = join(temporaryFolder(), "beatles");
    const open = await startExample("beatles", { db, policy: "allow(_, _, _);" });
    expect(codes(await open.ask(ringo, assignBilling))).toEqual([]);
    expect((await open.ask(ringo, ringosView)).data).toEqual({ org: { viewerCan: ["*"] } });
    await open.stop();
    const own = await startExample("beatles", { db });
    expect((await own.ask(ringo, ringosView)).data).toEqual({ org: { viewerCan: ["READ", "READ_BILLING"] } });
  });
});

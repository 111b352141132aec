import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ensureBuilt, root } from "./build.js";
import { findChromium, launchChromium } from "./chromium.js";
import { startExample } from "./example-process.js";
import { openPage, run, tabTitles, visit } from "./graphiql.js";

// Starting a browser takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const executable = await findChromium();
const screenshots = join(root, "coverage", "screenshots");

let browser: Browser;

describe.skipIf(executable === undefined)("the GraphiQL page", () => {
  beforeAll(async () => {
    ensureBuilt();
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium(executable!);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
  });

  test("the default tabs show an allowed, a filtered and a denied query, and no other host is contacted", async () => {
    const gitcloud = await startExample("gitcloud");
    const { page, requests, failures } = await openPage(browser, gitcloud.url);

    expect(await tabTitles(page)).toEqual([
      "Allowed",
      "Filtered",
      "Denied",
      "Forbidden",
      "PaulsButtons",
      "JohnsButtons",
    ]);
    const headers = page.locator(".graphiql-editor-tool .view-line", { hasText: "paul@beatles.com" });
    await headers.waitFor();

    expect(await run(page, "Allowed")).toMatchObject({ data: { org: { name: "The Beatles" } } });
    await page.screenshot({ path: join(screenshots, "allowed.png") });

    expect(await run(page, "Filtered")).toEqual({
      data: { orgs: [{ id: "1", name: "The Beatles", repos: { totalCount: 1, nodes: [{ name: "Abbey Road" }] } }] },
    });
    await page.screenshot({ path: join(screenshots, "filtered.png") });

    const denied = (await run(page, "Denied")) as { errors: { extensions: { code: string } }[] };
    expect(denied).toMatchObject({ data: { hidden: null, missing: null } });
    expect(denied.errors.map(({ extensions }) => extensions.code)).toEqual(["NOT_FOUND", "NOT_FOUND"]);
    await page.screenshot({ path: join(screenshots, "denied.png") });

    expect(await run(page, "Forbidden")).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
    expect(await run(page, "JohnsButtons")).toMatchObject({
      data: { repo: { issues: { nodes: [{ viewerCan: ["close", "view"] }, {}, {}, {}] } } },
    });

    const { host } = new URL(gitcloud.url);
    const own = requests.filter((url) => !/^(data|blob):/.test(url));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((url) => new URL(url).host !== host)).toEqual([]);
    expect(failures).toEqual([]);
  });

  test("a visitor's tabs are kept, their headers are not, and a reload still asks as the same user", async () => {
    const gitcloud = await startExample("gitcloud");
    const { context, page } = await openPage(browser, gitcloud.url);
    await run(page, "Filtered");
    await expect.poll(() => stored(context)).toContain("Filtered");
    expect(await stored(context)).not.toContain("beatles.com\\");
    expect(await stored(context)).not.toMatch(/headers\\*":\\*"/);

    await visit(page, gitcloud.url);
    expect(await tabTitles(page)).toHaveLength(6);
    expect(await run(page, "Filtered")).toMatchObject({ data: { orgs: [{ name: "The Beatles" }] } });
    expect(await run(page, "JohnsButtons")).toMatchObject({
      data: { repo: { viewerCan: expect.arrayContaining(["delete"]) } },
    });
  });
});

/** All that the page has stored. */
async function stored(context: BrowserContext): Promise<string> {
  return JSON.stringify((await context.storageState()).origins);
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loggedIn } from "./bears-here.js";
import { ensureBuilt, root } from "./build.js";
import { findChromium, launchChromium } from "./chromium.js";
import { startExample } from "./example-process.js";
import { openPage, run, tabTitles } from "./graphiql.js";
import { codes, type GraphQLAnswer } from "./graphql-client.js";

// Starting a browser takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

/** The tabs of each example in the order in which they stand there, and what they answer: data and codes of errors. */
const stories: Readonly<Record<string, Readonly<Record<string, readonly [data: unknown, ...codes: string[]]>>>> = {
  beatles: {
    Allowed: [{ whoami: "paul@beatles.com", org: { repos: [{ name: "Abbey Road" }] } }],
    Denied: [
      { org: { name: "The Beatles", billingAddress: null }, other: { name: "Monsters Inc.", repos: null } },
      "FORBIDDEN",
      "FORBIDDEN",
    ],
    Filtered: [{ repositories: { totalCount: 1, nodes: [{ id: "2", name: "Paperwork" }] } }],
    Forbidden: [{ assignOrgRole: null }, "FORBIDDEN"],
    JohnAssigns: [{ assignOrgRole: "created a new role for org: 1, ringo@beatles.com, BILLING" }],
    RingosView: [
      { org: { billingAddress: "64 Penny Ln Liverpool, UK", repos: null, viewerCan: ["READ", "READ_BILLING"] } },
      "FORBIDDEN",
    ],
    JohnRemoves: [{ removeOrgRole: true }],
    Colleagues: [
      {
        users: { totalCount: 3 },
        org: { members: ["mike", "sully", "randall"].map((name) => ({ email: `${name}@monsters.com` })) },
      },
    ],
  },
  expenses: {
    TheDoor: [{ hello: "hello alice@foo.com", whoami: expect.stringContaining("CEO at Foo Industries") }],
    AsGuest: [{ hello: "hello Guest", whoami: null }, "FORBIDDEN"],
    OwnAndForeign: [{ own: { amount: 17743 }, coras: null, missing: null }, "FORBIDDEN", "FORBIDDEN"],
    Filtered: [{ expenses: ["2", "20", "42", "43", "45", "88"].map((id) => ({ id })) }],
    Submitting: [{ submitExpense: { id: "102", amount: 100, userId: "1" } }],
    Employer: [{ foo: { name: "Foo Industries" }, bar: null }, "FORBIDDEN"],
  },
  pages: {
    Allowed: [{ page: { num: 1, body: "this is page 1" } }],
    Filtered: [{ pages: [{ num: 0 }, { num: 1 }] }],
    Denied: [{ hidden: null, missing: null }, "FORBIDDEN", "FORBIDDEN"],
    Writing: [{ asAdmin: { body: "written by Alice" }, asGuest: null }, "FORBIDDEN"],
    Repositories: [{ react: { name: "react", viewerCan: ["push", "read"] }, oso: null }, "NOT_FOUND"],
  },
};

const executable = await findChromium();
const screenshots = join(root, "coverage", "screenshots");
let browser: Browser;

describe.skipIf(executable === undefined)("the tabs of the GraphiQL page tell the story", () => {
  beforeAll(async () => {
    ensureBuilt();
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium(executable!);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
  });

  test.each(Object.entries(stories))("of %s", async (name, story) => {
    const example = await startExample(name);
    const { page, failures } = await openPage(browser, example.url);
    expect(await tabTitles(page)).toEqual(Object.keys(story));
    for (const [title, [data, ...expected]] of Object.entries(story)) {
      const answer = (await run(page, title)) as GraphQLAnswer;
      expect(answer.data, title).toMatchObject(data as object);
      expect(codes(answer), title).toEqual(expected);
      await page.screenshot({ path: join(screenshots, `${name}-${title}.png`) });
    }
    expect(failures).toEqual([]);
  });

  test("of bears, with a token in the place of the one that is missing", async () => {
    const story: (typeof stories)[string] = {
      Visible: [{ bears: ["1", "4", "6", "7", "10", "11", "12", "13"].map((id) => ({ id })) }],
      Creating: [{ createBear: { id: "15", owner: { email: "agnes@example.com" } } }],
      Deleting: [{ own: true, carlis: null, missing: null }, "FORBIDDEN", "FORBIDDEN"],
    };
    const bears = await startExample("bears");
    const { page } = await openPage(browser, bears.url);
    expect(await tabTitles(page)).toEqual(Object.keys(story));
    const token = await loggedIn("agnes");
    await page.route(bears.url, (route) => route.continue({ headers: { ...route.request().headers(), ...token } }));
    for (const [title, [data, ...expected]] of Object.entries(story)) {
      const answer = (await run(page, title)) as GraphQLAnswer;
      expect(answer.data, title).toMatchObject(data as object);
      expect(codes(answer), title).toEqual(expected);
      await page.screenshot({ path: join(screenshots, `bears-${title}.png`) });
    }
  });
});

import type { Browser, BrowserContext, Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** The GraphiQL page in a browser without a past, and everything the page asked for. */
export interface OpenedPage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly requests: string[];
  readonly failures: string[];
}

/** Opens the page at a URL; it is closed at the end of the test. */
export async function openPage(browser: Browser, url: string): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
  onTestFinished(() => context.close());
  const requests: string[] = [];
  const failures: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  context.on("requestfailed", (request) => failures.push(`${request.url()} ${request.failure()?.errorText}`));
  const page = await context.newPage();
  page.on("pageerror", (error) => failures.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      failures.push(message.text());
  });
  await visit(page, url);
  return { context, page, requests, failures };
}

export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator(".graphiql-query-editor .view-line").first().waitFor();
}

export async function tabTitles(page: Page): Promise<string[]> {
  return await page.locator(".graphiql-tab").allInnerTexts();
}

/** Opens a tab, runs it, and gives what the response editor then holds. */
export async function run(page: Page, title: string): Promise<unknown> {
  await page.locator(`.graphiql-tab-button[title="${title}"]`).click();
  await page.locator(".graphiql-query-editor .view-line", { hasText: title }).waitFor();
  const answer = await execute(page, title);
  await page
    .locator(".result-window .view-line", { hasText: /data|errors/ })
    .first()
    .waitFor();
  return answer;
}

/**
 * Runs the tab in front. The page learns the name of a tab's operation a moment after it shows the tab; until then it would ask
 * for the operation of the tab before, which the server refuses without running anything.
 */
async function execute(page: Page, title: string): Promise<unknown> {
  for (;;) {
    const answered = page.waitForResponse((response) => response.request().postData()?.includes(` ${title} `) ?? false);
    await page.locator(".graphiql-execute-button").click();
    const response = await answered;
    const { operationName } = JSON.parse(response.request().postData() ?? "{}") as { operationName?: string };
    if (operationName === undefined || operationName === title) return await response.json();
    await page.waitForTimeout(250);
  }
}

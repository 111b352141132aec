import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const CANDIDATES = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The path of a Chromium, which is installed first where that is possible (apt-get as root). Undefined where it is not;
 * in CI that is an error.
 */
export async function findChromium(): Promise<string | undefined> {
  const found = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (...args: string[]) => promisify(execFile)("apt-get", args, { env, maxBuffer: 100_000_000 });
    await apt("update")
      .then(() => apt("install", "-y", "--no-install-recommends", "chromium"))
      .catch((error: unknown) => console.warn(error));
    if (existsSync("/usr/bin/chromium")) return "/usr/bin/chromium";
  }
  const reason = "no Chromium was found, and none could be installed; CHROMIUM_PATH names one";
  if (process.env["CI"]) throw new Error(reason);
  console.warn(`the tests of the GraphiQL page are skipped: ${reason}`);
  return undefined;
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: FLAGS, headless: true });
}

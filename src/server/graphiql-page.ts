import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import type { Plugin } from "graphql-yoga";

export interface GraphiqlTab {
  readonly query: string;
  /** As the editor shows it: JSON text. */
  readonly variables?: string;
  /** As the editor shows it: JSON text, e.g. `{"user": "paul@beatles.com"}`. */
  readonly headers?: string;
}

/** What the page starts with. Headers are never persisted by it. */
export interface GraphiqlOptions {
  /** @default "Arcturus" */
  readonly title?: string;
  /** Headers of tabs opened later, JSON text. @default "{}" */
  readonly defaultHeaders?: string;
  /** Tabs of a first visit. */
  readonly tabs?: readonly GraphiqlTab[];
}

/** Below this path the page's scripts, workers, styles and fonts are served. */
const ASSETS = "/graphiql/";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".ttf": "font/ttf",
  ".svg": "image/svg+xml",
};

/** Nothing but this server may be asked for anything; Monaco needs inline styles and its fonts as data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the GraphiQL page that was built with the package, all of it from here. */
export function useGraphiqlPage(endpoint: string, options: GraphiqlOptions): Plugin {
  const folder = pageFolder();
  const assets = new Map<string, Uint8Array<ArrayBuffer>>(
    readManifest(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  );
  const page = renderPage(readFileSync(join(folder, "index.html"), "utf8"), endpoint, options);
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method !== "GET" && request.method !== "HEAD") return;
      if (url.pathname === endpoint && request.headers.get("accept")?.includes("text/html")) {
        const headers = {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": CONTENT_SECURITY_POLICY,
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
          "cache-control": "no-store",
          vary: "accept",
        };
        endResponse(new fetchAPI.Response(page, { headers }));
      } else if (url.pathname.startsWith(ASSETS)) {
        const name = url.pathname.slice(ASSETS.length);
        const body = assets.get(name);
        if (body === undefined) return;
        const headers = {
          "content-type": CONTENT_TYPES[extname(name)] ?? "application/octet-stream",
          "x-content-type-options": "nosniff",
          // File names carry a hash of their content.
          "cache-control": "public, max-age=31536000, immutable",
        };
        endResponse(new fetchAPI.Response(body, { headers }));
      }
    },
  };
}

/** The page's settings stand in the page as data; `<` is escaped so that no text can end the element. */
function renderPage(template: string, endpoint: string, options: GraphiqlOptions): string {
  const title = options.title ?? "Arcturus";
  const settings = JSON.stringify({ ...options, title, endpoint }).replaceAll("<", "\\u003c");
  return template
    .replace("%TITLE%", () => title.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`))
    .replace('"%SETTINGS%"', () => settings);
}

function pageFolder(): string {
  const root = dirname(createRequire(import.meta.url).resolve("arcturus/package.json"));
  return join(root, "dist", "src", "graphiql");
}

function readManifest(folder: string): string[] {
  try {
    return JSON.parse(readFileSync(join(folder, "files.json"), "utf8")) as string[];
  } catch (cause) {
    throw new Error("the GraphiQL page has not been built; run `npm run build`, or start with `graphiql: false`", {
      cause,
    });
  }
}

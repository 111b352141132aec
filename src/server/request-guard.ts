import type { Plugin } from "graphql-yoga";

/** Headers that a browser sends to another site only after asking it first. */
const PREFLIGHT_HEADERS = ["x-graphql-yoga-csrf", "apollo-require-preflight", "x-requested-with"];

/**
 * Refuses requests that another site's page could make a browser send without a preflight: forms, multipart, plain text,
 * and, unless `simpleGet`, GET without a header of {@link PREFLIGHT_HEADERS}. Runs before the body is read.
 */
export function useRequestGuard(options: { readonly endpoint: string; readonly simpleGet: boolean }): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== options.endpoint) return;
      const refuse = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
        endResponse(
          new fetchAPI.Response(JSON.stringify({ errors: [{ message, extensions: { code } }] }), {
            status,
            headers: { "content-type": "application/json; charset=utf-8", ...headers },
          }),
        );
      if (request.method === "POST" && !isJson(request.headers.get("content-type"))) {
        refuse(415, "UNSUPPORTED_MEDIA_TYPE", "send the operation as application/json", { accept: "application/json" });
      } else if (
        request.method === "GET" &&
        !options.simpleGet &&
        !PREFLIGHT_HEADERS.some((name) => request.headers.has(name))
      ) {
        refuse(400, "PREFLIGHT_REQUIRED", `a query by GET needs one of the headers ${PREFLIGHT_HEADERS.join(", ")}`);
      }
    },
  };
}

/**
 * Ends what no plugin before it has answered on a path of its own. Yoga takes more for its endpoint than the path that it is
 * given: `/graphql/`, and whatever else a URL may hold as long as it ends so. A guard of one path must not stand beside another.
 */
export function useOneEndpoint(endpoint: string): Plugin {
  return {
    onRequest({ url, fetchAPI, endResponse }) {
      if (url.pathname !== endpoint) endResponse(new fetchAPI.Response("", { status: 404 }));
    },
  };
}

function isJson(contentType: string | null): boolean {
  const essence = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return essence === "application/json" || essence === "application/graphql+json";
}

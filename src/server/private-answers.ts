import type { Plugin } from "graphql-yoga";

/** What one actor may see is for nobody else: answers of the API are kept by no cache on the way. */
export function usePrivateAnswers(endpoint: string): Plugin {
  return {
    onResponse({ request, response }) {
      if (new URL(request.url, "http://localhost").pathname !== endpoint) return;
      if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-store");
    },
  };
}

import type { TypeOptions } from "arcturus";

/** The policy knows a page by its number and a repository by its name. */
export const types: Readonly<Record<string, TypeOptions>> = {
  Page: { id: "num" },
  Repository: { id: "name" },
};

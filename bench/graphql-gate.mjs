// The object gate: every Repository and every Issue is asked about when it appears.
import { replace, variant } from "./graphql-world.mjs";

export default (base) =>
  variant(base, "arcturus: @authorize on the 2 types", (text) =>
    ["Repository", "Issue"].reduce(
      (t, type) => replace(t, `type ${type} {`, `type ${type} @authorize(action: "view") {`),
      text,
    ),
  );

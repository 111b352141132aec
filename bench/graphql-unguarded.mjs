// The plugin on a schema that has nothing to guard.
import { variant } from "./graphql-world.mjs";

export default (base) => variant(base, "arcturus: plugin, nothing guarded", (text) => text, { guards: false });

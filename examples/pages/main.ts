import { runExample } from "../common/run-example.js";
import { openPages } from "./pages.js";
import { tabs } from "./tabs.js";

await runExample({
  name: "pages",
  title: "Pages",
  graphiql: { defaultHeaders: `{ "user": "alice" }`, tabs },
  open: openPages,
});

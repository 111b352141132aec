import { runExample } from "../common/run-example.js";
import { openBears } from "./bears.js";
import { headers, tabs } from "./tabs.js";

await runExample({
  name: "bears",
  title: "Bears",
  graphiql: { defaultHeaders: headers, tabs },
  open: openBears,
});

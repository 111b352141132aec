import { runExample } from "../common/run-example.js";
import { openGitcloud } from "./gitcloud.js";
import { tabs } from "./tabs.js";

await runExample({
  name: "gitcloud",
  title: "GitCloud",
  graphiql: { defaultHeaders: `{ "user": "paul@beatles.com" }`, tabs },
  open: openGitcloud,
});

import { runExample } from "../common/run-example.js";
import { openExpenses } from "./expenses.js";
import { tabs } from "./tabs.js";

await runExample({
  name: "expenses",
  title: "Expenses",
  graphiql: { defaultHeaders: `{ "user": "alice@foo.com" }`, tabs },
  open: openExpenses,
});

import { compareWithOso } from "../differential/oso.js";
import type { FuzzOptions, FuzzReport } from "./run.js";

const goals = 25;
const slice = 40;

/** `count` random goals, 25 to a policy, asked here and in the oso package: any difference is a failure. */
export async function fuzzOso({ count, seed, progress }: FuzzOptions): Promise<FuzzReport> {
  const policies = Math.ceil(count / goals);
  let incomparable = 0;
  let errors = 0;
  let answers = 0;
  let asked = 0;
  const failures: { input: string; reason: string }[] = [];
  let slowest = { input: "", milliseconds: 0 };
  for (let at = 0; at < policies && failures.length < 10; at += slice) {
    const started = performance.now();
    const size = Math.min(slice, policies - at);
    const report = await compareWithOso(seed + at, size, goals);
    const milliseconds = (performance.now() - started) / (size * goals);
    if (milliseconds > slowest.milliseconds)
      slowest = { input: `seeds from ${seed + at}, mean of a goal`, milliseconds };
    asked += report.goals;
    incomparable += report.incomparable;
    errors += report.errors;
    answers += report.answers;
    for (const d of report.differences) {
      const reason = `seed ${d.seed}: the library says ${JSON.stringify(d.library)}, Arcturus ${JSON.stringify(d.ours)}`;
      failures.push({ input: `${d.policy}\n?= ${d.goal};`, reason });
    }
    if ((at / slice) % 100 === 99) progress?.(`${asked} goals, ${failures.length} differences`);
  }
  const notes = [
    `${asked} goals over ${policies} policies: ${answers} answers of the library compared, ${errors} goals failed on both sides, ` +
      `${incomparable} left out (linked or nested open variables, endless repetition)`,
  ];
  return { count: asked, seed, failures, slowest, notes };
}

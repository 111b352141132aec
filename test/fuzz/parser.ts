import { CODES, SYNTAX_CODES } from "../../src/diagnostics/codes.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { renderDiagnostic } from "../../src/diagnostics/render.js";
import { Source } from "../../src/diagnostics/source.js";
import { isFaithful, layOut, sameTree } from "../../src/polar/format.js";
import { parseFile, parseGoalText } from "../../src/polar/parser.js";
import { printCondition, printFile } from "../../src/polar/printer.js";
import { polarCases } from "../polar/polar-cases.js";
import { TreeMaker } from "../polar/syntax-trees.js";
import { untidy } from "../polar/untidy.js";
import { Random } from "./random.js";
import type { FuzzOptions, FuzzReport } from "./report.js";

/** Time that an input may take for each started 100 KB. */
const MAX_MILLISECONDS = 50;

/**
 * Parser, printer, formatter and rendering against random text: soup of tokens, damaged policies, trees made from the grammar, characters
 * of every kind, and repetition. Nothing may throw, take long, or point outside of the text; what parses must print and format faithfully.
 */
export function fuzzParser({ count, seed, progress }: FuzzOptions): FuzzReport {
  const failures: { input: string; reason: string }[] = [];
  let slowest = { input: "", milliseconds: 0 };
  let parsed = 0;
  let characters = 0;
  for (let i = 0; i < count && failures.length < 10; i++) {
    // Every input has a seed of its own, so that one of them can be made without those before it.
    const random = new Random((seed + i * 2654435761) >>> 0);
    const input = makeInput(random);
    characters += input.length;
    try {
      const result = check(input, random);
      if (result.parses) parsed++;
      if (result.milliseconds > slowest.milliseconds) slowest = { input, milliseconds: result.milliseconds };
    } catch (error) {
      failures.push({ input, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      progress?.(`failure of input ${i}: ${JSON.stringify(input)}`);
    }
    if (progress !== undefined && (i + 1) % 50_000 === 0) progress(`${i + 1} inputs, ${failures.length} failures`);
  }
  return {
    count,
    seed,
    failures,
    slowest,
    notes: [`${parsed} of ${count} inputs parse`, `${Math.round(characters / count)} characters on average`],
  };
}

// --- inputs ---------------------------------------------------------------------------------------------------------

const corpus: readonly string[] = polarCases
  .flatMap((c) => [c.policy, ...(c.goal === undefined ? [] : [`?= ${c.goal};`])])
  .filter((text) => text !== "");

const words = (
  "and or not if in matches new cut forall print debug isa type true false nil inf nan mod rem actor resource global " +
  "extends declare test fixture setup assert assert_not iff roles permissions relations role permission on x y _ User f g"
).split(" ");
const signs =
  "( ) [ ] { } , ; : . * + - / = := == != < <= > >= ?= ! | & ' @ @flag @current_unix_time :: ? # \\ // $".split(" ");
const literals = [
  '"a"',
  '"',
  '"\\',
  "1",
  "1.5",
  "1e",
  "9223372036854775808",
  "-1",
  'User{"a"}',
  "matches!",
  "a::b",
  "# c\n",
];
const oddities = [
  "\0",
  "\f",
  "\u00a0",
  "\u200b",
  "\u202e",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00",
  "🎉",
  "é",
  "\r",
  "\r\n",
  "\n",
  "\t",
];

function makeInput(random: Random): string {
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      return soup(random, random.one(50) ? 2000 : 1 + random.below(40));
    case 3:
      return characters(random);
    case 4:
    case 5:
    case 6:
    case 7:
      return grammar(random);
    case 8:
      return damaged(grammar(random), random);
    case 9:
      return random.one(20) ? repeated(random) : soup(random, 1 + random.below(10));
    default:
      return damaged(random.pick(corpus), random);
  }
}

function soup(random: Random, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const kind = random.below(20);
    text +=
      kind < 8 ? random.pick(words) : kind < 16 ? random.pick(signs) : random.pick(kind < 19 ? literals : oddities);
    if (!random.one(4)) text += random.one(10) ? "\n" : " ";
  }
  return text;
}

function characters(random: Random): string {
  let text = "";
  for (let i = random.below(80); i > 0; i--) {
    const range = random.pick([0x20, 0x80, 0x300, 0x3000, 0x10000]);
    text += random.one(6) ? random.pick(oddities) : String.fromCharCode(random.below(range));
  }
  return text;
}

function grammar(random: Random): string {
  const choose = (below: number): number => random.below(below);
  const text = printFile(new TreeMaker(choose).file());
  return random.one(2) ? untidy(text, choose) : text;
}

function damaged(text: string, random: Random): string {
  let result = text;
  for (let i = 1 + random.below(4); i > 0; i--) {
    const at = random.below(result.length + 1);
    const to = Math.min(result.length, at + random.below(random.one(3) ? 40 : 4));
    const other = random.pick(corpus);
    const from = random.below(other.length);
    const insertion = random.pick([
      () => "",
      () => "",
      () => soup(random, 1 + random.below(3)),
      () => result.slice(at, to).repeat(2),
      () => other.slice(from, from + random.below(60)),
      () => random.pick(oddities),
      () => String.fromCharCode(32 + random.below(95)),
    ])();
    result = result.slice(0, at) + insertion + result.slice(random.one(2) ? at : to);
  }
  return random.one(15) ? result.slice(0, random.below(result.length + 1)) : result;
}

function repeated(random: Random): string {
  const text = random.one(2)
    ? soup(random, 1 + random.below(4))
    : random.pick(corpus).slice(random.below(20), 20 + random.below(40));
  const head = random.one(2) ? "" : soup(random, random.below(6));
  return head + text.repeat(1 + random.below(Math.ceil(20_000 / Math.max(1, text.length))));
}

// --- checks ---------------------------------------------------------------------------------------------------------

function check(input: string, random: Random): { readonly parses: boolean; readonly milliseconds: number } {
  const source = new Source("<fuzz>", input);
  const start = performance.now();
  const { file, diagnostics } = parseFile(source);
  let milliseconds = performance.now() - start;
  const limit = MAX_MILLISECONDS * Math.max(1, Math.ceil(input.length / 100_000));
  // Other work on the machine may have been in the way: a slow input is slow every time, and takes the processor.
  if (milliseconds > limit) {
    milliseconds = Math.min(cpuTime(input), cpuTime(input), cpuTime(input));
    if (milliseconds > limit) throw new Error(`took ${milliseconds.toFixed(1)} ms for ${input.length} characters`);
  }
  checkDiagnostics(diagnostics, source);
  if (random.one(4)) checkSpans(file, input.length);
  if (random.one(4)) checkGoal(source);
  const shown = diagnostics[random.below(Math.max(1, diagnostics.length))];
  if (shown !== undefined && random.one(4)) renderDiagnostic(shown, { color: random.one(2) });
  const parses = !diagnostics.some((d) => SYNTAX_CODES.has(d.code));
  if (parses && input.length < 5000) checkPrinting(source, file, random.one(2));
  return { parses, milliseconds };
}

function checkGoal(source: Source): void {
  const goal = parseGoalText(source);
  checkDiagnostics(goal.diagnostics, source);
  if ((goal.condition === undefined) !== goal.diagnostics.some((d) => d.severity === "error")) {
    throw new Error("a goal is there exactly when it has no errors");
  }
  if (goal.condition !== undefined && source.text.length < 5000) {
    const again = parseGoalText(new Source("<printed>", printCondition(goal.condition)));
    if (!sameTree(again.condition, goal.condition)) throw new Error("the printed goal reads differently");
  }
}

function cpuTime(input: string): number {
  const before = process.cpuUsage();
  parseFile(new Source("<fuzz>", input));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function checkPrinting(source: Source, file: ReturnType<typeof parseFile>["file"], format: boolean): void {
  const printed = printFile(file);
  if (!sameTree(parseFile(new Source("<printed>", printed)).file, file)) {
    throw new Error(`the printed text reads differently:\n${printed}`);
  }
  if (!format) return;
  const formatted = layOut(source, file);
  if (!isFaithful(source, file, formatted)) throw new Error(`the formatted text reads differently:\n${formatted}`);
  const again = new Source("<formatted>", formatted);
  const twice = layOut(again, parseFile(again).file);
  if (twice !== formatted) throw new Error(`formatting twice differs:\n${formatted}\n---\n${twice}`);
}

function checkDiagnostics(diagnostics: readonly Diagnostic[], source: Source): void {
  let last = 0;
  for (const d of diagnostics) {
    const place = d.line * 1e7 + d.column;
    const end = d.endLine * 1e7 + d.endColumn;
    const lines = source.lineStarts.length;
    if (d.line < 1 || d.column < 1 || d.endLine > lines || end < place) throw new Error(`odd place of ${d.code}`);
    if (d.endColumn > source.line(d.endLine).length + 2) throw new Error(`${d.code} ends behind its line`);
    if (place < last) throw new Error(`${d.code} is not in source order`);
    last = place;
    if (!CODES.has(d.code)) throw new Error(`unknown code ${d.code}`);
    if (d.message.endsWith(".") || /^[A-Z]/.test(d.message)) throw new Error(`message not in style: ${d.message}`);
  }
}

function checkSpans(node: unknown, length: number): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) checkSpans(item, length);
    return;
  }
  for (const [key, value] of Object.entries(node)) {
    if (value instanceof Source) continue;
    if (key === "span") {
      const { start, end } = value as { readonly start: number; readonly end: number };
      if (!(start >= 0 && start <= end && end <= length)) throw new Error(`odd span ${start}-${end}`);
    } else checkSpans(value, length);
  }
}

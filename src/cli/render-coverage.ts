import { plain } from "../diagnostics/display.js";
import type { Coverage, CoverageEntry, CoverageGuard } from "../graphql/index.js";
import { count, type Paint } from "./terminal.js";

/** One line of the report: a coordinate, one of its guards, one of the rules that can grant it. Later lines leave out what stays. */
interface Row {
  readonly status: CoverageEntry["status"] | "";
  readonly coordinate: string;
  readonly guard: string;
  readonly grant: string;
  readonly place: string;
  readonly never: boolean;
}

const nobody = "nobody has decided";
const never = "no rule can grant it";

/** A table for terminals, at most `columns` wide where coordinates allow it. */
export function coverageTable(report: Coverage, columns: number, paint: Paint): string[] {
  const rows = rowsOf(report);
  const longest = (texts: readonly string[], most: number): number =>
    Math.min(most, Math.max(0, ...texts.map((text) => text.length)));
  const coordinate = longest(
    rows.map((row) => row.coordinate),
    48,
  );
  const guard = longest(
    rows.map((row) => row.guard),
    34,
  );
  const place = longest(
    rows.map((row) => row.place),
    40,
  );
  const rest = Math.max(24, columns - coordinate - guard - place - 8);
  const mark = { guarded: paint.green("✓"), public: paint.dim("○"), uncovered: paint.red("✗"), "": " " };
  const lines = rows.map((row) => {
    const required = cell(row.guard, guard);
    const grant = row.grant.length > rest ? `${row.grant.slice(0, rest - 1)}…` : row.grant;
    return [
      `${mark[row.status]} ${row.coordinate.padEnd(coordinate)}`,
      row.status === "uncovered" ? paint.red(required) : row.status === "public" ? paint.dim(required) : required,
      paint.dim(row.place.padEnd(place)),
      row.never ? paint.red(grant) : grant,
    ]
      .join("  ")
      .trimEnd();
  });
  const problems = problemsOf(report);
  if (problems.length > 0) {
    lines.push("", paint.bold("problems"), ...problems.map((problem) => `${paint.yellow("!")} ${problem}`));
  }
  return [...lines, "", summaryOf(report)];
}

/** The same as Markdown, to be kept beside a schema and read in reviews. */
export function coverageMarkdown(report: Coverage): string[] {
  const lines = [
    "# Coverage",
    "",
    `${summaryOf(report)}.`,
    "",
    "| | coordinate | guard | granted by |",
    "|---|---|---|---|",
  ];
  const marks = { guarded: "✓", public: "○", uncovered: "✗", "": "" };
  for (const row of rowsOf(report)) {
    const guard = row.status === "uncovered" ? `**${row.guard}**` : escaped(row.guard);
    const grant =
      row.grant === ""
        ? ""
        : row.never
          ? `**${row.grant}**`
          : `${code(row.grant)}${row.place && ` ${escaped(row.place)}`}`;
    lines.push(`| ${marks[row.status]} | ${row.coordinate && code(row.coordinate)} | ${guard} | ${grant} |`);
  }
  const problems = problemsOf(report);
  if (problems.length > 0) lines.push("", "## Problems", "", ...problems.map((problem) => `- ${escaped(problem)}`));
  return lines;
}

function summaryOf(report: Coverage): string {
  return [
    `${report.guarded.length} guarded`,
    `${report.public.length} public`,
    `${report.uncovered.length} uncovered`,
    count(problemsOf(report).length, "problem"),
  ].join(", ");
}

/** What nobody has decided about stands in the table already. */
function problemsOf(report: Coverage): readonly string[] {
  return report.problems.filter(({ code }) => code !== "graphql/uncovered").map(String);
}

function rowsOf(report: Coverage): readonly Row[] {
  return report.coordinates.flatMap((entry) => {
    const rows: Row[] = [];
    for (const guard of entry.guards) {
      const grants = grantsOf(guard);
      for (const [i, [grant, place]] of grants.entries()) {
        const text = i === 0 ? guardText(guard) : "";
        rows.push({ status: "", coordinate: "", guard: text, grant, place, never: grant === never });
      }
    }
    if (entry.guards.length === 0)
      rows.push({ status: "", coordinate: "", guard: coveredBy(entry), grant: "", place: "", never: false });
    return rows.map((row, i) => (i === 0 ? { ...row, status: entry.status, coordinate: entry.coordinate } : row));
  });
}

function grantsOf({ rules, facts }: CoverageGuard): readonly (readonly [grant: string, place: string])[] {
  if (rules.length > 0) {
    return rules.map(({ rule, source, line, column }) => [plain(rule), `${plain(source)}:${line}:${column}`] as const);
  }
  return facts.length > 0 ? facts.map((fact) => [fact, "by a fact"] as const) : [[never, ""]];
}

function guardText(guard: CoverageGuard): string {
  const { action, on, arg, types = [], name, inheritedFrom } = guard;
  const about =
    on === "ARG"
      ? ` ${[arg, ...types].filter((text) => text !== undefined).join(": ")}`
      : name === undefined
        ? ""
        : ` ${name}`;
  const text = on === "OBJECT" ? action : `${action}, ${on}${about}`;
  return inheritedFrom === undefined ? text : `${text}, by ${inheritedFrom}`;
}

function coveredBy({ by, gates = [] }: CoverageEntry): string {
  switch (by) {
    case undefined:
      return nobody;
    case "public":
      return "public";
    case "connection":
      return "part of a connection";
    default:
      return `gate of ${gates.join(", ")}`;
  }
}

function cell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text.replaceAll("|", "\\|")}${fence}`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

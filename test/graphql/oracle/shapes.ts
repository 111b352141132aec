/** Counts what the generators make: how often each shape stands in an API, an operation or a policy. */
export class Shapes {
  readonly #counts = new Map<string, number>();

  constructor() {
    for (const [name] of [...inSdl, ...inOperations]) this.#counts.set(name, 0);
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  addApi(sdl: string, names: readonly string[]): void {
    for (const [name, pattern] of inSdl) if (pattern.test(sdl)) this.add(name);
    for (const name of names) this.add(name);
  }

  addOperation(text: string, isNobody: boolean): void {
    for (const [name, pattern] of inOperations) if (pattern.test(text)) this.add(name);
    if (isNobody) this.add("operation: nobody is logged in");
  }

  has(name: string): boolean {
    return (this.#counts.get(name) ?? 0) > 0;
  }

  /** Shapes that were not made. */
  get missing(): readonly string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([name]) => name);
  }

  table(): string {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${String(count).padStart(8)}  ${name}`)
      .join("\n");
  }
}

type Shape = readonly [name: string, pattern: RegExp];

/** By a line of the SDL. */
const inSdl: readonly Shape[] = [
  ["schema: two LIST directives on a list", /: \[\w.*on: LIST\).*on: LIST\)/],
  ["schema: two LIST directives on a connection", /Connection .*on: LIST\).*on: LIST\)/],
  ["schema: LIST and RESULT on a field", /on: (RESULT.*on: LIST|LIST.*on: RESULT)/],
  ["schema: LIST of an abstract type", /: \[(Node|Named|Thing|Pair)!?\].*on: LIST/],
  ["schema: LIST of lists", /grid: .*on: LIST/],
  ["schema: NONE with a type", /on: NONE, type/],
  ["schema: NONE twice on a field", /: String!? .*on: NONE.*on: NONE/],
  ["schema: NONE on a field of an object", /^ {2}(leaf|one|many|grid|page)\d?\b.*on: NONE/m],
  ["schema: REJECT", /deny: REJECT/],
  ["schema: REJECT about the parent", /on: PARENT, deny: REJECT/],
  ["schema: REJECT about the result", /on: RESULT, deny: REJECT/],
  ["schema: NULL on a type", /^(type|interface|union) [^{=\n]*deny: NULL/m],
  ["schema: two enum values guarded", /enum Order .*@authorize.*@authorize/],
  [
    "schema: one argument guarded by interface and object",
    /interface Named[\s\S]*by: ID @auth[\s\S]*\n {2}note\(tag: Int!, by: ID @auth/,
  ],
  ["schema: backward connection", /\(last: Int, before: String\)/],
  ["schema: forward connection", /\(first: Int, after: String\)/],
  ["schema: first alone", /\(first: Int\)/],
  ["schema: connection without arguments", /page1?: \w+Connection/],
  ["schema: connection without nodes", /Connection \{ edges: \[\w+!?\]!? {2}pageInfo/],
  ["schema: count that may be null", /totalCount: Int \}/],
  ["schema: connection without LIST", /: \w+Connection (?!.*LIST)/],
  ["schema: nothing non-null", /all\w+: \[\w+\] /],
];

const inOperations: readonly Shape[] = [
  ["operation: mutation", /^mutation/],
  ["operation: REJECT among mutations", /^mutation[\s\S]*\n.*: must[\s\S]*\n.*: /],
  ["operation: several questions about the actor alone", /door\d.*door\d/],
  ["operation: first", /page1?\(first: \d+\)/],
  ["operation: first and after", /\(first: \d+, after: "\d+"\)/],
  ["operation: after without first", /\(after: "\d+"\)/],
  ["operation: last", /\(last: \d+\)/],
  ["operation: last and before", /\(last: \d+, before/],
  ["operation: last and after", /\(last: \d+, after/],
  ["operation: first and last", /\(first: \d+, last/],
  ["operation: before without last", /\(before: /],
  ["operation: count beside after", /after: [^{]*\{[^}]*totalCount/],
  ["operation: count beside last", /last: [^{]*\{[^}]*totalCount/],
  ["operation: fragment", /^fragment/m],
  ["operation: variable", /\$v/],
  ["operation: skip or include", /@(skip|include)/],
  ["operation: note of an interface", /\.\.\. on Named \{ \w+: note/],
  ["operation: pick by an input", /by: (\{|\$)/],
  ["operation: order", /order: [A-Z]/],
];

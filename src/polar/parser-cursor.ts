import { severityOf } from "../diagnostics/codes.js";
import type { Source, Span } from "../diagnostics/source.js";
import { readable } from "./characters.js";
import { type Lexed, lex, type SyntaxLimits, type Token, type TokenKind } from "./lexer.js";
import { MAX_PROBLEMS, type Problem } from "./problems.js";

export const DEFAULT_NESTING = 200;
/** The parser recurses once per level; this many levels fit the JavaScript stack with room to spare. */
const MAX_NESTING = 500;
/** A tree may be higher than the nesting by its chains (`1 + 1 + 1`, `a.b.c`), so that whoever walks it can recurse. */
const HEIGHT_PER_NESTING = 5;

/** Thrown by `Cursor.fail` after the problem was noted, caught where the parser can go on: at the end of a statement. */
export const ABORT: object = Object.freeze({ abort: "statement" });

/** Advice for words and signs that other languages, or older dialects, would have here. */
const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map([
  ["isa", "write `x matches T`"],
  ["is", "write `x = y`, or `x matches T`"],
  ["else", "there is no `else`: write another rule"],
  ["not", "`not` stands before the whole condition: `not x in …`"],
  ["then", "there is no `then`: join conditions with `and`"],
  [":", "a type stands behind `matches`: `x matches T`; `:` is for the parameters of a rule's head"],
]);

/** What stands where something else was expected, e.g. `` expected `,` or `)` ``. */
export interface Failure {
  readonly code?: string;
  readonly help?: string | undefined;
  readonly related?: Problem["related"];
}

/** The place in the token stream, and all that the parts of the parser share. */
export class Cursor {
  readonly source: Source;
  readonly lexed: Lexed;
  readonly problems: Problem[];
  readonly maxNesting: number;
  readonly maxHeight: number;
  #index = 0;
  #depth = 0;
  /** Where the statement (or the item of a block) began that is being parsed. */
  #itemStart = 0;
  /** Lexical problems begin at these offsets; a parse error behind one in the same item is its consequence. */
  readonly #lexicalProblems: readonly number[];
  #nextLexicalProblem = 0;
  #errors: number;
  #gaveUp = false;

  constructor(source: Source, limits: SyntaxLimits = {}) {
    this.source = source;
    this.lexed = lex(source, limits);
    this.problems = [...this.lexed.problems];
    this.#lexicalProblems = this.lexed.problems.map((p) => p.start);
    this.maxNesting = Math.max(1, Math.min(limits.nesting ?? DEFAULT_NESTING, MAX_NESTING));
    this.maxHeight = this.maxNesting * HEIGHT_PER_NESTING;
    this.#errors = this.problems.length;
    if (this.#errors >= MAX_PROBLEMS) this.#giveUp();
  }

  get token(): Token {
    return this.lexed.tokens[this.#index] as Token;
  }

  /** The token `ahead` places on; the end token stands for everything behind it. */
  peek(ahead: number): Token {
    const { tokens } = this.lexed;
    return tokens[Math.min(this.#index + ahead, tokens.length - 1)] as Token;
  }

  /** The token before the current one. */
  get previous(): Token | undefined {
    return this.lexed.tokens[this.#index - 1];
  }

  at(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  atKeyword(word: string): boolean {
    const { token } = this;
    return token.kind === "keyword" && token.text === word;
  }

  /** A contextual word, e.g. `extends`, which is an ordinary name elsewhere. */
  atWord(word: string): boolean {
    const { token } = this;
    return token.kind === "name" && token.text === word;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Steps over the token if it is of this kind. */
  take(kind: TokenKind): Token | undefined {
    return this.token.kind === kind ? this.next() : undefined;
  }

  takeKeyword(word: string): Token | undefined {
    return this.atKeyword(word) ? this.next() : undefined;
  }

  /** The token of this kind, or the failure `` expected `kind` ``. `expected` says more when more could stand there. */
  expect(kind: TokenKind, expected: string = `\`${kind}\``, failure: Failure = {}): Token {
    return this.take(kind) ?? this.fail(expected, failure);
  }

  span(start: number, end: number): Span {
    return { source: this.source, start, end };
  }

  /** The bracket that closes `open`. Where a statement ends instead, the missing bracket is named. */
  expectClose(open: Token, kind: TokenKind, expected: string): Token {
    if (this.at(kind)) return this.next();
    if (!this.at(";") && !this.at("end")) return this.fail(expected);
    return this.fail(expected, {
      help: `missing \`${kind}\``,
      related: { message: `\`${open.text}\` is opened here`, start: open.start, end: open.end },
    });
  }

  /** From `start` to the end of the token before the current one. */
  spanFrom(start: number): Span {
    return this.span(start, Math.max(start, this.previous?.end ?? start));
  }

  // --- nesting ----------------------------------------------------------------------------------------------------

  /** Counts an opening bracket; `leave` takes it back. Fails where the limit is passed. */
  enter(opening: Token): void {
    if (++this.#depth > this.maxNesting) this.tooDeep(opening.start, opening.end);
  }

  leave(): void {
    this.#depth--;
  }

  tooDeep(start: number, end: number): never {
    this.report({
      code: "polar/too-deep",
      start,
      end,
      message: `nested deeper than ${this.maxNesting} levels`,
      help: "name a part of it with a rule of its own",
    });
    throw ABORT;
  }

  // --- problems ---------------------------------------------------------------------------------------------------

  /** Notes a problem that does not stop the parser, unless there are too many. */
  report(problem: Problem): void {
    if (this.#gaveUp) return;
    this.problems.push(problem);
    if (severityOf(problem.code) === "error" && ++this.#errors >= MAX_PROBLEMS) this.#giveUp();
  }

  /** So many problems that the text is hardly a policy: says so and reads no further. */
  #giveUp(): void {
    const { start, end } = this.problems.at(-1) ?? this.token;
    const message = `more than ${MAX_PROBLEMS} problems: the rest of the text is not read`;
    this.problems.push({ code: "polar/limit-exceeded", start, end, message });
    this.#gaveUp = true;
    this.#index = this.lexed.tokens.length - 1;
  }

  /** The current token cannot stand here: notes it and gives up the statement. */
  fail(expected: string, failure: Failure = {}): never {
    if (!this.#followsLexicalProblem()) this.report(this.#unexpected(expected, failure));
    throw ABORT;
  }

  /** Notes that the current token is not what was expected, and goes on. */
  complain(expected: string, failure: Failure = {}): void {
    if (!this.#followsLexicalProblem()) this.report(this.#unexpected(expected, failure));
  }

  #unexpected(expected: string, failure: Failure): Problem {
    const { token } = this;
    const { related } = failure;
    const help = failure.help ?? FOREIGN_WORDS.get(token.text);
    if (token.kind === "end") {
      const last = this.previous;
      return {
        code: failure.code ?? "polar/unexpected-end",
        start: last?.start ?? 0,
        end: last?.end ?? 0,
        message: `expected ${expected}, found the end of the text`,
        help,
        related,
      };
    }
    return {
      code: failure.code ?? "polar/unexpected-token",
      start: token.start,
      end: token.end,
      message: `expected ${expected}, found ${this.describe(token)}`,
      help,
      related,
    };
  }

  #followsLexicalProblem(): boolean {
    const starts = this.#lexicalProblems;
    const end = this.token.end;
    while ((starts[this.#nextLexicalProblem] ?? Infinity) < this.#itemStart) this.#nextLexicalProblem++;
    return (starts[this.#nextLexicalProblem] ?? Infinity) < end;
  }

  /** A token as messages show it. */
  describe(token: Token): string {
    if (token.kind === "end") return "the end of the text";
    return `\`${readable(this.source.text.slice(token.start, token.end))}\``;
  }

  // --- recovery ---------------------------------------------------------------------------------------------------

  get index(): number {
    return this.#index;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Says that an item begins at the current token. */
  beginItem(): void {
    this.#itemStart = this.previous?.end ?? 0;
  }

  /**
   * Goes to where the next item may begin, after a failure in the item that began at token `start`: behind the next `;`,
   * behind the `}` that closes a brace of this item, or (inside a block) before the `}` of the block.
   */
  recover(start: number, depth: number, inBlock: boolean): void {
    this.#depth = depth;
    let open = 0;
    for (let i = start; i < this.#index; i++) {
      const { kind } = this.lexed.tokens[i] as Token;
      if (kind === "{") open++;
      else if (kind === "}" && open > 0) open--;
    }
    for (;;) {
      const { kind } = this.token;
      if (kind === "end") return;
      if (kind === "}" && open === 0 && inBlock) return;
      this.next();
      if (kind === ";") return;
      if (kind === "{") open++;
      else if (kind === "}") {
        if (open === 0) return;
        open--;
        // The end of something in braces: a block that ends here, unless the line goes on.
        if (open === 0 && (this.take(";") !== undefined || this.startsLine(this.token))) return;
      }
    }
  }

  /** Whether the token is the first on its line. */
  startsLine(token: Token): boolean {
    const { text } = this.source;
    for (let i = token.start - 1; i >= 0; i--) {
      const code = text.charCodeAt(i);
      if (code === 10 || code === 13) return true;
      if (code !== 32 && code !== 9) return i === 0 && code === 0xfeff;
    }
    return true;
  }

  /** Whether the token stands in the first column of its line. */
  inFirstColumn(token: Token): boolean {
    const { text } = this.source;
    // A byte order mark is no character of the first line.
    if (token.start === (text.charCodeAt(0) === 0xfeff ? 1 : 0)) return true;
    const before = text.charCodeAt(token.start - 1);
    return before === 10 || before === 13;
  }
}

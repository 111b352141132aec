import type { Source } from "../diagnostics/source.js";
import { Layout } from "./layout.js";
import { type Comment, lex, type Token, type TokenKind } from "./lexer.js";

/**
 * The tokens and comments of a source, moved into a layout one by one and in order. The formatter decides about blanks and
 * line ends only: it cannot lose, change or reorder what was written.
 */
export class FormatWriter {
  readonly layout: Layout = new Layout();
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #comments: readonly Comment[];
  #token = 0;
  #comment = 0;
  /** The end of what was moved last. */
  #end = 0;
  /** Comments behind tokens, to be placed where the line can next end: nothing of it can follow them. */
  #held: string[] = [];

  constructor(source: Source) {
    const { tokens, comments } = lex(source);
    this.#text = source.text;
    this.#tokens = tokens;
    this.#comments = comments;
  }

  get next(): Token {
    return this.#tokens[this.#token] as Token;
  }

  get afterNext(): Token {
    return this.#tokens[Math.min(this.#token + 1, this.#tokens.length - 1)] as Token;
  }

  at(kind: TokenKind): boolean {
    return this.next.kind === kind;
  }

  /** Whether the author ended a line before the next token. */
  get newlineBeforeNext(): boolean {
    return this.#token > 0 && this.#lineEnds((this.#tokens[this.#token - 1] as Token).end, this.next.start) > 0;
  }

  /** The next token as it was written, with the comments before it. */
  token(expected?: TokenKind): void {
    const token = this.next;
    if (expected !== undefined && token.kind !== expected) {
      throw new Error(`the formatter expected \`${expected}\` and met \`${token.text}\``);
    }
    this.comments();
    this.layout.text(this.#text.slice(token.start, token.end));
    this.#passToken(token);
  }

  /** Steps over a token that is not to be written; its comments are. */
  skip(expected: TokenKind): void {
    if (!this.at(expected)) return;
    this.comments();
    this.#passToken(this.next);
  }

  /** Every token up to the offset, nothing between them. */
  tokensUntil(end: number): void {
    while (this.next.start < end) this.token();
  }

  /** A blank, or a line end when the group is broken. */
  line(): void {
    this.#releaseHeld();
    this.layout.line();
  }

  softline(): void {
    this.#releaseHeld();
    this.layout.softline();
  }

  /** A group of the layout that begins at the next token: comments before that break what is around the group, not the group. */
  group(build: () => void): void {
    this.comments();
    this.layout.group(build);
  }

  /** All comments before the next token, those behind the last one too. */
  allComments(): void {
    this.#releaseHeld();
    this.comments();
  }

  /** The comments before the next token, each on a line of its own. */
  comments(): void {
    if (this.#commentBeforeNext() === undefined) return;
    this.#releaseHeld();
    for (let comment = this.#commentBeforeNext(); comment !== undefined; comment = this.#commentBeforeNext()) {
      this.layout.ownComment(this.#textOf(comment));
      this.#passComment(comment);
    }
    // What follows may be indented deeper; the line it begins is of this indentation.
    this.layout.hardline();
  }

  get hasComments(): boolean {
    return this.#held.length > 0 || this.#commentBeforeNext() !== undefined;
  }

  /**
   * What stands between two items of a block or a file: line ends, comments, and the author's empty lines, one at most. `force` wants
   * an empty line, `first` none; before a `}` or the end (`last`) comments end the list.
   */
  between({
    first,
    force,
    last,
  }: {
    readonly first: boolean;
    readonly force?: boolean;
    readonly last?: boolean;
  }): void {
    this.#releaseHeld();
    const comments: Comment[] = [];
    const blanks: boolean[] = [];
    let end = this.#end;
    for (let comment = this.#commentBeforeNext(); comment !== undefined; comment = this.#commentBeforeNext()) {
      comments.push(comment);
      blanks.push(this.#lineEnds(end, comment.start) > 1);
      this.#passComment(comment);
      end = comment.end;
    }
    if (!last) blanks.push(this.#lineEnds(end, this.next.start) > 1);
    if (blanks.length === 0) return;
    if (first) blanks[0] = false;
    else if (force && !blanks.includes(true)) blanks[0] = true;
    blanks.forEach((blank, i) => {
      this.layout.hardline(blank);
      const comment = comments[i];
      if (comment !== undefined) this.layout.ownComment(this.#textOf(comment));
    });
  }

  #commentBeforeNext(): Comment | undefined {
    const comment = this.#comments[this.#comment];
    return comment !== undefined && comment.start < this.next.start ? comment : undefined;
  }

  #releaseHeld(): void {
    const [first, ...rest] = this.#held;
    if (first !== undefined) this.layout.trailingComment(first);
    for (const comment of rest) this.layout.ownComment(comment);
    this.#held = [];
  }

  #passToken(token: Token): void {
    this.#token++;
    this.#end = token.end;
    const comment = this.#commentBeforeNext();
    if (comment === undefined || this.#lineEnds(token.end, comment.start) > 0) return;
    this.#held.push(this.#textOf(comment));
    this.#passComment(comment);
  }

  #passComment(comment: Comment): void {
    this.#comment++;
    this.#end = comment.end;
  }

  #textOf(comment: Comment): string {
    return this.#text.slice(comment.start, comment.end).trimEnd();
  }

  #lineEnds(from: number, to: number): number {
    let count = 0;
    for (let i = from; i < to; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === 10 || (code === 13 && this.#text.charCodeAt(i + 1) !== 10)) count++;
    }
    return count;
  }
}

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  readonly progress?: (line: string) => void;
}

export interface FuzzReport {
  readonly count: number;
  readonly seed: number;
  readonly failures: readonly { readonly input: string; readonly reason: string }[];
  readonly slowest: { readonly input: string; readonly milliseconds: number };
  readonly notes: readonly string[];
}

/** Tells an evaluation when other work should have its turn. Without one, an evaluation runs to its end. */
export interface Pace {
  due(): boolean;
  /** How many steps to take before asking again. @default as many as take a fraction of a millisecond */
  readonly steps?: number;
}

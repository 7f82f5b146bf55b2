/** What a panel knows of the place it is in; found by `getContext(PLACE)`. A panel that stands by itself (in an embed) has none. */
export const PLACE = Symbol('place of a panel');

export interface Place {
  /** What stands in the row of tabs of its area. */
  readonly tools: HTMLElement;
  /** Somebody sees it: it is in front in its area. Reactive. */
  readonly visible: boolean;
  /** Pixels of height below which something of the panel is cut off: other panels give way for it. The panel sets it. */
  needs: number;
}

/** The colours of the strip, as a canvas wants them, and as pixels. */
import { LANE_STATE } from '../../../vm/api/trace';

export interface StripColours {
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly line: string;
  readonly ground: string;
  readonly amber: string;
  readonly moss: string;
  readonly rose: string;
  readonly sleep: string;
  readonly focus: string;
  readonly font: string;
  /** Words on a lane, by state. */
  readonly ink: readonly string[];
  /** Pixels (as they lie in an ImageData) by `LANE_STATE`. */
  readonly states: Uint32Array;
  /** EL0 in different address spaces. */
  readonly spaces: Uint32Array;
  readonly unknown: number;
  readonly interrupt: number;
  readonly exception: number;
  /** The colours are a person's own: lanes are framed with this one. */
  readonly frame: string | undefined;
}

type Rgb = readonly [number, number, number];

const pixel = ([r, g, b]: Rgb): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
const mix = (a: Rgb, b: Rgb, share: number): Rgb =>
  a.map((each, index) => Math.round(each + (b[index]! - each) * share)) as unknown as Rgb;

/** Any CSS colour as the numbers it is painted with. */
function resolver(): (colour: string) => Rgb {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  return (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return [r!, g!, b!];
  };
}

export function readColours(element: Element): StripColours {
  const style = getComputedStyle(element);
  const forced = matchMedia('(forced-colors: active)').matches;
  const get = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const rgb = resolver();
  const of = (name: string): Rgb => rgb(get(name));
  const states = new Uint32Array(7);
  states[LANE_STATE.OFF] = pixel(of('off'));
  states[LANE_STATE.PENDING] = pixel(mix(of('off'), of('amber'), forced ? 0 : 0.55));
  states[LANE_STATE.SUSPENDED] = pixel(of('sleep'));
  states[LANE_STATE.IDLE] = pixel(of('idle'));
  states[LANE_STATE.WAITING] = pixel(of('waiting'));
  states[LANE_STATE.EL1] = pixel(of('el1'));
  states[LANE_STATE.EL0] = pixel(of('el0'));
  const other = rgb(get('bg'));
  const spaces = [0, 0.16, 0.3].map((share) => pixel(mix(of('el0'), other, forced ? 0 : share)));
  const [quiet, el1, el0] = [get('dim'), forced ? 'HighlightText' : get('on-el1'), forced ? 'Canvas' : get('on-el0')];
  return {
    text: get('text'),
    dim: get('dim'),
    faint: get('faint'),
    line: get('line'),
    ground: get('surface'),
    amber: get('amber'),
    moss: get('moss'),
    rose: get('rose'),
    sleep: get('sleep'),
    focus: get('focus'),
    font: get('font'),
    ink: [quiet, get('text'), get('text'), quiet, forced ? 'Canvas' : get('text'), el1, el0],
    states,
    spaces: Uint32Array.from(spaces),
    unknown: pixel(of('surface')),
    interrupt: pixel(of('hazel')),
    exception: pixel(of('faint')),
    frame: forced ? get('text') : undefined,
  };
}

/** What states are made of, as devices save themselves and snapshots hold them. */

/** Plain data: survives structured clone and the snapshot format. */
export type StateValue = number | bigint | string | boolean | null | Uint8Array | StateValue[] | { [key: string]: StateValue };

/** The state of one thing: values by name. */
export type DeviceState = { [key: string]: StateValue };

/** What the registers of the GPIO say, one bit for each pin. Source: PrimeCell GPIO (PL061) Technical Reference Manual (DDI 0190), chapter 3. */
import type { Pl061Register } from '../../machine/devices/pl061';
import type { RegisterRow } from './device-registers';

const PINS = 8;

const perPin = (about: string): RegisterRow['fields'] =>
  Array.from({ length: PINS }, (_, pin) => [String(pin), pin, 1, `pin ${pin}: ${about}`] as const);

export const PL061_REGISTERS: Readonly<Record<Pl061Register, RegisterRow>> = {
  GPIODATA: { about: 'levels of the pins', fields: perPin('it is high') },
  GPIODIR: { about: 'which are outputs', fields: perPin('it is an output') },
  GPIOIS: { about: 'which interrupt by level, not by edge', fields: perPin('its level raises the interrupt') },
  GPIOIBE: { about: 'which interrupt by both edges', fields: perPin('both edges raise the interrupt') },
  GPIOIEV: { about: 'which interrupt by a rising edge, or by the high level', fields: perPin('rising, or high') },
  GPIOIE: { about: 'which may raise the line', fields: perPin('its interrupt is enabled') },
  GPIORIS: { about: 'which interrupts are raised', fields: perPin('its interrupt is raised') },
  GPIOMIS: { about: 'both: what raises the line', fields: perPin('it raises the line') },
  GPIOAFSEL: { about: 'which belong to hardware; the board has none', fields: perPin('it belongs to hardware') },
};

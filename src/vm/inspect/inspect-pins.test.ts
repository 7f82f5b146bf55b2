import { expect, it } from 'vitest';
import { stateHash } from '../../machine/state-hash';
import type { DeviceRegister } from '../api/pins';
import { bareVm } from '../bare-vm.testkit';
import { inspect } from './inspectors';

/** Sets the UART up as Linux does (115200 8N1, FIFOs on), enables its receive interrupts and that of the power key's rising edge, and counts for ever. */
const DRIVERS = `
      movz  x9, #0x0900, lsl #16
      mov   w0, #13
      str   w0, [x9, #0x24]
      mov   w0, #1
      str   w0, [x9, #0x28]
      mov   w0, #0x70
      str   w0, [x9, #0x2c]
      mov   w0, #0x301
      str   w0, [x9, #0x30]
      mov   w0, #0x50
      str   w0, [x9, #0x38]
      movz  x9, #0x0903, lsl #16
      mov   w0, #8
      str   w0, [x9, #0x40c]
      str   w0, [x9, #0x410]
busy: b     busy`;

const named = (registers: readonly DeviceRegister[], name: string) => registers.find((each) => each.name === name)!;
const set = ({ fields }: DeviceRegister): string[] => fields.flatMap(({ name, value }) => (value ? [`${name} ${value}`] : []));

it('tells of the UART what is set, what waits and what is raised, and changes nothing by looking', async () => {
  const { vm } = await bareVm(DRIVERS, { config: { clock: 'virtual' } });
  const { machine } = vm;
  const { uart: fresh } = inspect(vm, 'pins', {});
  expect(fresh).toMatchObject({ level: 0, depth: 1, asserted: false, frame: '5N1', base: 0x0900_0000, intid: 33 });
  expect(fresh).not.toHaveProperty('baud');
  machine.runTo(1000);
  machine.input({ type: 'console', bytes: new TextEncoder().encode('twenty letters typed') });
  const before = stateHash(machine);
  const { uart } = inspect(vm, 'pins', {});
  expect(uart).toMatchObject({ level: 16, depth: 16, trigger: 8, queued: 4, frame: '8N1', asserted: true });
  // 24 MHz / (16 × (13 + 1/64)).
  expect(uart.baud).toBe(115246);
  expect(uart.interrupts.filter(({ raised, enabled }) => raised || enabled)).toMatchObject([
    { name: 'RX', raised: true, enabled: true },
    { name: 'RT', raised: false, enabled: true },
  ]);
  expect(set(named(uart.registers, 'UARTFR'))).toEqual(['CTS 1', 'DSR 1', 'DCD 1', 'RXFF 1', 'TXFE 1']);
  expect(set(named(uart.registers, 'UARTLCR_H'))).toEqual(['FEN 1', 'WLEN 3']);
  expect(set(named(uart.registers, 'UARTCR'))).toEqual(['UARTEN 1', 'TXE 1', 'RXE 1']);
  expect(set(named(uart.registers, 'UARTMIS'))).toEqual(['RXMIS 1']);
  expect(stateHash(machine)).toBe(before);
});

it('tells of the pins which is the power key, and that it is pressed', async () => {
  const { vm } = await bareVm(DRIVERS, { config: { clock: 'virtual' } });
  const { machine } = vm;
  machine.runTo(1000);
  const pin = () => inspect(vm, 'pins', {}).gpio.pins[3];
  expect(pin()).toEqual({
    pin: 3,
    wiredTo: 'power key',
    output: false,
    high: false,
    on: 'rising edge',
    raised: false,
    enabled: true,
  });
  machine.input({ type: 'key', key: 'power' });
  expect(pin()).toMatchObject({ high: true, raised: true });
  const { gpio } = inspect(vm, 'pins', {});
  expect(gpio).toMatchObject({ asserted: true, intid: 39, base: 0x0903_0000 });
  expect(gpio.pins.map(({ wiredTo }) => wiredTo)[4]).toBe('sleep key');
  expect(set(named(gpio.registers, 'GPIOMIS'))).toEqual(['3 1']);
});

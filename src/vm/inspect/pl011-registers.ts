/** What the registers of the UART say. Source: PrimeCell UART (PL011) Technical Reference Manual (DDI 0183), chapter 3. */
import type { Pl011Register } from '../../machine/devices/pl011';
import type { RegisterRow } from './device-registers';

/** The interrupts by bit number of UARTIMSC, UARTRIS and UARTMIS. */
export const PL011_INTERRUPTS = [
  ['RI', 'the modem’s ring indicator changed'],
  ['CTS', 'clear to send changed'],
  ['DCD', 'carrier detect changed'],
  ['DSR', 'data set ready changed'],
  ['RX', 'the receive FIFO has come to its trigger level'],
  ['TX', 'the transmit FIFO has fallen to its trigger level'],
  ['RT', 'bytes lie in the receive FIFO and no more came for the time of 32 bits'],
  ['FE', 'a frame had no valid stop bit'],
  ['PE', 'a byte had the wrong parity'],
  ['BE', 'the line was held low: a break'],
  ['OE', 'a byte came while the receive FIFO was full'],
] as const;

const perInterrupt = (suffix: string): RegisterRow['fields'] =>
  PL011_INTERRUPTS.map(([name, about], bit) => [`${name}${suffix}`, bit, 1, about]);

const LEVELS = '1/8, 1/4, 1/2, 3/4 or 7/8 of it, by 0 to 4';

export const PL011_REGISTERS: Readonly<Record<Pl011Register, RegisterRow>> = {
  UARTRSR: {
    about: 'errors of the byte that was read last',
    fields: [
      ['FE', 0, 1, 'no valid stop bit'],
      ['PE', 1, 1, 'wrong parity'],
      ['BE', 2, 1, 'a break'],
      ['OE', 3, 1, 'bytes were lost'],
    ],
  },
  UARTFR: {
    about: 'flags',
    fields: [
      ['CTS', 0, 1, 'the other end is ready to receive'],
      ['DSR', 1, 1, 'the other end is there'],
      ['DCD', 2, 1, 'there is a carrier'],
      ['BUSY', 3, 1, 'it is sending: here sending takes no time'],
      ['RXFE', 4, 1, 'the receive FIFO is empty'],
      ['TXFF', 5, 1, 'the transmit FIFO is full'],
      ['RXFF', 6, 1, 'the receive FIFO is full'],
      ['TXFE', 7, 1, 'the transmit FIFO is empty'],
      ['RI', 8, 1, 'the modem rings'],
    ],
  },
  UARTILPR: { about: 'divisor of the infrared mode, which is only kept', fields: [] },
  UARTIBRD: { about: 'baud rate divisor, whole part', fields: [] },
  UARTFBRD: { about: 'baud rate divisor, 64ths', fields: [] },
  UARTLCR_H: {
    about: 'line control',
    fields: [
      ['BRK', 0, 1, 'sends a break'],
      ['PEN', 1, 1, 'parity is sent and checked'],
      ['EPS', 2, 1, 'even parity'],
      ['STP2', 3, 1, 'two stop bits'],
      ['FEN', 4, 1, 'FIFOs of 16 bytes; otherwise of one'],
      ['WLEN', 5, 2, 'data bits: 5 and this'],
      ['SPS', 7, 1, 'stick parity'],
    ],
  },
  UARTCR: {
    about: 'control',
    fields: [
      ['UARTEN', 0, 1, 'the UART is on; this one works without'],
      ['SIREN', 1, 1, 'infrared mode'],
      ['SIRLP', 2, 1, 'infrared mode of low power'],
      ['LBE', 7, 1, 'loopback: what is sent comes back'],
      ['TXE', 8, 1, 'it sends; this one does without'],
      ['RXE', 9, 1, 'it receives'],
      ['DTR', 10, 1, 'data terminal ready is told'],
      ['RTS', 11, 1, 'request to send is told'],
      ['Out1', 12, 1, 'output 1'],
      ['Out2', 13, 1, 'output 2'],
      ['RTSEn', 14, 1, 'RTS follows the receive FIFO'],
      ['CTSEn', 15, 1, 'it sends only while CTS is told'],
    ],
  },
  UARTIFLS: {
    about: 'trigger levels of the FIFOs',
    fields: [
      ['TXIFLSEL', 0, 3, `TX is raised where the transmit FIFO falls to ${LEVELS}`],
      ['RXIFLSEL', 3, 3, `RX is raised where the receive FIFO comes to ${LEVELS}`],
    ],
  },
  UARTIMSC: { about: 'which interrupts may raise the line', fields: perInterrupt('IM') },
  UARTRIS: { about: 'which interrupts are raised', fields: perInterrupt('RIS') },
  UARTMIS: { about: 'both: what raises the line', fields: perInterrupt('MIS') },
  UARTDMACR: {
    about: 'DMA, which the board has not',
    fields: [
      ['RXDMAE', 0, 1, 'receives by DMA'],
      ['TXDMAE', 1, 1, 'sends by DMA'],
      ['DMAONERR', 2, 1, 'no DMA after an error'],
    ],
  },
};

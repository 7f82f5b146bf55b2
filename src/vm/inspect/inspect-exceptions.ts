import { type ExceptionLog, type LoggedException, MEMORY_FAULTS } from '../../cpu/exception-log';
import { EC, ESR_EC_SHIFT } from '../../cpu/syndrome';
import { describeSyndrome } from '../../cpu/words/syndrome-words';
import { interruptSource } from '../../machine/interrupt-sources';
import type { Machine } from '../../machine/machine';
import {
  EXCEPTION_CLASSES,
  EXCEPTION_ROWS,
  type ExceptionClass,
  type ExceptionRow,
  type ExceptionsAnswer,
  type ExceptionsAsk,
} from '../api/exceptions-answer';
import type { Inspected } from './inspectors';

function classOf({ kind, syndrome }: Pick<LoggedException, 'kind' | 'syndrome'>): ExceptionClass {
  if (kind === 'irq' || kind === 'fiq') return 'interrupts';
  if (kind === 'hvc' || kind === 'smc') return 'firmware';
  const ec = syndrome >>> ESR_EC_SHIFT;
  if (ec === EC.SVC64) return 'system calls';
  return MEMORY_FAULTS.has(ec) ? 'faults' : 'other';
}

/** INTID that says that there is none: the interrupt went away before it was taken. */
const NONE = 1023;

function textOf({ kind, syndrome, number }: LoggedException, machine: Machine): string {
  switch (kind) {
    case 'irq':
    case 'fiq': {
      const name = kind.toUpperCase();
      if (number === BigInt(NONE)) return name;
      const intid = Number(number);
      return `${name} ${intid}, ${interruptSource(intid, (spi) => machine.virtioOn(spi))}`;
    }
    case 'hvc':
    case 'smc':
      return `${kind.toUpperCase()}, function 0x${BigInt.asUintN(32, number).toString(16)}`;
    default: {
      if (syndrome >>> ESR_EC_SHIFT === EC.SVC64) {
        const immediate = syndrome & 0xffff;
        return immediate === 0 ? `SVC, x8 = ${number}` : `SVC #${immediate}, x8 = ${number}`;
      }
      return describeSyndrome(BigInt(syndrome)).sentence;
    }
  }
}

function rowOf(logged: LoggedException, { machine, symbols }: Watched): ExceptionRow {
  const { seq, time, instructions, vcpu, fromEl, pc, far, syndrome } = logged;
  const place = symbols.table.placeOf(pc);
  const isCall = logged.kind === 'hvc' || logged.kind === 'smc';
  return {
    seq,
    time,
    instructions,
    vcpu,
    class: classOf(logged),
    fromEl,
    to: isCall ? 'firmware' : 'EL1',
    text: textOf(logged, machine),
    pc,
    ...(place && { place }),
    ...(far !== undefined && { far }),
    syndrome,
  };
}

function countsOf(log: ExceptionLog): Record<ExceptionClass, number> {
  const { irq, fiq, hvc, smc, svc, faults, sync, serror } = log.counts;
  return {
    interrupts: irq + fiq,
    'system calls': svc,
    firmware: hvc + smc,
    faults,
    other: sync + serror - svc - faults,
  };
}

type Watched = Pick<Inspected, 'machine' | 'symbols'>;

/** Records from now on, or no more, and tells what was. */
export function inspectExceptions(watched: Watched, { record, without, vcpu }: ExceptionsAsk): ExceptionsAnswer {
  const log = watched.machine.exceptions;
  log.recording = record;
  const wanted = new Set(EXCEPTION_CLASSES.filter((each) => !without.includes(each)));
  const rows: ExceptionRow[] = [];
  let more = false;
  for (let seq = log.count - 1; seq >= log.first; seq--) {
    const logged = log.at(seq);
    if (!wanted.has(classOf(logged)) || (vcpu !== undefined && logged.vcpu !== vcpu)) continue;
    more = rows.length === EXCEPTION_ROWS;
    if (more) break;
    rows.push(rowOf(logged, watched));
  }
  return { recording: log.recording, count: log.count, counts: countsOf(log), rows: rows.reverse(), more };
}

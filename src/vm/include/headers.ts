import { exceptions } from './exceptions-header';
import { gic } from './gic-header';
import type { Header } from './header';
import { mmu } from './mmu-header';
import { psci } from './psci-header';
import { uart } from './uart-header';
import { virtio } from './virtio-header';

/** What a program may `.include`. */
export const HEADERS: readonly Header[] = [uart, psci, exceptions, gic, mmu, virtio];

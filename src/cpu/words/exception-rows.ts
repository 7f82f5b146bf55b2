/** Exception handling registers (Arm ARM, General system control registers). */
import { SAVED_STATE_FIELDS } from './process-state-rows';
import { bit, type RegisterGroup, register } from './register-fields';
import { describeSyndrome } from './syndrome-words';

export const EXCEPTION_ROWS: RegisterGroup = {
  name: 'Exceptions',
  registers: [
    {
      name: 'ESR_EL1',
      title: 'Exception Syndrome Register',
      fields: [],
      decode: (value) => describeSyndrome(value).fields,
    },
    register('FAR_EL1', 'Fault Address Register'),
    register('ELR_EL1', 'Exception Link Register'),
    register('SPSR_EL1', 'Saved Program Status Register', ...SAVED_STATE_FIELDS),
    register('VBAR_EL1', 'Vector Base Address Register'),
    register(
      'ISR_EL1',
      'Interrupt Status Register',
      bit('I', 7, 'no IRQ pending', 'an IRQ is pending'),
      bit('F', 6, 'no FIQ pending', 'an FIQ is pending'),
    ),
    register('AFSR0_EL1', 'Auxiliary Fault Status Register 0'),
    register('AFSR1_EL1', 'Auxiliary Fault Status Register 1'),
  ],
};

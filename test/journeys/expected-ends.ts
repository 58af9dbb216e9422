import type { End } from '../support/travel.ts'

/**
 * Where each unmanaged solution of the corpus ends at Tier 2, with settings generated and the first-party solutions that it names mounted.
 * What is not listed ends in production. Each reason is true of the file, and names what its maker would have to mend.
 */
export const refusals: Readonly<Record<string, Exclude<End, 'production'>>> = {
  MicrosoftDynamics365IATI_1_0_0_0: {
    refusedBy: 'STR-15',
    reason: 'needs tables of a sister solution that existed only unmanaged where it was exported',
  },
  MicrosoftDynamics365VolunteerManagement_1_0_0_0: {
    refusedBy: 'STR-15',
    reason: 'needs tables of a sister solution that existed only unmanaged where it was exported',
  },
  MissingDependency_1_0_0_0: { refusedBy: 'STR-15', reason: 'made to lack a table: its name says so' },
  'PL400Demos_1_0_17_0~2': { refusedBy: 'STR-12', reason: 'other bytes under version 1.0.17.0, which is already there' },
  PlaySecureAudioFilefromPVA_1_0_0_1: { refusedBy: 'STR-08', reason: 'a bot topic holds a shared access address with its signature' },
}

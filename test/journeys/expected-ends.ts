/** A refusal that is expected: the rule, why it is true of the file, and what the product must say of it. */
export interface ExpectedRefusal {
  readonly refusedBy: string
  /** Why it is true, for who reads the table. */
  readonly because: string
  /** What the reasons given must contain. */
  readonly says: string
}

/**
 * Where each unmanaged solution of the corpus ends at Tier 2, with settings generated and the first-party solutions that it names mounted.
 * What is not listed ends in production. Each reason is true of the file, and names what its maker would have to mend.
 */
export const refusals: Readonly<Record<string, ExpectedRefusal>> = {
  MicrosoftDynamics365IATI_1_0_0_0: {
    refusedBy: 'STR-15',
    because: 'needs tables of a sister solution that existed only unmanaged where it was exported',
    says: 'Entity Preference, needed by SystemForm Contact, is in no managed solution in Dev',
  },
  MicrosoftDynamics365VolunteerManagement_1_0_0_0: {
    refusedBy: 'STR-15',
    because: 'needs tables of a sister solution that existed only unmanaged where it was exported',
    // Which sister, or none, is told by what Drover brought there before.
    says: 'The target lacks what MicrosoftDynamics365VolunteerManagement depends on',
  },
  MissingDependency_1_0_0_0: { refusedBy: 'STR-15', because: 'made to lack a table: its name says so', says: 'Entity TestEntity4' },
  'PL400Demos_1_0_17_0~2': {
    refusedBy: 'STR-12',
    because: 'other bytes under version 1.0.17.0, which is already there',
    says: 'Installed: 1.0.17.0. Release: 1.0.17.0.',
  },
  PlaySecureAudioFilefromPVA_1_0_0_1: {
    refusedBy: 'STR-08',
    because: 'a bot topic holds a shared access address with its signature',
    says: 'holds the signature of a shared access address',
  },
}

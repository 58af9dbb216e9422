import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const solutionsSupport: SupportArea = {
  title: 'Solutions and publishers',
  lines: [
    served(
      'Default and Active are there with the ids of every organisation; they and platform solutions cannot be changed (0x8004F00A) or deleted (0x8004F005)',
      'web-api A.5, B.1',
      'V',
    ),
    served(
      'Unique names (0x8004F002, 0x8004F023), versions (0x8004F01E), columns of installations (0x8004F008), managed solutions (0x8004F024)',
      'web-api A.5',
      'V',
    ),
    served(
      'A publisher that came with a managed solution is read-only: no new solution may have it (0x8004F034), nothing of it changes (0x8004F033)',
      'web-api B.1, A.5',
      'V',
    ),
    served(
      'A publisher is deleted only while no solution has it: 405 0x80040227; never that of Default or the platform: 0x8004F006',
      'web-api A.5, C',
      'V',
    ),
    served('Prefixes: 2 to 8 letters and digits, not mscrm; option values from 10000 to 99999; the code is not known', 'web-api B.1', 'U'),
    served('AddComponentToSolutionAsync, by table and id, as an asynchronous operation', 'web-api A.3, facts-2 §1.2', 'V'),
    partly('UpdateSolutionComponent: a table as a shell or with its metadata', { missing: 'single settings; refused' }, 'web-api A.3', 'V'),
    served('IsComponentCustomizable, by the managed property of a component and of its table', 'web-api A.4', 'V'),
    refused(
      'AddComponentsToSolutionAsync, RetrieveSolutionMetadataForComponent, RetrieveOrganizationInfo: their shapes are not known',
      'web-api A.3, A.4',
      'U',
    ),
  ],
}

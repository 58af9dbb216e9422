import type { SupportArea } from './line.ts'
import { served } from './line.ts'

export const membershipSupport: SupportArea = {
  title: 'Membership of solutions',
  lines: [
    served('AddSolutionComponent is idempotent and returns the row id', 'facts-2 §1.2', 'U'),
    served(
      'AddSolutionComponent of what lives in a table needs the table in the solution (0x80048536); that this holds for forms, views and charts as for columns is unverified',
      'facts-2 §1.2',
      'U',
    ),
    served('Nothing is removed from the Default solution (0x8004F000)', 'web-api A.5', 'V'),
    served('RemoveSolutionComponent takes the component id; the row id is taken too', 'facts-2 §1.2', '3'),
    served('Kinds without a fixed number have a code from 10000 of the environment', 'web-api B.2', 'V'),
  ],
}

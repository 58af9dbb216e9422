import type { SupportArea } from './line.ts'
import { served } from './line.ts'

export const environmentsSupport: SupportArea = {
  title: 'Environments',
  lines: [
    served('Platform solutions have a name and a version, and no components', 'web-api H', 'U'),
    served('WhoAmI, RetrieveVersion, RetrieveCurrentOrganization', 'web-api A.4', 'V'),
  ],
}

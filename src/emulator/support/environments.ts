import type { SupportArea } from './line.ts'
import { partly, served } from './line.ts'

export const environmentsSupport: SupportArea = {
  title: 'Environments',
  lines: [
    served('Platform solutions have a name and a version, and no components', 'web-api H', 'U'),
    served(
      'Templates: plain Dataverse, Sales, Customer Service; names of solutions that real exports list as required',
      'facts-2 §1.6',
      'U',
    ),
    served(
      'The kind of each environment is given at start or creation (production, sandbox, developer, trial, default) and decides on copies, restores, backups, deletion',
      'release-facts §8',
      'V',
    ),
    served('State survives a killed process: what was answered for is on disk', 'own design', 'U'),
    served('WhoAmI, RetrieveVersion, RetrieveCurrentOrganization', 'web-api A.4', 'V'),
    partly(
      'RetrieveProvisionedLanguages, ProvisionLanguage, ProvisionLanguageAsync',
      { missing: 'labels of a language that is off are kept, where the service loses them; switching one off' },
      'release-facts §7',
      'U',
    ),
  ],
}

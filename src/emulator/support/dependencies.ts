import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const dependenciesSupport: SupportArea = {
  title: 'Dependencies',
  lines: [
    served(
      'MissingDependencies of a package are satisfied by the component, or by a mounted platform solution of the version on major.minor.build',
      'facts-2 §1.1',
      'V',
    ),
    refused('What the package needs without listing it is not searched for', 'web-api A.5', 'U'),
    served('RetrieveMissingDependencies and RetrieveDependenciesForUninstall, from what definitions name', 'web-api A.4', 'O'),
    refused('The …WithMetadata functions, RetrieveDependentComponents, RetrieveRequiredComponents', 'web-api A.4', 'O'),
  ],
}

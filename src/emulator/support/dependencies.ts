import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const dependenciesSupport: SupportArea = {
  title: 'Dependencies',
  lines: [
    served(
      'MissingDependencies of a package are satisfied by the component, or by a mounted platform solution of the version on major.minor.build',
      'facts-2 §1.1',
      'V',
    ),
    served(
      'Missing at stage and import also what is not listed, where it is certain: tables, choices and connection references of the own prefix that are nowhere (0x8004801D); that the service refuses these by this code is unverified',
      'web-api A.5',
      'U',
    ),
    partly(
      'Computed from the components themselves: forms, views, charts, processes, steps, assemblies, apps, site maps, canvas apps, roles, references, variables, agents, web resources, ribbons, maps, keys, column security',
      { missing: 'tables that a cloud flow names by their set, messages of steps, and what code inside of files uses' },
      'web-api A.4',
      'U',
    ),
    served(
      'RetrieveMissingDependencies, RetrieveDependenciesForUninstall, RetrieveDependentComponents, RetrieveRequiredComponents, RetrieveDependenciesForDelete',
      'web-api A.4',
      'O',
    ),
    served('The same as the maker portal calls them, with names, solutions and sets (…WithMetadata)', 'facts-2 §8', 'O'),
    refused(
      'Some callers get empty lists of the …WithMetadata functions; which ones is not known, here they are never empty',
      'facts-2 §0',
      '3',
    ),
    served(
      'Dependency types Solution Internal, Published and Unpublished; which ones a part of a table gets is unverified',
      'web-api A.4',
      'U',
    ),
    served('Roles lose their privileges with a table, forms and apps their roles: neither blocks a deletion', 'facts-2 §8', 'U'),
  ],
}

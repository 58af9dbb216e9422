import type { SupportArea } from './line.ts'
import { exportDeviations } from '../operations/export/deviations.ts'
import { partly, refused, served } from './line.ts'

export const exportSupport: SupportArea = {
  title: 'Export',
  lines: [
    served('Every export is composed from component state; a shared table appears as behaviour 0, 1 or 2 says', 'web-api H', 'V'),
    served('Published state only; what was never published is absent', 'facts-2 §5', 'V'),
    served(
      'Managed exports set Managed, leave out what is unmodified and an untouched EntityInfo, and take cell labels away that repeat the column (blank in 1033)',
      'web-api G.2, and 18 pairs of public solutions that exist in both forms',
      'O',
    ),
    served('Descriptions, and the publisher’s addresses of mail, web and place, travel through import and export', 'web-api G.2', 'O'),
    served(
      'Exports of changes to what a managed solution brought leave its managed properties out (tables, columns, relationships, forms, views, charts, web resources)',
      'a pair of public solutions that changes tables of a managed one',
      'O',
    ),
    served('Environment variables and connection references travel unlisted', 'facts-2 §1.6', 'O'),
    served('MissingDependencies repeats, in both forms, what packages said of components that are not in the solution', 'web-api H', 'O'),
    served(
      'MissingDependencies lists components of the environment that definitions name and the solution does not hold',
      'web-api H',
      'U',
    ),
    served('Managed and unknown solutions are refused: 0x80048036, 0x80048037', 'facts-2 §1.5', 'V'),
    served('Every export leaves a line of history; TargetVersion is ignored, as what is deprecated', 'web-api A.2, B.4', 'V'),
    refused('Settings in exports (Export…Settings and their like, when true): what they write is not known', 'web-api A.2', 'V'),
    refused('The Default and Active solutions', 'web-api A.2', 'V'),
    ...exportDeviations.map(({ behaviour, missing }) =>
      partly(behaviour, { missing }, 'pairs of public solutions that exist in both forms', 'O'),
    ),
  ],
}
